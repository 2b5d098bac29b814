"""Parting what is not ordered yet from what is: the rest comes to the check again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.procurement.actions.approving import PLACE_ORDER, end_wait
from registry.procurement.actions.drafting import follow_up, submit_written
from registry.procurement.events import RequestThrownBack
from registry.procurement.models.orders import PartedLine
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.orders import left_to_order
from registry.procurement.states import REQUEST, RequestState
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction


def part(
    actor: Actor,
    request: PurchaseRequest,
    lines: Sequence[PurchaseLine],
    why: str,
    prices: Mapping[int, int] | None = None,
) -> PurchaseRequest:
    """Ask for what is not ordered of some lines in a request of its own, checked now.

    What is ordered goes on as it was approved. ``why`` is told to whoever asks;
    ``prices`` are fen for one of a line, where they are known better by now. The caller
    holds the request's lock; it is *ordered*.
    """
    with transaction() as session:
        REQUEST.after(RequestState(request.state), "part")
        left = left_to_order(request)
        rest = [line for line in lines if left[line.id]]
        following = follow_up(actor, request, why)
        for line in rest:
            made = PurchaseLine(
                institution_id=request.institution_id,
                request_id=following.id,
                quantity=left[line.id],
                **line.as_asked(),
            )
            if prices and line.id in prices:
                made.price_fen = prices[line.id]
            session.add(made)
            session.flush()
            session.add(
                PartedLine(
                    institution_id=request.institution_id,
                    line_id=line.id,
                    into_id=made.id,
                    count=left[line.id],
                    parted_at=now(),
                )
            )
        session.flush()
        facts = {
            "into": following.number,
            "why": why,
            "lines": [[line.id, left[line.id]] for line in rest],
        }
        record(actor, KIND, request.id, "part", facts)
        if not any(left_to_order(request).values()):
            end_wait(actor, request, PLACE_ORDER, "needless")
        submit_written(actor, following)
        emit(
            RequestThrownBack(
                following.institution_id,
                following.id,
                following.requester_id,
                following.number,
                why,
            )
        )
        return following


def part_rest(actor: Actor, request: PurchaseRequest, cost_fen: int) -> PurchaseRequest:
    """Part all that is not ordered, at what it really costs together.

    The prices keep their shares; where none was estimated all are equal.
    """
    left = left_to_order(request)
    lines = [line for line in request.lines if left[line.id]]
    estimated = sum(left[line.id] * (line.price_fen or 0) for line in lines)
    things = sum(left[line.id] for line in lines)
    prices = {
        line.id: -(-(line.price_fen or 0) * cost_fen // estimated)
        if estimated
        else -(-cost_fen // max(1, things))
        for line in lines
    }
    current_session().flush()
    return part(actor, request, lines, "costs_more", prices)
