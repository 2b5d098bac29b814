"""What a list is: columns, what narrows it, its orders, and where its rows come from.

Pages, files and the API are made from the same description, so that what one narrows a
list to on a page is what goes out as a file. Nothing here knows of the web.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.interchange.sheets.writing import Value
from registry.store.paging import Orders, Rows

W = TypeVar("W")
R = TypeVar("R")

Gathered = Mapping[int, Any]


class Narrows(StrEnum):
    """What a filter takes."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    KEY = "key"
    KEYS = "keys"
    CODES = "codes"
    DAY = "day"
    MONEY = "money"
    FLAG = "flag"
    YES_NO = "yes_no"


SEVERAL = frozenset({Narrows.CHOICES, Narrows.KEYS, Narrows.CODES})
"""Filters that take several values, of which any will do."""


@dataclass(frozen=True)
class FilterField:
    """One thing by which a list can be narrowed."""

    name: str
    """As it stands in the address of the page."""
    label: str
    kind: Narrows = Narrows.TEXT
    attribute: str = ""
    """Which field of what the list is narrowed to; by default of the same name."""
    api: str = ""
    """What the API calls it, if otherwise."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """The values of a choice, with their words."""
    picks: str = ""
    """What a key is of: ``place``, ``department``, ``person``, ``type``, ``class``."""
    chip: str = ""
    """The sentence that tells what it narrows to, with ``%(value)s``."""
    group: str = ""
    """Under which heading it stands on the page; those without one come first."""
    hidden: bool = False
    """Whether no field on the page sets it: it comes with links."""
    page_only: bool = False
    """Whether the API is not asked for it."""
    api_words: str = ""
    """What it does, for the description of the API."""
    most: int = 200
    permission: Permission | None = None
    """Who may narrow by it, if not everybody who may see the list."""

    @property
    def target(self) -> str:
        """The field it fills of what the list is narrowed to."""
        return self.attribute or self.name

    @property
    def takes_several(self) -> bool:
        """Whether it may be given more than once."""
        return self.kind in SEVERAL


@dataclass(frozen=True)
class Column:
    """One thing that is shown of each row.

    ``value`` reads it from a row; ``gather`` reads it for all rows of a page at once
    and gives it by id, once for all columns that show a ``part`` of the same. Both give
    what a file holds; a page may show it more finely.
    """

    key: str
    label: str
    value: Callable[[Any], Value] | None = None
    gather: Callable[[Actor, Sequence[Any]], Gathered] | None = None
    part: str = ""
    """The attribute of what is gathered that this column shows; without it all."""
    kind: Kind = Kind.TEXT
    sort: str = ""
    """The order this column's heading asks for."""
    shown: bool = True
    """Whether it is shown unless somebody chose otherwise."""
    phone: str = "line"
    wide: bool = False
    loads: tuple[Any, ...] = ()
    """What has to be read with the rows for it."""
    permission: Permission | None = None
    """Who may see it, if not everybody who may see the list."""

    @property
    def is_number(self) -> bool:
        """Whether it lines up on the right."""
        return self.kind in (Kind.MONEY, Kind.WHOLE)


@dataclass(frozen=True, eq=False)
class Listing(Generic[W, R]):
    """One list: all that pages, files and the API need to know of it."""

    name: str
    title: str
    wanted: type[W]
    rows: Callable[[Actor, W, str], Rows[R]]
    """What the actor may see of it, narrowed; the order is given as well."""
    orders: Orders
    usual: str
    columns: tuple[Column, ...]
    filters: tuple[FilterField, ...] = ()
    permission: Permission | None = None
    """Who may see the list at all; None for everybody who has signed in."""
    loads: tuple[Any, ...] = ()
    order_labels: Mapping[str, str] = field(default_factory=dict)
    """What orders are called that no column asks for."""
    topics: str = ""
    """Which changes the list follows while it is open."""
    counted: str = "rows"
    """What its rows are counted as: ``assets``, ``people`` or ``rows``."""

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """The columns by their keys."""
        return {column.key: column for column in self.columns}

    @cached_property
    def by_name(self) -> dict[str, FilterField]:
        """The filters by the names they have in an address."""
        return {each.name: each for each in self.filters}

    def narrowed_to(self, values: Mapping[str, Any]) -> W:
        """What the list is narrowed to, from filters by name; empty ones do nothing."""
        given: dict[str, Any] = {}
        for each in self.filters:
            value = values.get(each.name)
            if value is None or value in ("", [], ()):
                continue
            given[each.target] = tuple(value) if each.takes_several else value
        return self.wanted(**given)

    def columns_for(self, actor: Actor) -> tuple[Column, ...]:
        """The columns there are for somebody, in the list's own order."""
        return tuple(c for c in self.columns if _may(actor, c.permission))

    def filters_for(self, actor: Actor) -> tuple[FilterField, ...]:
        """The filters there are for somebody."""
        return tuple(each for each in self.filters if _may(actor, each.permission))


def _may(actor: Actor, permission: Permission | None) -> bool:
    return permission is None or actor.may(permission)


def unfilled(listing: Listing[Any, Any]) -> list[str]:
    """Filters that fill nothing: there is no such field in what the list takes."""
    known = {each.name for each in fields(listing.wanted)}
    return [each.name for each in listing.filters if each.target not in known]
