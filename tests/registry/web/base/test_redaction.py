"""What is never written: values under a secret's name, statements' parameters."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, request

from registry.web.base.bodies import Bodies, WatchedBody
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


class Unsent(io.RawIOBase):
    """A body that does not come."""

    def readable(self) -> bool:
        return True

    def readinto(self, _: object) -> int:
        raise AssertionError("the error waits for the rest of the request")


def test_an_error_is_told_without_what_was_not_read_yet() -> None:
    """Where it waited for a place to read, busy became a failure of ours."""
    body = WatchedBody(Unsent(), Bodies(), "127.0.0.1")
    sent = {"wsgi.input": body, "CONTENT_LENGTH": "9", "REQUEST_METHOD": "POST"}
    with Flask("sample").test_request_context(
        environ_overrides=sent, content_type="application/json"
    ):
        [*_, told] = exception_story(raised(lambda: int("x")))
    assert told.startswith("ValueError")


def test_what_was_read_under_a_secret_s_name_is_hidden() -> None:
    content = json.dumps({"password": SECRET}).encode()
    body = WatchedBody(io.BytesIO(content), Bodies(), "127.0.0.1")
    sent = {"wsgi.input": body, "CONTENT_LENGTH": str(len(content))}
    with Flask("sample").test_request_context(
        environ_overrides=sent, content_type="application/json"
    ):
        assert request.get_json() == {"password": SECRET}
        [*_, told] = exception_story(raised(lambda: int(SECRET)))
    assert SECRET not in told
    assert HIDDEN in told
