"""Departments that go up in others: what becomes of the roles held for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from registry.access.actor import Actor, Grant
from registry.access.roles import Role
from registry.journal.queries import entries_of
from registry.kernel.clock import today
from registry.organisation.actions import (
    grant_role,
    leave,
    merge_department,
)
from registry.organisation.models import Department, Institution, Person
from registry.organisation.overviews import grants_for
from registry.organisation.queries import grants_of, live_grants, root_department
from tests.factories.organisation import make_colleague, make_department, make_person

DAY = today("Asia/Shanghai")

Merge = Callable[[Department, Department], Department]


def roles_of(person: Person, on: date = DAY) -> set[Grant]:
    return set(grants_of(person.id, on))


@pytest.fixture
def arts(institution: Institution) -> Department:
    return make_department(institution, "艺术组")


@pytest.fixture
def music(institution: Institution) -> Department:
    return make_department(institution, "音乐组")


@pytest.fixture
def merge(system: Actor) -> Merge:
    def act(found: Department, into: Department) -> Department:
        return merge_department(system, found.id, into.id, found.version)

    return act


def test_roles_follow_into_a_department_beside_it(
    institution: Institution, arts: Department, music: Department, merge: Merge
) -> None:
    officer = make_colleague(
        institution, Role.DEPARTMENT_ASSET_OFFICER, department=music
    )
    merge(music, arts)
    assert roles_of(officer) == {Grant(Role.DEPARTMENT_ASSET_OFFICER, arts.path)}
    assert grants_for(music) == []


def test_every_role_that_goes_along_is_an_entry_on_both_sides(
    institution: Institution,
    system: Actor,
    arts: Department,
    music: Department,
    merge: Merge,
) -> None:
    head = make_colleague(institution, Role.DEPARTMENT_HEAD, department=music)
    [before] = live_grants(system, head.id)
    merge(music, arts)
    [after] = live_grants(system, head.id)
    ended = entries_of("role_grant", before.id)[-1]
    given = entries_of("role_grant", after.id)[-1]
    assert (ended.verb, json.loads(ended.facts)) == ("revoke", {"merged_into": arts.id})
    assert given.verb == "grant"
    assert json.loads(given.facts)["department"] == arts.id


def test_a_role_does_not_rise_into_the_department_above(
    institution: Institution, system: Actor, arts: Department, merge: Merge
) -> None:
    choir = make_department(institution, "合唱队", parent=arts)
    head = make_colleague(institution, Role.DEPARTMENT_HEAD, department=choir)
    merge(choir, arts)
    assert roles_of(head) == set()
    keeper = make_colleague(institution, Role.WAREHOUSE_KEEPER, department=arts)
    merge(arts, root_department(institution.id))
    assert roles_of(keeper) == set()


def test_a_role_that_counts_everywhere_goes_along_also_upwards(
    institution: Institution, arts: Department, merge: Merge
) -> None:
    root = root_department(institution.id)
    auditor = make_colleague(institution, Role.AUDITOR, department=arts)
    last = make_colleague(institution, Role.ADMINISTRATOR, department=arts)
    merge(arts, root)
    assert roles_of(auditor) == {Grant(Role.AUDITOR, root.path)}
    assert roles_of(last) == {Grant(Role.ADMINISTRATOR, root.path)}


def test_who_has_the_role_there_already_has_it_once(
    institution: Institution,
    system: Actor,
    arts: Department,
    music: Department,
    merge: Merge,
) -> None:
    officer = make_colleague(institution, Role.DEPARTMENT_HEAD, department=music)
    grant_role(system, officer.id, Role.DEPARTMENT_HEAD, arts.id)
    merge(music, arts)
    assert len(live_grants(system, officer.id)) == 1


def test_dates_stay_and_what_has_run_out_or_whose_holder_left_does_not_come_back(
    institution: Institution,
    system: Actor,
    arts: Department,
    music: Department,
    merge: Merge,
) -> None:
    acting, past = make_person(institution), make_person(institution)
    soon = DAY + timedelta(days=9)
    grant_role(system, acting.id, Role.DEPARTMENT_HEAD, music.id, ends_on=soon)
    yesterday = DAY - timedelta(days=1)
    grant_role(system, past.id, Role.DEPARTMENT_HEAD, music.id, ends_on=yesterday)
    gone = make_person(institution)
    grant_role(system, gone.id, Role.WAREHOUSE_KEEPER, music.id)
    leave(system, gone.id, gone.version)
    merge(music, arts)
    [kept] = live_grants(system, acting.id)
    assert (kept.department_id, kept.ends_on) == (arts.id, soon)
    assert live_grants(system, past.id) == []
    assert grants_for(arts) == [kept]
