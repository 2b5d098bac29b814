"""The basket: many codes one after the other, one act, one document."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from registry.kernel.checkcodes import grouped
from registry.ledger.models import Asset
from registry.organisation.models import Institution, Person
from registry.store.db import session
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_place

from .conftest import SignIn, burst, read_afresh, started, without_camera

pytestmark = pytest.mark.browser


def _mistyped(code: str) -> str:
    return code[:3] + ("7" if code[3] != "7" else "8") + code[4:]


def test_three_codes_are_moved_by_one_document(
    institution: Institution, officer: Person, sign_in: SignIn, desk: Page
) -> None:
    attic = make_place(institution, "阁楼")
    assets = make_assets(institution, 3)
    ids, codes = [each.id for each in assets], [each.code for each in assets]
    without_camera(desk)
    sign_in(desk, officer)
    desk.goto("/basket")

    started(desk).fill("#scan-text", grouped(codes[0]).lower())
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="已扫 1 件")).to_be_visible()
    burst(desk, f"HTTP://OTHER.HOST/A/{codes[1]}")
    expect(desk.get_by_role("heading", name="已扫 2 件")).to_be_visible()
    burst(desk, _mistyped(codes[2]))
    expect(desk.locator(".answer-bad")).to_contain_text("对照")
    burst(desk, codes[2])
    expect(desk.get_by_role("heading", name="已扫 3 件")).to_be_visible()
    burst(desk, codes[0])
    expect(desk.locator(".answer")).to_contain_text("已经扫过")

    desk.select_option("[name=act]", "move")
    desk.fill("[name=place_text]", "阁楼")
    desk.click(".combobox-option")
    desk.click("main button:has-text('一起办')")
    desk.wait_for_url(re.compile(r"/assets\?document="))
    expect(desk.locator("main")).to_contain_text("已记入台账，共 3 件")
    expect(desk.locator("tbody tr")).to_have_count(3)
    read_afresh()
    assert {session().get_one(Asset, each).place_id for each in ids} == {attic.id}

    desk.goto("/basket")
    expect(desk.get_by_role("heading", name="还没有扫到")).to_be_visible()


def test_of_codes_typed_without_checking_nothing_is_moved_where_one_is_wrong(
    institution: Institution, officer: Person, sign_in: SignIn, desk: Page
) -> None:
    make_place(institution, "阁楼")
    assets = make_assets(institution, 2)
    ids, codes = [each.id for each in assets], [each.code for each in assets]
    without_camera(desk)
    sign_in(desk, officer)
    desk.goto("/basket")
    started(desk)
    for code in codes:
        burst(desk, code)
        expect(desk.locator(".basket-item", has_text=grouped(code))).to_be_visible()
    desk.context.set_offline(True)
    burst(desk, _mistyped(codes[0]))
    expect(desk.locator(".answer")).to_contain_text("先记下")
    desk.context.set_offline(False)

    desk.select_option("[name=act]", "move")
    desk.fill("[name=place_text]", "阁楼")
    desk.click(".combobox-option")
    desk.click("main button:has-text('一起办')")
    expect(desk.locator(".notice", has_text="一件都没有改")).to_contain_text(
        _mistyped(codes[0])
    )
    expect(desk.get_by_role("heading", name="已扫 3 件")).to_be_visible()
    read_afresh()
    assert {session().get_one(Asset, each).place_id for each in ids} == {None}
