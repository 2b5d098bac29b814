"""Transfers one may see: one's departments', and what one asked for or keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.kernel.errors import Missing
from registry.ledger.models import Asset
from registry.ledger.queries.sight import reach_of
from registry.organisation import queries as organisation
from registry.sharing.models import Transfer, TransferLine, TransferSide
from registry.sharing.queries.narrowing import start_of
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

WHOLE = (
    joinedload(Transfer.to_department),
    joinedload(Transfer.requester),
    joinedload(Transfer.custodian),
    joinedload(Transfer.place),
    selectinload(Transfer.sides).joinedload(TransferSide.department),
)


def transfer_of(actor: Actor, transfer_id: int) -> Transfer:
    """A transfer the actor may see; Missing otherwise."""
    found = session().scalar(
        sa.select(Transfer)
        .where(
            Transfer.id == transfer_id,
            Transfer.institution_id == actor.institution_id,
        )
        .options(*WHOLE)
    )
    if found is None or not may_see(actor, found):
        raise Missing(what="transfers")
    return found


def may_see(actor: Actor, found: Transfer) -> bool:
    """Whether the actor sees a transfer: from where it comes, or to where it goes."""
    return (
        actor.may(Permission.TRANSFER_SEE, found)
        or any(
            actor.may(Permission.TRANSFER_SEE, side.department) for side in found.sides
        )
        or _keeps_some(actor, found)
    )


def _keeps_some(actor: Actor, found: Transfer) -> bool:
    """Whether something of it is still in the actor's hands."""
    if actor.person_id is None or not actor.reads("sharing"):
        return False
    return bool(
        session().scalar(
            sa.select(TransferLine.id)
            .join(Asset, Asset.id == TransferLine.asset_id)
            .where(
                TransferLine.transfer_id == found.id,
                TransferLine.ended_at.is_(None),
                Asset.custodian_id == actor.person_id,
            )
            .limit(1)
        )
    )


def lines_of(actor: Actor, found: Transfer) -> Sequence[TransferLine]:
    """The lines of a transfer one sees, in the order of the document."""
    return (
        session()
        .scalars(
            sa.select(TransferLine)
            .where(
                TransferLine.institution_id == actor.institution_id,
                TransferLine.transfer_id == found.id,
            )
            .options(
                joinedload(TransferLine.side).joinedload(TransferSide.department),
                joinedload(TransferLine.asset)
                .joinedload(Asset.item_type)
                .joinedload(ItemType.merged_into),
                joinedload(TransferLine.asset).joinedload(Asset.department),
                joinedload(TransferLine.asset).joinedload(Asset.place),
                joinedload(TransferLine.asset).joinedload(Asset.custodian),
            )
            .order_by(TransferLine.id)
        )
        .all()
    )


def transfers_by_cause(institution_id: int, cause: str) -> Sequence[Transfer]:
    """The transfers that something caused, such as a purchase request; for features.

    Whoever shows them asks whether the reader may see what caused them.
    """
    return (
        session()
        .scalars(
            sa.select(Transfer)
            .where(Transfer.institution_id == institution_id, Transfer.cause == cause)
            .options(*WHOLE, selectinload(Transfer.lines))
            .order_by(Transfer.id)
        )
        .all()
    )


