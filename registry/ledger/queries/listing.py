"""Lists of assets: filtered, searched, sorted, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.catalogue.queries import classes_below, same_types
from registry.journal.models import Entry
from registry.kernel.pages import PAGE_SIZE, Page
from registry.ledger.models import Asset, Claim
from registry.ledger.queries.lacking import has_outlived, in_conditions, lacks
from registry.ledger.queries.sight import may_see
from registry.ledger.states import AssetState
from registry.organisation import queries as organisation
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
from registry.store.searching import matching_ids

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

MOST_WORDS = 8

LISTED = (
    joinedload(Asset.item_type),
    joinedload(Asset.department),
    joinedload(Asset.place),
    joinedload(Asset.custodian),
    joinedload(Asset.user),
    joinedload(Asset.claim),
)


@dataclass(frozen=True)
class Filter:
    """What a list of assets is narrowed to; empty fields narrow nothing."""

    text: str = ""
    states: tuple[str, ...] = ()
    department_id: int | None = None
    place_id: int | None = None
    item_type_id: int | None = None
    class_code: str = ""
    custodian_id: int | None = None
    claimed: bool | None = None
    acquired_from: date | None = None
    acquired_to: date | None = None
    cost_from_fen: int | None = None
    cost_to_fen: int | None = None
    since_from: date | None = None
    since_to: date | None = None
    """The first and last day since which it stands as it stands now."""
    document: str = ""
    conditions: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    """What all of it is without; see ``lacking``."""
    outlived: bool = False
    """Only what has served its time."""
    pool: bool = False
    """The idle pool: everything idle in the institution, as cards."""

    @property
    def asks_more_than_a_card(self) -> bool:
        """Whether what is left would tell of people, cost or history of a thing."""
        more = (self.document, self.lacks, self.outlived)
        return any(more) or any(
            each is not None
            for each in (
                self.custodian_id,
                self.acquired_from,
                self.acquired_to,
                self.cost_from_fen,
                self.cost_to_fen,
            )
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
    rows = asset_rows(actor, wanted)
    if wanted.pool and sort.removeprefix("-") in TELLING:
        sight = may_see(actor)
        rows = rows if sight is None else rows.and_also(sight)
    return page_of(
        rows,
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
    return Rows(query, Asset.id, (*where, *_conditions(actor, wanted)))


def _conditions(actor: Actor, wanted: Filter) -> list[sa.ColumnElement[bool]]:
    as_card = wanted.pool and not wanted.asks_more_than_a_card
    words = wanted.text.split()[:MOST_WORDS]
    found = [_word(actor, word, as_card=as_card) for word in words]
    if wanted.states:
        found.append(Asset.state.in_(wanted.states))
    if wanted.department_id is not None:
        top = organisation.department(actor, wanted.department_id)
        below = organisation.departments_below(actor.institution_id, [top.path])
        found.append(Asset.department_id.in_(below))
    if wanted.place_id is not None:
        found.append(Asset.place_id.in_(_places_below(actor, wanted.place_id)))
    if wanted.item_type_id is not None:
        same = same_types(actor.institution_id, wanted.item_type_id)
        found.append(Asset.item_type_id.in_(same))
    if wanted.class_code:
        found.append(Asset.item_type_id.in_(_types_of_class(actor, wanted.class_code)))
    if wanted.custodian_id is not None:
        found.append(Asset.custodian_id == wanted.custodian_id)
    if wanted.claimed is not None:
        live = sa.exists().where(Claim.asset_id == Asset.id, Claim.ended_at.is_(None))
        found.append(live if wanted.claimed else ~live)
    found += _ranges(wanted)
    found += _since(actor, wanted)
    found += [lacks(actor, what) for what in wanted.lacks]
    if wanted.conditions:
        found.append(in_conditions(wanted.conditions))
    if wanted.outlived:
        found.append(has_outlived(actor))
    if wanted.document:
        found.append(Asset.id.in_(_changed_by(actor, wanted.document)))
    return found


def _since(actor: Actor, wanted: Filter) -> list[sa.ColumnElement[bool]]:
    zone = ZoneInfo(organisation.institution(actor.institution_id).time_zone)
    found: list[sa.ColumnElement[bool]] = []
    if wanted.since_from is not None:
        begins = datetime.combine(wanted.since_from, time(0), zone)
        found.append(Asset.state_since >= begins)
    if wanted.since_to is not None:
        ends = datetime.combine(wanted.since_to + timedelta(days=1), time(0), zone)
        found.append(Asset.state_since < ends)
    return found


def _ranges(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.acquired_from is not None:
        found.append(Asset.acquired_on >= wanted.acquired_from)
    if wanted.acquired_to is not None:
        found.append(Asset.acquired_on <= wanted.acquired_to)
    if wanted.cost_from_fen is not None:
        found.append(Asset.cost_fen >= wanted.cost_from_fen)
    if wanted.cost_to_fen is not None:
        found.append(Asset.cost_fen <= wanted.cost_to_fen)
    return found


def _word(actor: Actor, word: str, *, as_card: bool) -> sa.ColumnElement[bool]:
    """One word of a search: in the type, place, keeper, department, or a number.

    Of what is shown as a card the keeper and the serial are not searched.
    """
    here = actor.institution_id
    upper = word.upper()
    prefix = _prefix(upper)
    merged = sa.select(ItemType.id).where(
        ItemType.institution_id == here,
        ItemType.merged_into_id.in_(matching_ids(here, "item_type", word)),
    )
    hidden = [
        Asset.custodian_id.in_(matching_ids(here, "person", word)),
        Asset.serial == word,
    ]
    return sa.or_(
        Asset.item_type_id.in_(matching_ids(here, "item_type", word)),
        Asset.item_type_id.in_(merged),
        Asset.place_id.in_(matching_ids(here, "place", word)),
        Asset.department_id.in_(matching_ids(here, "department", word)),
        sa.and_(Asset.asset_number >= upper, Asset.asset_number < prefix),
        sa.and_(Asset.asset_number >= word, Asset.asset_number < _prefix(word)),
        Asset.code == upper.replace("-", ""),
        *([] if as_card else hidden),
    )


def _prefix(text: str) -> str:
    """The first text after all that begin with this one, for a range on an index."""
    return text + "\U0010ffff"


def _places_below(actor: Actor, place_id: int) -> sa.Select[int]:
    top = organisation.place(actor, place_id)
    return sa.select(Place.id).where(
        Place.institution_id == actor.institution_id, Place.path.startswith(top.path)
    )


def _types_of_class(actor: Actor, code: str) -> sa.Select[int]:
    return sa.select(ItemType.id).where(
        ItemType.institution_id == actor.institution_id,
        ItemType.class_id.in_(classes_below(actor, code)),
    )


def _changed_by(actor: Actor, document: str) -> sa.Select[int]:
    return sa.select(Entry.subject_id).where(
        Entry.institution_id == actor.institution_id,
        Entry.document == document,
        Entry.subject_kind == "asset",
    )
