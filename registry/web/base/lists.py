"""What an address asks of a list: filters, order and page, read and written again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import marshmallow as ma
from werkzeug.datastructures import MultiDict

from registry.access.actor import Actor
from registry.kernel.money import amount_text
from registry.kernel.pages import Page
from registry.lists.description import FilterField, Listing, Narrows
from registry.lists.titles import meant_by, title_of
from registry.store.paging import order_names
from registry.web.base import fields as read
from registry.web.base.forms import Form, read_query, read_texts

LONGEST_CURSOR = 4_000
MOST_VALUES = 50
MOST_PAIRS = 500
YES_NO = {"yes": True, "no": False}

Pairs = list[tuple[str, str]]


@dataclass
class Asked:
    """What an address asks of a list."""

    listing: Listing[Any, Any]
    form: Form
    values: dict[str, Any] = field(default_factory=dict)
    """The filters that narrow the list, by name; none that is empty."""
    sort: str = ""
    cursor: str | None = None
    settled: bool = True
    """Whether the address says all of it by ids; else it should be written anew."""

    @property
    def pairs(self) -> Pairs:
        """Filters and order as an address has them, in the order of the list."""
        return pairs_of(self.listing, self.values, self.sort)

    @property
    def query(self) -> str:
        """The same as the query of an address; empty if it asks for nothing."""
        return urlencode(self.pairs)


def _field(each: FilterField, *, for_api: bool) -> Any:
    about = {"description": each.api_words} if for_api and each.api_words else {}
    if each.kind is Narrows.TEXT:
        return read.Line(load_default="", most=each.most, metadata=about)
    if each.kind is Narrows.CHOICE:
        return read.Choice(each.choices, metadata=about)
    if each.kind is Narrows.CHOICES:
        inner: Any = read.Choice(each.choices)
        return read.Many(inner, load_default=list, most=MOST_VALUES, metadata=about)
    if each.kind is Narrows.KEY:
        return read.Key(load_default=None, metadata=about)
    if each.kind is Narrows.KEYS:
        return read.Many(
            read.Key(), load_default=list, most=MOST_VALUES, metadata=about
        )
    if each.kind is Narrows.CODES:
        inner = read.Line(most=each.most)
        return read.Many(inner, load_default=list, most=MOST_VALUES, metadata=about)
    if each.kind is Narrows.DAY:
        return read.Day(load_default=None, metadata=about)
    if each.kind is Narrows.MONEY:
        return read.Money(load_default=None, metadata=about)
    if each.kind is Narrows.YES_NO:
        if for_api:
            return read.Flag(load_default=None, metadata=about)
        return read.Choice(YES_NO, load_default=None)
    return read.Flag(load_default=False, metadata=about)


@cache
def page_schema(name: str, listing: Listing[Any, Any]) -> type[ma.Schema]:
    """How a page's address is read; beside each key, the name typed instead of it."""
    found = {each.name: _field(each, for_api=False) for each in listing.filters}
    found |= {
        f"{each.name}_text": read.Line(load_default="")
        for each in listing.filters
        if each.kind is Narrows.KEYS
    }
    found["sort"] = sort_field(listing)
    found["cursor"] = read.Line(load_default=None, most=LONGEST_CURSOR)
    return type(f"{name}Address", (read.StrictSchema,), found)


def filter_schema(
    name: str, listing: Listing[Any, Any], **more: Any
) -> type[read.StrictSchema]:
    """How the API reads what a list is narrowed to, with further fields of its own."""
    found = {
        each.api or each.name: _field(each, for_api=True)
        for each in listing.filters
        if not each.page_only
    }
    doc = "What a list is narrowed to; of several values of one field any will do."
    return type(
        f"{name}Filter", (read.StrictSchema,), {**found, **more, "__doc__": doc}
    )


def list_schema(
    name: str, listing: Listing[Any, Any], **more: Any
) -> type[read.StrictSchema]:
    """How the API reads a list: narrowed to what, in which order, from where on."""
    found = {
        "sort": sort_field(listing),
        "cursor": read.Line(load_default=None, most=LONGEST_CURSOR),
        "limit": read.Whole(least=1, most=200, load_default=50),
        "count": read.Flag(
            load_default=False,
            metadata={"description": "Say how long the list is, as far as 10,000"},
        ),
        "__doc__": "What a list is narrowed to, in which order, and from where on.",
    }
    return type(f"{name}Query", (filter_schema(name, listing, **more),), found)


