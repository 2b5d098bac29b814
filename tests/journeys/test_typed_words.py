"""What somebody has typed is theirs: two editors, closed pages, ended sessions."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.ledger.actions import change_state
from registry.ledger.models import Asset
from registry.organisation.models import Institution, Person
from registry.store.db import session
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_colleague
from tests.harness.browser import DESK, PHONE, OpenPage

from .conftest import SignIn, read_afresh, started

pytestmark = pytest.mark.browser

SAVE = "main button:has-text('保存')"


@pytest.fixture
def address(institution: Institution) -> str:
    asset = make_asset(institution, asset_number="2020-7", note="原来的备注")
    return f"/assets/{asset.id}"


def _standing(address: str) -> Asset:
    read_afresh()
    return session().get_one(Asset, int(address.rpartition("/")[2]))


def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing(
    institution: Institution,
    officer: Person,
    sign_in: SignIn,
    open_page: OpenPage,
    address: str,
) -> None:
    first, second = open_page(**DESK), open_page(**PHONE)
    sign_in(first, officer)
    sign_in(second, make_colleague(institution, Role.ASSET_OFFICE))
    for page in (first, second):
        page.goto(f"{address}/edit")
        started(page)
    first.fill("[name=note]", "先来的备注")
    first.fill("[name=serial]", "SN-1")
    first.click(SAVE)
    first.wait_for_selector("text=已保存")

    second.fill("[name=note]", "后来的备注\n第二行")
    second.fill("[name=funding]", "捐赠款")
    with second.expect_response(re.compile("/edit$")) as answer:
        second.click(SAVE)
    assert answer.value.status == 409
    versions = second.locator(".versions")
    for words in ("先来的备注", "后来的备注", "第二行", "SN-1", "捐赠款"):
        expect(versions).to_contain_text(words)
    for theirs in ("先来的备注", "SN-1"):
        versions.locator("label", has_text=theirs).locator("input").check()
    second.click(SAVE)
    second.wait_for_selector("text=已保存")
    asset = _standing(address)
    assert (asset.note, asset.serial, asset.funding) == ("先来的备注", "SN-1", "捐赠款")


def test_the_second_editor_may_keep_every_word_of_their_own(
    institution: Institution,
    officer: Person,
    sign_in: SignIn,
    open_page: OpenPage,
    address: str,
) -> None:
    first, second = open_page(**DESK), open_page(**DESK)
    for page in (first, second):
        sign_in(page, officer)
        page.goto(f"{address}/edit")
        started(page)
    first.fill("[name=note]", "先来的备注")
    first.click(SAVE)
    first.wait_for_selector("text=已保存")
    second.fill("[name=note]", "后来的“备注”<b>\n第二行")
    second.click(SAVE)
    expect(second.locator("h1")).to_contain_text("有人刚改过")
    second.click(SAVE)
    second.wait_for_selector("text=已保存")
    assert _standing(address).note == "后来的“备注”<b>\n第二行"


def _kept(page: Page, words: str) -> None:
    page.wait_for_function(
        "(words) => JSON.stringify({...localStorage}).includes(words)", arg=words
    )


def test_a_half_written_form_survives_a_closed_page_and_an_ended_session(
    officer: Person, sign_in: SignIn, open_page: OpenPage, address: str
) -> None:
    phone, desk = open_page(**PHONE), open_page(**DESK)
    for page in (phone, desk):
        sign_in(page, officer)
    phone.goto(f"{address}/edit")
    started(phone).fill("[name=note]", "写到一半的备注")
    _kept(phone, "写到一半的备注")
    again = phone.context.new_page()
    phone.close()
    again.goto(f"{address}/edit")
    expect(again.locator("[name=note]")).to_have_value("写到一半的备注")

    desk.goto("/me")
    desk.click("button:has-text('退出其他各处')")
    desk.wait_for_load_state()
    started(again).fill("[name=note]", "写完了的备注")
    again.click(SAVE)
    expect(again.locator("h1")).to_have_text("请先登录")
    assert _standing(address).note == "原来的备注"
    again.get_by_role("main").get_by_role("link", name="登录").click()
    again.wait_for_url("**/sign-in**")
    sign_in(again, officer, here=True)
    again.goto(f"{address}/edit")
    expect(again.locator("[name=note]")).to_have_value("写完了的备注")
    started(again).click(SAVE)
    again.wait_for_selector("text=已保存")
    assert _standing(address).note == "写完了的备注"

    again.goto(f"{address}/edit")
    started(again)
    assert "写完了的备注" not in again.evaluate("JSON.stringify({...localStorage})")


def test_large_forms_lose_nothing_when_the_network_drops_or_the_session_ends(
    institution: Institution, officer: Person, sign_in: SignIn, open_page: OpenPage
) -> None:
    idle = make_asset(institution)
    change_state(Actor.system(institution.id), idle.id, "mark_idle")
    phone, desk = open_page(**PHONE), open_page(**DESK)
    sign_in(phone, officer)
    sign_in(desk, officer)

    phone.goto("/requests/new")
    started(phone).fill("[name=text_1]", "第一样")
    phone.click("button:has-text('再加一样')")
    started(phone).fill("[name=text_2]", "第二样")
    _kept(phone, "第二样")
    phone.goto("/requests")
    forms = {
        "/requests/new": ("text_2", "第二样", "main button:has-text('存为草稿')"),
        "/assets/new": ("note", "登记到一半", "main button:has-text('登记')"),
        f"/transfers/new?asset={idle.id}": (
            "purpose",
            "新教室用",
            "main button:has-text('申请调拨')",
        ),
    }
    for there, (name, words, press) in forms.items():
        field = f"[name={name}]"
        phone.goto(there)
        if there != "/requests/new":
            started(phone).fill(field, words)
        expect(phone.locator(field)).to_have_value(words)
        started(phone).context.set_offline(True)
        with phone.expect_event("requestfailed", lambda each: each.method == "POST"):
            phone.locator(press).first.click(no_wait_after=True)
        phone.context.set_offline(False)
        phone.goto("/")
        started(phone).goto(there)
        expect(phone.locator(field)).to_have_value(words)
    started(phone)
    desk.goto("/me")
    desk.click("button:has-text('退出其他各处')")
    desk.wait_for_load_state()
    phone.locator(press).first.click()
    expect(phone.locator("h1")).to_have_text("请先登录")
    phone.get_by_role("main").get_by_role("link", name="登录").click()
    phone.wait_for_url("**/sign-in**")
    sign_in(phone, officer, here=True)
    phone.wait_for_url(f"**{there}")
    expect(phone.locator(field)).to_have_value(words)
    phone.goto("/requests/new")
    expect(phone.locator("[name=text_1]")).to_have_value("第一样")
    expect(phone.locator("[name=text_2]")).to_have_value("第二样")
    started(phone).click("main button:has-text('存为草稿')")
    phone.wait_for_selector("text=已存为草稿")
    phone.goto("/requests/new")
    expect(started(phone).locator("[name=text_1]")).to_have_value("")
