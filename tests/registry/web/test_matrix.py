"""Every route, as every role and as a stranger, about own and others' things."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.ledger.models import Asset
from registry.organisation.models import Institution
from registry.web.base.routes import DeclaredRoute, declared_routes
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    actor_of,
    make_department,
    make_institution,
    make_person,
    make_place,
)
from tests.harness.depth import deep

ROLES = [None, *(role for role in Role if role is not Role.STAFF)]
FAULTS = {500, 501, 502, 504}
_PART = re.compile(r"<(?:(?P<kind>[a-z]+)(?:\((?P<first>\w+)[^)]*\))?:)?(?P<name>\w+)>")
ABSENT = 987_654_321


def address(route: DeclaredRoute, ids: dict[str, Any]) -> str:
    """A route's address with ids put in; what is not known is an id of nothing."""

    def put(part: re.Match[str]) -> str:
        otherwise = ABSENT if part["kind"] == "int" else part["first"] or "nothing"
        return str(ids.get(part["name"], otherwise))

    return _PART.sub(put, route.rule)


def routes_of(app: Flask) -> list[DeclaredRoute]:
    """Everything that asks who calls."""
    return [each for each in declared_routes(app) if not each.access.unread]


def call(client: Any, route: DeclaredRoute, where: str) -> int:
    """The status of a call without a body worth reading."""
    answer = client.open(
        where, method=route.method, headers={"Sec-Fetch-Site": "same-origin"}
    )
    answer.close()
    return int(answer.status_code)


def test_a_stranger_gets_nowhere_but_where_it_is_public(
    app: Flask, client: Any, institution: Institution
) -> None:
    wrong = []
    for route in routes_of(app):
        status = call(client, route, address(route, {}))
        if route.access.public:
            right = status not in {401, 403} | FAULTS or route.method != "GET"
        elif route.method == "GET" and not route.rule.startswith("/api/v1/"):
            right = status in {302, 303, 401}
        else:
            right = status in {400, 401, 403, 415}
        if not right or status in FAULTS:
            wrong.append((route.method, route.rule, status))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_a_route_refuses_just_those_whom_the_policy_refuses(
    app: Flask,
    context: Session,
    institution: Institution,
    signed_in_as: Any,
    role: Role | None,
) -> None:
    home = make_department(institution)
    other = make_department(institution)
    client = signed_in_as(role, department=home)
    actor = actor_of(client.person)
    own = make_asset(institution, department_id=home.id)
    others = make_asset(institution, department_id=other.id)
    foreign = make_asset(make_institution())
    wrong: list[tuple[str, str, str, int]] = []
    for at, route in enumerate(routes_of(app)):
        # Before each change a third of the roles knock at each door, in turn.
        in_turn = (at + ROLES.index(role)) % deep(3, 1) == 0
        if "sign-out" in route.rule or not in_turn:
            continue
        wrong += _deviations(client, actor, route, {"own": own, "others": others})
        if "asset_id" in route.rule and route.method == "GET":
            status = call(client, route, address(route, {"asset_id": foreign.id}))
            allowed = {404} | ({403} if _lacks(actor, route) else set())
            if status not in allowed:
                wrong.append((route.method, route.rule, "foreign", status))
    assert wrong == []


def _lacks(actor: Actor, route: DeclaredRoute) -> bool:
    permission = route.access.permission
    return permission is not None and not actor.may(permission)


def _deviations(
    client: Any, actor: Actor, route: DeclaredRoute, assets: dict[str, Asset]
) -> list[tuple[str, str, str, int]]:
    """Where a route answers otherwise than the policy says."""
    about = assets if "asset_id" in route.rule else {"": None}
    wrong = []
    for name, asset in about.items():
        ids = {"asset_id": asset.id} if asset is not None else {}
        if asset is not None and route.method != "GET":
            continue
        status = call(client, route, address(route, ids))
        if not _is_right(actor, route, asset, status):
            wrong.append((route.method, route.rule, name, status))
    return wrong


def _is_right(
    actor: Actor, route: DeclaredRoute, asset: Asset | None, status: int
) -> bool:
    if status in FAULTS:
        return False
    if route.access.public:
        return True
    if _lacks(actor, route):
        return status == 403
    if asset is not None and not actor.may(Permission.ASSET_SEE, asset):
        return status in {200, 403, 404} and _shows_little(route, status)
    if asset is None and route.method == "GET" and "<" not in route.rule:
        return status not in {401, 403, 404}
    return status != 401


def _shows_little(route: DeclaredRoute, status: int) -> bool:
    """Of an asset elsewhere only its card is shown, and its own picture of a code."""
    cards = {"ledger.show", "api_assets.show"}
    return status != 200 or route.endpoint in cards


def test_the_matrix_has_teeth(
    institution: Institution, context: Session, signed_in_as: Any, app: Flask
) -> None:
    """A route that asked for nothing would be noticed."""
    reader = actor_of(make_person(institution))
    route = next(r for r in routes_of(app) if r.endpoint == "people.index")
    assert _lacks(reader, route)
    assert not _is_right(reader, route, None, 200)
    assert _is_right(reader, route, None, 403)
    make_place(institution)
