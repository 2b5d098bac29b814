"""A second factor as a person at a page, and a programme at the API, meets it."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from registry.access.roles import Role
from registry.auth import queries
from registry.kernel.clock import now
from registry.organisation.actions import change_institution
from registry.organisation.models import FactorFor
from registry.store.transaction import transaction
from tests.factories.auth import PASSWORD, begin_session, make_credential
from tests.factories.organisation import make_colleague
from tests.factories.second_factor import Phone, in_session, set_up

API = "/api/v1/me/second-factor"


@pytest.fixture
def wang(clock, institution, settings):
    person = make_colleague(institution, Role.ADMINISTRATOR, name="王芳")
    make_credential(settings, person, "wangfang")
    return person


@pytest.fixture
def phone(wang, clock, settings):
    made = set_up(settings, in_session(settings, wang))
    clock.shift(30)
    return made


def ask(system, institution, who=FactorFor.DECIDERS, **later):
    change_institution(system, institution.version, factor_for=str(who))
    with transaction():
        institution.factor_from = now() + timedelta(**later)


def enter(browser, onward="/notices"):
    given = {"name": "wangfang", "password": PASSWORD, "next": onward}
    return browser.submit("/sign-in", given)


def spare_codes(answer) -> list[str]:
    listed = re.search(r'<ol class="spare-codes">(.*?)</ol>', answer.text, re.DOTALL)
    return re.findall(r"(?:\d{4} ){3}\d{4}", listed[1])


def test_one_signs_in_in_two_steps_and_goes_on_to_where_one_was_going(client, phone):
    sent = enter(client)
    assert sent.headers["Location"] == "/sign-in/code?next=/notices"
    assert client.get("/").status_code == 303
    assert client.get("/api/v1/me").status_code == 401
    asked = client.get(sent.headers["Location"])
    assert 'autocomplete="one-time-code"' in asked.text
    wrong = client.submit("/sign-in/code", {"code": "000000", "next": "/notices"})
    assert (wrong.status_code, "验证码不对" in wrong.text) == (401, True)
    assert "000000" not in wrong.text
    right = client.submit("/sign-in/code", {"code": phone.code(), "next": "/notices"})
    assert (right.status_code, right.headers["Location"]) == (303, "/notices")
    assert client.get("/me").status_code == 200
    assert client.get("/sign-in/code").headers["Location"] == "/"
    again = client.submit("/sign-in/code", {"code": "1"})
    assert (again.status_code, again.headers["Location"]) == (303, "/")


def test_without_the_password_there_is_no_second_step(client, phone, clock):
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in?next=/"
    sent = client.submit("/sign-in/code", {"code": phone.code()})
    assert sent.headers["Location"] == "/sign-in?next=/"
    assert "请重新登录" in client.get("/sign-in").text
    enter(client)
    clock.shift(601)
    sent = client.submit("/sign-in/code", {"code": phone.code()})
    assert sent.headers["Location"] == "/sign-in?next=/"
    assert client.get("/me").status_code == 303


def test_guesses_are_counted_whatever_a_form_carries(client, phone):
    enter(client)
    tries = [
        client.submit("/sign-in/code", {"code": "000000", "once": f"a-fresh-key-{n}"})
        for n in range(11)
    ]
    assert [each.status_code for each in tries] == [401] * 10 + [429]
    assert client.submit("/sign-in/code", {"code": phone.code()}).status_code == 429


def test_a_spare_code_says_how_many_are_left(client, phone):
    enter(client)
    client.submit("/sign-in/code", {"code": phone.spare[0]})
    assert "还剩 9 个" in client.get("/me").text


def test_whoever_must_have_one_does_nothing_else_before(
    client, wang, system, institution, clock
):
    ask(system, institution)
    enter(client)
    for path in ("/", "/people", f"/people/{wang.id}"):
        assert client.get(path).headers["Location"] == "/me/second-factor"
    assert client.submit(f"/people/{wang.id}/leave").status_code == 403
    refused = client.get("/api/v1/assets")
    assert refused.json["code"] == "second_factor_must_be_set"
    assert client.submit("/me/tokens", {"name": "x"}).status_code == 403
    page = client.get("/me/second-factor")
    assert "请先设好" in page.text
    assert 'name="password"' not in page.text
    began = client.submit("/me/second-factor/begin")
    assert began.headers["Location"] == "/me/second-factor/setup"
    setup = client.get("/me/second-factor/setup")
    phone = Phone.taught(
        re.search(r">((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})<", setup.text)[1]
    )
    link = html.unescape(re.search(r'href="(otpauth://[^"]+)"', setup.text)[1])
    assert link.startswith(
        "otpauth://totp/%E8%82%B2%E6%89%8D%E4%B8%AD%E5%AD%A6:wangfang?"
    )
    assert '<svg class="qr"' in setup.text
    wrong = client.submit("/me/second-factor/confirm", {"code": "000000"})
    assert (wrong.status_code, '<svg class="qr"' in wrong.text) == (422, True)
    done = client.submit("/me/second-factor/confirm", {"code": phone.code()})
    assert (done.status_code, len(spare_codes(done))) == (200, 10)
    assert client.get("/").status_code == 200
    gone = client.get("/me/second-factor/setup")
    assert gone.headers["Location"] == "/me/second-factor"


def test_until_then_one_is_reminded_on_the_home_page(
    wang, system, institution, signed_in_as
):
    ask(system, institution, days=3)
    browser = signed_in_as(person=wang)
    for path in ("/", "/me/second-factor"):
        assert "2026年9月4日" in browser.get(path).text
    others = signed_in_as()
    assert "二次验证" not in others.get("/").text


def test_one_changes_phone_codes_and_mind_only_by_password_and_code(
    wang, phone, client, clock, settings
):
    enter(client)
    client.submit("/sign-in/code", {"code": phone.code()})
    page = client.get("/me/second-factor").text
    for act in ("begin", "codes", "remove"):
        assert f"/me/second-factor/{act}" in page
        asked = client.get(f"/me/second-factor/{act}")
        assert asked.status_code == 200
        refused = client.submit(f"/me/second-factor/{act}", {"password": "guess"})
        assert refused.status_code == 422
        assert "guess" not in refused.text
    clock.shift(30)
    proof = {"password": PASSWORD, "code": phone.code()}
    fresh = spare_codes(client.submit("/me/second-factor/codes", proof))
    assert len(set(fresh) - set(phone.spare)) == 10
    proof["code"] = fresh[0]
    assert client.submit("/me/second-factor/remove", proof).status_code == 303
    assert not queries.code_is_asked(
        queries.credential_by_name(wang.institution_id, "wangfang")
    )
    assert client.submit("/me/second-factor/codes", proof).status_code == 303
    assert client.get("/me/second-factor/codes").status_code == 303


def test_one_of_whom_it_is_asked_cannot_do_without(
    client, phone, system, institution, clock
):
    ask(system, institution)
    enter(client)
    client.submit("/sign-in/code", {"code": phone.code()})
    page = client.get("/me/second-factor").text
    assert "不能关闭" in page
    assert "/me/second-factor/remove" not in page
    clock.shift(30)
    proof = {"password": PASSWORD, "code": phone.code()}
    sent = client.submit("/me/second-factor/remove", proof)
    assert sent.headers["Location"] == "/me/second-factor"
    assert "不能关闭" in client.get("/me/second-factor").text


def test_an_administrator_resets_it_on_the_page_of_the_person(
    wang, phone, institution, settings, signed_in_as, client
):
    admin = signed_in_as(Role.ADMINISTRATOR)
    there = f"/people/{wang.id}"
    assert "重设二次验证" in admin.get(there).text
    sent = admin.submit(f"{there}/sign-in/second-factor/reset")
    assert sent.headers["Location"] == there
    assert "重设二次验证" not in admin.get(there).text
    assert enter(client).headers["Location"] == "/notices"
    notices = client.get("/notices").text
    assert "管理员重设了您的二次验证" in notices
    own = f"/people/{admin.person.id}"
    admin.submit(f"{own}/sign-in/second-factor/reset")
    assert "不能自己重设" in admin.get(own).text


def test_the_institution_says_who_must(wang, institution, signed_in_as):
    browser = signed_in_as(person=wang)
    page = browser.get("/institution").text
    assert '<option value="nobody" selected>' in page
    names = ("name", "short_name", "contact", "accent", "label_url", "language")
    given = {name: getattr(institution, name) for name in (*names, "time_zone")}
    given |= {"version": institution.version, "factor_for": "everyone"}
    assert browser.submit("/institution", given).status_code == 303
    assert "2026年9月15日" in browser.get("/institution").text
    given |= {"version": institution.version, "factor_for": "some"}
    assert browser.submit("/institution", given).status_code == 422


def test_the_api_does_all_that_pages_do(wang, clock, settings, app, signed_in_as):
    browser = signed_in_as(person=wang)

    def post(path, **given):
        return browser.submit(API + path, json=given)

    assert browser.get(API).json == {
        "state": "none",
        "is_asked": False,
        "asked_from": None,
        "confirmed_at": None,
        "spare_codes_left": 0,
    }
    made = post("/setup").json
    phone = Phone.taught(made["secret"])
    assert made["address"].startswith("otpauth://totp/")
    assert post("/confirm", code="000000").status_code == 422
    spare = post("/confirm", code=phone.code()).json["spare_codes"]
    assert len(spare) == 10
    clock.shift(30)
    proof = {"password": PASSWORD, "code": phone.code()}
    assert len(post("/codes", **proof).json["spare_codes"]) == 10
    assert browser.get(API).json["state"] == "on"
    used = post("/remove", **proof)
    assert used.json["fields"]["code"]["code"] == "code_used"
    clock.shift(30)
    proof["code"] = phone.code()
    assert post("/remove", **proof).status_code == 204
    set_up(settings, in_session(settings, wang))
    admin = signed_in_as(Role.ADMINISTRATOR)
    there = f"/api/v1/people/{wang.id}/second-factor/reset"
    assert admin.submit(there, json={}).status_code == 204
    own = f"/api/v1/people/{admin.person.id}/second-factor/reset"
    refused = admin.submit(own, json={})
    assert (refused.status_code, refused.json["code"]) == (409, "own_second_factor")
    assert begin_session(settings, wang)


def test_no_token_does_anything_about_it(wang, api_as):
    bearer = api_as(person=wang)
    assert bearer.get(API).status_code == 403
    assert bearer.post(f"{API}/setup", json={"password": PASSWORD}).status_code == 403
