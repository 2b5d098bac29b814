"""Lists of assets: filtered, searched, sorted, a page at a time."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.kernel.pages import PAGE_SIZE, Page
from registry.ledger.models import Asset
from registry.ledger.queries.filtering import Filter, conditions_of
from registry.ledger.queries.sight import may_see
from registry.ledger.states import AssetState
from registry.organisation.models import Department, Person, Place
from registry.store.db import session
from registry.store.paging import (
    Order,
    Orders,
    Rows,
    count_of,
    order_names,
    page_of,
)

ORDERS: Orders = {
    "newest": Order(falling=True),
    "number": Order((Asset.asset_number, Asset.sub_number)),
    "name": Order((ItemType.name, ItemType.id), on=(Asset.item_type_id, ItemType.id)),
    "state": Order((Asset.state, Asset.state_since)),
    "place": Order(
        (Place.full_name, Place.id),
        on=(Asset.place_id, Place.id),
        empty=Asset.place_id,
    ),
    "department": Order(
        (Department.name, Department.id), on=(Asset.department_id, Department.id)
    ),
    "custodian": Order(
        (Person.name, Person.id),
        on=(Asset.custodian_id, Person.id),
        empty=Asset.custodian_id,
    ),
    "acquired": Order((Asset.acquired_on,), falling=True, empty=Asset.acquired_on),
    "cost": Order((Asset.cost_fen,), falling=True, empty=Asset.cost_fen),
    "warranty": Order((Asset.warranty_until,), empty=Asset.warranty_until),
    "since": Order((Asset.state_since,)),
    "changed": Order((Asset.changed_at,), falling=True),
}
"""In which orders assets are listed; each has an index that gives it."""

TELLING = frozenset({"custodian", "acquired", "cost", "warranty", "changed"})
"""Orders that tell more of a thing than its card in the pool."""

SORTS = order_names(ORDERS)
"""Every order by name; with ``-`` before it, the other way round."""

LISTED = (
    joinedload(Asset.item_type),
    joinedload(Asset.department),
    joinedload(Asset.place),
    joinedload(Asset.custodian),
    joinedload(Asset.user),
    joinedload(Asset.claim),
)


def list_assets(
    actor: Actor,
    wanted: Filter,
    *,
    sort: str = "newest",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
    counts: bool = False,
) -> Page[Asset]:
    """A page of what the actor may see in full, or of the idle pool as cards."""
    return page_of(
        ordered_rows(actor, wanted, sort),
        ORDERS,
        sort,
        cursor=cursor,
        size=size,
        options=LISTED,
        counts=counts,
    )


def count_assets(actor: Actor, wanted: Filter, most: int = 10_000) -> int:
    """How many a filter finds, counted up to ``most``."""
    return count_of(asset_rows(actor, wanted), most)


def counts_by_state(actor: Actor) -> dict[str, int]:
    """How many assets of each state the actor may see; empty if none."""
    query = sa.select(Asset.state, sa.func.count()).where(
        Asset.institution_id == actor.institution_id
    )
    condition = may_see(actor)
    if condition is not None:
        query = query.where(condition)
    rows = session().execute(query.group_by(Asset.state))
    return {state: count for state, count in rows}  # noqa: C416 - typed


def narrowed(actor: Actor, wanted: Filter) -> sa.Select[Asset]:
    """The select behind a list: what the actor may see, and the filter asks for."""
    return asset_rows(actor, wanted).select


def asset_rows(actor: Actor, wanted: Filter) -> Rows[Asset]:
    """What the actor may see, and the filter asks for; the pool is for everybody."""
    query = sa.select(Asset).where(Asset.institution_id == actor.institution_id)
    pool = wanted.pool and not actor.is_stranger
    where = [Asset.state == AssetState.IDLE] if pool else []
    sight = None if pool and not wanted.asks_more_than_a_card else may_see(actor)
    where += [] if sight is None else [sight]
    return Rows(query, Asset.id, (*where, *conditions_of(actor, wanted)))


def ordered_rows(actor: Actor, wanted: Filter, sort: str) -> Rows[Asset]:
    """The same for an order, which of the pool must tell no more than its cards."""
    rows = asset_rows(actor, wanted)
    if not wanted.pool or sort.removeprefix("-") not in TELLING:
        return rows
    sight = may_see(actor)
    return rows if sight is None else rows.and_also(sight)
