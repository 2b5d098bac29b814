"""Cookies, tokens, houses and languages: who is asking, and how they read."""

from __future__ import annotations

import pytest
from flask import Blueprint, jsonify

from registry.access.roles import Role
from registry.auth.actions import sign_in
from registry.organisation.actions import change_institution, set_preferences
from registry.web.base.routes import public, signed_in
from registry.web.base.sessions import actor_or_stranger, caller, current_actor
from registry.words import current_language, current_time_zone
from tests.factories.auth import PASSWORD, make_credential, make_token
from tests.factories.organisation import actor_of, make_colleague, make_institution


def routes() -> Blueprint:
    blueprint = Blueprint("sample", __name__)

    @blueprint.route("/who", methods=["GET", "POST"])
    @blueprint.route("/api/v1/who", methods=["GET", "POST"])
    @public("a test")
    def who():
        house = caller().house
        return jsonify(
            person=actor_or_stranger().person_id if house else None,
            door=str(actor_or_stranger().door) if house else None,
            house=house.name if house else None,
            language=current_language(),
            zone=current_time_zone(),
        )

    @blueprint.get("/inside")
    @blueprint.get("/api/v1/inside")
    @signed_in
    def inside():
        return jsonify(person=current_actor().person_id)

    return blueprint


@pytest.fixture
def sample(make_app):
    return make_app(routes)


@pytest.fixture
def wang(institution, settings):
    person = make_colleague(institution, Role.ADMINISTRATOR, name="王芳")
    make_credential(settings, person, "wangfang")
    return person


def enter(browser, name="wangfang", **more):
    form = {"name": name, "password": PASSWORD, **more}
    return browser.submit("/sign-in", form)


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [
        ("http://localhost", "registry", False),
        ("https://localhost", "__Host-registry", True),
    ],
)
def test_the_cookie_is_for_this_host_only_and_no_script_reads_it(
    public_url, name, secure, make_app, wang
):
    browser = make_app(public_url=public_url).test_client()
    site = public_url + "/"
    page = browser.get("/sign-in", base_url=site)
    token = page.text.partition('name="csrf-token" content="')[2].partition('"')[0]
    form = {"name": "wangfang", "password": PASSWORD, "csrf_token": token}
    answer = browser.post("/sign-in", data=form, base_url=site)
    assert answer.status_code == 303
    sent = answer.headers.getlist("Set-Cookie")
    assert len(sent) == 1
    parts = sent[0].split("; ")
    assert parts[0].startswith(f"{name}=")
    attributes = {part.partition("=")[0] for part in parts[1:]}
    expected = {"HttpOnly", "Path", "SameSite", "Expires"} | (
        {"Secure"} if secure else set()
    )
    assert attributes == expected
    assert "Path=/" in parts
    assert "SameSite=Lax" in parts


def test_signing_in_leaves_nothing_of_the_session_before(sample, wang):
    browser = sample.test_client()
    browser.get("/sign-in")
    with browser.session_transaction() as kept:
        kept["planted"] = "by somebody else"
        before = kept["csrf_token"]
    assert enter(browser).status_code == 303
    with browser.session_transaction() as kept:
        assert set(kept) == {"token", "_permanent"}
    assert browser.get("/me").status_code == 200
    with browser.session_transaction() as kept:
        assert kept["csrf_token"] != before


def test_a_token_planted_before_signing_in_is_not_kept(sample, wang):
    browser = sample.test_client()
    with browser.session_transaction() as kept:
        kept["token"] = "chosen by an attacker"
    enter(browser)
    with browser.session_transaction() as kept:
        assert kept["token"] != "chosen by an attacker"


@pytest.mark.parametrize("forged", ["x", "eyJ0b2tlbiI6IngifQ.x.y", "." * 500, "中"])
def test_a_forged_cookie_is_nobody(forged, sample, wang):
    browser = sample.test_client()
    browser.set_cookie("registry", forged)
    assert browser.get("/inside").status_code == 303
    assert browser.get("/who").json["person"] is None


def test_a_session_that_has_ended_is_forgotten_by_the_browser(sample, wang):
    browser, copy = sample.test_client(), sample.test_client()
    enter(browser)
    with browser.session_transaction() as kept:
        token = kept["token"]
    with copy.session_transaction() as kept:
        kept["token"] = token
    assert copy.get("/inside").status_code == 200
    assert browser.submit("/sign-out").status_code == 303
    assert copy.get("/inside").status_code == 303
    with copy.session_transaction() as kept:
        assert "token" not in kept


def test_tokens_open_the_api_and_no_page(sample, settings, wang):
    programme = sample.test_client()
    asked = {"Authorization": f"Bearer {make_token(settings, wang)}"}
    found = programme.get("/api/v1/who", headers=asked).json
    assert (found["person"], found["door"]) == (wang.id, "api")
    assert programme.get("/inside", headers=asked).status_code == 303


def test_a_cookie_opens_the_api_too_and_the_door_is_the_api(sample, wang):
    browser = sample.test_client()
    enter(browser)
    assert browser.get("/who").json["door"] == "page"
    assert browser.get("/api/v1/who").json["door"] == "api"


