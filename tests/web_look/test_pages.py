"""Every sample page: accessible, big enough to touch and read, and never too wide."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.harness.depth import deep
from tests.harness.looks import (
    accessibility_faults,
    badly_legible,
    too_small,
    too_wide,
)

from .conftest import Opening, View
from .gallery import PAGES

pytestmark = pytest.mark.browser

VIEWS = [
    pytest.param(390, "large", id="phone-large"),
    pytest.param(1280, "normal", id="desktop-normal", marks=pytest.mark.whole_only),
]
"""The other two ways are looked at on the pages themselves (``tests/everyone``)."""


@pytest.mark.parametrize(("width", "size"), VIEWS)
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_and_all_can_be_pressed_and_read(
    views: View, page: str, width: int, size: str
) -> None:
    shown = views(f"/{page}?size={size}", width)
    assert accessibility_faults(shown) == []
    assert too_wide(shown) == []
    assert too_small(shown, size) == []
    if page not in ("paper-list", "paper-card", "sign-in"):
        assert badly_legible(shown, size) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "say", [pytest.param("", marks=pytest.mark.whole_only), "long"]
)
def test_nothing_runs_over_the_edge_at_any_width(
    views: View, page: str, say: str
) -> None:
    for size in deep(("large",), ("normal", "large")):
        shown = views(f"/{page}?size={size}&say={say}", 320)
        for width in (320, 390, 768, 1000, 1280, 1600):
            shown.set_viewport_size({"width": width, "height": 844})
            assert too_wide(shown) == [], f"{size} text at {width} px"


def test_a_page_asks_nothing_of_other_hosts(opened: Opening, base_url: str) -> None:
    shown = opened("/asset")
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto("/ledger")
    assert asked
    assert [url for url in asked if not url.startswith((base_url, "data:"))] == []


def test_all_is_reached_with_the_keyboard_and_focus_shows(opened: Opening) -> None:
    shown = opened("/form", width=1280)
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(40):
        shown.keyboard.press("Tab")
        state: list[Any] = shown.evaluate(
            """() => {
              const here = document.activeElement;
              const style = getComputedStyle(here);
              return [here.name || here.className, style.outlineStyle,
                      parseFloat(style.outlineWidth)];
            }"""
        )
        if shown.evaluate("document.activeElement === document.body"):
            break
        seen.append(state[0])
        assert state[1] != "none", f"no focus shown on {state[0]}"
        assert state[2] >= 2
    for name in ("name", "place_text", "note", "photo", "condition"):
        assert name in seen


def test_only_what_is_chosen_looks_chosen(views: View) -> None:
    filled = """(each) => getComputedStyle(each).backgroundColor"""
    white = "rgb(255, 255, 255)"
    unchosen = views("/wrong", 390).locator("input[type=radio]")
    assert {unchosen.nth(n).evaluate(filled) for n in range(unchosen.count())} == {
        white
    }
    shown = views("/form", 390)
    assert shown.get_by_label("完好").evaluate(filled) != white
    assert shown.get_by_label("勉强能用").evaluate(filled) == white


def test_focus_is_never_hidden_by_the_bars(opened: Opening) -> None:
    shown = opened("/form", width=390)
    for _ in range(30):
        shown.keyboard.press("Tab")
        hidden = shown.evaluate(
            """() => {
              const here = document.activeElement;
              if (here.closest(".bottom, .action-bar, .top, .skip")) return false;
              const box = here.getBoundingClientRect();
              const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
              const top = document.elementFromPoint(x, y);
              return Boolean(top && top.closest(".bottom, .action-bar"));
            }"""
        )
        assert not hidden, shown.evaluate("document.activeElement.outerHTML")


def test_colours_chosen_by_the_system_keep_every_part_visible(
    browser: Browser, base_url: str
) -> None:
    context = browser.new_context(base_url=base_url, forced_colors="active")
    page = context.new_page()
    page.goto("/parts")
    borders = page.evaluate(
        """() => [...document.querySelectorAll(".chip, .notice, .btn")]
             .map((each) => getComputedStyle(each).borderTopStyle)"""
    )
    assert set(borders) == {"solid"}
    context.close()


@pytest.mark.parametrize("page", ["ledger", "asset", "paper-list", "paper-card"])
def test_paper_has_no_buttons_and_tables_stay_tables(
    opened: Opening, page: str
) -> None:
    shown = opened(f"/{page}?size=large", width=390)
    shown.emulate_media(media="print")
    visible = shown.evaluate(
        """() => [...document.querySelectorAll("button, summary, .bottom, .side")]
             .filter((each) => each.checkVisibility())
             .map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert visible == []
    rows = shown.evaluate(
        """() => [...document.querySelectorAll(".data-table tr")]
             .map((each) => getComputedStyle(each).display)"""
    )
    assert set(rows) <= {"table-row"}
    assert shown.pdf(prefer_css_page_size=True).startswith(b"%PDF")
