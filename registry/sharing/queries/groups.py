"""The pool as a shop window: one card for each item type, however many lie idle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.kernel.errors import Invalid
from registry.kernel.pages import MOST_PER_PAGE, Page, read_cursor, write_cursor
from registry.ledger.models import Asset
from registry.organisation.models import Place
from registry.sharing.queries.cards import Card, Counted, cards_of
from registry.sharing.queries.narrowing import (
    Conditions,
    PoolFilter,
    in_pool,
    places_below,
)
from registry.sharing.queries.paging import read_value
from registry.store.db import session

GROUPS_PER_PAGE = 24
SORTS = ("newest", "longest", "most", "near")
_LENGTHS = {"newest": 3, "longest": 3, "most": 3, "near": 4}


@dataclass(frozen=True)
class Window:
    """A page of cards, and how much there is in all."""

    page: Page[Card]
    groups: int
    things: int


def shop_window(
    actor: Actor,
    wanted: PoolFilter,
    *,
    sort: str = "newest",
    near: Place | None = None,
    cursor: str | None = None,
    size: int = GROUPS_PER_PAGE,
) -> Window:
    """A page of what lies idle, one card for each item type.

    ``near`` is the place that ``sort="near"`` puts first. Raises Invalid for an unknown
    order or a cursor that is none of ours.
    """
    if sort not in SORTS:
        raise Invalid.field("sort", "not_a_choice", found=sort[:40])
    size = max(1, min(size, MOST_PER_PAGE))
    among = in_pool(actor, wanted)
    groups = _groups(actor, among, near)
    keys = _keys(groups, sort)
    backwards = False
    query = sa.select(groups, *_totals(groups))
    if cursor:
        *values, way = read_cursor(cursor, length=_LENGTHS[sort])
        backwards = way == "<"
        query = query.where(_beyond(keys, _typed(keys, values), backwards))
    order = [key.desc() if down != backwards else key.asc() for key, down in keys]
    rows = session().execute(query.order_by(*order).limit(size + 1)).all()
    more = len(rows) > size
    found = [Counted(*row[:5]) for row in rows[:size]]
    if backwards:
        found.reverse()
    things, count = (rows[0].things, rows[0].groups) if rows else (0, 0)
    if not rows and cursor:
        count, things = session().execute(sa.select(*_totals(groups))).one()
    page = Page(
        cards_of(actor, among, found),
        next_cursor=_cursor(found[-1], sort, ">")
        if found and (more or backwards)
        else None,
        previous_cursor=_cursor(found[0], sort, "<")
        if found and cursor and (more or not backwards)
        else None,
    )
    return Window(page, groups=count, things=things)


def every_card(
    actor: Actor, wanted: PoolFilter, *, sort: str = "newest", near: Place | None = None
) -> Iterable[Card]:
    """All the cards of a window in its order, a page at a time, to be taken out."""
    cursor = None
    while True:
        window = shop_window(
            actor, wanted, sort=sort, near=near, cursor=cursor, size=MOST_PER_PAGE
        )
        yield from window.page.rows
        cursor = window.page.next_cursor
        if cursor is None:
            return


def count_pool(actor: Actor, wanted: PoolFilter) -> tuple[int, int]:
    """How many groups, and how many things, one looks at."""
    groups = _groups(actor, in_pool(actor, wanted), None)
    count, things = session().execute(sa.select(*_totals(groups))).one()
    return count, things


def _groups(actor: Actor, among: Conditions, near: Place | None) -> sa.CTE:
    """Some assets by item type, those merged into another counted as that one.

    Counted by the item type of the assets first, which the index gives in order.
    """
    counted = sa.func.count()
    here: sa.ColumnElement[int] = sa.literal(0)
    if near is not None:
        below = Asset.place_id.in_(places_below(actor.institution_id, near.path))
        here = sa.func.sum(sa.case((below, 1), else_=0))
    inner = (
        sa.select(
            Asset.item_type_id,
            counted.label("count"),
            here.label("near"),
            sa.func.min(Asset.state_since).label("oldest"),
            sa.func.max(Asset.state_since).label("newest"),
        )
        .where(*among)
        .group_by(Asset.item_type_id)
        .subquery()
    )
    standing = sa.func.coalesce(ItemType.merged_into_id, ItemType.id)
    return (
        sa.select(
            standing.label("type_id"),
            _whole(inner.c["count"]).label("count"),
            _whole(inner.c.near).label("near"),
            sa.func.min(inner.c.oldest).label("oldest"),
            sa.func.max(inner.c.newest).label("newest"),
        )
        .join(ItemType, ItemType.id == inner.c.item_type_id)
        .group_by(standing)
        .cte("groups")
    )


def _totals(groups: sa.CTE) -> Sequence[sa.ColumnElement[Any]]:
    whole = sa.func.coalesce(_whole(groups.c["count"]), 0)
    return (
        sa.select(sa.func.count())
        .select_from(groups)
        .scalar_subquery()
        .label("groups"),
        sa.select(whole).scalar_subquery().label("things"),
    )


def _whole(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """A sum of counts as a whole number; PostgreSQL makes a decimal one of it."""
    return sa.cast(sa.func.sum(column), sa.BigInteger)


Key = tuple[sa.ColumnElement[Any], bool]


def _keys(groups: sa.CTE, sort: str) -> list[Key]:
    """What a window is sorted by, each with whether the largest comes first."""
    columns = groups.c
    keys: dict[str, list[Key]] = {
        "newest": [(columns.newest, True)],
        "longest": [(columns.oldest, False)],
        "most": [(columns["count"], True)],
        "near": [
            (sa.case((columns.near > 0, 1), else_=0), True),
            (columns.newest, True),
        ],
    }
    return [*keys[sort], (columns.type_id, True)]


def _typed(keys: list[Key], values: list[Any]) -> list[Any]:
    """A cursor's values as the keys have them; Invalid for made-up ones."""
    pairs = zip(keys, values, strict=True)
    return [read_value(key.type.python_type, value) for (key, _down), value in pairs]


def _beyond(
    keys: list[Key], values: list[Any], backwards: bool
) -> sa.ColumnElement[bool]:
    """The groups that come after these values in the order of the keys."""
    alternatives = []
    for depth, (key, down) in enumerate(keys):
        alike = [
            keys[at][0] == sa.literal(values[at], keys[at][0].type)
            for at in range(depth)
        ]
        value = sa.literal(values[depth], key.type)
        further = key < value if down != backwards else key > value
        alternatives.append(sa.and_(*alike, further))
    return sa.or_(*alternatives)


def _cursor(row: Counted, sort: str, way: str) -> str:
    values: dict[str, list[Any]] = {
        "newest": [row.newest.isoformat()],
        "longest": [row.oldest.isoformat()],
        "most": [row.count],
        "near": [int(row.near > 0), row.newest.isoformat()],
    }
    return write_cursor([*values[sort], row.type_id, way])
