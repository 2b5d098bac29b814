"""Reading lists: pages of them, whole ones, and how somebody likes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.interchange.sheets.writing import Value
from registry.kernel.errors import Missing
from registry.kernel.pages import PAGE_SIZE, Page
from registry.lists.description import Column, Gathered, Listing
from registry.lists.models import ChosenColumns, KeptFilter
from registry.lists.rules import known_ones
from registry.store.db import session
from registry.store.paging import STREAM, count_of, page_of, stream_of

R = TypeVar("R")

Cell = Callable[[Any], Value]


@dataclass(frozen=True)
class Shown(Generic[R]):
    """A page of a list with the columns it is shown in."""

    page: Page[R]
    columns: tuple[Column, ...]
    gathered: Mapping[str, Gathered]

    def value(self, row: R, column: Column) -> Value:
        """What stands in a cell."""
        return value_of(row, column, self.gathered)


def value_of(row: Any, column: Column, gathered: Mapping[str, Gathered]) -> Value:
    """What stands in a cell: read from the row, or gathered for the whole page."""
    if column.value is not None:
        return column.value(row)
    found = gathered[column.key].get(row.id)
    return getattr(found, column.part) if column.part else found


def gather(
    actor: Actor, columns: Sequence[Column], rows: Sequence[Any]
) -> dict[str, Gathered]:
    """What columns know of many rows at once; what several show parts of, once."""
    asked = {column.key: column.gather for column in columns if column.gather}
    known = {each: each(actor, rows) if rows else {} for each in set(asked.values())}
    return {key: known[each] for key, each in asked.items()}


def show(
    listing: Listing[Any, R],
    actor: Actor,
    values: Mapping[str, Any],
    *,
    sort: str,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
    counts: bool = True,
    columns: tuple[Column, ...] | None = None,
) -> Shown[R]:
    """A page of a list as it is narrowed, in the columns given or in those chosen.

    Raises Invalid for a made-up order or cursor, Forbidden where the list is not for
    the actor.
    """
    if columns is None:
        columns = chosen_columns(actor, listing)
    page = page_of(
        rows_of(listing, actor, values, sort),
        listing.orders,
        sort,
        cursor=cursor,
        size=size,
        options=_loads(listing, columns),
        counts=counts,
    )
    return Shown(page, columns, gather(actor, columns, page.rows))


def count(listing: Listing[Any, Any], actor: Actor, values: Mapping[str, Any]) -> int:
    """How long a list is, counted as far as lists are counted."""
    return count_of(rows_of(listing, actor, values, listing.usual))


def rows_of(
    listing: Listing[Any, R], actor: Actor, values: Mapping[str, Any], sort: str
) -> Any:
    """What a list consists of for somebody."""
    if listing.permission is not None:
        actor.require(listing.permission)
    return listing.rows(actor, listing.narrowed_to(values), sort)


def stream(
    listing: Listing[Any, R],
    actor: Actor,
    values: Mapping[str, Any],
    *,
    sort: str,
    columns: Sequence[Column],
) -> Iterator[list[Value]]:
    """Every row of a list as the values of its columns, some hundreds read at once."""
    rows = stream_of(
        rows_of(listing, actor, values, sort),
        listing.orders,
        sort,
        options=_loads(listing, columns),
    )
    while part := list(islice(rows, STREAM)):
        gathered = gather(actor, columns, part)
        for row in part:
            yield [value_of(row, column, gathered) for column in columns]


def _loads(listing: Listing[Any, Any], columns: Sequence[Column]) -> list[Any]:
    return [*listing.loads, *(load for column in columns for load in column.loads)]


def chosen_keys(actor: Actor, listing: Listing[Any, Any]) -> list[str] | None:
    """The columns somebody chose that are still there; None if they chose none."""
    if actor.person_id is None:
        return None
    found = session().scalar(
        sa.select(ChosenColumns.columns).where(
            ChosenColumns.institution_id == actor.institution_id,
            ChosenColumns.person_id == actor.person_id,
            ChosenColumns.listing == listing.name,
        )
    )
    known = [column.key for column in listing.columns_for(actor)]
    return known_ones(found or [], known) or None


def chosen_columns(actor: Actor, listing: Listing[Any, Any]) -> tuple[Column, ...]:
    """The columns of a list as somebody wants them; else those usually shown."""
    keys = chosen_keys(actor, listing)
    if keys is None:
        return tuple(each for each in listing.columns_for(actor) if each.shown)
    return tuple(listing.by_key[key] for key in keys)


def kept_filters(actor: Actor, listing: Listing[Any, Any]) -> list[KeptFilter]:
    """What somebody keeps for a list, by name."""
    return list(
        session().scalars(
            sa.select(KeptFilter)
            .where(
                KeptFilter.institution_id == actor.institution_id,
                KeptFilter.person_id == actor.person_id,
                KeptFilter.listing == listing.name,
            )
            .order_by(KeptFilter.name, KeptFilter.id)
        )
    )


def kept_filter(actor: Actor, filter_id: int) -> KeptFilter:
    """One of somebody's own; Missing for anybody else's."""
    found = session().scalar(
        sa.select(KeptFilter).where(
            KeptFilter.id == filter_id,
            KeptFilter.institution_id == actor.institution_id,
            KeptFilter.person_id == actor.person_id,
        )
    )
    if found is None:
        raise Missing(what="kept_filters")
    return found
