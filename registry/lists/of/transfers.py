"""Transfers as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.sharing.models import Transfer, TransferSide
from registry.sharing.queries.transfers import (
    TRANSFER_ORDERS,
    TransferFilter,
    transfer_rows,
)
from registry.sharing.states import TransferState
from registry.words import N_
from registry.words.passing import TRANSFER_STATES, transfer_word

__all__ = ["TRANSFERS"]

_SIDES = (selectinload(Transfer.sides).joinedload(TransferSide.department),)


def _from(found: Transfer) -> str:
    names: Sequence[str] = [side.department.name for side in found.sides]
    return "、".join(names)


def _name(person: Any) -> str:
    return str(person.name) if person is not None else ""


TRANSFERS: Listing[TransferFilter, Transfer] = Listing(
    name="transfers",
    title=N_("调拨单"),
    wanted=TransferFilter,
    rows=transfer_rows,
    orders=TRANSFER_ORDERS,
    usual="newest",
    columns=(
        Column(
            "number",
            N_("单号"),
            lambda found: found.number,
            kind=Kind.CODE,
            phone="title",
        ),
        Column(
            "state",
            N_("状态"),
            lambda found: transfer_word(found.state),
            phone="chip",
        ),
        Column("from", N_("调出部门"), _from, loads=_SIDES),
        Column(
            "to",
            N_("调入部门"),
            lambda found: found.to_department.name,
            loads=(joinedload(Transfer.to_department),),
        ),
        Column("count", N_("件数"), lambda found: found.count, kind=Kind.WHOLE),
        Column("purpose", N_("用途"), lambda found: found.purpose, phone="plain"),
        Column(
            "requester",
            N_("申请人"),
            lambda found: _name(found.requester),
            phone="none",
            loads=(joinedload(Transfer.requester),),
        ),
        Column(
            "requested_at",
            N_("申请时间"),
            lambda found: found.requested_at,
            kind=Kind.MOMENT,
            sort="newest",
            phone="none",
        ),
        Column(
            "closed_at",
            N_("办结时间"),
            lambda found: found.closed_at,
            kind=Kind.MOMENT,
            shown=False,
        ),
        Column(
            "custodian",
            N_("新保管人"),
            lambda found: _name(found.custodian),
            shown=False,
            loads=(joinedload(Transfer.custodian),),
        ),
        Column(
            "cause",
            N_("来由"),
            lambda found: found.cause,
            kind=Kind.CODE,
            shown=False,
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "state",
            N_("状态"),
            Narrows.CHOICES,
            "states",
            choices={str(each): TRANSFER_STATES[each] for each in TransferState},
        ),
        FilterField(
            "from_department",
            N_("调出部门"),
            Narrows.KEY,
            "from_department_id",
            api="from_department_id",
            picks="department",
            chip=N_("从%(value)s调出"),
        ),
        FilterField(
            "to_department",
            N_("调入部门"),
            Narrows.KEY,
            "to_department_id",
            api="to_department_id",
            picks="department",
            chip=N_("调到%(value)s"),
        ),
        FilterField("mine", N_("只看我申请的"), Narrows.FLAG),
        FilterField(
            "day_from", N_("申请日期从"), Narrows.DAY, chip=N_("%(value)s起申请")
        ),
        FilterField("day_to", N_("到"), Narrows.DAY, chip=N_("%(value)s前申请")),
    ),
    topics="sharing",
)
