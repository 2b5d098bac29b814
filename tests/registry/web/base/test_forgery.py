"""No page of another site changes anything in a user's name."""

from __future__ import annotations

import pytest
from flask import Blueprint

from registry.web.base.routes import public, signed_in
from tests.factories.auth import begin_session, make_token
from tests.factories.organisation import make_colleague

WRITING = ["POST", "PUT", "PATCH", "DELETE"]


def routes() -> Blueprint:
    blueprint = Blueprint("sample", __name__)

    @blueprint.route("/act", methods=WRITING)
    @blueprint.route("/api/v1/act", methods=WRITING)
    @signed_in
    def act() -> str:
        return "done"

    @blueprint.post("/api/v1/report")
    @public("a test")
    def report() -> str:
        return "reported"

    return blueprint


@pytest.fixture
def sample(make_app):
    return make_app(routes)


@pytest.fixture
def visitor(sample, institution, settings):
    """Somebody who has signed in."""
    made = sample.test_client()
    with made.session_transaction() as kept:
        kept["token"] = begin_session(settings, make_colleague(institution))
    return made


@pytest.mark.parametrize("method", WRITING)
@pytest.mark.parametrize("path", ["/act", "/api/v1/act"])
def test_without_the_forms_token_nothing_is_done(path, method, visitor):
    answer = visitor.open(path, method=method)
    assert answer.status_code == 403
    assert visitor.submit("/act").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "null", "a.b.c", "x" * 5_000, "\u4e2d"])
def test_with_any_other_token_nothing_is_done(token, visitor):
    answer = visitor.post("/act", data={"csrf_token": token})
    assert answer.status_code == 403


def test_the_token_of_another_session_does_not_fit(
    visitor, sample, settings, institution
):
    other = sample.test_client()
    with other.session_transaction() as kept:
        kept["token"] = begin_session(settings, make_colleague(institution))
        kept["csrf_token"] = "1" * 40
    theirs = other._form_token()
    assert other.post("/act", data={"csrf_token": theirs}).status_code == 200
    assert visitor.submit("/act").status_code == 200
    assert visitor.post("/act", data={"csrf_token": theirs}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8001"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_another_site_does_nothing_even_with_the_token(headers, visitor):
    assert visitor.submit("/act", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
    ],
)
def test_our_own_pages_do(headers, visitor):
    assert visitor.submit("/act", headers=headers).status_code == 200


def test_the_token_may_stand_in_the_form_or_in_a_header(visitor):
    token = visitor._form_token()
    with visitor.session_transaction() as kept:
        kept["csrf_token"] = "0" * 40
    assert visitor.post("/act", data={"csrf_token": token}).status_code == 200
    assert visitor.put("/act", headers={"X-CSRFToken": token}).status_code == 200
    assert visitor.post("/act", query_string={"csrf_token": token}).status_code == 403


def test_a_programme_with_a_token_of_its_own_needs_none(sample, institution, settings):
    programme = sample.test_client()
    bearer = make_token(settings, make_colleague(institution))
    asked = {"Authorization": f"Bearer {bearer}", "Origin": "https://evil.example"}
    assert programme.post("/api/v1/act", headers=asked).status_code == 200
    assert programme.post("/act", headers=asked).status_code == 401


def test_a_browser_with_a_bad_bearer_token_is_nobody(visitor):
    """A header cannot be used to get round the form's token."""
    asked = {"Authorization": "Bearer x"}
    answer = visitor.post("/api/v1/act", headers=asked)
    assert (answer.status_code, answer.json["code"]) == (401, "bad_token")
    assert visitor.post("/act", headers=asked).status_code == 403


def test_nobody_at_the_api_has_nothing_to_forge(sample):
    programme = sample.test_client()
    assert programme.post("/api/v1/report").status_code == 200
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert programme.post("/api/v1/report", headers=cross).status_code == 403


def test_signing_in_needs_the_token_too(client, institution):
    assert (
        client.post("/sign-in", data={"name": "a", "password": "b"}).status_code == 403
    )
