"""A blank label: printed first, stuck on, scanned, and given to the thing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from registry.kernel.checkcodes import grouped
from registry.organisation.models import Institution, Person
from tests.factories.ledger import make_asset
from tests.harness.browser import DESK, PHONE, OpenPage
from tests.harness.reading import pdf_pages, qr_texts

from .conftest import SignIn, bytes_of, photograph, started, without_camera

pytestmark = pytest.mark.browser


def _print_blanks(desk: Page, count: int) -> bytes:
    desk.goto("/labels/blanks")
    started(desk).fill("[name=count]", str(count))
    with desk.expect_download() as download:
        desk.click("button:has-text('打印空白标签')")
    return bytes_of(download)


def test_a_blank_label_is_given_to_the_thing_it_is_stuck_on(
    institution: Institution, officer: Person, sign_in: SignIn, open_page: OpenPage
) -> None:
    old = make_asset(institution, asset_number="2019-00077").code
    desk, phone, stranger = open_page(**DESK), open_page(**PHONE), open_page(**PHONE)
    sign_in(desk, officer)
    [sheet] = pdf_pages(_print_blanks(desk, 2))
    assert len(set(qr_texts(sheet))) == 2

    without_camera(phone)
    sign_in(phone, officer)
    phone.goto("/scan")
    started(phone).set_input_files("[name=photo]", photograph(sheet))
    phone.wait_for_url("**/scan/blank/*")
    new = phone.url.rpartition("/")[2]
    assert any(address.endswith(new) for address in qr_texts(sheet))

    started(phone).fill("[name=text]", "没有这个编号")
    phone.click("button:has-text('就是它')")
    expect(phone.locator(".field-error")).to_be_visible()
    started(phone).fill("[name=text]", "2019-00077")
    phone.click("button:has-text('就是它')")
    phone.wait_for_url(re.compile(r"/assets/\d+$"))
    expect(phone.locator(".lede")).to_contain_text(grouped(new))

    for page in (phone, stranger):
        page.goto(f"/a/{old}")
        expect(page.locator("main")).to_contain_text("这张标签已停用")
        expect(page.locator("main")).to_contain_text("请扫新标签")
    stranger.goto(f"/a/{new}")
    expect(stranger.locator("main")).to_contain_text("告诉我们")
