"""Walking through the application as a reader does: from link to link."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from registry.web.base.routes import declared_routes
from tests.harness.application import SeparateClient

MOST_PAGES = 2_000
"""A walk that is longer than this follows addresses that never end."""


class _Links(HTMLParser):
    """The addresses a page links to or that its forms look things up at."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "a" and known.get("href"):
            self.found.append(str(known["href"]))


def links_in(page: str, address: str) -> list[str]:
    """Addresses of this application that a page links to, without fragments."""
    reader = _Links()
    reader.feed(page)
    whole = (urldefrag(urljoin(address, link)).url for link in reader.found)
    return [link for link in whole if link.startswith("/")]


def endpoint_of(app: Flask, address: str) -> str | None:
    """The view a GET of an address leads to."""
    parts = urlsplit(address)
    try:
        endpoint, _ = app.url_map.bind("localhost").match(parts.path, "GET")
    except HTTPException:
        return None
    return str(endpoint)


class Walk:
    """A walk from some addresses: one or a few addresses of each view it came to."""

    def __init__(self, app: Flask, client: SeparateClient, each: int = 1) -> None:
        self.app = app
        self.client = client
        self.each = each
        self.pages: dict[str, list[str]] = {}
        """Addresses that answered with a page, by view."""
        self.others: dict[str, str] = {}
        """Addresses that answered with anything else, such as a file."""
        self.broken: list[tuple[str, str, int]] = []
        """(page, link on it, status) of links that lead nowhere."""

    def from_addresses(self, *starts: str) -> Walk:
        """Follow every link from here on, each view a few times."""
        waiting = deque(("", start) for start in starts)
        seen: set[str] = set()
        tries: dict[str, int] = {}
        while waiting:
            origin, address = waiting.popleft()
            endpoint = endpoint_of(self.app, address)
            enough = tries.get(endpoint or "", 0) >= self.each
            if address in seen or endpoint is None or enough:
                if endpoint is None:
                    self.broken.append((origin, address, 404))
                continue
            seen.add(address)
            tries[endpoint] = tries.get(endpoint, 0) + 1
            assert len(seen) < MOST_PAGES
            waiting.extend((address, link) for link in self._open(origin, address))
        return self

    def _open(self, origin: str, address: str) -> Iterator[str]:
        endpoint = str(endpoint_of(self.app, address))
        answer = self.client.get(address, buffered=True)
        status, kind = answer.status_code, answer.mimetype
        text = answer.get_data(as_text=True) if kind == "text/html" else ""
        answer.close()
        if status in {301, 302, 303}:
            self.others.setdefault(endpoint, address)
            yield (
                urlsplit(answer.location or "/")._replace(scheme="", netloc="").geturl()
            )
        elif status != 200:
            self.broken.append((origin, address, status))
        elif kind != "text/html":
            self.others.setdefault(endpoint, address)
        else:
            self.pages.setdefault(endpoint, []).append(address)
            yield from links_in(text, address)


def page_views(app: Flask) -> set[str]:
    """Every view outside the API that somebody may open by an address."""
    return {
        route.endpoint
        for route in declared_routes(app)
        if route.method == "GET"
        and not route.access.unread
        and not route.rule.startswith("/api/v1/")
    }
