"""Who may decide a step: who holds its role, who acts for them, who stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.clock import today
from registry.kernel.errors import Missing
from registry.organisation import queries as organisation
from registry.organisation.models import Person
from registry.procurement.models.approvals import ActingApprover
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.policies import policy_of
from registry.procurement.rules.approval import Policy
from registry.procurement.states import Step
from registry.store.db import session

ROLE_OF = {
    Step.DEPARTMENT_HEAD: Role.DEPARTMENT_HEAD,
    Step.ASSET_OFFICE: Role.ASSET_OFFICE,
    Step.FINANCE: Role.FINANCE,
    Step.PRINCIPAL: Role.PRINCIPAL,
}
"""Which role decides a step; for a department, the nearest holder above it."""

ROLES = tuple(ROLE_OF.values())
_INSTEAD = (Role.ASSET_OFFICE, Role.PRINCIPAL)
"""Who decides where a step has neither its own people nor substitutes."""


@dataclass(frozen=True)
class Decider:
    """Somebody who may decide a step, and for whom if not by themselves."""

    person_id: int
    for_id: int | None = None


@dataclass(frozen=True)
class Deciding:
    """A matter as the policy looks at it: who asks, and who may decide or rule."""

    institution_id: int
    requester_id: int
    decider_ids: frozenset[int]


def deciders(
    institution_id: int, path: str, step: Step, requester_id: int | None
) -> list[list[Decider]]:
    """Who is asked for a step of a department's request, and who after them.

    Each rung is one level up: the nearest who hold the role, then those above them,
    then substitutes. Whoever acts for somebody is asked beside them. Neither the
    requester nor anybody who acts for the requester is ever among them.
    """
    policy = policy_of(institution_id)
    day = _today(institution_id)
    rungs = _rungs(institution_id, path, step, policy, day)
    kept = [[each for each in rung if each != requester_id] for rung in rungs]
    if not any(kept):
        held = organisation.grants_of_roles(institution_id, _INSTEAD, day)
        instead = organisation.nearest(path, held, _INSTEAD)
        kept = [[each.id for each in instead if each.id != requester_id]]
    acting = acting_on(institution_id, day)
    return [_with_acting(rung, acting, requester_id) for rung in kept if rung]


def _rungs(
    institution_id: int, path: str, step: Step, policy: Policy, day: date
) -> list[list[int]]:
    role = ROLE_OF[step]
    held = organisation.grants_of_roles(institution_id, (role,), day)
    if step != Step.DEPARTMENT_HEAD:
        # These answer for the whole institution, wherever their role was given.
        return [sorted({person.id for person, _, _ in held}), list(policy.substitutes)]
    here = [each for each in held if path.startswith(each[1])]
    depths = sorted({len(each[1]) for each in here}, reverse=True)
    rungs = [
        sorted({person.id for person, where, _ in here if len(where) == depth})
        for depth in depths
    ]
    return [*rungs, list(policy.substitutes)]


def _with_acting(
    rung: Sequence[int], acting: Sequence[ActingApprover], requester_id: int | None
) -> list[Decider]:
    own = [Decider(each) for each in rung]
    taken = {*rung, requester_id}
    others: dict[int, Decider] = {}
    for each in acting:
        if each.person_id in rung and each.acting_id not in taken:
            others.setdefault(each.acting_id, Decider(each.acting_id, each.person_id))
    return [*own, *others.values()]


def _people_for(request: PurchaseRequest, steps: Iterable[Step]) -> list[list[int]]:
    return [
        [each.person_id for each in rung]
        for step in steps
        for rung in deciders(
            request.institution_id,
            request.department.path,
            step,
            request.requester_id,
        )
    ]


def officers_for(request: PurchaseRequest) -> list[list[int]]:
    """Who settles and rules, and who after them; never whoever asks."""
    return _people_for(request, (Step.ASSET_OFFICE, Step.PRINCIPAL))


def reviewers_for(request: PurchaseRequest) -> list[list[int]]:
    """Who is asked to review, and who after them: principal, finance, asset office."""
    return _people_for(request, (Step.PRINCIPAL, Step.FINANCE, Step.ASSET_OFFICE))


def acting_on(institution_id: int, day: date) -> list[ActingApprover]:
    """Who acts for whom on a day; whoever has left acts for nobody."""
    acting = aliased(Person)
    return list(
        session().scalars(
            sa.select(ActingApprover)
            .join(acting, acting.id == ActingApprover.acting_id)
            .where(
                ActingApprover.institution_id == institution_id,
                ActingApprover.ended_at.is_(None),
                ActingApprover.first <= day,
                ActingApprover.last >= day,
                acting.left_on.is_(None),
            )
            .order_by(ActingApprover.id)
        )
    )


def stands_in(institution_id: int, person_id: int) -> bool:
    """Whether somebody decides today for others: acting for one, or as a substitute."""
    acting = acting_on(institution_id, _today(institution_id))
    if any(each.acting_id == person_id for each in acting):
        return True
    return person_id in policy_of(institution_id).substitutes


def acting_between(
    institution_id: int, first: date, last: date
) -> list[ActingApprover]:
    """Who acts for whom on any day of a span."""
    return list(
        session().scalars(
            sa.select(ActingApprover).where(
                ActingApprover.institution_id == institution_id,
                ActingApprover.ended_at.is_(None),
                ActingApprover.first <= last,
                ActingApprover.last >= first,
            )
        )
    )


def acting_listed(actor: Actor, *, own: bool) -> list[ActingApprover]:
    """Who acts for whom now or will, the next to end first; one's own, or all."""
    day = _today(actor.institution_id)
    query = (
        sa.select(ActingApprover)
        .where(
            ActingApprover.institution_id == actor.institution_id,
            ActingApprover.ended_at.is_(None),
            ActingApprover.last >= day,
        )
        .options(joinedload(ActingApprover.person), joinedload(ActingApprover.acting))
        .order_by(ActingApprover.last, ActingApprover.id)
        .limit(500)
    )
    if own:
        query = query.where(
            sa.or_(
                ActingApprover.person_id == actor.person_id,
                ActingApprover.acting_id == actor.person_id,
            )
        )
    return list(session().scalars(query))


def acting(actor: Actor, acting_id: int) -> ActingApprover:
    """One such appointment of the actor's institution."""
    found = session().scalar(
        sa.select(ActingApprover).where(
            ActingApprover.id == acting_id,
            ActingApprover.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="acting_approvers")
    return found


@dataclass(frozen=True)
class Bench:
    """Who could decide a step at all, for the page of the policy."""

    step: Step
    people: tuple[Person, ...]


def benches(institution_id: int, policy: Policy) -> list[Bench]:
    """For each step in use everybody who could decide it for some request."""
    held = organisation.grants_of_roles(institution_id, ROLES, _today(institution_id))
    stand_ins = _still_here(institution_id, policy.substitutes)
    found = []
    for step in policy.used:
        own = [person for person, _, role in held if role == ROLE_OF[step]]
        people = {person.id: person for person in [*own, *stand_ins]}
        found.append(Bench(step, tuple(people[key] for key in sorted(people))))
    return found


def _still_here(institution_id: int, ids: Sequence[int]) -> list[Person]:
    return list(
        session().scalars(
            sa.select(Person).where(
                Person.institution_id == institution_id,
                Person.id.in_(ids),
                Person.left_on.is_(None),
            )
        )
    )


def _today(institution_id: int) -> date:
    return today(organisation.institution(institution_id).time_zone)
