"""Fields take what they say and nothing like it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

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
    Secret,
    StrictSchema,
    Whole,
    problems_of,
)
from registry.web.base.forms import texts_of


class Everything(StrictSchema):
    line = Line(most=5)
    notes = Notes(most=9)
    secret = Secret(most=5)
    whole = Whole(least=-3, most=10)
    key = Key()
    day = Day()
    moment = Moment()
    money = Money()
    choice = Choice(("red", "green"))
    flag = Flag()
    many = Many(Choice(("a", "b")), most=2)


class Needed(StrictSchema):
    name = Line(required=True)
    some = Many(Line(), required=True)


def codes(error: ValidationError) -> dict[str, str]:
    return {name: problem.code for name, problem in problems_of(error).items()}


def of_json(name: str, value: Any) -> Any:
    try:
        return Everything().load({name: value})[name]
    except ValidationError as error:
        return next(iter(codes(error).values()))


def of_text(name: str, *values: str) -> Any:
    sent = MultiDict([(name, value) for value in values])
    texts, problems = texts_of(Everything(), sent)
    if problems:
        return problems[name].code
    try:
        return Everything().load(texts).get(name)
    except ValidationError as error:
        return next(iter(codes(error).values()))


JSON = [
    ("line", "ab", "ab"),
    ("line", "  a\u3000 b ", "a b"),
    ("line", "e\u0301", "é"),
    ("line", "a\u202eb", "ab"),
    ("line", "abcdef", "too_long"),
    ("line", "a\0", "control_characters"),
    ("line", 5, "not_text"),
    ("line", None, "required"),
    ("line", ["a"], "not_text"),
    ("line", {"a": 1}, "not_text"),
    ("notes", "a\nb", "a\nb"),
    ("notes", "a\r\nb", "a\nb"),
    ("notes", "a\x07b", "control_characters"),
    ("secret", " a ", " a "),
    ("secret", "abcdef", "too_long"),
    ("whole", 7, 7),
    ("whole", -3, -3),
    ("whole", -4, "too_small"),
    ("whole", 11, "too_large_number"),
    ("whole", "7", "not_a_whole_number"),
    ("whole", True, "not_a_whole_number"),
    ("whole", 7.0, "not_a_whole_number"),
    ("whole", 7.5, "not_a_whole_number"),
    ("whole", None, "required"),
    ("whole", [7], "not_a_whole_number"),
    ("key", 0, "too_small"),
    ("key", 2**63 - 1, 2**63 - 1),
    ("key", 2**63, "too_large_number"),
    ("day", "2026-02-28", date(2026, 2, 28)),
    ("day", "2026-02-29", "not_a_date"),
    ("day", "20260228", "not_a_date"),
    ("day", "2026-W09-6", "not_a_date"),
    ("day", "1899-12-31", "not_a_date"),
    ("day", "2201-01-01", "not_a_date"),
    ("day", "٢٠٢٦-02-28", "not_a_date"),
    ("day", 20260228, "not_a_date"),
    ("moment", "2026-09-01T09:00:00+08:00", datetime(2026, 9, 1, 1, tzinfo=UTC)),
    ("moment", "2026-09-01T01:00:00Z", datetime(2026, 9, 1, 1, tzinfo=UTC)),
    ("moment", "2026-09-01T01:00:00", "not_a_moment"),
    ("moment", "2026-09-01", "not_a_moment"),
    ("moment", "0001-01-01T00:00:00+14:00", "not_a_moment"),
    ("moment", 5, "not_a_moment"),
    ("money", "1234.5", 123450),
    ("money", "0", 0),
    ("money", "1234.567", "bad_amount"),
    ("money", "-1", "bad_amount"),
    ("money", "1e5", "bad_amount"),
    ("money", "NaN", "bad_amount"),
    ("money", "１２", "bad_amount"),
    ("money", 12, "bad_amount"),
    ("money", 12.5, "bad_amount"),
    ("choice", "red", "red"),
    ("choice", "RED", "not_a_choice"),
    ("choice", "", "not_a_choice"),
    ("choice", ["red"], "not_a_choice"),
    ("flag", True, True),
    ("flag", "true", "not_yes_or_no"),
    ("flag", 1, "not_yes_or_no"),
    ("many", ["a", "b"], ["a", "b"]),
    ("many", [], []),
    ("many", ["a", "b", "a"], "too_many"),
    ("many", ["c"], "not_a_choice"),
    ("many", "a", "not_a_list"),
    ("many", {"a": 1}, "not_a_list"),
    ("other", 1, "unknown_field"),
]


@pytest.mark.parametrize(("name", "value", "expected"), JSON)
def test_json_must_have_the_very_type(name, value, expected):
    found = of_json(name, value)
    assert found == expected
    assert type(found) is type(expected)


TEXT = [
    ("whole", ("7",), 7),
    ("whole", (" 7 ",), 7),
    ("whole", ("-3",), -3),
    ("whole", ("٧",), "not_a_whole_number"),
    ("whole", ("７",), "not_a_whole_number"),
    ("whole", ("²",), "not_a_whole_number"),
    ("whole", ("1_0",), "not_a_whole_number"),
    ("whole", ("+7",), "not_a_whole_number"),
    ("whole", ("7.0",), "not_a_whole_number"),
    ("whole", ("0x7",), "not_a_whole_number"),
    ("whole", ("9" * 5_000,), "not_a_whole_number"),
    ("whole", ("7", "8"), "bad_format"),
    ("whole", ("",), None),
    ("flag", ("1",), True),
    ("flag", ("on",), True),
    ("flag", ("0",), False),
    ("flag", ("maybe",), "not_yes_or_no"),
    ("flag", ("",), None),
    ("line", ("a", "b"), "bad_format"),
    ("line", ("   ",), None),
    ("many", ("a",), ["a"]),
    ("many", ("a", "b"), ["a", "b"]),
    ("many", ("a", ""), ["a"]),
    ("many", (), []),
    ("choice", ("green",), "green"),
]


@pytest.mark.parametrize(("name", "values", "expected"), TEXT)
def test_of_a_form_only_plain_digits_are_numbers(name, values, expected):
    assert of_text(name, *values) == expected


@pytest.mark.parametrize(
    "sent", [{}, {"name": "", "some": []}, {"name": "  ", "some": []}]
)
def test_what_must_be_there_may_not_be_empty(sent):
    with pytest.raises(ValidationError) as refusal:
        Needed().load(sent)
    assert codes(refusal.value) == {"name": "required", "some": "required"}


@pytest.mark.parametrize("body", [[], "text", 5, None, [{"line": "a"}]])
def test_a_body_that_is_no_object_is_refused_as_a_whole(body):
    with pytest.raises(ValidationError) as refusal:
        Everything().load(body)
    assert set(codes(refusal.value)) == {"_schema"}


def test_problems_of_nested_things_say_where():
    class Outer(StrictSchema):
        lines = fields.List(fields.Nested(Everything))

    with pytest.raises(ValidationError) as refusal:
        Outer().load({"lines": [{"whole": 1}, {"whole": 99, "more": 1}]})
    assert codes(refusal.value) == {
        "lines.1.whole": "too_large_number",
        "lines.1.more": "unknown_field",
    }


def test_what_marshmallow_says_by_itself_becomes_a_code():
    class Plain(StrictSchema):
        number = fields.Integer(required=True)
        other = fields.Url()

    with pytest.raises(ValidationError) as refusal:
        Plain().load({"number": "x", "other": "x"})
    assert codes(refusal.value) == {
        "number": "not_a_whole_number",
        "other": "bad_format",
    }


def test_what_goes_out_is_text_for_money_and_iso_for_time():
    moment = datetime(2026, 9, 1, 1, tzinfo=UTC)
    sent = Everything().dump(
        {"money": 123450, "day": date(2026, 9, 1), "moment": moment}
    )
    assert sent["money"] == "1234.50"
    assert sent["day"] == "2026-09-01"
    assert datetime.fromisoformat(sent["moment"]) == moment
