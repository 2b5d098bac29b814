"""What API routes stand on: strict arguments, versions, a description that is valid."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import validate

from registry.kernel.errors import StaleVersion
from registry.web.base.api import ApiBlueprint, init_api
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    Money,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.routes import public, takes_imports
from registry.web.base.versions import asked_version, etag


class Thing(StrictSchema):
    """A thing of a test."""

    id = Key(dump_only=True)
    name = Line(required=True, most=20)
    note = Notes()
    pieces = Whole(least=1, most=9)
    cost = Money()
    bought = Day()
    seen = Moment()
    kind = Choice(("chair", "desk"))
    labelled = Flag()
    tags = Many(Line(most=10), most=3)


class Filter(StrictSchema):
    q = Line()
    pieces = Whole(least=1, most=9)
    kind = Many(Choice(("chair", "desk")))


def things() -> ApiBlueprint:
    blueprint = ApiBlueprint("api_things", __name__, url_prefix="/api/v1/things")

    @blueprint.get("")
    @public("a test of reading")
    @blueprint.arguments(Filter, location="query")
    @blueprint.response(200)
    def index(asked: dict[str, Any]) -> Any:
        return asked

    @blueprint.post("")
    @public("a test of reading")
    @blueprint.arguments(Thing)
    @blueprint.response(201, Thing)
    def add(sent: dict[str, Any]) -> Any:
        return {"id": 1, **sent}, 201, etag(1)

    @blueprint.patch("/<int:thing_id>")
    @public("a test of reading")
    @blueprint.arguments(Thing(partial=True))
    @blueprint.response(200, Thing)
    def change(sent: dict[str, Any], thing_id: int) -> Any:
        if asked_version() != 7:
            raise StaleVersion(expected=asked_version(), found=7)
        return {"id": thing_id, "name": "x", **sent}, 200, etag(8)

    @blueprint.post("/import")
    @public("a test of reading")
    @takes_imports
    def import_() -> Any:
        return {}

    return blueprint


@pytest.fixture
def programme(make_app, institution):
    return make_app(things).test_client()


WHOLE = {
    "name": "椅子",
    "note": "一\n二",
    "pieces": 3,
    "cost": "12.50",
    "bought": "2026-09-01",
    "seen": "2026-09-01T01:00:00+00:00",
    "kind": "chair",
    "labelled": True,
    "tags": ["a", "b"],
}


def test_what_is_sent_comes_back(programme):
    answer = programme.post("/api/v1/things", json=WHOLE)
    assert answer.status_code == 201
    assert answer.json == {"id": 1, **WHOLE}
    assert answer.headers["ETag"] == '"1"'
    assert "椅子" in answer.text


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ""}, {"name": "required"}),
        ({"name": None}, {"name": "required"}),
        ({"name": 5}, {"name": "not_text"}),
        ({"name": "x" * 21}, {"name": "too_long"}),
        ({"pieces": "3"}, {"pieces": "not_a_whole_number"}),
        ({"pieces": 0}, {"pieces": "too_small"}),
        ({"cost": 12.5}, {"cost": "bad_amount"}),
        ({"tags": ["a", "x" * 11]}, {"tags.1": "too_long"}),
        ({"tags": "a"}, {"tags": "not_a_list"}),
        ({"id": 5}, {"id": "unknown_field"}),
        (
            {"state": "disposed", "x": 1},
            {"state": "unknown_field", "x": "unknown_field"},
        ),
    ],
)
def test_what_is_wrong_is_named_field_by_field(changes, fields, programme):
    answer = programme.post("/api/v1/things", json={**WHOLE, **changes})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    found = {name: each["code"] for name, each in answer.json["fields"].items()}
    assert found == fields
    assert all(each["message"] for each in answer.json["fields"].values())


@pytest.mark.parametrize("body", [b"[]", b"5", b'"x"', b"null", b"true"])
def test_a_body_that_is_no_object_is_refused(body, programme):
    answer = programme.post(
        "/api/v1/things", data=body, content_type="application/json"
    )
    assert answer.status_code == 422
    assert set(answer.json["fields"]) <= {"_schema", "name"}


def test_no_body_at_all_is_an_empty_one(programme):
    for options in ({}, {"content_type": "application/json"}):
        answer = programme.post("/api/v1/things", **options)
        assert answer.status_code == 422
        assert set(answer.json["fields"]) == {"name"}


@pytest.mark.parametrize(
    ("query", "status", "expected"),
    [
        (
            "q=x&pieces=3&kind=chair&kind=desk",
            200,
            {"q": "x", "pieces": 3, "kind": ["chair", "desk"]},
        ),
        ("", 200, {}),
        ("pieces=%D9%A3", 422, {"pieces": "not_a_whole_number"}),
        ("pieces=", 422, {"pieces": "not_a_whole_number"}),
        ("pieces=3&pieces=4", 422, {"pieces": "bad_format"}),
        ("kind=cupboard", 422, {"kind.0": "not_a_choice"}),
        ("more=1", 422, {"more": "unknown_field"}),
        ("q=a%00b", 422, None),
    ],
)
def test_a_query_is_read_as_strictly(query, status, expected, programme):
    answer = programme.get(f"/api/v1/things?{query}")
    assert answer.status_code == status
    if status == 200:
        assert answer.json == expected
    elif expected is not None:
        fields = answer.json["fields"].items()
        assert {name: each["code"] for name, each in fields} == expected


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        (None, 428),
        ("*", 428),
        ('"7"', 200),
        ('"6"', 412),
        ('W/"7"', 412),
        ('"07"', 412),
        ('"x"', 412),
        ('"7", "8"', 412),
        ("7", 200),
    ],
)
def test_a_change_names_the_version_it_is_meant_for(tag, status, programme):
    headers = {"If-Match": tag} if tag else {}
    answer = programme.patch("/api/v1/things/5", json={"pieces": 2}, headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["ETag"] == '"8"'
        assert answer.json == {"id": 5, "name": "x", "pieces": 2}


def test_imports_may_be_large_and_nothing_else(programme):
    for path, most in {
        "/api/v1/things": 12_000_000,
        "/api/v1/things/import": 50_000_000,
    }.items():
        assert programme.post(path, content_length=most + 1).status_code == 413
        within = programme.post(
            path, content_length=most, content_type="application/json"
        )
        assert within.status_code != 413


def test_the_description_is_valid_and_tells_every_bound():
    from flask import Flask

    app = Flask("described", static_folder=None)
    api = init_api(app, [])
    blueprint = things()
    blueprint.url_prefix = "/things"
    api.register_blueprint(blueprint)
    described = api.spec.to_dict()
    validate(described)
    assert described["openapi"] == "3.1.0"
    thing = described["components"]["schemas"]["Thing"]["properties"]
    assert thing["name"] == {"type": "string", "maxLength": 20}
    assert thing["pieces"] == {"type": "integer", "minimum": 1, "maximum": 9}
    assert thing["cost"]["type"] == "string"
    assert thing["cost"]["pattern"]
    assert thing["bought"] == {"type": "string", "format": "date"}
    assert thing["seen"] == {"type": "string", "format": "date-time"}
    assert thing["kind"] == {"type": "string", "enum": ["chair", "desk"]}
    assert thing["labelled"] == {"type": "boolean"}
    assert (thing["tags"]["type"], thing["tags"]["maxItems"]) == ("array", 3)
    refused = described["components"]["responses"]["UNPROCESSABLE_ENTITY"]["content"]
    assert list(refused) == ["application/problem+json"]