@dataclass(frozen=True)
class TransferFilter:
    """What a list of transfers is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """A part of the number or the purpose, or the number of the cause."""
    states: tuple[str, ...] = ()
    from_department_id: int | None = None
    to_department_id: int | None = None
    mine: bool = False
    """Only what the actor asked for, or is to keep."""
    day_from: date | None = None
    day_to: date | None = None


TRANSFER_ORDERS: Orders = {"newest": Order(falling=True)}
"""In which orders transfers are listed; each has an index that gives it."""


def transfer_rows(actor: Actor, wanted: TransferFilter, sort: str) -> Rows[Transfer]:
    """The transfers the actor may see, narrowed."""
    here = actor.institution_id
    conditions = [Transfer.institution_id == here]
    seen = _seen(actor)
    if seen is not None:
        conditions.append(seen)
    if wanted.text:
        conditions.append(_matching(wanted.text))
    if wanted.states:
        conditions.append(Transfer.state.in_(wanted.states))
    if wanted.mine:
        conditions.append(_ones_own(actor))
    if wanted.to_department_id is not None:
        below = _below(actor, wanted.to_department_id)
        conditions.append(Transfer.to_department_id.in_(below))
    if wanted.from_department_id is not None:
        below = _below(actor, wanted.from_department_id)
        conditions.append(Transfer.id.in_(_given_by(here, below)))
    if wanted.day_from is not None:
        conditions.append(Transfer.requested_at >= start_of(here, wanted.day_from))
    if wanted.day_to is not None:
        after = start_of(here, wanted.day_to + timedelta(days=1))
        conditions.append(Transfer.requested_at < after)
    return Rows(sa.select(Transfer), Transfer.id, tuple(conditions))


def _matching(text: str) -> sa.ColumnElement[bool]:
    upper = text.upper()
    return sa.or_(
        Transfer.number.startswith(upper, autoescape=True),
        Transfer.cause == upper,
        Transfer.purpose.contains(text, autoescape=True),
    )


def _below(actor: Actor, department_id: int) -> sa.Select[int]:
    top = organisation.department(actor, department_id)
    return organisation.departments_below(actor.institution_id, [top.path])


def _given_by(here: int, departments: sa.Select[int]) -> sa.Select[int]:
    return sa.select(TransferSide.transfer_id).where(
        TransferSide.institution_id == here,
        TransferSide.department_id.in_(departments),
    )


def _ones_own(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.or_(
        Transfer.requester_id == actor.person_id,
        Transfer.custodian_id == actor.person_id,
    )


def _seen(actor: Actor) -> sa.ColumnElement[bool] | None:
    """The same rule as ``may_see``, as a condition; None for all. A test compares."""
    if not actor.reads("sharing") and not actor.is_system:
        return sa.false()
    reach = reach_of(actor)
    if reach.everything:
        return None
    here = actor.institution_id
    seen = [
        _ones_own(actor),
        Transfer.id.in_(
            sa.select(TransferLine.transfer_id)
            .join(Asset, Asset.id == TransferLine.asset_id)
            .where(
                TransferLine.institution_id == here,
                TransferLine.ended_at.is_(None),
                Asset.custodian_id == actor.person_id,
            )
        ),
    ]
    if reach.paths:
        below = organisation.departments_below(here, reach.paths)
        seen.append(Transfer.to_department_id.in_(below))
        seen.append(Transfer.id.in_(_given_by(here, below)))
    return sa.or_(*seen)


def open_transfers_of(actor: Actor, limit: int = 50) -> Sequence[Transfer]:
    """The transfers under way that the actor asked for or is to keep, newest first."""
    return (
        session()
        .scalars(
            sa.select(Transfer)
            .where(
                Transfer.institution_id == actor.institution_id,
                Transfer.closed_at.is_(None),
                _ones_own(actor),
            )
            .options(*WHOLE)
            .order_by(Transfer.id.desc())
            .limit(limit)
        )
        .all()
    )


def side_of(actor: Actor, side_id: int) -> TransferSide:
    """A giving side of a transfer the actor may see; Missing otherwise."""
    found = session().scalar(
        sa.select(TransferSide).where(
            TransferSide.id == side_id,
            TransferSide.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="transfers")
    transfer_of(actor, found.transfer_id)
    return found


def transfer_under_way(actor: Actor, asset: Asset) -> Transfer | None:
    """The transfer an asset is part of now, if the actor may see it."""
    transfer_id = session().scalar(
        sa.select(TransferLine.transfer_id).where(
            TransferLine.asset_id == asset.id, TransferLine.ended_at.is_(None)
        )
    )
    if transfer_id is None:
        return None
    try:
        return transfer_of(actor, transfer_id)
    except Missing:
        return None
