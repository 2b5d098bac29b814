"""Signing in and one's own account, as a person at a page."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from registry.access.roles import Role
from registry.auth.actions import disable, sign_in
from registry.auth.actions.credentials import BY_PERSON
from registry.auth.actions.sessions import BY_BROWSER
from registry.auth.models import ApiToken, SignInSession
from registry.auth.queries import actor_of_token
from registry.organisation.models import Person
from registry.store.db import session
from registry.web.pages.account import agent_words
from tests.factories.auth import PASSWORD, make_credential
from tests.factories.organisation import make_colleague

NEW = "silver-fern-77"


@pytest.fixture
def wang(institution, settings):
    person = make_colleague(institution, Role.ASSET_OFFICE, name="王芳")
    make_credential(settings, person, "wangfang")
    return person


@pytest.fixture
def visitor(wang, signed_in_as):
    return signed_in_as(person=wang)


def enter(visitor, name="wangfang", password=PASSWORD, **more):
    return visitor.submit("/sign-in", {"name": name, "password": password, **more})


def test_one_signs_in_and_goes_on_to_where_one_was_going(client, wang):
    sent = client.get("/me/password")
    assert sent.headers["Location"] == "/sign-in?next=/me/password"
    page = client.get(sent.headers["Location"])
    assert 'name="next" value="/me/password"' in page.text
    answer = enter(client, next="/me/password")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/password")
    assert "王芳" in client.get("/me").text


def test_the_answer_to_a_wrong_name_and_a_wrong_password_is_one(client, wang):
    wrong = enter(client, password="no")
    unknown = enter(client, name="zhaoliu", password="no")
    assert wrong.status_code == unknown.status_code == 401

    def bare(page):
        return re.sub(r'value="[^"]*"|content="[^"]*"', "", page.text)

    assert bare(wrong) == bare(unknown)
    assert "用户名或密码不对" in wrong.text
    assert "Set-Cookie" not in wrong.headers or "token" not in wrong.text


def test_a_password_is_never_sent_back(client, wang):
    page = enter(client, name="wangfang", password="my secret thought")
    assert "my secret thought" not in page.text
    assert 'value="wangfang"' in page.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": "wangfang"},
        {"password": PASSWORD},
        {"name": "a\0b", "password": "x"},
        {"name": "x" * 300, "password": "x"},
        {"name": "wangfang", "password": "x" * 300},
        {"name": ["wangfang", "li"], "password": PASSWORD},
    ],
)
def test_a_form_that_cannot_be_is_shown_again(form, client, wang):
    assert client.submit("/sign-in", form).status_code == 422


def test_too_many_tries_are_told_to_wait(client, wang, clock):
    for _ in range(10):
        assert enter(client, password="no").status_code == 401
    answer = enter(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_form_that_is_to_act_once_still_counts_as_a_try(client, wang, clock):
    """What is refused is taken back; that it was tried is not."""
    tries = [
        enter(client, password="no", once=f"a-key-of-its-own-{n}").status_code
        for n in range(BY_BROWSER.most + 1)
    ]
    assert tries == [401] * BY_BROWSER.most + [429]
    assert enter(client).status_code == 429


def test_the_api_counts_who_guesses_the_password_of_an_open_session(clock, visitor):
    given = {"current": "a guess", "new": NEW}
    tries = [
        visitor.submit("/api/v1/me/password", json=given, method="PUT").status_code
        for _ in range(BY_PERSON.most + 1)
    ]
    assert tries == [422] * BY_PERSON.most + [429]


def test_whoever_has_signed_in_is_sent_on(visitor):
    answer = visitor.get("/sign-in?next=/me")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")


def test_signing_out_ends_the_session_here_and_in_the_database(visitor):
    assert visitor.get("/me").status_code == 200
    assert visitor.submit("/sign-out").headers["Location"] == "/sign-in"
    assert visitor.get("/me").status_code == 303
    assert visitor.submit("/sign-out").status_code == 303
    assert session().scalar(sa.select(SignInSession.ended_at)) is not None


def test_signing_out_needs_a_form(visitor):
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.get("/me").status_code == 200


def test_a_disabled_person_is_out_with_the_next_request(visitor, system, wang):
    disable(system, wang.id)
    assert visitor.get("/me").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        ("no", NEW, NEW, "现在的密码不对"),
        (PASSWORD, NEW, NEW + "x", "两次输入不一致"),
        (PASSWORD, "short", "short", "至少要 8 个字符"),
        (PASSWORD, "woaini1314", "woaini1314", "太常见"),
        (PASSWORD, "wangfang-2026", "wangfang-2026", "不能含有用户名"),
        (PASSWORD, PASSWORD, PASSWORD, "和现在的一样"),
        (PASSWORD, "", "", "必须填写"),
    ],
)
def test_a_password_that_cannot_be_is_said_beside_its_field(
    current, new, again, said, visitor
):
    form = {"current": current, "new": new, "again": again}
    page = visitor.submit("/me/password", form)
    assert page.status_code == 422
    assert said in page.text
    assert PASSWORD not in page.text


def test_changing_the_password_keeps_this_browser_and_no_other(
    visitor, wang, signed_in_as
):
    other = signed_in_as(person=wang)
    form = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert visitor.submit("/me/password", form).headers["Location"] == "/me"
    assert "密码已修改" in visitor.get("/me").text
    assert other.get("/me").status_code == 303


def test_one_sees_where_one_has_signed_in_and_ends_it(
    visitor, wang, signed_in_as, settings, institution
):
    phone = "Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0"
    sign_in(settings, institution.id, "wangfang", PASSWORD, agent=phone)
    page = visitor.get("/me").text
    assert "微信 · 安卓手机" in page
    assert page.count("就是这里") == 1
    end = re.search(r'action="(/me/sessions/\d+/end)"', page)
    assert end is not None
    assert visitor.submit(end[1]).status_code == 303
    assert "微信" not in visitor.get("/me").text


def test_all_other_sessions_end_at_once(visitor, wang, signed_in_as):
    others = [signed_in_as(person=wang) for _ in range(3)]
    visitor.submit("/me/sessions/end")
    assert [each.get("/me").status_code for each in others] == [303] * 3
    assert "已退出其他 3 处登录" in visitor.get("/me").text


def test_nobody_ends_the_session_of_another(visitor, signed_in_as):
    other = signed_in_as(Role.ADMINISTRATOR)
    theirs = session().scalar(
        sa.select(SignInSession.id).where(SignInSession.person_id == other.person.id)
    )
    assert visitor.submit(f"/me/sessions/{theirs}/end").status_code == 404
    assert other.get("/me").status_code == 200


def test_a_token_is_shown_once(visitor):
    form = {"name": "财务对账", "scopes": ["read", "ledger"], "days": "30"}
    page = visitor.submit("/me/tokens", form)
    assert page.status_code == 200
    secret = re.search(r"rgt_[\w-]{43}", page.text)
    assert secret is not None
    assert actor_of_token(secret[0]).scopes == {"read", "ledger"}
    later = visitor.get("/me").text
    assert secret[0] not in later
    assert "财务对账" in later


@pytest.mark.parametrize(
    "form",
    [
        {"scopes": "read", "days": "30"},
        {"name": "x", "days": "30"},
        {"name": "x", "scopes": "auth", "days": "30"},
        {"name": "x", "scopes": "read", "days": "0"},
        {"name": "x", "scopes": "read", "days": "1000"},
        {"name": "x", "scopes": "read", "days": "٣"},
    ],
)
def test_a_token_that_cannot_be_is_not_made(form, visitor):
    assert visitor.submit("/me/tokens", form).status_code == 422
    assert session().scalar(sa.select(sa.func.count(ApiToken.id))) == 0


def test_a_revoked_token_opens_nothing(visitor, app):
    form = {"name": "x", "scopes": ["read"], "days": "30"}
    secret = re.search(r"rgt_[\w-]{43}", visitor.submit("/me/tokens", form).text)[0]
    revoke = re.search(r'action="(/me/tokens/\d+/revoke)"', visitor.get("/me").text)[1]
    assert visitor.submit(revoke).status_code == 303
    assert "已停用" in visitor.get("/me").text
    assert actor_of_token(secret) is None


def test_language_and_text_size_are_kept_with_the_person(visitor, wang, signed_in_as):
    chosen = {"language": "en", "text_size": "large", "next": "/me"}
    assert visitor.submit("/preferences", chosen).headers["Location"] == "/me"
    here = '<html lang="en" data-text="large">'
    assert here in visitor.get("/me").text
    assert here in signed_in_as(person=wang).get("/me").text
    assert session().get(Person, wang.id).language == "en"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("", "未知的浏览器"),
        ("curl/8", "未知的浏览器"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone) Version/17 Safari/604", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/120", "Firefox · Linux"),
        ("Mozilla/5.0 (Android) DingTalk/7 Chrome/1", "钉钉 · 安卓手机"),
    ],
)
def test_browsers_are_named_as_people_know_them(agent, said, context):
    assert agent_words(agent) == said


def test_who_to_be_is_told_in_a_demo_only(client, wang):
    assert "演示学校" not in client.get("/sign-in").text
