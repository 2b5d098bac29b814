"""The gallery on a free port, looked at with the Chromium of all tests."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from .gallery import create_gallery


@pytest.fixture(scope="session")
def gallery() -> Any:
    return create_gallery()


@pytest.fixture(scope="session")
def base_url(gallery: Any) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, gallery, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def views(browser: Browser, base_url: str) -> Iterator[Callable[[str, int], Page]]:
    """``views("/ledger", 390)``: for looking only; one browser for each width."""
    pages: dict[int, Page] = {}

    def view(path: str, width: int) -> Page:
        if width not in pages:
            size = {"width": width, "height": 844}
            pages[width] = browser.new_context(
                viewport=size, base_url=base_url, locale="zh-CN", has_touch=width < 1000
            ).new_page()
        pages[width].goto(path)
        pages[width].wait_for_selector("html[data-started]", state="attached")
        return pages[width]

    yield view
    for page in pages.values():
        page.context.close()


View = Callable[[str, int], Page]


class Opening:
    """``opened("/ledger", width=390)``: a page in a browser of its own."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.browser = browser
        self.base_url = base_url
        self.contexts: list[Any] = []
        self.troubles: list[str] = []

    def __call__(
        self, path: str, *, width: int = 390, height: int = 844, **more: Any
    ) -> Page:
        size = {"width": width, "height": height}
        more = {"locale": "zh-CN", "has_touch": width < 1000, **more}
        context = self.browser.new_context(
            viewport=size, base_url=self.base_url, **more
        )
        self.contexts.append(context)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._note)
        page.goto(path)
        if more.get("java_script_enabled", True):
            page.wait_for_selector("html[data-started]", state="attached")
        return page

    def _note(self, line: Any) -> None:
        if line.type == "error" and "Failed to load resource" not in line.text:
            self.troubles.append(line.text)


@pytest.fixture
def opened(browser: Browser, base_url: str) -> Iterator[Opening]:
    """Pages of one's own; none may fail or try what its content policy forbids."""
    opening = Opening(browser, base_url)
    yield opening
    for context in opening.contexts:
        context.close()
    assert opening.troubles == []
