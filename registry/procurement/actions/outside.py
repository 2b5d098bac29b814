"""Answering what other institutions show: asked for, or declined with a reason.

Nobody can take what is another institution's. So its card never makes a line one to be
ruled on; but the request goes no further before each card that serves is answered: by
a reason, or by its owner's *no* or *yes*. What an owner promises is not bought.
"""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing, WrongState
from registry.kernel.text import clean_notes
from registry.procurement.actions.drafting import put_aside
from registry.procurement.actions.locking import locked_lines, locked_request
from registry.procurement.actions.looking import follow_answers, go_on
from registry.procurement.errors import AlreadyAnswered
from registry.procurement.models.checks import CheckLine
from registry.procurement.models.outside import OuterAnswer, OuterCandidate
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.outside import (
    OuterRead,
    fallen_of,
    number_of,
    outer_candidate,
    promised_by,
    read_outside,
)
from registry.procurement.queries.requests import by_number
from registry.procurement.states import (
    OUTER_REASONS,
    DeclineReason,
    LineState,
    OuterAnswerKind,
    RequestState,
)
from registry.sharing.actions import ask_outside, withdraw_inquiry
from registry.sharing.events import InquiryAnswered
from registry.sharing.models import OuterInquiry
from registry.sharing.states import InquiryState
from registry.store.db import session as current_session
from registry.store.transaction import transaction

LEAST_WORDS = 4


def ask_owner(
    actor: Actor, candidate_id: int, count: int, words: str = ""
) -> PurchaseRequest:
    """Ask another institution for so many of what it shows; its answer answers it.

    Raises Missing where it shows them no more: then the check is made again.
    """
    with transaction():
        request, line, read = _asked(actor, candidate_id)
        if not 1 <= count <= line.to_buy:
            raise Invalid.field("count", "out_of_range", least=1, most=line.to_buy)
        ask_outside(
            actor,
            read.candidate.card_id,
            count=count,
            words=words or line.text,
            cause=request.number,
        )
        facts = {"line": line.id, "count": count}
        record(actor, KIND, request.id, "ask_outside", facts)
        return request


def decline_outside(
    actor: Actor, candidate_id: int, reason: str, words: str
) -> PurchaseRequest:
    """Say why another institution's things do not serve; whoever approves reads it."""
    with transaction():
        _no_longer_ask(actor, candidate_id)
        request, line, read = _asked(actor, candidate_id)
        if reason not in [str(each) for each in OUTER_REASONS]:
            raise Invalid.field("reason", "not_a_choice", found=str(reason)[:40])
        text = clean_notes(words, field="words", most=1_000)
        if len(text) < LEAST_WORDS:
            raise Invalid.field("words", "say_why")
        _answer(
            line,
            read.candidate,
            OuterAnswerKind.DECLINE,
            reason=DeclineReason(reason),
            words=text,
            by=actor,
        )
        facts = {"line": line.id, "reason": reason, "words": text}
        record(actor, KIND, request.id, "decline_outside", facts)
        go_on(actor, request)
        return request


def _no_longer_ask(actor: Actor, candidate_id: int) -> None:
    """Withdraw what was asked of the owner; before the request, as locks are taken."""
    found = outer_candidate(actor.institution_id, candidate_id)
    number = number_of(found) if found is not None else ""
    if found is None or not number:
        return
    asked = current_session().scalar(
        sa.select(OuterInquiry).where(
            OuterInquiry.from_institution_id == actor.institution_id,
            OuterInquiry.asked_by_id == actor.person_id,
            OuterInquiry.card_id == found.card_id,
            OuterInquiry.cause == number,
            OuterInquiry.state == str(InquiryState.ASKED),
        )
    )
    if asked is not None:
        withdraw_inquiry(actor, asked.id)


def _asked(
    actor: Actor, candidate_id: int
) -> tuple[PurchaseRequest, PurchaseLine, OuterRead]:
    """A card that is to be answered now, its request and line."""
    found = outer_candidate(actor.institution_id, candidate_id)
    if found is None:
        raise Missing(what="outer_candidates")
    row = current_session().execute(
        sa.select(PurchaseLine.request_id, PurchaseLine.id)
        .join(CheckLine, CheckLine.line_id == PurchaseLine.id)
        .where(CheckLine.id == found.check_line_id)
    )
    request_id, line_id = row.one()
    request = locked_request(actor, request_id)
    actor.require(Permission.REQUEST_ANSWER, request)
    [line] = [each for each in locked_lines(request) if each.id == line_id]
    if line.check_line_id != found.check_line_id:
        raise AlreadyAnswered("check_made_again")
    if request.state != RequestState.ANSWERING:
        raise WrongState(of="purchase_request", state=request.state, verb="answer")
    [read] = [
        each
        for each in read_outside(request, [line])[line.id]
        if each.candidate.id == found.id
    ]
    if read.answer is not None or not line.to_buy:
        raise AlreadyAnswered
    return request, line, read


