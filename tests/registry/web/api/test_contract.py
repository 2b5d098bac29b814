"""What the API promises whatever one asks of it: refusals, versions, sight, pages."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from registry.access.roles import Role
from registry.ledger import queries as ledger
from registry.ledger.states import ASSET, AssetState
from registry.organisation.models import Institution, Person
from registry.web.base.routes import DeclaredRoute, declared_routes
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import actor_of, make_department, make_institution

V1 = "/api/v1"
CARD = {
    "id",
    "code",
    "asset_number",
    "sub_number",
    "item_type",
    "state",
    "state_since",
    "condition",
    "department",
    "place",
    "restrictions",
    "sight",
}
FULL = CARD | {
    "version",
    "serial",
    "currency",
    "acquired_on",
    "method",
    "funding",
    "service_life_months",
    "warranty_until",
    "attributes",
    "note",
    "claim",
    "custodian",
    "user",
    "cost",
    "photos",
}
ANYBODYS = {"code", "name", "department", "contact", "institution"}
PROBLEM = {"type", "title", "status", "detail", "code"}


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal, which has the shape of all refusals."""
    assert answer.status_code == status, answer.text
    assert answer.content_type.startswith("application/problem+json")
    body: dict[str, Any] = answer.json
    assert set(body) >= PROBLEM
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:registry:problem:{code}"
    assert body["detail"] not in {"", code}
    return body


def routes(app: Flask) -> list[DeclaredRoute]:
    found = [each for each in declared_routes(app) if each.rule.startswith(V1)]
    assert len(found) > 90
    return found


# -- the description


def test_every_route_is_described_whole(app: Flask, client: Any) -> None:
    document = client.get(f"{V1}/openapi.json").json
    assert document["openapi"].startswith("3.1")
    told = 0
    for path, operations in document["paths"].items():
        for method, found in operations.items():
            if method == "parameters":
                continue
            told += 1
            where = f"{method} {path}"
            for part in ("summary", "description", "tags", "operationId"):
                assert found[part], (where, part)
            assert {"400", "422", "503"} <= set(found["responses"]), where
            names = [each.get("name") for each in found["parameters"]]
            refs = [each.get("$ref", "") for each in found["parameters"]]
            keyed = any(each.endswith("IdempotencyKey") for each in refs)
            assert keyed == (method != "get"), where
            assert ("412" in found["responses"]) == ("If-Match" in names), where
            for body in (found.get("requestBody", {}), *found["responses"].values()):
                for kind, content in body.get("content", {}).items():
                    assert kind != "application/json" or "example" in content, where
    assert told == len(routes(app))


def test_the_description_is_valid_and_no_schema_has_two_names(client: Any) -> None:
    document = client.get(f"{V1}/openapi.json").json
    validate(document)
    names = set(document["components"]["schemas"])
    assert not {each for each in names if each[:-1] in names and each[-1].isdigit()}


# -- who may


