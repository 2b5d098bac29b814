"""A list as a page shows it: rows, columns, what narrows it, addresses beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.interchange.sheets.writing import Value
from registry.kernel.pages import PAGE_SIZE
from registry.lists import queries
from registry.lists.description import Column, FilterField, Listing
from registry.lists.models import KeptFilter
from registry.lists.queries import Shown
from registry.store.paging import order_named
from registry.web.base.lists import Asked, Pairs, read_asked
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.blueprints import PAGES, ListPage
from registry.web.pages.lists.controls import Control, control_of
from registry.web.pages.lists.words import chip_words, order_words
from registry.words import _


@dataclass
class ListView:
    """A list for a template; nothing is read where the address cannot be understood."""

    listing: Listing[Any, Any]
    asked: Asked
    shown: Shown[Any] | None
    path: str
    fixed: Mapping[str, str]
    """What else stands in the address of this page and has nothing to do with lists."""

    @property
    def page(self) -> ListPage:
        """Where it stands and where its rows lead."""
        return PAGES[self.listing.name]

    @property
    def rows(self) -> list[Any]:
        """The rows of this page."""
        return list(self.shown.page.rows) if self.shown else []

    @property
    def wrong(self) -> bool:
        """Whether something in the address cannot be understood."""
        return self.shown is None

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing at all: then there is nothing to search or order."""
        return not (self.rows or self.wrong or self.active or self.asked.cursor)

    @property
    def total(self) -> int | None:
        """How many there are; None where they are more than are counted."""
        if self.shown is None or self.shown.page.is_longer:
            return None
        return self.shown.page.total

    @property
    def counted(self) -> int:
        """How far it was counted."""
        return (self.shown.page.total or 0) if self.shown else 0

    def url(self, pairs: Pairs | None = None) -> str:
        """The address of this list narrowed so; by default as it is now."""
        pairs = self.asked.pairs if pairs is None else pairs
        query = urlencode([*self.fixed.items(), *pairs])
        return f"{self.path}?{query}" if query else self.path

    def _without(self, name: str, text: str | None = None) -> str:
        return self.url(
            [
                pair
                for pair in self.asked.pairs
                if pair[0] != name or (text is not None and pair[1] != text)
            ]
        )

    @cached_property
    def active(self) -> list[tuple[str, str]]:
        """What narrows the list now, in words, each with the address without it."""
        found = []
        for name, text in self.asked.pairs:
            each = self.listing.by_name.get(name)
            if each is not None:
                url = self._without(name, text if each.takes_several else None)
                found.append((chip_words(each, text), url))
        return found

    @property
    def clear_url(self) -> str:
        """The address of the whole list, in the same order."""
        return self.url([pair for pair in self.asked.pairs if pair[0] == "sort"])

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        """The columns as a table draws them, with the address each heading leads to."""
        chosen = self.shown.columns if self.shown else ()
        found = [self._column(column) for column in chosen]
        if found and not any(each["phone"] == "title" for each in found):
            found[0] |= {"phone": "title", "stands_in": True}
        return found

    def _column(self, column: Column) -> dict[str, Any]:
        asked = self.asked.sort
        found: dict[str, Any] = {
            "key": column.key,
            "label": _(column.label),
            "phone": column.phone,
            "number": column.is_number,
            "wide": column.wide and not self.is_chosen,
            "kind": str(column.kind),
        }
        if column.sort:
            turned = f"-{column.sort}" if asked == column.sort else column.sort
            found["sort_url"] = self._sorted(turned)
            if asked.removeprefix("-") == column.sort:
                falling = order_named(self.listing.orders, asked).falling
                found["sorted"] = "descending" if falling else "ascending"
        return found

    def _sorted(self, sort: str) -> str:
        pairs = [pair for pair in self.asked.pairs if pair[0] != "sort"]
        usual = sort == self.listing.usual
        return self.url(pairs if usual else [*pairs, ("sort", sort)])

    @cached_property
    def is_chosen(self) -> bool:
        """Whether the reader chose the columns; then all of them are shown."""
        return queries.chosen_keys(current_actor(), self.listing) is not None

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """Every order in words with its address, and whether it is the one now."""
        return [
            (words, self._sorted(name), name == self.asked.sort)
            for name, words in order_words(self.listing)
        ]

    @property
    def order(self) -> str:
        """The order of now, in words."""
        return dict(order_words(self.listing)).get(self.asked.sort, "")

    def value(self, row: Any, key: str) -> Value:
        """What stands in a cell, as it would in a file."""
        assert self.shown is not None
        return self.shown.value(row, self.listing.by_key[key])

    @property
    def next_url(self) -> str | None:
        """The address of the next page."""
        return self._turned(self.shown.page.next_cursor if self.shown else None)

    @property
    def previous_url(self) -> str | None:
        """The address of the page before."""
        return self._turned(self.shown.page.previous_cursor if self.shown else None)

    def _turned(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return self.url([*self.asked.pairs, ("cursor", cursor)])

    @property
    def searches(self) -> bool:
        """Whether the list can be searched by words."""
        return "q" in self.listing.by_name

    @property
    def text(self) -> str:
        """The words it is searched by."""
        return str(self.asked.form.given.get("q") or "")

    @property
    def beside_search(self) -> Pairs:
        """What a search keeps."""
        kept = [pair for pair in self.asked.pairs if pair[0] != "q"]
        return [*self.fixed.items(), *kept]

    @property
    def beside_filters(self) -> Pairs:
        """What the form of filters keeps: what it has no field for."""
        shown = {each.name for each in self._shown_filters}
        kept = [pair for pair in self.asked.pairs if pair[0] not in shown]
        return [*self.fixed.items(), *kept]

    @cached_property
    def _shown_filters(self) -> list[FilterField]:
        filters = self.listing.filters_for(current_actor())
        return [each for each in filters if not each.hidden]

    @cached_property
    def groups(self) -> list[tuple[str, list[Control]]]:
        """The fields of the filters by heading, those without one first."""
        found: dict[str, list[Control]] = {}
        for each in self._shown_filters:
            control = control_of(each, self.asked)
            found.setdefault(each.group, []).append(control)
        return [(_(group) if group else "", each) for group, each in found.items()]

    @property
    def kept(self) -> list[KeptFilter]:
        """The filters the reader keeps for this list."""
        return queries.kept_filters(current_actor(), self.listing)

    @property
    def keeps_this(self) -> bool:
        """Whether what the list is narrowed to now is kept already."""
        return any(each.query == self.asked.query for each in self.kept)

    @property
    def columns_url(self) -> str:
        """Where the reader chooses the columns, and comes back from."""
        name = self.listing.name
        return url_for("lists.columns", name=name, next=self.url())

    @property
    def exports(self) -> list[tuple[str, str, str]]:
        """The files of what is shown now: words, address, icon."""
        if not current_actor().may(Permission.EXPORT_RUN):
            return []
        return [
            (_("Excel，按现在的列"), self._file("xlsx", "shown"), "sheet"),
            (_("Excel，全部的列"), self._file("xlsx", "all"), "sheet"),
            (_("CSV，按现在的列"), self._file("csv", "shown"), "export"),
        ]

    def _file(self, form: str, columns: str) -> str:
        pairs = [*self.asked.pairs, ("form", form), ("columns", columns)]
        where = url_for("lists.export", name=self.listing.name)
        return f"{where}?{urlencode(pairs)}"

    @property
    def status(self) -> int:
        """What the page answers with."""
        return 422 if self.wrong else 200


def view_of(
    listing: Listing[Any, Any],
    *,
    size: int = PAGE_SIZE,
    fixed: tuple[str, ...] = (),
) -> ListView | ResponseReturnValue:
    """A list as this request asks for it; or where the same is said in a clean address.

    ``fixed`` names what else the address of the page holds. Who types a name without
    picking it, and who sends empty fields, is led to an address that says it shortly.
    """
    actor = current_actor()
    asked = read_asked(listing, actor)
    kept = {name: request.args[name] for name in fixed if request.args.get(name)}
    shown = None
    if asked.form.ok:
        view = ListView(listing, asked, None, _path(), kept)
        if not asked.settled:
            return redirect(view.url(), 303)
        shown = queries.show(
            listing,
            actor,
            asked.values,
            sort=asked.sort,
            cursor=asked.cursor,
            size=size,
        )
    return ListView(listing, asked, shown, _path(), kept)


def _path() -> str:
    return f"{request.script_root}{request.path}"
