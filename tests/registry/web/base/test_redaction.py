"""What is never written: values under a secret's name, statements' parameters."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from registry.web.base.redaction import HIDDEN, exception_story, hide_secrets

SECRET = "correct-horse-battery"
NAMES = [
    "password",
    "new_password",
    "passwd",
    "token",
    "access_token",
    "X-Api-Key",
    "api_key",
    "Authorization",
    "Cookie",
    "session_id",
    "csrf_token",
    "client_secret",
    "SECRET_KEY",
    "webhook_url",
    "salt",
]


def raised(make: Any) -> Exception:
    try:
        make()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "shape",
    [
        lambda name: {name: SECRET},
        lambda name: {"sent": {name: SECRET}},
        lambda name: {"sent": [{"deep": {name: [SECRET]}}]},
        lambda name: {"sent": {name: {"value": SECRET}}},
    ],
)
def test_a_secret_is_hidden_wherever_its_name_stands(name: str, shape: Any) -> None:
    shown = hide_secrets(None, "info", shape(name))
    assert SECRET not in json.dumps(shown)
    assert HIDDEN in json.dumps(shown)


def test_ordinary_facts_are_kept() -> None:
    facts = {"event": "request", "ms": 1.5, "asset": "ZC-1", "list": [1, "二"]}
    assert hide_secrets(None, "info", dict(facts)) == facts


def test_a_failed_statement_is_told_without_what_was_in_it() -> None:
    engine = sa.create_engine("sqlite://")

    def insert() -> None:
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE people (phone UNIQUE)"))
            for _ in range(2):
                connection.execute(
                    sa.text("INSERT INTO people VALUES (:phone)"), {"phone": SECRET}
                )

    told = " ".join(exception_story(raised(insert)))
    engine.dispose()
    assert SECRET not in told
    assert "UNIQUE constraint failed: people.phone" in told
    assert "INSERT INTO people" in told


def test_the_database_s_detail_line_is_left_out() -> None:
    error = sa.exc.IntegrityError(
        "INSERT",
        {},
        Exception(f"duplicate key\nDETAIL:  Key (phone)=({SECRET}) already exists."),
    )
    assert SECRET not in " ".join(exception_story(error))


def test_the_cause_is_told_before_what_it_led_to() -> None:
    def fail() -> None:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error

    told = [line for line in exception_story(raised(fail)) if "Error: " in line]
    assert told == ["KeyError: 'first'", "ValueError: second"]


def test_exceptions_that_caused_each_other_come_to_an_end() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert len(exception_story(one)) == 2
