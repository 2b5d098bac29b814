"""What a request seeks, as the policy of approving looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from registry.catalogue.classification import covers
from registry.kernel.clock import now, today
from registry.organisation import queries as organisation
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.kinds import kind_of
from registry.procurement.queries.matcher import catalogue
from registry.procurement.queries.orders import parted_of
from registry.procurement.rules.approval import Part, Policy, Sought, counted
from registry.procurement.states import RequestState
from registry.store.db import session

COUNTS = (
    RequestState.ANSWERING,
    RequestState.RULING,
    RequestState.APPROVING,
    RequestState.APPROVED,
    RequestState.ORDERED,
    RequestState.CLOSED,
)
"""Requests that came to something or still may: they count together with a new one."""


def sought_of(
    request: PurchaseRequest, policy: Policy, *, amount_fen: int | None = None
) -> Sought:
    """What is to be bought now, with what was asked for of the same kinds lately.

    ``amount_fen`` is what this request really costs, where that is known better than by
    its estimates.
    """
    zone = organisation.institution(request.institution_id).time_zone
    mine = parts_of(request, today(zone))
    estimated = sum(each.amount_fen for each in mine)
    amount = counted(policy, mine, _others(request, policy))
    if amount_fen is not None:
        amount += amount_fen - estimated
    lines = request.lines
    return Sought(
        amount_fen=max(0, amount),
        wanted=sum(line.quantity for line in lines),
        declined=sum(line.declined for line in lines),
        urgent=request.urgent,
        special=any(_is_special(line, policy) for line in lines),
    )


def parts_of(request: PurchaseRequest, day: date) -> list[Part]:
    """What a request asks to buy, kind by kind; what idle things cover is free."""
    known = catalogue(request.institution_id)
    parted = parted_of(request)
    return [
        Part(
            kind=kind_of(line, known),
            amount_fen=(line.to_buy - parted.get(line.id, 0)) * (line.price_fen or 0),
            requester_id=request.requester_id,
            department_id=request.department_id,
            day=request.submitted_at.date() if request.submitted_at else day,
        )
        for line in request.lines
    ]


def _others(request: PurchaseRequest, policy: Policy) -> Iterable[Part]:
    """What the same person and department asked for about that time."""
    whom = [PurchaseRequest.requester_id == request.requester_id]
    if policy.whole_department:
        whom.append(PurchaseRequest.department_id == request.department_id)
    about = request.submitted_at or now()
    since = about - timedelta(days=policy.window_days + 1)
    rows = session().scalars(
        sa.select(PurchaseRequest)
        .where(
            PurchaseRequest.institution_id == request.institution_id,
            PurchaseRequest.id != request.id,
            PurchaseRequest.submitted_at >= since,
            PurchaseRequest.state.in_([str(state) for state in COUNTS]),
            sa.or_(*whom),
        )
        .options(selectinload(PurchaseRequest.lines))
    )
    zone = organisation.institution(request.institution_id).time_zone
    return [part for each in rows for part in parts_of(each, today(zone))]


def _is_special(line: PurchaseLine, policy: Policy) -> bool:
    kind = line.item_type.standing if line.item_type is not None else None
    found = kind.asset_class if kind is not None else None
    return found is not None and covers(policy.special_classes, found.code)
