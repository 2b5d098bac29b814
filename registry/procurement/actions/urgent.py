"""Letting a purchase through because it cannot wait, and reviewing that afterwards.

A path, not a bypass: the check has been made and frozen, somebody other than who asks
allows it by name and with a reason, and somebody else again looks at it later.
"""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Conflict, Forbidden, Invalid, Missing
from registry.kernel.text import clean_notes
from registry.procurement.actions.approving import (
    MOST_WORDS,
    hold_grants,
    let_through,
    void_steps,
)
from registry.procurement.actions.certifying import issue
from registry.procurement.actions.locking import locked_request
from registry.procurement.actions.overriding import override_open_lines
from registry.procurement.actions.stepping import bring_waits_up_to_date
from registry.procurement.models.approvals import UrgentPass
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.deciders import (
    Decider,
    Deciding,
    deciders,
    reviewers_for,
)
from registry.procurement.queries.policies import policy_of
from registry.procurement.states import REQUEST, RequestState, ReviewVerdict, Step
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.waiting.actions import begin, finish
from registry.waiting.queries import open_wait

REVIEW = "review_urgent"
ALLOWED_BY = (Step.ASSET_OFFICE, Step.PRINCIPAL)
"""Whose deciders may let something through."""
LEAST_REASON = 10
"""A reason has so many characters at least."""


def urgent_deciders(request: PurchaseRequest) -> dict[int, Decider]:
    """Who may let a request through, by person."""
    found: dict[int, Decider] = {}
    for step in ALLOWED_BY:
        rungs = deciders(
            request.institution_id,
            request.department.path,
            step,
            request.requester_id,
        )
        for rung in rungs:
            for each in rung:
                found.setdefault(each.person_id, each)
    return found


def allow_urgent(actor: Actor, request_id: int, reason: str) -> PurchaseRequest:
    """Let a request through at once; it lands on the list of what is to be reviewed.

    What is not answered or ruled on by now is overridden as urgent. Pressing twice is
    allowing once. Raises WrongState before the check is made and after approval.
    """
    with transaction() as session:
        request = locked_request(actor, request_id)
        if actor.person_id is None:
            raise Forbidden(permission=str(Permission.URGENT_ALLOW))
        hold_grants(actor)
        people = urgent_deciders(request)
        subject = Deciding(
            request.institution_id, request.requester_id, frozenset(people)
        )
        actor.require(Permission.URGENT_ALLOW, subject)
        known = _last_pass(request.id)
        if (
            known is not None
            and known.allowed_by_id == actor.person_id
            and request.state == RequestState.APPROVED
        ):
            return request
        text = clean_notes(reason, field="reason", most=MOST_WORDS)
        if len(text) < LEAST_REASON:
            raise Invalid.field("reason", "too_short_reason", least=LEAST_REASON)
        REQUEST.after(RequestState(request.state), "allow_urgent")
        override_open_lines(actor, request, text)
        void_steps(actor, request)
        certificate = issue(actor, request)
        made = UrgentPass(
            institution_id=request.institution_id,
            request_id=request.id,
            certificate_id=certificate.id,
            requester_id=request.requester_id,
            reason=text,
            allowed_by_id=actor.person_id,
            acting_for_id=people[actor.person_id].for_id,
            allowed_at=now(),
        )
        session.add(made)
        session.flush()
        facts = {"reason": text, "certificate": certificate.code, "pass": made.id}
        let_through(actor, request, "allow_urgent", facts)
        bring_waits_up_to_date(actor, request, [])
        _ask_for_review(actor, request, made)
        return request


def _ask_for_review(actor: Actor, request: PurchaseRequest, made: UrgentPass) -> None:
    rungs = [
        [each for each in rung if each != made.allowed_by_id]
        for rung in reviewers_for(request)
    ]
    begin(
        actor,
        subject_kind=REVIEW,
        subject_id=made.id,
        step=REVIEW,
        rungs=rungs,
        hours=policy_of(request.institution_id).review_hours,
        department_id=request.department_id,
        facts={"number": request.number, "department": request.department.name},
    )


def review_urgent(
    actor: Actor, pass_id: int, verdict: str, words: str = ""
) -> UrgentPass:
    """Say afterwards whether it was right; by nobody who asked for it or allowed it.

    Raises Invalid for an unjustified one without words, Conflict once it is reviewed.
    """
    with transaction() as session:
        known = urgent_pass(actor, pass_id)
        request = locked_request(actor, known.request_id)
        found = session.scalar(
            sa.select(UrgentPass)
            .where(UrgentPass.id == known.id)
            .with_for_update(of=UrgentPass)
            .execution_options(populate_existing=True)
        )
        if found is None or actor.person_id is None:
            raise Missing(what="urgent_passes")
        hold_grants(actor)
        people = {each for rung in reviewers_for(request) for each in rung}
        subject = Deciding(
            request.institution_id,
            request.requester_id,
            frozenset(people - {found.allowed_by_id}),
        )
        actor.require(Permission.URGENT_REVIEW, subject)
        if found.reviewed_at is not None:
            raise Conflict("reviewed_already")
        if verdict not in set(ReviewVerdict):
            raise Invalid.field("verdict", "not_a_choice", found=str(verdict)[:40])
        text = clean_notes(words, field="words", most=MOST_WORDS)
        if verdict == ReviewVerdict.UNJUSTIFIED and not text:
            raise Invalid.field("words", "required")
        found.verdict = str(verdict)
        found.review_words = text
        found.reviewed_by_id = actor.person_id
        found.reviewed_at = now()
        session.flush()
        facts = {"pass": found.id, "verdict": found.verdict, "words": text}
        record(actor, KIND, request.id, "review_urgent", facts)
        wait = open_wait(request.institution_id, REVIEW, found.id, REVIEW)
        if wait is not None:
            finish(actor, wait, found.verdict)
        return found


def urgent_pass(actor: Actor, pass_id: int) -> UrgentPass:
    """One such pass of the actor's institution; Missing otherwise."""
    found = current_session().scalar(
        sa.select(UrgentPass).where(
            UrgentPass.id == pass_id,
            UrgentPass.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="urgent_passes")
    return found


def _last_pass(request_id: int) -> UrgentPass | None:
    return current_session().scalar(
        sa.select(UrgentPass)
        .where(UrgentPass.request_id == request_id)
        .order_by(UrgentPass.id.desc())
        .limit(1)
    )
