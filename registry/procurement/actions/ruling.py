"""Settling what is unclear, and ruling on what was declined: never about one's own."""

from __future__ import annotations

from collections.abc import Sequence

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, WrongState
from registry.kernel.text import clean_notes
from registry.procurement.actions.locking import locked_lines, locked_request
from registry.procurement.actions.looking import go_on, look
from registry.procurement.errors import NotOnesOwn
from registry.procurement.models.checks import Ruling
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.checks import candidates_of
from registry.procurement.queries.deciders import Deciding, officers_for
from registry.procurement.queries.requests import line_of
from registry.procurement.states import (
    ANSWERED,
    LINE,
    REQUEST,
    LineState,
    RequestState,
    RulingKind,
)
from registry.store.db import session as current_session
from registry.store.transaction import transaction

MOST_WORDS = 1_000
LEAST_WORDS = 4


def judging(request: PurchaseRequest) -> Deciding:
    """Who may settle and rule on a request now."""
    people = frozenset(each for rung in officers_for(request) for each in rung)
    return Deciding(request.institution_id, request.requester_id, people)


def settle_clear(actor: Actor, line_id: int, words: str = "") -> PurchaseRequest:
    """Say that nothing of what was shown serves an unclear line."""
    with transaction():
        request, line = _before(actor, line_id)
        _rule(actor, request, line, RulingKind.SETTLE_CLEAR, words)
        go_on(actor, request)
        return request


def settle_matched(
    actor: Actor, line_id: int, candidate_ids: Sequence[int], words: str = ""
) -> PurchaseRequest:
    """Say which of the look-alikes serve after all; whoever asks answers them."""
    with transaction():
        request, line = _before(actor, line_id)
        fit = {each.id for each in candidates_of(line) if each.kind in ANSWERED}
        chosen = sorted(set(candidate_ids))
        if not chosen or not fit.issuperset(chosen):
            raise Invalid.field("candidates", "required")
        _rule(actor, request, line, RulingKind.SETTLE_MATCHED, words, chosen)
        go_on(actor, request)
        return request


def uphold(actor: Actor, line_id: int, words: str) -> PurchaseRequest:
    """Let a line be bought although something idle was declined, and say why."""
    with transaction():
        request, line = _before(actor, line_id)
        _rule(actor, request, line, RulingKind.UPHOLD, _said(words))
        go_on(actor, request)
        return request


def send_back_to_answer(actor: Actor, line_id: int, words: str) -> PurchaseRequest:
    """Have a line answered again: what was declined would serve, and why."""
    with transaction() as session:
        request, line = _before(actor, line_id)
        said = _said(words)
        _rule(actor, request, line, RulingKind.SEND_BACK, said)
        request.follow("send_back_to_answer")
        request.thrown_back = "ruled"
        line.follow("reopen")
        session.flush()
        # Answered once more, from a check of its own: what was said stays on record.
        look(actor, request)
        go_on(actor, request)
        return request


def _said(words: str) -> str:
    text = clean_notes(words, field="words", most=MOST_WORDS)
    if len(text) < LEAST_WORDS:
        raise Invalid.field("words", "say_why")
    return text


def _before(actor: Actor, line_id: int) -> tuple[PurchaseRequest, PurchaseLine]:
    """A line under its request's lock, for somebody who may rule on it."""
    seen = line_of(actor, line_id)
    request = locked_request(actor, seen.request_id)
    if actor.person_id == request.requester_id:
        raise NotOnesOwn
    actor.require(Permission.REQUEST_RULE, judging(request))
    if request.state not in (RequestState.ANSWERING, RequestState.RULING):
        raise WrongState(of=REQUEST.of, state=request.state, verb="rule")
    [line] = [each for each in locked_lines(request) if each.id == line_id]
    return request, line


def _rule(
    actor: Actor,
    request: PurchaseRequest,
    line: PurchaseLine,
    kind: RulingKind,
    words: str,
    candidate_ids: Sequence[int] = (),
) -> None:
    LINE.after(LineState(line.standing), str(kind))
    session = current_session()
    session.add(
        Ruling(
            institution_id=request.institution_id,
            line_id=line.id,
            check_line_id=line.check_line_id,
            kind=str(kind),
            words=clean_notes(words, field="words", most=MOST_WORDS),
            candidate_ids=list(candidate_ids),
            requester_id=request.requester_id,
            ruled_by_id=actor.person_id,
            ruled_at=now(),
        )
    )
    session.flush()
    line.follow(str(kind))
    session.flush()
    facts = {"line": line.id, "words": words, "candidates": list(candidate_ids)}
    record(actor, KIND, request.id, str(kind), facts)
