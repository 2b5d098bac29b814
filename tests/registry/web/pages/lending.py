"""Lending a real browser the session of a client that has signed in."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.harness.application import SeparateClient


def lend_session(page: Page, client: SeparateClient) -> None:
    """Let a page act as whoever has signed in with a client."""
    for cookie in client._cookies.values():
        page.context.add_cookies(
            [
                {
                    "name": cookie.key,
                    "value": cookie.value,
                    "domain": "127.0.0.1",
                    "path": "/",
                }
            ]
        )