def sort_field(listing: Listing[Any, Any]) -> Any:
    """The orders of a list, as the API and pages read them."""
    return read.Choice(
        order_names(listing.orders),
        load_default=listing.usual,
        metadata={"description": "With `-` before it, the other way round"},
    )


def values_of_api(
    listing: Listing[Any, Any], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """Filters as the API was asked for them, by the names of the list."""
    given = {each.name: asked.get(each.api or each.name) for each in listing.filters}
    return {
        each.name: given[each.name]
        for each in listing.filters
        if _says(each, given[each.name])
    }


def canonical_query(listing: Listing[Any, Any], actor: Actor, query: str) -> str:
    """The query of a list's address without what the list does not know."""
    sent = MultiDict(parse_qsl(query, max_num_fields=MOST_PAIRS))
    form = read_texts(page_schema(listing.name, listing), sent)
    return _asked(listing, actor, form).query


def listed(
    page: Page[Any],
    asked: Mapping[str, Any],
    shape: Callable[[Sequence[Any]], Sequence[Any]] = list,
) -> dict[str, Any]:
    """A page of a list as the API answers it, counted if that was asked for."""
    found: dict[str, Any] = {
        "items": shape(page.rows),
        "next_cursor": page.next_cursor,
        "previous_cursor": page.previous_cursor,
    }
    if asked["count"]:
        found |= {"count": page.total, "is_longer": page.is_longer}
    return found


def read_asked(listing: Listing[Any, Any], actor: Actor) -> Asked:
    """What this request's address asks of a list; what is wrong stands in its form."""
    return _asked(listing, actor, read_query(page_schema(listing.name, listing)))


def _asked(listing: Listing[Any, Any], actor: Actor, form: Form) -> Asked:
    values: dict[str, Any] = {}
    asked = Asked(listing, form, values, form.values.get("sort", listing.usual))
    asked.cursor = form.values.get("cursor")
    for each in listing.filters_for(actor):
        value = form.values.get(each.name)
        if each.kind is Narrows.YES_NO and value is not None:
            value = YES_NO[value]
        if each.kind is Narrows.KEYS:
            value = _with_typed(actor, asked, each, value or [])
        if _says(each, value):
            values[each.name] = value
    return asked


def _says(each: FilterField, value: Any) -> bool:
    """Whether a filter narrows anything; a flag that is not set does not."""
    if each.kind is Narrows.FLAG:
        return bool(value)
    return value is not None and value not in ("", [], ())


def _with_typed(
    actor: Actor, asked: Asked, each: FilterField, keys: list[int]
) -> list[int]:
    """The keys picked, and the one whose name was typed without having been picked."""
    keys = list(dict.fromkeys(keys))
    text = str(asked.form.values.get(f"{each.name}_text", ""))
    if not text:
        return keys
    asked.settled = False
    if any(title_of(actor, each.picks, key) == text for key in keys):
        return keys
    found = meant_by(actor, each.picks, text)
    if len(found) == 1:
        return [*keys, *(key for key in found if key not in keys)]
    code = "pick_one" if found else "no_such_choice"
    asked.form.refuse(each.name, code, found=text[:40])
    return keys


def pairs_of(
    listing: Listing[Any, Any], values: Mapping[str, Any], sort: str = ""
) -> Pairs:
    """Filters and order as an address has them; the usual order goes without saying."""
    pairs = [
        (each.name, text)
        for each in listing.filters
        if each.name in values
        for text in texts_of(each, values[each.name])
    ]
    return pairs + ([("sort", sort)] if sort and sort != listing.usual else [])


def texts_of(each: FilterField, value: Any) -> Iterable[str]:
    """The values of a filter as an address has them."""
    if each.takes_several:
        return [str(one) for one in value]
    if each.kind is Narrows.FLAG:
        return ["1"] if value else []
    if each.kind is Narrows.YES_NO:
        return ["yes" if value else "no"]
    if each.kind is Narrows.MONEY:
        return [amount_text(value)]
    return [value.isoformat() if isinstance(value, date) else str(value)]
