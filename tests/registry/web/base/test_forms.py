"""Forms: what was typed stays, what is wrong stands beside it."""

from __future__ import annotations

import pytest
from flask import Flask

from registry.kernel.errors import Invalid, Problem
from registry.web.base.fields import Choice, Flag, Key, Line, Many, StrictSchema
from registry.web.base.forms import blank_form, query_values, read_form, read_query

app = Flask("forms", static_folder=None)


class Draft(StrictSchema):
    name = Line(required=True)
    kind = Choice(("room", "floor"), load_default="room")
    parent_id = Key(load_default=None, allow_none=True)
    is_store = Flag(load_default=False)
    tags = Many(Line(), load_default=[])


def posted(**form):
    return app.test_request_context("/", method="POST", data=form)


def test_a_form_that_is_right_has_values_and_no_errors():
    sent = {"name": " 三楼 ", "parent_id": "7", "is_store": "1", "tags": ["a", "b"]}
    with posted(**sent):
        form = read_form(Draft)
    assert form.ok
    assert form.errors == {}
    assert form.values == {
        "name": "三楼",
        "kind": "room",
        "parent_id": 7,
        "is_store": True,
        "tags": ["a", "b"],
    }


def test_an_empty_field_is_one_that_was_not_sent():
    with posted(name="三楼", parent_id="", kind="", is_store=""):
        values = read_form(Draft).values
    assert (values["parent_id"], values["kind"], values["is_store"]) == (
        None,
        "room",
        False,
    )


def test_what_was_typed_stays_and_what_is_wrong_is_said():
    with posted(name="", kind="cellar", parent_id="seven"):
        form = read_form(Draft)
    assert not form.ok
    assert form.given["kind"] == "cellar"
    assert form.given["parent_id"] == "seven"
    assert form.errors == {
        "name": "必须填写。",
        "kind": "请从列出的选项中选择。",
        "parent_id": "请填写整数。",
    }


def test_what_a_form_does_not_know_changes_nothing():
    sent = {"name": "三楼", "institution_id": "2", "role": "administrator"}
    with posted(csrf_token="x", once="y", **sent):
        form = read_form(Draft)
    assert form.ok
    assert {"institution_id", "role"} & set(form.values) == set()


def test_a_field_sent_twice_is_refused():
    with app.test_request_context("/", method="POST", data={"name": ["a", "b"]}):
        assert set(read_form(Draft).problems) == {"name"}


def test_an_actions_refusal_stands_beside_its_field():
    form = blank_form(name="三楼")
    form.add(Invalid.field("name", "duplicate"))
    form.add(
        Invalid(problems={"name": Problem("too_long"), "code": Problem("required")})
    )
    form.add(Invalid("under_itself", name="三楼"), code="number")
    assert form.problems["name"].code == "duplicate"
    assert form.problems["code"].code == "required"
    assert form.problems[""].code == "under_itself"


def test_names_of_fields_may_differ_from_those_of_actions():
    form = blank_form()
    form.add(Invalid.field("days", "too_small", least=1), days="valid_days")
    assert set(form.problems) == {"valid_days"}


def test_a_wrong_filter_is_said_or_refused():
    with app.test_request_context("/?kind=cellar&name=x"):
        assert set(read_query(Draft).problems) == {"kind"}
        with pytest.raises(Invalid):
            query_values(Draft)
    with app.test_request_context("/?name=x"):
        assert query_values(Draft)["name"] == "x"