@pytest.mark.parametrize(
    "given",
    ["Bearer", "Bearer ", "Bearer x", "bearer rgt_x", "BEARER \u00ff", "Bearer a b"],
)
def test_a_token_of_nobody_is_refused_even_where_anyone_may(given, sample, wang):
    answer = sample.test_client().get("/api/v1/who", headers={"Authorization": given})
    if given == "Bearer":
        assert answer.json["person"] is None
        return
    assert (answer.status_code, answer.json["code"]) == (401, "bad_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_other_kinds_of_authorization_are_passed_over(sample, wang):
    asked = {"Authorization": "Basic d2FuZzp4"}
    assert sample.test_client().get("/api/v1/inside", headers=asked).status_code == 401
    assert sample.test_client().get("/api/v1/who", headers=asked).json["person"] is None


def test_the_only_house_is_the_house_of_strangers(sample, institution):
    assert sample.test_client().get("/who").json["house"] == "育才中学"


def test_among_several_the_host_on_the_labels_decides(sample, institution, system):
    make_institution("other", name="第二中学")
    change_institution(system, institution.version, label_url="https://zc.yucai.cn/x")
    browser = sample.test_client()
    assert browser.get("/who").json["house"] is None
    found = browser.get("/who", headers={"Host": "zc.yucai.cn"}).json
    assert found["house"] == "育才中学"


def test_among_several_one_says_where_one_signs_in(sample, settings, wang):
    other = make_institution("erzhong", name="第二中学", short_name="二中")
    make_credential(settings, make_colleague(other), "wangfang")
    browser = sample.test_client()
    assert 'name="house"' in browser.get("/sign-in").text
    assert enter(browser).status_code == 422
    assert enter(browser, house="三中").status_code == 422
    for written, name in {
        "二中": "第二中学",
        "ERZHONG": "第二中学",
        "school": "育才中学",
    }.items():
        assert enter(browser, house=written).status_code == 303
        assert browser.get("/who").json["house"] == name
        browser.submit("/sign-out")


def test_a_host_decides_nothing_once_somebody_has_signed_in(
    sample, wang, system, institution
):
    other = make_institution("other", name="第二中学")
    from registry.access.actor import Actor

    elsewhere = Actor.system(other.id)
    change_institution(elsewhere, other.version, label_url="https://zc.erzhong.cn")
    browser = sample.test_client()
    enter(browser, house="school")
    with browser.session_transaction() as kept:
        token = kept["token"]
    there = sample.test_client()
    with there.session_transaction(base_url="http://zc.erzhong.cn") as kept:
        kept["token"] = token
    found = there.get("/who", base_url="http://zc.erzhong.cn").json
    assert found["house"] == "育才中学"


@pytest.mark.parametrize(
    ("header", "house", "own", "spoken"),
    [
        (None, "zh-CN", "", "zh-CN"),
        (None, "en", "", "en"),
        ("en-US,en;q=0.9", "zh-CN", "", "en"),
        ("fr", "zh-CN", "", "zh-CN"),
        ("zh-TW", "en", "", "zh-CN"),
        ("en", "zh-CN", "zh-CN", "zh-CN"),
        ("zh-CN", "zh-CN", "en", "en"),
    ],
)
def test_the_reader_chooses_then_the_browser_then_the_house(
    header, house, own, spoken, sample, wang, system, institution
):
    if house != "zh-CN":
        change_institution(system, institution.version, language=house)
    if own:
        set_preferences(actor_of(wang), language=own)
    browser = sample.test_client()
    enter(browser)
    asked = {"Accept-Language": header} if header else {}
    assert browser.get("/who", headers=asked).json["language"] == spoken


def test_a_stranger_chooses_for_this_browser(sample, institution):
    browser = sample.test_client()
    chosen = {"language": "en", "text_size": "large", "next": "/sign-in?next=/a"}
    answer = browser.submit("/preferences", chosen)
    assert answer.headers["Location"] == "/sign-in?next=/a"
    page = browser.get("/sign-in").text
    assert '<html lang="en" data-text="large">' in page
    assert (
        '<html lang="zh-CN" data-text="normal">'
        in sample.test_client().get("/sign-in").text
    )


@pytest.mark.parametrize("name", ["language", "text_size"])
def test_a_choice_that_is_none_is_refused(name, sample, institution):
    assert sample.test_client().submit("/preferences", {name: "xx"}).status_code == 422


def test_times_are_those_of_the_house(sample, wang, system, institution):
    change_institution(system, institution.version, time_zone="Asia/Urumqi")
    browser = sample.test_client()
    enter(browser)
    assert browser.get("/who").json["zone"] == "Asia/Urumqi"


def test_looking_at_pages_writes_nothing_but_that_one_was_seen(
    clock, sample, wang, settings, institution
):
    token, made = sign_in(settings, institution.id, "wangfang", PASSWORD)
    browser = sample.test_client()
    with browser.session_transaction() as kept:
        kept["token"] = token
    clock.shift(30)
    browser.get("/who")
    from registry.auth.models import SignInSession
    from registry.store.db import session

    assert session().get(SignInSession, made.id).seen_at == made.created_at
    clock.shift(31)
    browser.get("/who")
    session().expire_all()
    seen = session().get(SignInSession, made.id).seen_at
    assert (seen - made.created_at).total_seconds() == 61


def test_a_demo_says_who_to_sign_in_as(make_app, wang):
    page = make_app(demo=True).test_client().get("/sign-in").text
    assert "演示学校" in page
    assert "wangfang" in page
    assert PASSWORD not in page
    assert "wangfang" not in make_app().test_client().get("/sign-in").text
