"""A real Chromium against the real application, on a phone and on a desk.

Every page is watched: a script error, a blocked script or style, and a request to
another machine fail the test even where nobody looked for them.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)
from werkzeug.serving import make_server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE: dict[str, Any] = {
    "viewport": ViewportSize(width=390, height=844),
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": ViewportSize(width=1280, height=900)}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PATIENCE_MILLISECONDS = 15_000


FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def font_settings(folder: Path) -> Path:
    """A file of font settings that adds the Chinese letters the labels are set in."""
    path = folder / "fonts.conf"
    letters = Path(pylopdf_fonts_zh_cn.sans_path()).parent
    path.write_text(FONTS.format(fonts=letters, cache=folder / "cache"), "utf-8")
    return path


def find_chromium() -> str | None:
    """The browser named by REGISTRY_TEST_CHROMIUM, or the first one known."""
    named = os.environ.get("REGISTRY_TEST_CHROMIUM")
    candidates = (named,) if named else NAMES
    return next((path for name in candidates if (path := shutil.which(name))), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever opens a browser is marked so, without having to say it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for the run; where there must be one, its absence is a failure."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium: sh requirements/browser.sh")
        pytest.skip("there is no Chromium; name one in REGISTRY_TEST_CHROMIUM")
    fonts = font_settings(tmp_path_factory.mktemp("fonts"))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=ARGUMENTS,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        yield chromium
        chromium.close()


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address of the application, served in this process by threads.

    The server that ships is tested by ``registry serve`` itself; this one shares the
    test's database and clock.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Watch:
    """What went wrong on a page behind the test's back."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.complaints: list[str] = []

    def attach(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._on_console)
        page.on("request", self._on_request)

    def forgive(self, part: str) -> None:
        """Drop complaints that hold this text: the test provoked them."""
        self.complaints = [each for each in self.complaints if part not in each]

    def _on_console(self, message: Any) -> None:
        # A refused request is the test's business; the page saying so is not an error.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.complaints.append(f"outside request: {request.url}")


OpenPage = Callable[..., Page]


@pytest.fixture
def watch(live_server: str) -> Watch:
    """The complaints so far; ``watch.forgive(text)`` for those one meant to cause."""
    return Watch(live_server)


@pytest.fixture
def open_page(browser: Browser, live_server: str, watch: Watch) -> Iterator[OpenPage]:
    """Open pages by hand, each a browser of its own: ``open_page(**PHONE)``."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = browser.new_context(base_url=live_server, locale="zh-CN", **options)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        context.on("page", watch.attach)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert watch.complaints == []


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page on a phone held upright."""
    return open_page(**PHONE)


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """A page on an ordinary screen."""
    return open_page(**DESK)
