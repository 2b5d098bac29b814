"""Approving a request: its steps one after another, each by somebody who may.

Locks are taken in one order: the request, its steps, the grants of whoever decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Forbidden, Invalid, WrongState
from registry.kernel.text import clean_notes
from registry.organisation.models import RoleGrant
from registry.procurement.actions.certifying import issue
from registry.procurement.actions.freshness import require_fresh
from registry.procurement.actions.locking import locked_request
from registry.procurement.errors import NotTheirStep, StepDecided
from registry.procurement.events import RequestDecided
from registry.procurement.models.approvals import ActingApprover, Approval
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import DECIDE, KIND, deciders_of
from registry.procurement.queries.deciders import ROLES, Decider, Deciding, deciders
from registry.procurement.queries.policies import policy_of
from registry.procurement.queries.seeking import sought_of
from registry.procurement.rules.approval import stages_of, steps_needed
from registry.procurement.states import (
    APPROVAL,
    REQUEST,
    ApprovalState,
    RequestState,
    Step,
)
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction
from registry.waiting.actions import begin, drop, finish
from registry.waiting.queries import open_wait

MOST_WORDS = 1_000
PLACE_ORDER = "place_order"
BUYING_HOURS = 40


def begin_approval(
    actor: Actor, request: PurchaseRequest, *, amount_fen: int | None = None
) -> list[Approval]:
    """Issue the certificate and ask the first of those who must agree.

    The caller holds the request's lock, has seen every line resolved, and has set the
    state; ``amount_fen`` is what it costs now, if that is not what was estimated.
    """
    with transaction() as session:
        certificate = issue(actor, request)
        policy = policy_of(request.institution_id)
        sought = sought_of(request, policy, amount_fen=amount_fen)
        needed = steps_needed(policy, sought)
        round_ = last_round(request.id) + 1
        made = [
            Approval(
                institution_id=request.institution_id,
                request_id=request.id,
                certificate_id=certificate.id,
                round=round_,
                stage=stage,
                step=str(step),
                causes=[str(each) for each in needed[step]],
                state=str(APPROVAL.start),
                requester_id=request.requester_id,
                amount_fen=sought.amount_fen,
            )
            for stage, steps in enumerate(stages_of(needed), start=1)
            for step in steps
        ]
        session.add_all(made)
        session.flush()
        facts = {
            "round": round_,
            "certificate": certificate.code,
            "hash": certificate.hash,
            "amount_fen": sought.amount_fen,
            "steps": {each.step: each.causes for each in made},
        }
        record(actor, KIND, request.id, "begin_approval", facts)
        _open_stage(actor, request, made, 1)
        return made


def last_round(request_id: int) -> int:
    """How often a request has come to approval."""
    query = sa.select(sa.func.max(Approval.round))
    return current_session().scalar(query.where(Approval.request_id == request_id)) or 0


def _open_stage(
    actor: Actor, request: PurchaseRequest, rows: Iterable[Approval], stage: int
) -> None:
    """Ask those of one stage, all at once."""
    policy = policy_of(request.institution_id)
    for row in rows:
        if row.stage != stage:
            continue
        row.follow("open")
        row.opened_at = now()
        rungs = deciders_of(request, Step(row.step))
        begin(
            actor,
            subject_kind=KIND,
            subject_id=request.id,
            step=wait_step(Step(row.step)),
            rungs=[[each.person_id for each in rung] for rung in rungs],
            hours=policy.hours,
            department_id=request.department_id,
            facts={"number": request.number, "department": request.department.name},
        )
    current_session().flush()


def wait_step(step: Step) -> str:
    """What a step of approving is called among all that waits."""
    return f"{DECIDE}{step}"


def approve(
    actor: Actor, request_id: int, *, step: str | None = None, words: str = ""
) -> PurchaseRequest:
    """Agree, as the step one is asked for (all of them, where one has several).

    Pressing twice is agreeing once. Raises StepDecided if somebody else was faster,
    NotTheirStep, WrongState, and CheckStale where the check must be made again.
    """
    with transaction():
        request, rows = _locked(actor, request_id)
        mine = _own(actor, request, rows, step)
        open_ = [each for each in mine if each.row.state == ApprovalState.OPEN]
        if not open_:
            if request.state in (RequestState.ANSWERING, RequestState.RULING):
                # It went back to its check: nobody has agreed to what comes of that.
                raise WrongState(of=REQUEST.of, state=request.state, verb="approve")
            if _again(actor, mine, ApprovalState.APPROVED):
                return request
            raise _refusal(request, mine, rows)
        require_fresh(actor, request)
        text = clean_notes(words, field="words", most=MOST_WORDS)
        for each in open_:
            _close(actor, request, each, "approve", ApprovalState.APPROVED, text)
        _go_on(actor, request, rows)
        return request


def refuse(
    actor: Actor, request_id: int, *, step: str | None = None, words: str
) -> PurchaseRequest:
    """Refuse, with a reason; what was taken of idle things stays taken."""
    with transaction():
        return _turn_down(actor, request_id, step, words, "refuse")


def send_back(
    actor: Actor, request_id: int, *, step: str | None = None, words: str
) -> PurchaseRequest:
    """Send a request back to whoever asks, with what to change; it is checked anew."""
    with transaction():
        return _turn_down(actor, request_id, step, words, "send_back")


_TURNED_DOWN = {
    "refuse": ApprovalState.REFUSED,
    "send_back": ApprovalState.RETURNED,
}


def _turn_down(
    actor: Actor, request_id: int, step: str | None, words: str, verb: str
) -> PurchaseRequest:
    request, rows = _locked(actor, request_id)
    mine = _own(actor, request, rows, step)
    open_ = [each for each in mine if each.row.state == ApprovalState.OPEN]
    state = _TURNED_DOWN[verb]
    if not open_:
        if _again(actor, mine, state):
            return request
        raise _refusal(request, mine, rows)
    text = clean_notes(words, field="words", most=MOST_WORDS)
    if not text:
        raise Invalid.field("words", "required")
    _close(actor, request, open_[0], verb, state, text)
    void_steps(actor, request, rows)
    request.follow(verb)
    current_session().flush()
    record(actor, KIND, request.id, verb, {"words": text})
    emit(decided(request, verb))
    return request


def decided(request: PurchaseRequest, outcome: str) -> RequestDecided:
    """That a request was decided, for whoever follows."""
    return RequestDecided(
        request.institution_id,
        request.id,
        request.requester_id,
        request.number,
        outcome,
    )


def void_steps(
    actor: Actor, request: PurchaseRequest, rows: Sequence[Approval] | None = None
) -> None:
    """Let every step that is not decided go; nobody is asked for it any more."""
    with transaction() as session:
        for row in rows if rows is not None else locked_steps(request.id):
            if row.state not in (ApprovalState.OPEN, ApprovalState.LATER):
                continue
            if row.state == ApprovalState.OPEN:
                end_wait(actor, request, wait_step(Step(row.step)), "needless")
            row.follow("void")
        end_wait(actor, request, PLACE_ORDER, "needless")
        session.flush()


# Whose step it is


@dataclass(frozen=True)
class _Own:
    """A step that the actor may decide, and for whom if not by themselves."""

    row: Approval
    decider: Decider


def _locked(actor: Actor, request_id: int) -> tuple[PurchaseRequest, list[Approval]]:
    """A request and the steps of its last round, under lock."""
    request = locked_request(actor, request_id)
    rows = locked_steps(request.id)
    return request, rows


def locked_steps(request_id: int) -> list[Approval]:
    """The steps of the last round of a request, under lock."""
    return list(
        current_session().scalars(
            sa.select(Approval)
            .where(
                Approval.request_id == request_id,
                Approval.round == last_round(request_id),
            )
            .order_by(Approval.stage, Approval.id)
            .with_for_update(of=Approval)
            .execution_options(populate_existing=True)
        )
    )


def hold_grants(actor: Actor) -> None:
    """Let nobody take roles or standing in from anyone while this is decided.

    Whoever revokes meanwhile waits for this commit; what was revoked before is seen.
    """
    session = current_session()
    session.execute(
        sa.select(RoleGrant.id)
        .where(
            RoleGrant.institution_id == actor.institution_id,
            RoleGrant.role.in_(ROLES),
            RoleGrant.revoked_at.is_(None),
        )
        .order_by(RoleGrant.id)
        .with_for_update(read=True)
    )
    session.execute(
        sa.select(ActingApprover.id)
        .where(
            ActingApprover.institution_id == actor.institution_id,
            ActingApprover.acting_id == actor.person_id,
            ActingApprover.ended_at.is_(None),
        )
        .order_by(ActingApprover.id)
        .with_for_update(read=True)
    )


def _own(
    actor: Actor, request: PurchaseRequest, rows: Sequence[Approval], step: str | None
) -> list[_Own]:
    """The steps of the round that the actor may decide; NotTheirStep for none.

    Roles are read again here, inside the transaction that decides.
    """
    if actor.person_id is None:
        raise Forbidden(permission=str(Permission.REQUEST_DECIDE))
    hold_grants(actor)
    found = []
    for row in rows:
        if step is not None and row.step != step:
            continue
        people = {
            each.person_id: each
            for rung in deciders_of(request, Step(row.step))
            for each in rung
        }
        subject = Deciding(
            request.institution_id, request.requester_id, frozenset(people)
        )
        if actor.may(Permission.REQUEST_DECIDE, subject):
            found.append(_Own(row, people[actor.person_id]))
    if not found:
        raise NotTheirStep
    return found


def _again(actor: Actor, mine: Sequence[_Own], state: ApprovalState) -> bool:
    """Whether the actor has decided the same before: a second press."""
    return any(
        each.row.state == state and each.row.decided_by_id == actor.person_id
        for each in mine
    )


def _refusal(
    request: PurchaseRequest, mine: Sequence[_Own], rows: Sequence[Approval]
) -> Exception:
    """Why there is nothing to decide: somebody did, others come first, it is over."""
    past = [each.row for each in mine if each.row.decided_at is not None]
    if past:
        row = past[0]
        at = row.decided_at.isoformat() if row.decided_at else ""
        return StepDecided(outcome=row.state, at=at)
    if any(each.row.state == ApprovalState.LATER for each in mine):
        return NotTheirStep("not_yet_their_step")
    return WrongState(of=REQUEST.of, state=request.state, verb="approve")


def _close(
    actor: Actor,
    request: PurchaseRequest,
    own: _Own,
    verb: str,
    state: ApprovalState,
    words: str,
) -> None:
    row = own.row
    row.follow(verb)
    row.decided_at = now()
    row.decided_by_id = actor.person_id
    row.acting_for_id = own.decider.for_id
    row.words = words
    current_session().flush()
    facts: dict[str, Any] = {"step": row.step, "round": row.round, "outcome": row.state}
    if own.decider.for_id is not None:
        facts["for"] = own.decider.for_id
    if words:
        facts["words"] = words
    record(actor, KIND, request.id, "decide_step", facts)
    end_wait(actor, request, wait_step(Step(row.step)), row.state, done=True)


def _go_on(actor: Actor, request: PurchaseRequest, rows: Sequence[Approval]) -> None:
    """Ask the next stage when everybody of this one has agreed, or be done."""
    if any(row.state == ApprovalState.OPEN for row in rows):
        return
    later = [row.stage for row in rows if row.state == ApprovalState.LATER]
    if later:
        _open_stage(actor, request, rows, min(later))
        return
    let_through(actor, request, "approve", {"round": rows[0].round})


def let_through(
    actor: Actor, request: PurchaseRequest, verb: str, facts: dict[str, Any]
) -> None:
    """Note that a request is approved, and ask whoever buys."""
    request.follow(verb)
    current_session().flush()
    record(actor, KIND, request.id, verb, facts)
    emit(decided(request, verb))
    begin(
        actor,
        subject_kind=KIND,
        subject_id=request.id,
        step=PLACE_ORDER,
        rungs=[
            [each.person_id for each in rung]
            for rung in deciders(
                request.institution_id,
                request.department.path,
                Step.ASSET_OFFICE,
                None,
            )
        ],
        hours=BUYING_HOURS,
        department_id=request.department_id,
        facts={"number": request.number, "department": request.department.name},
    )


def end_wait(
    actor: Actor,
    request: PurchaseRequest,
    step: str,
    outcome: str,
    *,
    done: bool = False,
) -> None:
    """End what waits of a request in one step, if it waits."""
    found = open_wait(request.institution_id, KIND, request.id, step)
    if found is None:
        return
    if done:
        finish(actor, found, outcome)
    else:
        drop(actor, found, outcome)