def test_a_stranger_is_401_wherever_it_is_not_public(
    app: Flask, client: Any, institution: Institution
) -> None:
    for route in routes(app):
        if route.access.public or route.method != "GET" or "<" in route.rule:
            continue
        answer = client.get(route.rule)
        refused(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_of_nobody_is_401(client: Any, institution: Institution) -> None:
    answer = client.get(f"{V1}/assets", headers={"Authorization": "Bearer none"})
    assert answer.status_code == 401


def test_a_colleague_without_a_role_is_403_where_one_is_needed(
    api_as: Any, school: Any
) -> None:
    staff = api_as(None, department=school.arts)
    draft = {"item_type_id": 1, "department_id": school.arts.id}
    refused(staff.post(f"{V1}/assets", json=draft), 403, "forbidden")
    refused(staff.get(f"{V1}/entries"), 403, "forbidden")


def test_a_token_for_reading_changes_nothing(api_as: Any, school: Any) -> None:
    reader = api_as(Role.ASSET_OFFICE, "read")
    where = f"{V1}/assets/{school.projector.id}/move"
    refused(reader.post(where, json={"place_id": None}), 403, "forbidden")
    assert reader.get(f"{V1}/assets/{school.projector.id}").status_code == 200


# -- what one sees


def test_a_card_holds_nothing_but_what_every_colleague_may_know(
    api_as: Any, school: Any
) -> None:
    staff = api_as(None, department=school.arts)
    idle = f"{V1}/assets/{school.idle.id}"
    assert set(staff.get(idle).json) == CARD
    [card] = staff.get(f"{V1}/assets?pool=true").json["items"]
    assert set(card) == CARD
    found = staff.get(f"{V1}/scan?text={school.idle.code}").json
    assert set(found["asset"]) == CARD
    assert staff.get(f"{idle}/history").status_code in {403, 404}
    assert staff.get(f"{idle}/photos").status_code in {403, 404}
    assert staff.get(f"{idle}/label").status_code in {403, 404}
    assert staff.get(f"{V1}/assets").json["items"] == []


def test_the_next_circle_sees_everything(api: Any, school: Any) -> None:
    found = api.get(f"{V1}/assets/{school.projector.id}")
    assert set(found.json) == FULL
    assert found.json["cost"] == "4500.00"
    assert found.headers["ETag"] == f'"{found.json["version"]}"'


def test_anyone_sees_a_label_and_no_more(client: Any, school: Any) -> None:
    found = client.get(f"{V1}/labels/{school.projector.code}")
    assert set(found.json) == ANYBODYS


def test_another_institutions_thing_is_404(api: Any, school: Any) -> None:
    foreign = make_asset(make_institution())
    where = f"{V1}/assets/{foreign.id}"
    refused(api.get(where), 404, "missing")
    refused(api.post(f"{where}/move", json={"place_id": None}), 404, "missing")
    department = f"{V1}/departments/{foreign.department_id}"
    refused(api.get(department), 404, "missing")


# -- what one sends


def test_what_is_not_named_is_not_taken(api: Any, school: Any) -> None:
    where = f"{V1}/assets/{school.projector.id}/move"
    body = refused(api.post(where, json={"place_id": None, "x": 1}), 422, "invalid")
    assert body["fields"]["x"]["code"] == "unknown_field"
    body = refused(api.get(f"{V1}/assets?colour=red"), 422, "invalid")
    assert body["fields"]["colour"]["code"] == "unknown_field"


def test_a_refusal_speaks_the_readers_language(api: Any, school: Any) -> None:
    where = f"{V1}/assets/987654321"
    said = {
        language: api.get(where, headers={"Accept-Language": language}).json["detail"]
        for language in ("zh-CN", "en")
    }
    assert said["en"].isascii()
    assert not said["zh-CN"].isascii()


def test_a_wrong_state_is_409_and_changes_nothing(api: Any, school: Any) -> None:
    where = f"{V1}/assets/{school.projector.id}"
    before = api.get(where).json
    for verb in ASSET.moves:
        if verb in ASSET.open_verbs(AssetState.IN_USE):
            continue
        answer = api.post(f"{where}/state", json={"verb": verb, "reason": "试"})
        assert answer.status_code == 409, (verb, answer.text)
    assert api.get(where).json == before


CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("patch", "/assets/{asset}", {"note": "新"}),
    ("patch", "/departments/{department}", {"contact": "8001"}),
    ("patch", "/places/{place}", {"is_store": True}),
    ("patch", "/people/{person}", {"phone": "8002"}),
    ("put", "/item-types/{type}", {"name": "投影机"}),
    ("patch", "/institution", {"contact": "8003"}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES, ids=lambda x: str(x)[:24])
def test_a_change_needs_the_version_it_is_meant_for(
    api: Any, school: Any, method: str, path: str, body: dict[str, Any]
) -> None:
    where = V1 + path.format(
        asset=school.projector.id,
        department=school.arts.id,
        place=school.lab.id,
        person=school.keeper.id,
        type=school.projector.item_type_id,
    )
    act = getattr(api, method)
    refused(act(where, json=body), 428, "precondition_required")
    stale = act(where, json=body, headers={"If-Match": '"999"'})
    assert refused(stale, 412, "stale_version")
    tag = api.get(where).headers["ETag"]
    done = act(where, json=body, headers={"If-Match": tag})
    assert done.status_code == 200, done.text
    assert done.headers["ETag"] != tag
    refused(act(where, json=body, headers={"If-Match": tag}), 412, "stale_version")


def test_an_act_may_name_the_version_it_is_meant_for(api: Any, school: Any) -> None:
    where = f"{V1}/assets/{school.projector.id}/move"
    body = {"place_id": school.store.id}
    stale = api.post(where, json=body, headers={"If-Match": '"999"'})
    refused(stale, 412, "stale_version")
    assert api.post(where, json=body).status_code == 200


# -- once


def test_the_same_key_twice_is_one_effect_and_one_answer(api: Any, school: Any) -> None:
    body = {"item_type_id": school.projector.item_type_id}
    body["department_id"] = school.arts.id
    key = {"Idempotency-Key": "once-and-for-all"}
    first = api.post(f"{V1}/assets", json=body, headers=key)
    again = api.post(f"{V1}/assets", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert again.headers["Idempotency-Replayed"] == "true"
    other = api.post(f"{V1}/assets", json=body | {"note": "x"}, headers=key)
    refused(other, 409, "idempotency_mismatch")


def test_many_with_one_key_at_once_are_one_effect(
    app: Flask, api_as: Any, school: Any, chief: Person
) -> None:
    actor, wanted = actor_of(chief), ledger.Filter(department_ids=(school.arts.id,))
    body = {"item_type_id": school.projector.item_type_id}
    body["department_id"] = school.arts.id
    answers: list[Any] = []

    def post(client: Any) -> None:
        key = {"Idempotency-Key": "pressed-many-times"}
        answers.append(client.post(f"{V1}/assets", json=body, headers=key))

    clients = [api_as(person=chief) for _ in range(6)]
    threads = [threading.Thread(target=post, args=(each,)) for each in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.status_code for each in answers} == {201}
    assert len({each.data for each in answers}) == 1
    assert ledger.count_assets(actor, wanted) == 1


def test_a_secret_is_told_once(signed_in_as: Any, school: Any, chief: Person) -> None:
    browser = signed_in_as(person=chief)
    headers = {
        "X-CSRFToken": browser._form_token(),
        "Idempotency-Key": "let-them-in-once",
    }
    where = f"{V1}/people/{school.keeper.id}/credential"
    body = {"sign_in_name": "wangjing"}
    first = browser.post(where, json=body, headers=headers)
    assert first.status_code == 201, first.text
    assert len(first.json["password"]) >= 8
    refused(browser.post(where, json=body, headers=headers), 409, "answered_already")


def test_a_token_makes_no_tokens(api: Any, school: Any) -> None:
    draft = {"name": "more", "scopes": ["read"]}
    refused(api.post(f"{V1}/me/tokens", json=draft), 403, "forbidden")


# -- pages


def test_pages_lead_through_everything_once(api: Any, school: Any) -> None:
    make_assets(school.institution, 20, department_id=school.arts.id)
    for path in ("assets?sort=number", "people?left=true", "item-types?q="):
        met, cursor = [], ""
        for _ in range(60):
            where = f"{V1}/{path}&limit=3" + (f"&cursor={cursor}" if cursor else "")
            page = api.get(where).json
            met += [each["id"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        whole = api.get(f"{V1}/{path}&limit=200").json["items"]
        assert met == [each["id"] for each in whole]
        assert len(met) == len(set(met)) > 0


def test_following_entries_misses_nothing(api: Any, school: Any) -> None:
    met, after = [], 0
    while page := api.get(f"{V1}/entries?after={after}&limit=7").json["items"]:
        met += [each["position"] for each in page]
        after = met[-1]
    last = api.get(f"{V1}/entries?limit=1").json["last_position"]
    assert met == list(range(1, last + 1))
    make_department(school.institution)
    assert api.get(f"{V1}/ledger/proof").json["whole"] is True
