"""The idle things of one item type, each with its own place, condition and since."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.catalogue import queries as catalogue
from registry.catalogue.models import ItemType
from registry.kernel.pages import (
    MOST_PER_PAGE,
    PAGE_SIZE,
    Page,
)
from registry.ledger.models import Asset
from registry.sharing.queries.cards import Card, Counted, cards_of
from registry.sharing.queries.narrowing import PoolFilter, in_pool
from registry.sharing.queries.paging import keyset_page
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
    return keyset_page(
        sa.select(Asset).where(*in_pool(actor, wanted)).options(*SHOWN),
        (Asset.state_since, Asset.id),
        falling=False,
        cursor=cursor,
        size=size,
        key=lambda asset: (asset.state_since, asset.id),
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


def pool_type(actor: Actor, type_id: int) -> ItemType:
    """The item type that a card of the pool stands for; Missing if there is none."""
    return catalogue.standing_type(actor, type_id)
