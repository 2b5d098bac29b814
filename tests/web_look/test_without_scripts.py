"""Every page does its work with scripts switched off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Opening

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(opened: Opening) -> Any:
    def open_page(path: str) -> Page:
        return opened(path, java_script_enabled=False)

    return open_page


def test_a_form_is_filled_in_and_sent(plain: Any, gallery: Any) -> None:
    page = plain("/form")
    page.get_by_label("资产名称").fill("投影仪")
    page.get_by_label("存放地点").fill("实训楼 3-302")
    gallery.received.clear()
    page.get_by_role("button", name="登记").click()
    page.wait_for_url("**/home")
    (sent,) = gallery.received
    assert sent["place_text"] == ["实训楼 3-302"]
    assert sent["place"] == [""]


def test_several_codes_are_typed_and_sent(plain: Any, gallery: Any) -> None:
    page = plain("/basket")
    page.get_by_label("编号，一行一个").fill("K7Q4M2XN1\nK7Q4M2XN2")
    gallery.received.clear()
    page.get_by_role("button", name="更改存放地点").click()
    page.wait_for_url("**/home")
    assert gallery.received[0]["codes"][0].split() == ["K7Q4M2XN1", "K7Q4M2XN2"]


def test_a_code_is_typed_and_a_photo_is_sent(plain: Any, gallery: Any) -> None:
    page = plain("/scan")
    page.get_by_label("输入编号").fill("K7Q4M2XN1")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url("**/asset?text=K7Q4M2XN1")
    page.goto("/scan")
    photo = page.request.get("/sample/1.jpg").body()
    page.get_by_label("拍照识别").set_input_files(
        {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    gallery.received.clear()
    page.get_by_role("button", name="识别", exact=True).click()
    page.wait_for_url("**/scan-photo")
    assert gallery.received[0]["page"] == "scan-photo"


def test_menus_filters_and_trees_open(plain: Any) -> None:
    page = plain("/ledger")
    page.locator(".filters-panel summary").click()
    expect(page.get_by_label("取得日期从")).to_be_visible()
    page.goto("/parts")
    page.locator("summary", has_text="三层").click()
    expect(page.get_by_role("link", name="实训楼 3-301")).to_be_visible()


def test_rows_are_ticked_and_sent(plain: Any, gallery: Any) -> None:
    page = plain("/ledger")
    page.get_by_label("选中 会议椅").check()
    gallery.received.clear()
    page.get_by_role("button", name="换地点").click()
    page.wait_for_url("**/home")
    assert gallery.received[0]["asset"] == ["5"]


def test_a_long_job_is_followed_by_hand(plain: Any) -> None:
    expect(plain("/job").get_by_role("link", name="看最新进度")).to_be_visible()


def test_one_script_that_fails_does_not_take_the_others_along(opened: Opening) -> None:
    page = opened("/sign-in")
    page.route("**/js/combobox.js", lambda route: route.abort())
    page.goto("/form")
    page.wait_for_selector("html[data-started]", state="attached")
    page.get_by_label("资产名称").fill("投影仪")
    page.wait_for_timeout(600)
    page.reload()
    expect(page.get_by_label("资产名称")).to_have_value("投影仪")
    expect(page.get_by_label("存放地点")).to_be_editable()
    assert all("combobox" in each for each in opened.troubles)
    opened.troubles.clear()
