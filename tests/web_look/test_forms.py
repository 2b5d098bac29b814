"""What is typed survives and is sent once; lists, menus and progress follow."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Opening

pytestmark = pytest.mark.browser

RESTORED = "上次没写完的内容已经放回来了"


def _type_something(page: Page) -> None:
    page.get_by_label("资产名称").fill("投影仪")
    page.get_by_label("勉强能用").check()
    page.get_by_label("专款购置").check()
    page.get_by_label("密码").fill("secret")
    page.wait_for_timeout(600)


def test_a_half_written_form_survives_leaving_and_coming_back(
    opened: Opening,
) -> None:
    page = opened("/form")
    _type_something(page)
    page.goto("/ledger")
    page.goto("/form")
    expect(page.get_by_text(RESTORED)).to_be_visible()
    expect(page.get_by_label("资产名称")).to_have_value("投影仪")
    expect(page.get_by_label("勉强能用")).to_be_checked()
    expect(page.get_by_label("专款购置")).to_be_checked()
    expect(page.get_by_label("密码")).to_have_value("")


def test_passwords_and_tokens_are_never_kept(opened: Opening) -> None:
    page = opened("/form")
    _type_something(page)
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "投影仪" in kept
    assert "secret" not in kept
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    assert token not in kept


def test_what_is_not_wanted_any_more_is_dropped(opened: Opening) -> None:
    page = opened("/form")
    _type_something(page)
    page.reload()
    page.get_by_role("button", name="不要了").click()
    expect(page.get_by_label("资产名称")).to_have_value("")
    page.reload()
    expect(page.get_by_text(RESTORED)).to_be_hidden()


def test_a_saved_form_leaves_nothing_behind(opened: Opening) -> None:
    page = opened("/form")
    _type_something(page)
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    page.goto("/form")
    page.wait_for_selector("html[data-started]", state="attached")
    expect(page.get_by_text(RESTORED)).to_be_hidden()
    expect(page.get_by_label("资产名称")).to_have_value("")


def test_a_form_sent_after_the_session_ended_is_still_there(opened: Opening) -> None:
    page = opened("/form?to=/ended")
    _type_something(page)
    page.get_by_role("button", name="登记").click()
    expect(page).to_have_url("/sign-in")
    page.wait_for_selector("html[data-started]", state="attached")
    page.goto("/form")
    expect(page.get_by_label("资产名称")).to_have_value("投影仪")


def test_a_form_that_comes_back_with_mistakes_keeps_its_draft(opened: Opening) -> None:
    page = opened("/form?to=/wrong")
    _type_something(page)
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.goto("/form")
    expect(page.get_by_label("资产名称")).to_have_value("投影仪")


def test_a_draft_of_an_older_version_is_offered_and_not_put_in(opened: Opening) -> None:
    page = opened("/form?version=3")
    _type_something(page)
    page.goto("/form?version=4")
    use = page.get_by_role("button", name="放回我写的内容")
    expect(use).to_be_visible()
    expect(page.get_by_label("资产名称")).to_have_value("")
    use.click()
    expect(page.get_by_label("资产名称")).to_have_value("投影仪")


def test_signing_out_by_choice_leaves_no_draft(opened: Opening) -> None:
    page = opened("/form")
    _type_something(page)
    page.locator("summary.tool").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/home")
    assert "投影仪" not in page.evaluate("JSON.stringify({...localStorage})")


def test_pressing_again_while_waiting_sends_once(opened: Opening, gallery: Any) -> None:
    page = opened("/form?to=/slow")
    page.get_by_label("资产名称").fill("投影仪")
    gallery.received.clear()
    press = "document.querySelector('.action-bar .btn-main').click()"
    page.evaluate(f"{press}; setTimeout(() => {press}, 300)")
    page.wait_for_url("**/home")
    assert [each["page"] for each in gallery.received] == ["slow"]
    assert gallery.received[0]["once"] == ["b2f1"]


def test_a_button_is_not_dead_when_no_answer_comes(opened: Opening) -> None:
    page = opened("/form")
    page.clock.install()
    page.route("**/saved", lambda route: route.fulfill(status=204))
    button = page.locator(".action-bar .btn-main")
    button.click()
    expect(button).to_have_text("正在提交…")
    page.clock.fast_forward(11_000)
    expect(button).to_have_text("登记")


def test_a_place_is_picked_from_what_the_server_offers(
    opened: Opening, gallery: Any
) -> None:
    page = opened("/form")
    box = page.get_by_role("combobox", name="存放地点")
    box.press_sequentially("3-30")
    expect(page.locator(".combobox [role=option]")).to_have_count(2)
    expect(page.get_by_text("有 2 项可选")).to_be_attached()
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("实训楼 3-302")
    expect(page.get_by_role("listbox")).to_be_hidden()
    gallery.received.clear()
    page.get_by_role("button", name="登记").click()
    page.wait_for_url("**/home")
    sent = gallery.received[0]
    assert (sent["place"], sent["place_text"]) == (["2"], ["实训楼 3-302"])


def test_text_that_names_nothing_is_sent_as_text(opened: Opening, gallery: Any) -> None:
    page = opened("/form")
    box = page.get_by_role("combobox", name="存放地点")
    box.press_sequentially("行政楼 201")
    page.locator(".combobox [role=option]").first.click()
    box.fill("别处")
    expect(page.locator(".combobox-none")).to_contain_text("没有找到“别处”")
    gallery.received.clear()
    page.get_by_role("button", name="登记").click()
    page.wait_for_url("**/home")
    sent = gallery.received[0]
    assert (sent["place"], sent["place_text"]) == ([""], ["别处"])


def test_a_name_written_in_full_is_picked(opened: Opening) -> None:
    page = opened("/form")
    box = page.get_by_role("combobox", name="存放地点")
    box.press_sequentially("行政楼 201")
    expect(page.locator(".combobox [role=option]")).to_have_count(1)
    box.press("Tab")
    assert page.locator("input[name=place]").input_value() == "3"


def test_rows_are_ticked_together_and_the_bar_says_how_many(
    opened: Opening, gallery: Any
) -> None:
    page = opened("/ledger", width=1280)
    page.get_by_label("选中本页全部").check()
    expect(page.get_by_text("已选 7 件")).to_be_visible()
    page.get_by_label("选中 会议椅").uncheck()
    expect(page.get_by_text("已选 6 件")).to_be_visible()
    page.get_by_label("选中筛选出的全部").check()
    expect(page.get_by_text("已选筛选出的全部 3214 件")).to_be_visible()
    gallery.received.clear()
    page.get_by_role("button", name="打印标签").click()
    page.wait_for_url("**/home")
    sent = gallery.received[0]
    assert (sent["do"], sent["scope"], len(sent["asset"])) == (
        ["labels"],
        ["filtered"],
        6,
    )


def test_progress_moves_and_ends_at_the_result(opened: Opening) -> None:
    page = opened("/job?ends=1")
    expect(page.get_by_text("已登记 1600 / 3214 行")).to_be_visible(timeout=15_000)
    page.wait_for_url("**/home", timeout=20_000)


def test_progress_says_that_the_network_is_gone_and_goes_on(opened: Opening) -> None:
    page = opened("/job")
    page.context.set_offline(True)
    expect(page.get_by_text("网络断了")).to_be_visible(timeout=15_000)
    page.context.set_offline(False)
    expect(page.get_by_text("已登记")).to_be_visible(timeout=15_000)


def test_a_menu_closes_on_escape_and_outside(opened: Opening) -> None:
    page = opened("/asset", width=1280)
    button = page.locator("summary", has_text="更多操作")
    button.click()
    expect(page.get_by_role("link", name="送修")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="送修")).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("link", name="送修")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_open_menu_lies_within_the_window(opened: Opening, width: int) -> None:
    page = opened("/asset?say=long", width=width)
    for summary in page.locator("details.menu > summary").all():
        summary.click()
        box = summary.locator("xpath=following-sibling::ul").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")


def test_chosen_photos_are_shown_before_they_are_sent(opened: Opening) -> None:
    page = opened("/form")
    photo = page.request.get("/sample/1.jpg").body()
    files = [
        {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo} for n in (1, 2)
    ]
    page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    expect(page.get_by_text("已选 2 张")).to_be_visible()
    expect(page.get_by_alt_text("选好的第 2 张照片")).to_be_visible()


def test_large_text_is_one_press_away_on_every_page(opened: Opening) -> None:
    page = opened("/ledger")
    page.get_by_role("button", name="大字").click()
    page.wait_for_url("**/ledger*")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    page.get_by_role("button", name="标准字").click()
    page.wait_for_url("**/ledger*")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "18px"
