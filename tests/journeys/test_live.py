"""Two people look at one thing; what one does the other sees without doing anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.auth import actions as auth
from registry.ledger import actions as ledger
from registry.organisation.models import Institution
from registry.web.base.live import Live, live_of
from tests.factories.audits import make_campus
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_department, make_place
from tests.harness.browser import DESK, PHONE, OpenPage
from tests.registry.web.pages.lending import lend_session

pytestmark = pytest.mark.browser

PATIENCE = 30_000


@pytest.fixture
def live(app: Flask) -> Iterator[Live]:
    found = live_of(app)
    found.seats.most = 8
    yield found
    found.follower.stop()
    found.seats.most = 0


def is_live(page: Page) -> None:
    expect(page.locator("[data-live-sign]")).to_have_text("实时", timeout=PATIENCE)


def test_what_one_does_the_other_sees_at_once_and_a_half_filled_form_is_left(
    app: Flask,
    live: Live,
    institution: Institution,
    signed_in_as: Any,
    open_page: OpenPage,
    live_server: str,
) -> None:
    home = make_department(institution)
    room = make_place(institution, "实训楼 3-302")
    asset = make_asset(institution, department_id=home.id)
    desk, phone, second = open_page(**DESK), open_page(**PHONE), open_page(**DESK)
    lend_session(desk, signed_in_as(Role.ASSET_OFFICE))
    lend_session(phone, signed_in_as(Role.DEPARTMENT_ASSET_OFFICER, department=home))
    lend_session(second, signed_in_as())

    desk.goto(f"{live_server}/assets")
    shown = desk.context.new_page()
    shown.goto(f"{live_server}/assets/{asset.id}")
    second.goto(f"{live_server}/idle")
    for page in (desk, shown, second):
        is_live(page)

    phone.goto(f"{live_server}/assets/{asset.id}/move")
    phone.wait_for_selector("html[data-started]", state="attached")
    phone.fill("[name=place_text]", "实训楼")
    phone.click(".combobox-option")
    phone.click("button:has-text('记入台账')")
    phone.wait_for_selector("text=已记入台账")
    for page in (desk, shown):
        expect(page.locator("main")).to_contain_text(room.full_name, timeout=PATIENCE)
    expect(shown.locator(".timeline")).to_contain_text("变更存放地点")

    form = desk.context.new_page()
    form.goto(f"{live_server}/assets/{asset.id}/edit")
    form.fill("[name=note]", "写到一半的备注")
    ledger.change_state(Actor.system(institution.id), asset.id, "mark_idle")
    expect(shown.locator("#asset-state")).to_contain_text("闲置", timeout=PATIENCE)
    expect(second.locator("main")).to_contain_text(
        asset.item_type.name, timeout=PATIENCE
    )
    expect(form.locator("[name=note]")).to_have_value("写到一半的备注")

    auth.end_sessions(Actor.system(institution.id), _person_of(live, second))
    expect(second.locator(".live-bar")).to_contain_text("登录已结束", timeout=PATIENCE)
    second.click("button:has-text('重新登录')")
    second.wait_for_url("**/sign-in**")


def test_who_leads_an_audit_watches_the_places_fill_up(
    live: Live,
    institution: Institution,
    signed_in_as: Any,
    open_page: OpenPage,
    live_server: str,
) -> None:
    campus = make_campus(institution, things=2)
    audit = campus.begin()
    lead, phone = open_page(**DESK), open_page(**PHONE)
    lend_session(lead, signed_in_as(person=campus.lead))
    lend_session(phone, signed_in_as(person=campus.counter))
    lead.goto(f"{live_server}/audits/{audit.id}")
    is_live(lead)
    lead.evaluate("window.untouched = true")
    places = lead.locator("#audit-places .walk-row")
    room = places.filter(has_text=campus.room.full_name)
    expect(room).to_contain_text("已盘 0 / 2")

    phone.goto(f"{live_server}/audits/{audit.id}/walk/#room/{campus.room.id}")
    phone.wait_for_selector("#walk[data-ready]")
    for done, thing in enumerate(campus.things[:2], 1):
        phone.fill("[name=text]", thing.code)
        phone.press("[name=text]", "Enter")
        expect(room).to_contain_text(f"已盘 {done} / 2", timeout=PATIENCE)
    expect(lead.locator("#audit-people")).to_contain_text(campus.counter.name)
    phone.click("[data-screen=room] [data-do=finish]")
    phone.click("[data-do=close]")
    expect(room.locator(".chip")).to_have_text("已盘完", timeout=PATIENCE)
    expect(places.filter(has_text=campus.other.full_name)).to_contain_text("0 / 2")
    assert lead.evaluate("window.untouched")  # the page was never loaded anew


def _person_of(live: Live, page: Page) -> int:
    key = page.locator("meta[name=me]").get_attribute("content") or ""
    return int(key.partition("-")[2])
