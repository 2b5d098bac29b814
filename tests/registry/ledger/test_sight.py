"""Who sees what: the policy for one asset and the condition for lists agree."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.ledger import queries
from registry.ledger.queries import Filter, Sight
from registry.organisation.models import Institution
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_institution,
    make_person,
)

ROLES = [None, *(role for role in Role if role is not Role.STAFF)]


@pytest.mark.parametrize("role", ROLES)
def test_a_list_holds_just_what_the_policy_lets_one_see(
    institution: Institution, context: Session, role: Role | None
) -> None:
    upper = make_department(institution)
    lower = make_department(institution, parent=upper)
    other = make_department(institution)
    for place in (upper, lower, other):
        reader = make_colleague(institution, role, department=place)
        actor = actor_of(reader)
        kept = make_asset(institution, department_id=other.id, custodian_id=reader.id)
        used = make_asset(institution, department_id=upper.id, user_id=reader.id)
        rest = [
            make_asset(institution, department_id=d.id) for d in (upper, lower, other)
        ]
        listed = {a.id for a in queries.list_assets(actor, Filter(), size=200).rows}
        for asset in (kept, used, *rest):
            found = queries.asset(actor, asset.id)
            assert (asset.id in listed) == actor.may(Permission.ASSET_SEE, found)
            full = queries.sight_of(actor, found) is Sight.FULL
            assert full == (asset.id in listed)


def test_a_role_for_a_department_reaches_below_it_and_not_beside(
    institution: Institution,
) -> None:
    upper = make_department(institution)
    lower = make_department(institution, parent=upper)
    beside = make_department(institution)
    officer = actor_of(
        make_colleague(institution, Role.DEPARTMENT_ASSET_OFFICER, department=upper)
    )
    for department, seen in ((upper, True), (lower, True), (beside, False)):
        asset = make_asset(institution, department_id=department.id)
        assert (queries.sight_of(officer, asset) is Sight.FULL) == seen


def test_a_department_whose_path_begins_alike_is_not_below(
    institution: Institution,
) -> None:
    departments = [make_department(institution) for _ in range(12)]
    for one, two in itertools.permutations(departments, 2):
        assert not two.path.startswith(one.path)


def test_nothing_of_another_institution_is_there(institution: Institution) -> None:
    foreign = make_asset(make_institution())
    for actor in (
        Actor.system(institution.id),
        actor_of(make_colleague(institution, Role.AUDITOR)),
    ):
        assert queries.list_assets(actor, Filter()).rows == []
        assert queries.count_assets(actor, Filter()) == 0
        assert queries.list_assets(actor, Filter(pool=True)).rows == []
        assert queries.sight_of(actor, foreign) is not Sight.FULL or actor.is_system


def test_the_pool_shows_what_is_idle_to_every_colleague(
    institution: Institution,
) -> None:
    idle = make_asset(institution, state="idle")
    make_asset(institution)
    somebody = actor_of(make_person(institution))
    page = queries.list_assets(somebody, Filter(pool=True))
    assert [each.id for each in page.rows] == [idle.id]
    assert queries.sight_of(somebody, idle) is Sight.COLLEAGUE


@pytest.mark.parametrize("sort", ["cost", "-custodian", "acquired", "changed"])
def test_no_order_of_the_pool_tells_more_than_its_cards(
    institution: Institution, sort: str
) -> None:
    make_asset(institution, state="idle", cost_fen=900)
    mine = make_person(institution)
    kept = make_asset(institution, state="idle", custodian_id=mine.id)
    page = queries.list_assets(actor_of(mine), Filter(pool=True), sort=sort)
    assert [each.id for each in page.rows] == [kept.id]


def test_a_stranger_sees_the_public_card_and_lists_nothing(
    institution: Institution,
) -> None:
    asset = make_asset(institution, state="idle")
    stranger = Actor.stranger(institution.id)
    assert queries.sight_of(stranger, asset) is Sight.PUBLIC
    assert queries.list_assets(stranger, Filter()).rows == []
    assert queries.list_assets(stranger, Filter(pool=True)).rows == []
