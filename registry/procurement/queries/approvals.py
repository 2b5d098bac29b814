"""Reading what waits to be approved, and how the steps of a request stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.kernel.clock import today
from registry.organisation import queries as organisation
from registry.procurement.models.approvals import (
    ActingApprover,
    Approval,
    UrgentPass,
)
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.deciders import Decider, deciders
from registry.procurement.states import ApprovalState, Step
from registry.store.db import session
from registry.waiting.models import Wait, WaitHolder

KIND = "purchase_request"
DECIDE = "decide_"


@dataclass(frozen=True)
class ToDecide:
    """A request that waits for the reader, and its step."""

    request: PurchaseRequest
    wait: Wait

    @property
    def step(self) -> str:
        """Whose step it is."""
        return self.wait.step.removeprefix(DECIDE)


def to_decide(actor: Actor, limit: int = 200) -> list[ToDecide]:
    """What waits for the actor, or for those they act for: longest waiting first."""
    people = [actor.person_id or 0, *_acts_for(actor)]
    rows = session().execute(
        sa.select(Wait, PurchaseRequest)
        .join(PurchaseRequest, PurchaseRequest.id == Wait.subject_id)
        .where(
            Wait.institution_id == actor.institution_id,
            PurchaseRequest.institution_id == actor.institution_id,
            Wait.subject_kind == KIND,
            Wait.step.in_([f"{DECIDE}{step}" for step in Step]),
            Wait.ended_at.is_(None),
            PurchaseRequest.requester_id.not_in(people),
            sa.exists().where(
                WaitHolder.wait_id == Wait.id,
                WaitHolder.person_id.in_(people),
                WaitHolder.since.is_not(None),
                WaitHolder.until.is_(None),
            ),
        )
        .options(
            joinedload(PurchaseRequest.department),
            joinedload(PurchaseRequest.requester),
            selectinload(PurchaseRequest.lines),
        )
        .order_by(Wait.began_at, Wait.id)
        .limit(limit)
    )
    return [ToDecide(request, wait) for wait, request in rows]


def _acts_for(actor: Actor) -> Sequence[int]:
    day = today(organisation.institution(actor.institution_id).time_zone)
    return (
        session()
        .scalars(
            sa.select(ActingApprover.person_id).where(
                ActingApprover.institution_id == actor.institution_id,
                ActingApprover.acting_id == actor.person_id,
                ActingApprover.ended_at.is_(None),
                ActingApprover.first <= day,
                ActingApprover.last >= day,
            )
        )
        .all()
    )


def steps_of(request_id: int) -> list[Approval]:
    """Every step of a request, of all rounds, in order."""
    return list(
        session().scalars(
            sa.select(Approval)
            .where(Approval.request_id == request_id)
            .options(joinedload(Approval.decided_by), joinedload(Approval.acting_for))
            .order_by(Approval.round, Approval.stage, Approval.id)
        )
    )


def last_round_of(steps: Iterable[Approval]) -> list[Approval]:
    """Of all steps those of the last round."""
    known = list(steps)
    last = max((each.round for each in known), default=0)
    return [each for each in known if each.round == last]


def open_to(actor: Actor, request: PurchaseRequest) -> list[tuple[Approval, Decider]]:
    """The steps of a request that the actor may decide now."""
    found = []
    for row in last_round_of(steps_of(request.id)):
        if row.state != ApprovalState.OPEN:
            continue
        for rung in deciders_of(request, Step(row.step)):
            found += [(row, each) for each in rung if each.person_id == actor.person_id]
    return found


def deciders_of(request: PurchaseRequest, step: Step) -> list[list[Decider]]:
    """Who may decide a step of a request now, by who is asked first."""
    return deciders(
        request.institution_id,
        request.department.path,
        step,
        request.requester_id,
    )


def urgent_passes(
    actor: Actor, *, reviewed: bool, limit: int = 200
) -> list[UrgentPass]:
    """What was let through as urgent: to be reviewed, or reviewed lately."""
    query = (
        sa.select(UrgentPass)
        .where(
            UrgentPass.institution_id == actor.institution_id,
            UrgentPass.reviewed_at.is_not(None)
            if reviewed
            else UrgentPass.reviewed_at.is_(None),
        )
        .options(
            joinedload(UrgentPass.request).joinedload(PurchaseRequest.department),
            joinedload(UrgentPass.allowed_by),
            joinedload(UrgentPass.reviewed_by),
        )
        .limit(limit)
    )
    if reviewed:
        query = query.order_by(UrgentPass.reviewed_at.desc(), UrgentPass.id.desc())
    else:
        query = query.order_by(UrgentPass.allowed_at, UrgentPass.id)
    return list(session().scalars(query))


def last_pass(request_id: int) -> UrgentPass | None:
    """How a request was let through as urgent, if it was."""
    return session().scalar(
        sa.select(UrgentPass)
        .where(UrgentPass.request_id == request_id)
        .options(joinedload(UrgentPass.allowed_by), joinedload(UrgentPass.reviewed_by))
        .order_by(UrgentPass.id.desc())
        .limit(1)
    )
