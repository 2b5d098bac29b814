"""Pages of long lists: what the address asks for, and the addresses beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from registry.kernel.errors import Invalid
from registry.kernel.pages import (
    MOST_PER_PAGE,
    PAGE_SIZE,
    Page,
    read_cursor,
    write_cursor,
)

T = TypeVar("T")


def asked_limit(default: int = PAGE_SIZE) -> int:
    """How many rows the address asks for, from 1 to 200; Invalid otherwise."""
    text = request.args.get("limit", "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Invalid.field("limit", "not_a_whole_number")
    if not 1 <= int(text) <= MOST_PER_PAGE:
        raise Invalid.field("limit", "too_large_number", most=MOST_PER_PAGE)
    return int(text)


def asked_cursor(length: int) -> list[Any] | None:
    """The sort values after which the page begins; None for the first page."""
    text = request.args.get("cursor", "")
    if len(text) > 2_000:
        raise Invalid.field("cursor", "bad_cursor")
    return read_cursor(text, length=length) if text else None


def page_of(
    rows: Sequence[T], limit: int, sort_values: Callable[[T], Sequence[Any]]
) -> Page[T]:
    """A page out of one row more than its limit, with the cursor of the next."""
    if len(rows) <= limit:
        return Page(rows)
    shown = rows[:limit]
    return Page(shown, next_cursor=write_cursor(sort_values(shown[-1])))


def address_with(**changes: str | int | None) -> str:
    """This address with other values in its query; None takes one away."""
    query = MultiDict(request.args)
    for name, value in changes.items():
        query.poplist(name)
        if value is not None:
            query.add(name, str(value))
    pairs = list(query.items(multi=True))
    base = f"{request.script_root}{request.path}"
    return f"{base}?{urlencode(pairs)}" if pairs else base


def next_address(page: Page[Any]) -> str | None:
    """The address of the next page, with the same filters."""
    return address_with(cursor=page.next_cursor) if page.next_cursor else None


def envelope(page: Page[Any]) -> dict[str, Any]:
    """A page as the API answers it: ``items`` and the cursor of what follows."""
    return {"items": list(page.rows), "next_cursor": page.next_cursor}
