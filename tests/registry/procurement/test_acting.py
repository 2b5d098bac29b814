"""Who acts for whom, and who is asked for a step of a request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.organisation.actions import leave
from registry.organisation.models import Department, Institution, Person
from registry.procurement.actions.acting import end_acting, name_acting
from registry.procurement.actions.policies import change_policy
from registry.procurement.errors import ActingTwice
from registry.procurement.queries.deciders import Decider, deciders, stands_in
from registry.procurement.rules.approval import Rule
from registry.procurement.states import Step
from tests.factories.organisation import actor_of, make_colleague, make_department

DAY = timedelta(days=1)


@pytest.fixture
def science(institution: Institution) -> Department:
    return make_department(institution, "理科部")


@pytest.fixture
def physics(institution: Institution, science: Department) -> Department:
    return make_department(institution, "物理组", parent=science)


def asked(
    home: Department, step: Step, requester: Person | None = None
) -> list[list[int]]:
    rungs = deciders(
        home.institution_id, home.path, step, requester.id if requester else None
    )
    return [[each.person_id for each in rung] for rung in rungs]


def test_the_nearest_head_is_asked_then_those_above_never_the_requester(
    context: Session, institution: Institution, science: Department, physics: Department
) -> None:
    near = make_colleague(institution, Role.DEPARTMENT_HEAD, department=physics)
    above = make_colleague(institution, Role.DEPARTMENT_HEAD, department=science)
    make_colleague(
        institution,
        Role.DEPARTMENT_HEAD,
        department=make_department(institution, "文科部"),
    )
    step = Step.DEPARTMENT_HEAD
    assert asked(physics, step) == [[near.id], [above.id]]
    assert asked(physics, step, near) == [[above.id]]
    assert asked(science, step, above) == []
    # nobody of the department is left: the asset office, else the principal
    office = make_colleague(institution, Role.ASSET_OFFICE)
    assert asked(science, step, above) == [[office.id]]
    # and a substitute goes before them
    other = make_colleague(institution, Role.PRINCIPAL)
    make_colleague(institution, Role.DEPARTMENT_HEAD)
    sub = make_colleague(institution)
    never = Rule()
    change_policy(
        actor_of(office),
        1,
        asset_office=never,
        finance=never,
        principal=never,
        substitutes=(sub.id, other.id),
    )
    assert asked(science, step, above)[-1] == [sub.id, other.id]
    # who is one decides, role or not: a second factor is asked of them as well
    assert stands_in(institution.id, sub.id)
    assert not stands_in(institution.id, make_colleague(institution).id)


def test_one_who_acts_is_asked_beside_the_other_but_not_for_their_own(
    context: Session, institution: Institution, physics: Department
) -> None:
    head = make_colleague(institution, Role.DEPARTMENT_HEAD, department=physics)
    office = make_colleague(institution, Role.ASSET_OFFICE)
    deputy = make_colleague(institution, department=physics)
    day = today(institution.time_zone)
    made = name_acting(actor_of(head), acting_id=deputy.id, first=day, last=day + DAY)
    here, path, step = institution.id, physics.path, Step.DEPARTMENT_HEAD
    both = [Decider(head.id), Decider(deputy.id, head.id)]
    assert deciders(here, path, step, None) == [both]
    assert stands_in(here, deputy.id)
    # the deputy asks: the head decides; the head asks: neither does
    assert deciders(here, path, step, deputy.id) == [[Decider(head.id)]]
    assert deciders(here, path, step, head.id) == [[Decider(office.id)]]
    end_acting(actor_of(deputy), made.id)
    assert not stands_in(here, deputy.id)
    assert deciders(here, path, step, None) == [[Decider(head.id)]]
    with pytest.raises(Conflict):
        end_acting(actor_of(head), made.id)
    # later days, or somebody who has left, change nothing today
    later = day + 5 * DAY
    name_acting(actor_of(head), acting_id=deputy.id, first=later, last=later)
    assert deciders(here, path, step, None) == [[Decider(head.id)]]
    gone = make_colleague(institution)
    name_acting(actor_of(head), acting_id=gone.id, first=day, last=day)
    leave(Actor.system(here), gone.id, gone.version)
    assert deciders(here, path, step, None) == [[Decider(head.id)]]


def test_naming_refuses_what_cannot_be(
    context: Session, institution: Institution, physics: Department
) -> None:
    head = make_colleague(institution, Role.DEPARTMENT_HEAD, department=physics)
    other = make_colleague(institution, Role.FINANCE)
    staff = make_colleague(institution, department=physics)
    office = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    day = today(institution.time_zone)
    good: dict[str, Any] = {"acting_id": staff.id, "first": day, "last": day + DAY}
    for wrong in (
        {"acting_id": head.id},
        {"last": day - DAY},
        {"first": day - 3 * DAY, "last": day - DAY},
        {"last": day + 400 * DAY},
    ):
        with pytest.raises(Invalid):
            name_acting(actor_of(head), **{**good, **wrong})
    name_acting(actor_of(head), **good)
    with pytest.raises(ActingTwice):
        name_acting(actor_of(head), **{**good, "first": day + DAY, "last": day + DAY})
    # nobody gives away what is another's; the office may, for somebody who is ill
    with pytest.raises(Forbidden):
        name_acting(actor_of(other), person_id=head.id, **good)
    with pytest.raises(Forbidden):
        name_acting(actor_of(staff), **{**good, "acting_id": other.id})
    name_acting(office, person_id=other.id, **good)
