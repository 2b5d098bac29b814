"""The idle things of one item type, each with its own place, condition and since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.catalogue import queries as catalogue
from registry.catalogue.models import ItemType
from registry.kernel.pages import (
    MOST_PER_PAGE,
    PAGE_SIZE,
    Page,
    read_cursor,
    write_cursor,
)
from registry.ledger.models import Asset
from registry.sharing.queries.cards import Card, Counted, cards_of
from registry.sharing.queries.groups import read_value
from registry.sharing.queries.narrowing import PoolFilter, in_pool
from registry.store.db import session

SHOWN = (
    joinedload(Asset.item_type).joinedload(ItemType.merged_into),
    joinedload(Asset.department),
    joinedload(Asset.place),
    joinedload(Asset.claim),
)
EVERY_SPOT = 1_000


def card_of_type(actor: Actor, wanted: PoolFilter, kind: ItemType) -> Card | None:
    """The card of one item type with all its places; None if nothing of it is idle."""
    among = in_pool(actor, wanted)
    counted = (
        session()
        .execute(
            sa.select(
                sa.func.count(),
                sa.func.min(Asset.state_since),
                sa.func.max(Asset.state_since),
            ).where(*among)
        )
        .one()
    )
    count, oldest, newest = counted
    if not count:
        return None
    row = Counted(kind.id, count, 0, oldest, newest)
    return cards_of(actor, among, [row], most_spots=EVERY_SPOT)[0]


def things(
    actor: Actor,
    wanted: PoolFilter,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Asset]:
    """A page of the idle things one looks at, idle longest first; as cards."""
    size = max(1, min(size, MOST_PER_PAGE))
    query = sa.select(Asset).where(*in_pool(actor, wanted)).options(*SHOWN)
    key = sa.tuple_(Asset.state_since, Asset.id)
    backwards = False
    if cursor:
        since, asset_id, way = read_cursor(cursor, length=3)
        backwards = way == "<"
        edge = sa.tuple_(
            sa.literal(read_value(datetime, since), Asset.state_since.type),
            sa.literal(read_value(int, asset_id), Asset.id.type),
        )
        query = query.where(key < edge if backwards else key > edge)
    order = (Asset.state_since, Asset.id)
    if backwards:
        query = query.order_by(*(column.desc() for column in order))
    else:
        query = query.order_by(*order)
    rows = list(session().scalars(query.limit(size + 1)))
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    return Page(
        rows,
        next_cursor=_cursor(rows[-1], ">") if rows and (more or backwards) else None,
        previous_cursor=_cursor(rows[0], "<")
        if rows and cursor and (more or not backwards)
        else None,
    )


def every_thing(actor: Actor, wanted: PoolFilter) -> Iterator[Asset]:
    """All the idle things one looks at, to be taken out; a page at a time."""
    cursor = None
    while True:
        page = things(actor, wanted, cursor=cursor, size=MOST_PER_PAGE)
        yield from page.rows
        cursor = page.next_cursor
        session().expunge_all()
        if cursor is None:
            return


def _cursor(asset: Asset, way: str) -> str:
    return write_cursor([asset.state_since.isoformat(), asset.id, way])


def pool_type(actor: Actor, type_id: int) -> ItemType:
    """The item type that a card of the pool stands for; Missing if there is none."""
    return catalogue.standing_type(actor, type_id)
