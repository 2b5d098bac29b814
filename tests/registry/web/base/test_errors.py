"""One table from refusals to statuses; one trouble, told to people and programmes."""

from __future__ import annotations

import errno
import sqlite3

import psycopg
import pytest
from flask import Blueprint, abort, request
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.auth.errors import BadCredentials, BadToken
from registry.kernel.errors import (
    Busy,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    Missing,
    Refused,
    StaleVersion,
    Throttled,
    TooLarge,
    Unauthenticated,
    WrongState,
)
from registry.store.db import db, make_engine
from registry.web.base.errors import HTTP_CODES, STATUSES, TITLES
from registry.web.base.json_reading import InvalidJson
from registry.web.base.routes import public
from registry.words import known_codes


def of_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.DatabaseError("secret detail")
    error.sqlite_errorcode = code
    return error


TROUBLES = {
    "unauthenticated": (Unauthenticated(), 401),
    "bad_token": (BadToken(), 401),
    "bad_credentials": (BadCredentials(), 401),
    "forbidden": (Forbidden(permission="ledger:asset:move"), 403),
    "missing": (Missing(what="assets"), 404),
    "conflict": (Conflict(), 409),
    "wrong_state": (WrongState(state="idle", verb="move"), 409),
    "stale_version": (StaleVersion(expected=1, found=2), 409),
    "gone": (Gone(), 410),
    "too_large": (TooLarge(most_bytes=10), 413),
    "invalid": (Invalid.field("name", "too_long", most=5), 422),
    "throttled": (Throttled(retry_after=7), 429),
    "busy": (Busy(), 503),
    "invalid_json": (InvalidJson(), 400),
    "storage_full": (
        OperationalError("x", {}, of_sqlite(sqlite3.SQLITE_FULL)),
        503,
    ),
    "storage_failing": (
        OperationalError("x", {}, of_sqlite(sqlite3.SQLITE_IOERR_WRITE)),
        503,
    ),
    "storage_failing ": (
        DatabaseError("x", {}, of_sqlite(sqlite3.SQLITE_CORRUPT)),
        503,
    ),
    "storage_failing  ": (DatabaseError("x", {}, psycopg.errors.IoError()), 503),
    "storage_full  ": (OperationalError("x", {}, psycopg.errors.DiskFull()), 503),
    "busy   ": (InternalError("x", {}, psycopg.errors.ReadOnlySqlTransaction()), 503),
    "storage_full ": (OSError(errno.ENOSPC, "no space left on device"), 503),
    "storage_failing   ": (OSError(errno.EIO, "secret detail"), 503),
    "internal ": (OSError(errno.EPERM, "secret detail"), 500),
    "busy ": (OperationalError("x", {}, Exception("database is locked")), 503),
    "busy  ": (PoolTimeout("x"), 503),
    "internal": (RuntimeError("secret detail"), 500),
    "some_new_code": (Refused("some_new_code", number=3), 409),
}


def routes() -> Blueprint:
    blueprint = Blueprint("sample", __name__)

    @blueprint.route("/trouble", methods=["GET", "POST"])
    @blueprint.route("/api/v1/trouble", methods=["GET", "POST"])
    @public("a test")
    def trouble() -> str:
        raise TROUBLES[request.args["of"]][0]

    @blueprint.get("/http/<int:status>")
    @blueprint.get("/api/v1/http/<int:status>")
    @public("a test")
    def http(status: int) -> str:
        abort(status)

    @blueprint.post("/read")
    @blueprint.post("/api/v1/read")
    @public("a test")
    def read() -> str:
        return str(request.get_json())

    return blueprint


@pytest.fixture
def visitor(make_app, institution):
    return make_app(routes).test_client()


def test_a_programme_gets_problem_details(visitor):
    for name, (_, status) in TROUBLES.items():
        answer = visitor.get("/api/v1/trouble", query_string={"of": name})
        code = name.strip()
        assert answer.status_code == status, name
        assert answer.content_type == "application/problem+json; charset=utf-8"
        body = answer.json
        assert body["type"] == f"urn:registry:problem:{code}"
        assert (body["status"], body["code"]) == (status, code)
        assert body["title"].isascii()
        assert body["detail"]
        assert "secret detail" not in answer.text


def test_a_person_gets_a_page_in_words(visitor):
    for name, (_, status) in TROUBLES.items():
        answer = visitor.submit(f"/trouble?of={name}")
        assert answer.status_code == status, name
        assert answer.content_type == "text/html; charset=utf-8"
        assert "<h1>" in answer.text
        assert name.strip() not in answer.text
        assert "secret detail" not in answer.text


@pytest.mark.parametrize("path", ["/trouble", "/api/v1/trouble"])
def test_whoever_shall_come_back_is_told_when(path, visitor):
    for name, seconds in {"throttled": "7", "busy": "3", "storage_full": "3"}.items():
        answer = visitor.get(path, query_string={"of": name})
        assert answer.headers["Retry-After"] == seconds


