"""Who may do what waits of a request: to nobody else is a step passed on."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor, Door
from registry.access.permissions import Permission
from registry.organisation import queries as organisation
from registry.organisation.models import Person
from registry.procurement.models.approvals import UrgentPass
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import DECIDE, KIND, deciders_of
from registry.procurement.queries.deciders import officers_for, reviewers_for
from registry.procurement.states import Step
from registry.store.db import session
from registry.waiting.models import Wait
from registry.waiting.queries import candidates, holders_of

SETTLE, RULE = "settle_unclear", "rule_declined"
REVIEW = "review_urgent"
BY_PERMISSION = {
    "place_order": Permission.ORDER_PLACE,
    "receive_goods": Permission.ORDER_RECEIVE,
}


def candidates_for(actor: Actor, found: Wait) -> list[Person]:
    """To whom a step may be passed on: only people who could do it."""
    able = _able(found)
    if able is None:
        near = candidates(actor, found)
        return [each for each in near if may_have(found, each)]
    having = {each.person_id for each in holders_of([found])[found.id]}
    return list(
        session().scalars(
            sa.select(Person)
            .where(
                Person.institution_id == found.institution_id,
                Person.id.in_(sorted(able - having)),
                Person.left_on.is_(None),
            )
            .options(joinedload(Person.department))
            .order_by(Person.name, Person.id)
        )
    )


def may_have(found: Wait, person: Person) -> bool:
    """Whether somebody could do a step; anybody one of which nothing is known here."""
    able = _able(found)
    if able is not None:
        return person.id in able
    permission = BY_PERMISSION.get(found.step)
    request = session().get(PurchaseRequest, found.subject_id)
    if found.subject_kind != KIND or permission is None or request is None:
        return True
    here = found.institution_id
    as_they = organisation.actor_of_person(here, person.id, Door.PAGE)
    return as_they.may(permission, request.department)


def _able(found: Wait) -> set[int] | None:
    """Who could do a step, where those are few and known by name."""
    if found.subject_kind == REVIEW:
        known = session().get_one(UrgentPass, found.subject_id)
        return _people(reviewers_for(known.request)) - {known.allowed_by_id}
    if found.subject_kind != KIND or found.step in BY_PERMISSION:
        return None
    request = session().get_one(PurchaseRequest, found.subject_id)
    if found.step in (SETTLE, RULE):
        return _people(officers_for(request))
    if found.step.startswith(DECIDE):
        rungs = deciders_of(request, Step(found.step.removeprefix(DECIDE)))
        return {each.person_id for rung in rungs for each in rung}
    return {request.requester_id}


def _people(rungs: Iterable[Iterable[int]]) -> set[int]:
    return {each for rung in rungs for each in rung}
