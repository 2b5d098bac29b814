"""Requests to buy as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Gathered, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.requests import (
    REQUEST_ORDERS,
    RequestFilter,
    request_rows,
)
from registry.procurement.states import RequestState
from registry.waiting.queries import (
    calendar_of,
    every_open_wait,
    holders_of,
    waited,
)
from registry.words import N_, _, format_list
from registry.words.asking import REQUEST_STATES, request_word
from registry.words.steps import clock_words

__all__ = ["REQUESTS"]

_LINES = (selectinload(PurchaseRequest.lines),)
MOST_NAMES = 2


def what(found: PurchaseRequest) -> str:
    """What a request asks for, in one line."""
    return "、".join(
        f"{line.text} × {line.quantity}" for line in found.lines if line.quantity
    )


def _waits_for(actor: Actor, rows: Sequence[Any]) -> Gathered:
    """Whose turn it is, and for how much working time it has been."""
    waits = every_open_wait(actor.institution_id, KIND, [each.id for each in rows])
    holders = holders_of(waits)
    calendar = calendar_of(actor.institution_id)
    said: dict[int, list[str]] = {each.id: [] for each in rows}
    for wait in waits:
        names = [each.name for each in holders[wait.id]]
        who = format_list(names[:MOST_NAMES]) or _("还没有人经手")
        if len(names) > MOST_NAMES:
            who = _("%(who)s等 %(count)s 人", who=who, count=len(names))
        long = clock_words(waited(wait, calendar))
        said[wait.subject_id].append(f"{who} · {long}")
    for each in rows:
        if not said[each.id]:
            draft = each.state == RequestState.DRAFT
            said[each.id] = [_("还没有提交") if draft else _("没有要办的")]
    return {key: "；".join(words) for key, words in said.items()}


def estimated(found: PurchaseRequest) -> int | None:
    """What is left to buy, as estimated; None where nobody said a price."""
    return found.amount_fen if found.is_priced else None


REQUESTS: Listing[RequestFilter, PurchaseRequest] = Listing(
    name="requests",
    title=N_("采购申请"),
    wanted=RequestFilter,
    rows=request_rows,
    orders=REQUEST_ORDERS,
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
            "state", N_("状态"), lambda found: request_word(found.state), phone="chip"
        ),
        Column("what", N_("要什么"), what, phone="plain", loads=_LINES),
        Column(
            "department",
            N_("申请部门"),
            lambda found: found.department.name,
            loads=(joinedload(PurchaseRequest.department),),
        ),
        Column(
            "requester",
            N_("申请人"),
            lambda found: found.requester.name,
            phone="none",
            loads=(joinedload(PurchaseRequest.requester),),
        ),
        Column(
            "covered",
            N_("用闲置解决"),
            lambda found: sum(line.covered for line in found.lines),
            kind=Kind.WHOLE,
            phone="none",
            loads=_LINES,
        ),
        Column(
            "to_buy",
            N_("要购置"),
            lambda found: sum(line.to_buy for line in found.lines),
            kind=Kind.WHOLE,
            phone="none",
            loads=_LINES,
        ),
        Column(
            "amount",
            N_("预计金额"),
            estimated,
            kind=Kind.MONEY,
            loads=_LINES,
        ),
        Column("waits", N_("现在轮到"), gather=_waits_for, phone="line"),
        Column(
            "submitted_at",
            N_("提交时间"),
            lambda found: found.submitted_at,
            kind=Kind.MOMENT,
            phone="none",
        ),
        Column(
            "made_at",
            N_("填写时间"),
            lambda found: found.made_at,
            kind=Kind.MOMENT,
            sort="newest",
            shown=False,
        ),
        Column("purpose", N_("用途"), lambda found: found.purpose, shown=False),
    ),
    filters=(
        SEARCH,
        FilterField(
            "state",
            N_("状态"),
            Narrows.CHOICES,
            "states",
            choices={str(each): REQUEST_STATES[each] for each in RequestState},
        ),
        FilterField(
            "department",
            N_("申请部门"),
            Narrows.KEY,
            "department_id",
            api="department_id",
            picks="department",
            chip=N_("%(value)s申请的"),
        ),
        FilterField("mine", N_("只看我申请的"), Narrows.FLAG),
    ),
    topics="requests",
)
