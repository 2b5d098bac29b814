"""A page follows the ledger: by itself, at once, and never under anybody's hands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.harness.depth import deep
from tests.harness.looks import accessibility_faults, too_small, too_wide
from tests.web_look.conftest import Opening
from tests.web_look.feed import Feed

pytestmark = pytest.mark.browser

PATIENCE = 20_000
PAUSE_SECONDS = 1.0
TURN = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
NO_LOCKS = "Object.defineProperty(navigator, 'locks', { value: undefined });"
NO_CHANNELS = "delete window.BroadcastChannel;"
FAST = """
const later = window.setTimeout;
window.setTimeout = (act, wait) => later(act, wait > 3000 ? wait / 20 : wait);
"""

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def feed(gallery: Any) -> Iterator[Feed]:
    gallery.feed.reset()
    yield gallery.feed
    gallery.feed.be("ended")
    gallery.feed.reset()


def following(opened: Opening, **more: Any) -> Page:
    page = opened("/following", **more)
    expect(sign(page)).to_have_text("实时")
    return page


def sign(page: Page) -> Locator:
    return page.locator("[data-live-sign]")


def bar(page: Page) -> Locator:
    return page.locator(".live-bar")


def row(page: Page, number: int) -> Locator:
    return page.locator(f"#rows tr:has(input[value='{number}'])")


def beside(page: Page, script: str = "") -> Page:
    """Another page in the same browser."""
    other = page.context.new_page()
    if script:
        other.add_init_script(script)
    other.goto("/following")
    expect(sign(other)).to_have_text("实时")
    return other


def test_what_happens_is_shown_and_nothing_else_is_touched(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    page.locator("#rows summary").click()
    page.locator("#rows a").nth(2).focus()
    page.evaluate("document.querySelectorAll('#rows tr').forEach(e => e.mine = true)")
    feed.change((3, "投影仪 三号（换了灯泡）"), (31, "新来的投影仪"), (7, ""))
    expect(row(page, 31)).to_contain_text("新来的投影仪")
    expect(row(page, 3)).to_contain_text("换了灯泡")
    expect(row(page, 7)).to_have_count(0)
    expect(page.locator("#total")).to_contain_text("共 30 件")
    expect(page.locator("#rows details")).to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.textContent").endswith("（换了灯泡）")
    kept = page.evaluate(
        "[...document.querySelectorAll('#rows tr')].filter(e => e.mine)"
    )
    assert len(kept) == 30
    numbers = page.eval_on_selector_all(
        "#rows tbody input", "all => all.map(each => Number(each.value))"
    )
    assert numbers == [number for number, _ in feed.rows]
    expect(bar(page)).to_be_hidden()


def test_rows_that_change_places_and_lists_that_run_empty_follow_too(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    with feed.changed:
        feed.rows.reverse()
    feed.change((30, "投影仪 30 号，现在最前"))
    expect(page.locator("#rows tbody tr").first).to_contain_text("现在最前")
    feed.change(*[(number, "") for number, _ in feed.rows])
    expect(page.get_by_text("台账还是空的")).to_be_visible()
    feed.change((50, "又有了"))
    expect(row(page, 50)).to_contain_text("又有了")
    row(page, 50).locator("input").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 1 件")


def test_what_is_ticked_is_left_until_one_wants_to_see(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    row(page, 2).locator("input").check()
    row(page, 5).locator("input").check()
    feed.change((2, "投影仪 2 号，修好了"), (5, ""))
    expect(bar(page)).to_contain_text("有新变化")
    expect(page.locator("[data-live-spoken]")).to_have_text("有新变化")
    expect(row(page, 2)).not_to_contain_text("修好了")
    bar(page).get_by_role("button", name="刷新").click()
    expect(row(page, 2)).to_contain_text("修好了")
    expect(row(page, 2).locator("input")).to_be_checked()
    expect(row(page, 5)).to_have_count(0)
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 1 件")
    expect(bar(page)).to_be_hidden()


def test_what_was_held_back_comes_when_nothing_is_ticked_any_more(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    row(page, 2).locator("input").check()
    feed.change((2, "投影仪 2 号，修好了"))
    expect(bar(page)).to_be_visible()
    row(page, 2).locator("input").uncheck()
    expect(row(page, 2)).to_contain_text("修好了")
    expect(bar(page)).to_be_hidden()


def test_a_half_written_form_is_not_touched_even_if_one_wants_to_see(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    words = page.get_by_label("备注")
    words.fill("写到一半")
    page.evaluate("document.querySelector('#note').mine = true")
    feed.change((9, "投影仪 9 号，新"))
    expect(row(page, 9)).to_contain_text("新")
    expect(bar(page)).to_be_hidden()
    feed.change((40, "排在最前"))
    expect(bar(page)).to_be_visible()
    expect(page.locator("#latest")).to_have_text("投影仪 1 号")
    bar(page).get_by_role("button").click()
    expect(page.locator("#latest")).to_have_text("排在最前")
    expect(words).to_have_value("写到一半")
    assert page.evaluate("document.querySelector('#note').mine")
    words.fill("")
    page.locator("h1").click()
    feed.change((41, "更靠前"))
    expect(page.locator("#latest")).to_have_text("更靠前")


def test_other_topics_do_not_move_a_page(opened: Opening, feed: Feed) -> None:
    page = following(opened)
    feed.change((1, "没有人听说"), topics=["types"])
    feed.change((2, "听说了"), topics=["people"])
    expect(row(page, 2)).to_contain_text("听说了")
    assert len(feed.asked) == 1


def test_pages_of_one_browser_share_one_stream(opened: Opening, feed: Feed) -> None:
    page = following(opened)
    other, third = beside(page), beside(page)
    feed.change((4, "大家都看到"))
    for each in (page, other, third):
        expect(row(each, 4)).to_contain_text("大家都看到")
    assert (feed.open, feed.most_open) == (1, 1)


@pytest.mark.parametrize("script", ["", NO_LOCKS], ids=["locks", "pulse"])
def test_when_the_page_that_listens_is_closed_another_goes_on_and_misses_nothing(
    opened: Opening, feed: Feed, script: str
) -> None:
    first = opened("/sign-in")
    first.add_init_script(script)
    first.goto("/following")
    expect(sign(first)).to_have_text("实时")
    other = beside(first, script)
    feed.change((4, "之前"))
    expect(row(other, 4)).to_contain_text("之前")
    first.close()
    feed.change((5, "之间"))
    expect(row(other, 5)).to_contain_text("之间")
    feed.change((6, "之后"))
    expect(row(other, 6)).to_contain_text("之后")
    assert feed.most_open <= 2


def test_without_channels_each_page_looks_for_itself(
    opened: Opening, feed: Feed
) -> None:
    page = opened("/sign-in")
    page.add_init_script(NO_CHANNELS + FAST)
    page.goto("/following")
    expect(sign(page)).to_have_text("自动更新")
    feed.change((4, "看到了"))
    expect(row(page, 4)).to_contain_text("看到了")
    assert feed.most_open == 0


def test_without_a_seat_a_page_looks_from_time_to_time_until_there_is_one(
    opened: Opening, feed: Feed
) -> None:
    feed.be("full")
    page = opened("/sign-in")
    page.add_init_script(FAST)
    page.goto("/following")
    expect(sign(page)).to_have_text("自动更新")
    feed.change((4, "看到了"))
    expect(row(page, 4)).to_contain_text("看到了")
    feed.be("well")
    expect(sign(page)).to_have_text("实时")
    feed.change((5, "听到了"))
    expect(row(page, 5)).to_contain_text("听到了")


def test_a_lost_connection_is_said_and_what_was_missed_comes_with_the_next(
    opened: Opening, feed: Feed
) -> None:
    page = opened("/sign-in")
    page.add_init_script(FAST)
    page.goto("/following")
    expect(sign(page)).to_have_text("实时")
    feed.be("away")
    expect(bar(page)).to_have_text("连接断开，正在重试")
    expect(page.locator("[data-live-spoken]")).to_have_text("连接断开，正在重试")
    feed.change((4, "其间"))
    feed.be("well")
    expect(row(page, 4)).to_contain_text("其间")
    expect(bar(page)).to_be_hidden()


def test_a_session_that_ends_is_said_and_the_page_is_left_as_it_is(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    other = beside(page)
    feed.be("ended")
    for each in (page, other):
        expect(bar(each)).to_contain_text("登录已结束")
        expect(bar(each).get_by_role("button", name="重新登录")).to_be_visible()
    expect(row(page, 4)).to_contain_text("投影仪 4 号")


def test_signing_out_ends_it_for_all_pages_of_the_browser(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    other = beside(page)
    page.locator(".menu-end summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(bar(other)).to_contain_text("登录已结束")
    with feed.changed:
        assert feed.changed.wait_for(lambda: feed.open == 0, 20)


def test_a_page_out_of_sight_waits_and_comes_up_once(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    other = beside(page)
    page.evaluate(TURN, True)
    for number in range(1, 6):
        feed.change((number, f"变化 {number}"))
    expect(row(other, 5)).to_contain_text("变化 5")
    asked = len(feed.asked)
    page.evaluate(TURN, False)
    expect(row(page, 5)).to_contain_text("变化 5")
    assert len(feed.asked) == asked + 1


def test_however_much_happens_a_page_asks_about_once_a_second(
    opened: Opening, feed: Feed
) -> None:
    page = following(opened)
    for number in range(200):
        feed.change((number % 20 + 1, f"变化 {number}"))
        page.wait_for_timeout(20)
    expect(row(page, 20)).to_contain_text("变化 199")
    gaps = [later - sooner for sooner, later in itertools.pairwise(feed.asked)]
    assert all(gap > PAUSE_SECONDS * 0.95 for gap in gaps)


def test_a_page_that_came_by_a_sent_form_is_left_alone(
    opened: Opening, feed: Feed
) -> None:
    page = opened("/form")
    page.get_by_label("资产名称").fill("x")
    expect(sign(page)).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "size"),
    deep(
        [(390, "large"), (1280, "normal")],
        list(itertools.product((390, 1280), ("normal", "large"))),
    ),
)
def test_the_sign_and_the_bar_can_be_read_and_pressed_and_move_nothing(
    opened: Opening, feed: Feed, width: int, size: str
) -> None:
    page = opened(f"/following?size={size}", width=width)
    expect(sign(page)).to_be_visible()
    assert too_wide(page) == []
    row(page, 2).locator("input").check()
    before = page.locator("#rows").bounding_box()
    feed.change((2, "投影仪 2 号，修好了"))
    expect(bar(page)).to_be_visible()
    assert page.locator("#rows").bounding_box() == before
    assert accessibility_faults(page) == []
    assert too_wide(page) == []
    assert too_small(page, size) == []
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(bar(page)).to_be_in_viewport()
    feed.be("ended")
    expect(bar(page)).to_have_attribute("data-live-bar", "ended")
    assert accessibility_faults(page) == []
    assert too_wide(page) == []