def _answer(
    line: PurchaseLine,
    found: OuterCandidate,
    kind: OuterAnswerKind,
    *,
    count: int = 0,
    reason: DeclineReason | None = None,
    words: str = "",
    inquiry: str = "",
    by: Actor | None = None,
) -> None:
    session = current_session()
    session.add(
        OuterAnswer(
            institution_id=line.institution_id,
            candidate_id=found.id,
            line_id=line.id,
            kind=str(kind),
            count=count,
            reason=str(reason) if reason is not None else None,
            words=words,
            inquiry=inquiry,
            answered_at=now(),
            answered_by_id=by.person_id if by is not None else None,
        )
    )
    session.flush()


def answer_as_urgent(actor: Actor, request: PurchaseRequest, reason: str) -> None:
    """What cannot wait asks nobody outside; whoever lets it through answers for it."""
    lines = {line.id: line for line in locked_lines(request)}
    with transaction():
        for line_id, reads in read_outside(request, list(lines.values())).items():
            for read in reads:
                if read.is_open:
                    _answer(
                        lines[line_id],
                        read.candidate,
                        OuterAnswerKind.URGENT,
                        words=reason,
                        by=actor,
                    )


def follow_inquiry(event: InquiryAnswered) -> None:
    """The other institution has answered, or what it promised does not come."""
    known = by_number(event.institution_id, event.cause) if event.cause else None
    if known is None:
        return
    system = Actor.system(event.institution_id)
    inquiry = current_session().get_one(OuterInquiry, event.inquiry_id)
    with transaction():
        request = locked_request(system, known.id)
        # A number is easily written on any inquiry; only one's own counts.
        if inquiry.asked_by_id != request.requester_id:
            return
        promised = promised_by(event.institution_id, inquiry.number)
        if promised and event.state != "given":
            _fall_through(system, request, inquiry, promised)
        elif event.state in ("refused", "promised"):
            _take_answer(system, request, inquiry)


def _take_answer(
    system: Actor, request: PurchaseRequest, inquiry: OuterInquiry
) -> None:
    if request.state != RequestState.ANSWERING:
        return
    lines = {line.id: line for line in locked_lines(request)}
    left = inquiry.promised if inquiry.state == "promised" else 0
    for line_id, reads in read_outside(request, list(lines.values())).items():
        line = lines[line_id]
        for read in reads:
            mine = read.candidate.card_id == inquiry.card_id
            if not mine or read.answer is not None:
                continue
            count = min(left, line.to_buy)
            left -= count
            kind = OuterAnswerKind.PROMISED if count else OuterAnswerKind.REFUSED
            _answer(
                line,
                read.candidate,
                kind,
                count=count,
                words=inquiry.reason,
                inquiry=inquiry.number,
            )
            if count:
                line.quantity -= count
                current_session().flush()
            facts = {"line": line.id, "count": count, "words": inquiry.reason}
            record(system, KIND, request.id, f"{kind}_outside", facts)
            if line.standing == LineState.MATCHED:
                follow_answers(line)
    go_on(system, request)


def _fall_through(
    system: Actor,
    request: PurchaseRequest,
    inquiry: OuterInquiry,
    promised: list[OuterAnswer],
) -> None:
    """What does not come after all is asked for anew, in a draft of its own."""
    lines = {line.id: line for line in locked_lines(request)}
    before = sum(each.count for each in promised)
    kept = inquiry.promised if inquiry.state == "promised" else 0
    gone = before - kept - fallen_of(request.institution_id, inquiry.number)
    session = current_session()
    for answer in promised:
        count = min(max(0, gone), answer.count)
        if not count:
            continue
        gone -= count
        line = lines[answer.line_id]
        found = session.get_one(OuterCandidate, answer.candidate_id)
        _answer(line, found, OuterAnswerKind.FELL, count=count, inquiry=inquiry.number)
        for _ in range(count):
            put_aside(system, request, line)
        facts = {"line": line.id, "count": count}
        record(system, KIND, request.id, "fall_through_outside", facts)
