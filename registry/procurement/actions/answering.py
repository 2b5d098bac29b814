"""Answering what the check has found: taking it, or declining it with a reason."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing, WrongState
from registry.kernel.text import clean_notes
from registry.procurement.actions.lessons import learn_declined, learn_taken
from registry.procurement.actions.locking import locked_request
from registry.procurement.actions.looking import follow_answers, go_on
from registry.procurement.errors import AlreadyAnswered
from registry.procurement.events import ThingNotFound
from registry.procurement.models.checks import Candidate, CheckAnswer, CheckLine
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.checks import read_lines, taken_assets
from registry.procurement.states import (
    CandidateKind,
    DeclineReason,
    LineState,
    RequestState,
)
from registry.sharing.actions import request_transfer
from registry.sharing.models import TransferLine
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction

WITHOUT_WORDS = (DeclineReason.CLAIMED,)
"""Reasons that say all by themselves."""
LEAST_WORDS = 4


def take(actor: Actor, candidate_id: int, count: int) -> PurchaseRequest:
    """Have so many of a group: they are claimed at once and their transfer begins.

    Raises NotEnoughLeft where others were faster, AlreadyAnswered, Invalid.
    """
    with transaction() as session:
        request, line, found, left = _asked(actor, candidate_id)
        if found.kind != CandidateKind.IDLE:
            raise Invalid.field("count", "not_to_be_taken")
        left = min(left, line.to_buy)
        if left <= 0:
            raise AlreadyAnswered
        if not 1 <= count <= left:
            raise Invalid.field("count", "out_of_range", least=1, most=left)
        mine = taken_assets(request)
        transfer = request_transfer(
            actor,
            [each for each in found.asset_ids if each not in mine],
            count=count,
            to_department_id=request.department_id,
            place_id=line.place_id,
            purpose=line.text,
            cause=request.number,
        )
        assets = list(
            session.scalars(
                sa.select(TransferLine.asset_id)
                .where(TransferLine.transfer_id == transfer.id)
                .order_by(TransferLine.asset_id)
            )
        )
        session.add(
            CheckAnswer(
                institution_id=request.institution_id,
                candidate_id=found.id,
                line_id=line.id,
                kind="take",
                count=count,
                asset_ids=assets,
                transfer=transfer.number,
                answered_at=now(),
                answered_by_id=actor.person_id,
            )
        )
        line.covered += count
        session.flush()
        facts = {"line": line.id, "assets": assets, "transfer": transfer.number}
        record(actor, KIND, request.id, "take", facts)
        learn_taken(actor, request, line, found)
        follow_answers(line)
        go_on(actor, request)
        return request


def decline(
    actor: Actor,
    candidate_id: int,
    reason: str,
    words: str = "",
    count: int | None = None,
    *,
    different: bool = False,
) -> PurchaseRequest:
    """Say why a group, or the rest of it, does not serve; somebody else rules.

    ``different``: it is another kind of thing; that is proposed to be remembered.
    """
    with transaction() as session:
        request, line, found, left = _asked(actor, candidate_id)
        if left <= 0 or not line.to_buy:
            raise AlreadyAnswered
        number = left if count is None else count
        if not 1 <= number <= left:
            raise Invalid.field("count", "out_of_range", least=1, most=left)
        if reason not in list(DeclineReason):
            raise Invalid.field("reason", "not_a_choice", found=str(reason)[:40])
        text = clean_notes(words, field="words", most=1_000)
        if reason not in WITHOUT_WORDS and len(text) < LEAST_WORDS:
            raise Invalid.field("words", "say_why")
        if reason == DeclineReason.CLAIMED and found.kind != CandidateKind.CLAIMED:
            raise Invalid.field("reason", "not_claimed")
        session.add(
            CheckAnswer(
                institution_id=request.institution_id,
                candidate_id=found.id,
                line_id=line.id,
                kind="decline",
                count=number,
                asset_ids=[],
                reason=reason,
                words=text,
                answered_at=now(),
                answered_by_id=actor.person_id,
            )
        )
        session.flush()
        facts = {
            "line": line.id,
            "candidate": found.id,
            "count": number,
            "reason": reason,
            "words": text,
        }
        record(actor, KIND, request.id, "decline", facts)
        if different:
            learn_declined(actor, request, line, found, text)
        if reason == DeclineReason.NOT_FOUND:
            mine = taken_assets(request)
            others = [each for each in found.asset_ids if each not in mine]
            for asset_id in others[:number]:
                emit(
                    ThingNotFound(
                        request.institution_id,
                        asset_id,
                        request.number,
                        actor.person_id,
                        text,
                    )
                )
        follow_answers(line)
        go_on(actor, request)
        return request


def _asked(
    actor: Actor, candidate_id: int
) -> tuple[PurchaseRequest, PurchaseLine, Candidate, int]:
    """A group that may be answered now, its request and line, and how much is left."""
    found = current_session().get(Candidate, candidate_id)
    if found is None or found.institution_id != actor.institution_id:
        raise Missing(what="idle_candidates")
    request_id, line_id = _line_of(found)
    request = locked_request(actor, request_id)
    actor.require(Permission.REQUEST_ANSWER, request)
    [line] = [each for each in request.lines if each.id == line_id]
    if line.check_line_id != found.check_line_id:
        raise AlreadyAnswered("check_made_again")
    if request.state != RequestState.ANSWERING:
        raise WrongState(of="purchase_request", state=request.state, verb="answer")
    [read] = read_lines([line])
    if found.id not in read.groups and line.standing != LineState.UNCLEAR:
        raise AlreadyAnswered
    said = sum(each.count for each in read.answers if each.candidate_id == found.id)
    return request, line, found, found.count - said


def _line_of(found: Candidate) -> tuple[int, int]:
    """The request and the line for which a group was found."""
    row = current_session().execute(
        sa.select(PurchaseLine.request_id, PurchaseLine.id)
        .join(CheckLine, CheckLine.line_id == PurchaseLine.id)
        .where(CheckLine.id == found.check_line_id)
    )
    request_id, line_id = row.one()
    return request_id, line_id