def test_a_visitor_without_a_session_is_sent_to_sign_in_and_back(visitor):
    answer = visitor.get("/trouble?of=unauthenticated&q=椅子")
    assert answer.status_code == 303
    onward = visitor.get(answer.headers["Location"])
    assert onward.status_code == 200
    assert 'value="/trouble?of=unauthenticated&amp;q=%E6%A4%85%E5%AD%90"' in onward.text


def test_a_stale_version_named_by_header_is_a_failed_precondition(visitor):
    asked = {"If-Match": '"1"'}
    answer = visitor.get("/api/v1/trouble?of=stale_version", headers=asked)
    assert (answer.status_code, answer.json["code"]) == (412, "stale_version")


def test_fields_have_codes_words_and_facts(visitor):
    body = visitor.get("/api/v1/trouble?of=invalid").json
    assert body["fields"] == {
        "name": {
            "code": "too_long",
            "message": "太长了，最多 5 个字。请缩短。",
            "facts": {"most": 5},
        }
    }
    english = {"Accept-Language": "en"}
    body = visitor.get("/api/v1/trouble?of=throttled", headers=english).json
    assert body["facts"] == {"retry_after": 7}
    assert body["detail"].isascii()


def test_what_libraries_refuse_has_our_codes(visitor):
    for status in (400, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428, 429):
        page, api = (
            visitor.get(f"/http/{status}"),
            visitor.get(f"/api/v1/http/{status}"),
        )
        assert page.status_code == api.status_code == status
        assert api.json["code"] == HTTP_CODES[status]
    for status in (418, 451):
        assert visitor.get(f"/api/v1/http/{status}").json["code"] == "refused"


def test_every_code_of_ours_has_its_sentence_and_every_status_its_title():
    codes = {kind.code for kind in STATUSES} | set(HTTP_CODES.values())
    assert codes - known_codes() == set()
    assert set(STATUSES.values()) - set(TITLES) == set()


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b'{"a": NaN}', "application/json", 400, "invalid_json"),
        (b"[" * 100_000, "application/json", 400, "invalid_json"),
        (b'{"a": 1}', "text/plain", 415, "unsupported_media_type"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"a": 1}', "", 415, "unsupported_media_type"),
        (b"<a/>", "application/xml", 415, "unsupported_media_type"),
        (b'{"a": 1}', "application/json", 200, ""),
        (b'{"a": 1}', "application/merge-patch+json", 200, ""),
    ],
)
def test_a_programme_must_send_json(body, content_type, status, code, visitor):
    visitor._cookies.clear()
    answer = visitor.post("/api/v1/read", data=body, content_type=content_type)
    assert answer.status_code == status
    if code:
        assert answer.json["code"] == code


def test_a_body_too_large_is_refused_before_it_is_read(visitor):
    for path in ("/read", "/api/v1/read"):
        answer = visitor.post(path, content_length=13_000_000)
        assert answer.status_code == 413
    assert answer.json["facts"] == {"most_bytes": 12_000_000}


def test_what_was_filled_in_is_said_to_be_there_only_where_something_was(visitor):
    kept = "您填过的内容还在"
    assert kept not in visitor.get("/trouble?of=missing").text
    assert kept not in visitor.submit("/trouble?of=missing", {"do": "x"}).text
    assert kept in visitor.submit("/trouble?of=missing", {"note": "放不下"}).text
    assert kept in visitor.post("/trouble?of=missing", content_length=13_000_000).text


def test_too_many_parts_of_a_form_are_refused(visitor):
    many = {f"field{number}": "x" for number in range(1_100)}
    sent = visitor.submit(
        "/trouble?of=missing", many, content_type="multipart/form-data"
    )
    assert sent.status_code == 413
    big = {"csrf_token": "x", "note": "字" * 400_000}
    assert visitor.post("/trouble", data=big).status_code == 413


def test_trouble_is_told_without_a_database(make_app, tmp_path):
    app = make_app()
    with app.app_context():
        empty = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        db.engines[None] = empty
    visitor = app.test_client()
    page, api = visitor.get("/sign-in"), visitor.get("/api/v1/none")
    assert page.status_code == api.status_code == 503
    assert "<h1>系统正忙</h1>" in page.text
    assert api.json["code"] == "busy"
    empty.dispose()


def test_problems_are_said_in_the_readers_language(visitor):
    english = visitor.get("/nothing", headers={"Accept-Language": "en-GB"})
    assert 'lang="en"' in english.text
    assert "没有找到，可能已被移走" not in english.text
    chinese = visitor.get("/nothing", headers={"Accept-Language": "zh-TW, en;q=0.5"})
    assert 'lang="zh-CN"' in chinese.text
    assert "没有找到，可能已被移走" in chinese.text
