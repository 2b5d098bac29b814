"""Every page, in both languages, both sizes of text, on a phone and on a desk.

The pages are found by walking, so that a new one is looked at as soon as it is linked.
Where everything is looked at (``make test-whole``), each page is seen in all four ways
to read it (language, size of text), on a desk and on a phone, by axe each time. Before
each change every other page is seen in large Chinese and every other in English, on a
desk and on a phone, and half of them by axe; its rules are asked of every part that
pages are made of by ``tests/web_look``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize

from registry.organisation.models import Person
from tests.everyone.conftest import SignIn
from tests.harness.crawling import Walk
from tests.harness.depth import WHOLE, deep
from tests.harness.looks import (
    accessibility_faults,
    badly_legible,
    too_small,
    too_wide,
)
from tests.registry.web.pages.lending import lend_session

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES = ("zh-CN", "en")
SIZES = ("normal", "large")
WIDTHS = (ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844))
ON_PAPER = {
    "dashboard.paper",
    "ledger.card",
    "places.paper",
    "places.paper_of_places",
    "transfers.handover_list",
}
"""Pages that are laid out for a sheet and have its measures."""
DRAWN_BY_A_LIBRARY = {"api_docs.show"}
"""A page for programmers, which others have made."""
WAYS = deep(
    [("zh-CN", "large"), ("en", "normal")], list(itertools.product(LANGUAGES, SIZES))
)
ENOUGH = 60
"""Views that a walk comes to at least; with fewer it has lost its way."""


@pytest.mark.parametrize(("language", "size"), WAYS)
def test_every_page_can_be_read_and_pressed(
    app: Flask,
    reader: Callable[..., Person],
    busy: Callable[..., None],
    sign_in: SignIn,
    open_page: Callable[..., Page],
    language: str,
    size: str,
) -> None:
    person = reader(language, size)
    busy(person)
    client = sign_in(person)
    walk = Walk(app, client).from_addresses("/")
    assert len(walk.pages) >= ENOUGH
    page = open_page()
    lend_session(page, client)
    way = LANGUAGES.index(language)
    faults = [
        f"{address}: {fault}"
        for turn, (endpoint, [address]) in enumerate(walk.pages.items())
        if endpoint not in DRAWN_BY_A_LIBRARY
        if WHOLE or (way + turn) % 2 == 0
        for fault in _faults(page, address, endpoint, size, turn // 2)
    ]
    assert faults == [], "\n".join(faults)


def _faults(page: Page, address: str, endpoint: str, size: str, turn: int) -> list[str]:
    """What is wrong with a page on a desk and on a phone, after opening it once."""
    page.set_viewport_size(WIDTHS[0])
    page.goto(address)
    page.wait_for_selector("html[data-started]", state="attached")
    found: list[str] = []
    for narrow, width in enumerate(WIDTHS):
        page.set_viewport_size(width)
        if endpoint not in ON_PAPER:
            found += too_wide(page)
            found += [*too_small(page, size), *badly_legible(page, size)]
        if WHOLE or (turn + 2 * narrow) % 4 == 0:
            found += accessibility_faults(page)
    return found
