"""Every request leaves one line; no line holds a secret or looks like two."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from flask import Blueprint, Flask, Response, request

from registry.web.base.logs import configure_logs, init_logs
from registry.web.base.routes import public

SECRET = "correct-horse-battery"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What has been logged, line by line; logging is put back afterwards."""
    root = logging.getLogger()
    former, level, known = root.handlers[:], root.level, structlog.get_config()
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    configure_logs("json")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:], root.level = former, level
    structlog.configure(**known)


@pytest.fixture
def small() -> Flask:
    """An application with a few pages, logged like ours."""
    app = Flask("registry")
    init_logs(app)

    @app.route("/a/<code>", methods=["GET", "POST"])
    def page(code: str) -> str:
        return code

    @app.get("/stream")
    def stream() -> Response:
        return Response((piece for piece in "abc"), mimetype="text/plain")

    @app.route("/fail/<code>", methods=["GET", "POST"])
    def fail(code: str) -> str:
        told = request.values.get("password") or request.get_json()["password"]
        raise ValueError(f"cannot use {told}")

    @app.get("/healthz")
    def healthz() -> str:
        return "alive"

    return app


def test_a_request_leaves_one_line_with_what_one_wants_to_know(
    small: Flask, lines: Lines
) -> None:
    answer = small.test_client().get("/a/K7Q4M2XNT?token=abc")
    [line] = lines()
    assert line["event"] == "request"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/a/<code>", 200)
    assert line["request"] == answer.headers["X-Request-ID"]
    assert line["ms"] >= 0
    assert line["at"].endswith("Z")


@pytest.mark.parametrize(
    "send",
    [
        {"query_string": {"token": SECRET}},
        {"headers": {"Authorization": f"Bearer {SECRET}"}},
        {"headers": {"Cookie": f"registry={SECRET}"}},
        {"data": {"password": SECRET}},
        {"json": {"password": SECRET}},
        {"path": f"/a/{SECRET}"},
        {"path": f"/nowhere/{SECRET}"},
    ],
)
def test_nothing_that_was_sent_is_written(
    small: Flask, lines: Lines, send: dict[str, Any]
) -> None:
    small.test_client().post(**{"path": "/a/x", **send})
    assert SECRET not in json.dumps(lines())
    assert len(lines()) == 1


@pytest.mark.parametrize(
    "send", [{"data": {"password": SECRET}}, {"json": {"password": SECRET}}]
)
def test_a_failure_is_told_with_its_place_but_without_the_secret(
    small: Flask, lines: Lines, send: dict[str, Any]
) -> None:
    assert small.test_client().post(f"/fail/{SECRET}", **send).status_code == 500
    failure, line = lines()
    story = " ".join(failure["exception"])
    assert SECRET not in json.dumps([failure, line])
    assert "ValueError: cannot use [hidden]" in story
    assert f"{__file__}:" in story
    assert failure["request"] == line["request"]
    assert (line["status"], line["level"]) == (500, "error")


def test_a_stream_is_written_when_it_ends(small: Flask, lines: Lines) -> None:
    answer = small.test_client().get("/stream")
    before = lines()
    answer.close()
    assert (before, len(lines())) == ([], 1)


def test_what_machines_ask_is_not_written(small: Flask, lines: Lines) -> None:
    small.test_client().get("/healthz")
    assert lines() == []


def test_an_unknown_address_is_not_repeated(small: Flask, lines: Lines) -> None:
    small.test_client().get("/reset/one-time-code")
    [line] = lines()
    assert (line["route"], line["status"]) == ("unknown", 404)


def test_lines_of_libraries_have_the_same_shape(lines: Lines) -> None:
    logging.getLogger("some.library").warning("slow: %s", "disk")
    [line] = lines()
    assert (line["event"], line["level"]) == ("slow: disk", "warning")
    assert line["logger"] == "some.library"


def test_no_text_can_begin_a_line_of_its_own(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    configure_logs("console")
    forged = "harmless\n2026-09-01 [error] request\x1b[31m\u2028red"
    logging.getLogger("other").warning("%s", forged)
    structlog.stdlib.get_logger("other").info(forged, place=forged)
    assert len(written.getvalue().splitlines()) == 2
    assert "\x1b" not in written.getvalue()


def test_who_asked_is_written_by_number(signed_in_as, lines: Lines) -> None:
    browser = signed_in_as()
    browser.get("/")
    line = lines()[-1]
    assert line["actor"] == browser.person.id
    assert line["institution"] == browser.person.institution_id
    assert browser.person.name not in json.dumps(lines(), ensure_ascii=False)


def broken() -> Blueprint:
    """Pages with a bug."""
    blueprint = Blueprint("broken", __name__)

    @blueprint.get("/broken")
    @public("a test")
    def fail() -> str:
        raise RuntimeError("a bug")

    return blueprint


def test_a_failure_of_ours_is_told_under_the_number_that_was_shown(
    make_app, lines: Lines
) -> None:
    answer = make_app(broken).test_client().get("/broken")
    [failure] = [line for line in lines() if "exception" in line]
    assert answer.status_code == 500
    assert failure["request"] == answer.headers["X-Request-ID"]
    assert failure["request"][:8] in answer.get_data(as_text=True)
    assert failure["exception"][-1] == "RuntimeError: a bug"
