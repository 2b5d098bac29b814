"""What waits of a request before approval, and with whom."""

from __future__ import annotations

from collections.abc import Sequence

from registry.access.actor import Actor
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.deciders import officers_for
from registry.procurement.states import LineState, RequestState
from registry.waiting.actions import begin, drop, finish
from registry.waiting.queries import open_wait

ANSWER, SETTLE, RULE = "answer_check", "settle_unclear", "rule_declined"
HOURS = {ANSWER: 24, SETTLE: 8, RULE: 8}
"""Working hours until the next one up is asked as well."""


def bring_waits_up_to_date(
    actor: Actor,
    request: PurchaseRequest,
    standings: Sequence[str],
    *,
    outside: bool = False,
) -> None:
    """Have just those asked whose turn it is, as the request and its lines stand.

    ``outside``: another institution's card is still to be answered by whoever asks.
    """
    state = request.state
    answering = state == RequestState.ANSWERING
    due = {
        ANSWER: answering and (outside or LineState.MATCHED in standings),
        SETTLE: answering and LineState.UNCLEAR in standings,
        RULE: state == RequestState.RULING,
    }
    for step, is_due in due.items():
        known = open_wait(request.institution_id, KIND, request.id, step)
        if is_due and known is None:
            _ask(actor, request, step)
        elif known is not None and not is_due:
            end = finish if state != RequestState.WITHDRAWN else drop
            end(actor, known, state)


def _ask(actor: Actor, request: PurchaseRequest, step: str) -> None:
    rungs = [[request.requester_id]] if step == ANSWER else officers_for(request)
    begin(
        actor,
        subject_kind=KIND,
        subject_id=request.id,
        step=step,
        rungs=rungs,
        hours=HOURS[step],
        department_id=request.department_id,
        facts={"number": request.number, "department": request.department.name},
    )
