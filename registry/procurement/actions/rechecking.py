"""Looking once more: the check is old, something turned idle or fell through."""

from __future__ import annotations

import sqlalchemy as sa
import structlog

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.organisation import queries as organisation
from registry.procurement.actions.approving import locked_steps, void_steps
from registry.procurement.actions.buying import close_if_complete
from registry.procurement.actions.certifying import issue
from registry.procurement.actions.drafting import put_aside
from registry.procurement.actions.locking import locked_lines, locked_request
from registry.procurement.actions.looking import go_on, look
from registry.procurement.actions.parting import part
from registry.procurement.events import RequestThrownBack
from registry.procurement.models.checks import FallenThrough
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.checks import answers_of
from registry.procurement.queries.freshness import overtaken, served_anew, why_stale
from registry.procurement.queries.orders import left_to_order
from registry.procurement.queries.requests import by_number
from registry.procurement.states import OVER, REQUEST, LineState, RequestState
from registry.sharing.events import TransferLineEnded
from registry.store.db import session as current_session
from registry.store.transaction import emit, release, transaction

AT_ONCE = 200
LOOKED_AGAIN = (
    RequestState.RULING,
    RequestState.APPROVING,
    RequestState.APPROVED,
)
OVERTAKEN = "overtaken"
FELL = "fell_through"

log = structlog.get_logger("registry.procurement")


def recheck(actor: Actor, request_id: int) -> PurchaseRequest:
    """Make the check of a request again, and have answered what is new.

    What was answered and ruled on stays so. Of a request that is ordered in part, what
    something serves by now is parted from it. Nothing happens while all is still true.
    """
    with transaction():
        found = locked_request(actor, request_id)
        actor.require(Permission.REQUEST_SEE, found)
        if found.state == RequestState.ORDERED:
            _recheck_rest(actor, found)
            return found
        REQUEST.after(RequestState(found.state), "reopen")
        why = why_stale(found)
        if not why and found.state == RequestState.ANSWERING and overtaken(found):
            why = OVERTAKEN
        decided = found.state in (RequestState.APPROVING, RequestState.APPROVED)
        if why == "old" and decided and not served_anew(found):
            _renew(actor, found)
        elif why:
            _throw_back(actor, found, why)
        return found


def _renew(actor: Actor, found: PurchaseRequest) -> None:
    """Make an old check anew where it says the same: what was decided stays decided."""
    look(actor, found)
    if found.state == RequestState.ORDERED:
        return
    certificate = issue(actor, found)
    for step in locked_steps(found.id):
        if step.decided_at is None:
            step.certificate_id = certificate.id
    current_session().flush()


def _recheck_rest(actor: Actor, found: PurchaseRequest) -> None:
    """Look again for what is not ordered yet; what is ordered stands."""
    REQUEST.after(RequestState(found.state), "part")
    why = why_stale(found)
    if not why or not any(left_to_order(found).values()):
        return
    anew = served_anew(found)
    if anew:
        part(actor, found, anew, "new_match")
    if why == "old" and any(left_to_order(found).values()):
        _renew(actor, found)
    close_if_complete(actor, found)


def _throw_back(actor: Actor, found: PurchaseRequest, why: str) -> None:
    session = current_session()
    gone = overtaken(found) if found.state == RequestState.ANSWERING else []
    before = found.follow("reopen")
    found.thrown_back = why
    for line in gone:
        line.follow("reopen")
    session.flush()
    if before in (RequestState.APPROVING, RequestState.APPROVED):
        void_steps(actor, found)
    record(actor, KIND, found.id, "reopen", {"why": why, "from": str(before)})
    look(actor, found)
    go_on(actor, found)
    emit(
        RequestThrownBack(
            found.institution_id, found.id, found.requester_id, found.number, why
        )
    )


def look_again_everywhere() -> int:
    """Look again at all that is on its way and no longer true; how many.

    A duty of the installation.
    """
    count = 0
    for each in organisation.institutions():
        actor = Actor.system(each.id)
        ids = current_session().scalars(
            sa.select(PurchaseRequest.id)
            .where(
                PurchaseRequest.institution_id == each.id,
                PurchaseRequest.state.in_([str(state) for state in LOOKED_AGAIN]),
            )
            .order_by(PurchaseRequest.id)
            .limit(AT_ONCE)
        )
        for request_id in list(ids):
            release()
            before = current_session().get_one(PurchaseRequest, request_id).checks
            if recheck(actor, request_id).checks != before:
                count += 1
    if count:
        log.info("requests_looked_at_again", count=count)
    return count


def follow_transfer(event: TransferLineEnded) -> None:
    """A thing that was taken for a request will not come: so many are open again."""
    if event.outcome == "received" or not event.cause:
        return
    known = by_number(event.institution_id, event.cause)
    if known is None:
        return
    actor = Actor.system(event.institution_id)
    with transaction() as session:
        found = locked_request(actor, known.id)
        line = _line_that_took(found, event.asset_id)
        if line is None:
            return
        session.add(
            FallenThrough(
                institution_id=found.institution_id,
                line_id=line.id,
                asset_id=event.asset_id,
                outcome=event.outcome,
                at=now(),
            )
        )
        session.flush()
        facts = {"line": line.id, "asset": event.asset_id, "outcome": event.outcome}
        record(actor, KIND, found.id, "fall_through", facts)
        state = RequestState(found.state)
        if state in (RequestState.ORDERED, RequestState.CLOSED):
            put_aside(actor, found, line)
            return
        if state in OVER and state is not RequestState.COVERED:
            return
        if state is RequestState.DRAFT:
            line.covered -= 1
            session.flush()
            return
        _open_again(actor, found, line)


def _line_that_took(found: PurchaseRequest, asset_id: int) -> PurchaseLine | None:
    lines = {line.id: line for line in locked_lines(found)}
    for answer in reversed(answers_of(lines)):
        if answer.kind == "take" and asset_id in answer.asset_ids:
            return lines[answer.line_id]
    return None


def _open_again(actor: Actor, found: PurchaseRequest, line: PurchaseLine) -> None:
    session = current_session()
    before = found.follow("reopen")
    found.thrown_back = FELL
    session.flush()
    if before in (RequestState.APPROVING, RequestState.APPROVED):
        void_steps(actor, found)
    line.covered -= 1
    if line.standing != LineState.OPEN:
        line.follow("reopen")
    session.flush()
    look(actor, found)
    go_on(actor, found)
    emit(
        RequestThrownBack(
            found.institution_id, found.id, found.requester_id, found.number, FELL
        )
    )
