"""Sending people on: only ever to an address of our own."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

MOST = 2_000
_PLAIN = "%&=+/:;,?@!$'()*~"
"""What may stand in a query as it came; everything else is written as %XX."""


def is_local(address: str) -> bool:
    """Whether an address is a path of ours, however a browser may read it."""
    if not address.startswith("/") or len(address) > MOST:
        return False
    if address.startswith(("//", "/\\")) or "\\" in address:
        return False
    if any(ord(each) < 33 or ord(each) == 127 for each in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def local_or(address: str | None, otherwise: str) -> str:
    """The address if it is ours, else another one that is."""
    return address if address and is_local(address) else otherwise


def here() -> str:
    """The address of this request, to come back to; the home page for odd ones."""
    address = quote(f"{request.script_root}{request.path}")
    query = quote(request.query_string, safe=_PLAIN)
    return local_or(f"{address}?{query}" if query else address, "/")


def page_before() -> str | None:
    """The page of ours from which this was sent, if it can be opened again."""
    before = urlsplit(request.referrer or "")
    adapter = current_app.create_url_adapter(request)
    if before.netloc != request.host or adapter is None:
        return None
    try:
        adapter.match(before.path, method="GET")
    except HTTPException:
        return None
    path = f"{before.path}?{before.query}" if before.query else before.path
    return local_or(path, "/")
