"""Lists of assets: filtered, searched, sorted, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.catalogue.queries import classes_below, same_types
from registry.journal.models import Entry
from registry.kernel.errors import Invalid
from registry.kernel.pages import (
    MOST_PER_PAGE,
    PAGE_SIZE,
    Page,
    read_cursor,
    write_cursor,
)
from registry.ledger.models import Asset, Claim
from registry.ledger.queries.sight import may_see
from registry.ledger.states import AssetState
from registry.organisation import queries as organisation
from registry.organisation.models import Place
from registry.store.db import session
from registry.store.searching import matching_ids

SORTS: dict[str, tuple[Any, bool]] = {
    "newest": (Asset.id, True),
    "number": (Asset.asset_number, False),
    "acquired": (Asset.acquired_on, True),
    "cost": (Asset.cost_fen, True),
    "since": (Asset.state_since, False),
}
"""Sort keys: the column, and whether the largest comes first."""

MOST_WORDS = 8

LISTED = (
    joinedload(Asset.item_type),
    joinedload(Asset.department),
    joinedload(Asset.place),
    joinedload(Asset.custodian),
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
    document: str = ""
    pool: bool = False
    """The idle pool: everything idle in the institution, as cards."""

    @property
    def asks_more_than_a_card(self) -> bool:
        """Whether what is left would tell of people, cost or history of a thing."""
        return bool(self.document) or any(
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
) -> Page[Asset]:
    """A page of what the actor may see in full, or of the idle pool as cards."""
    if sort not in SORTS:
        raise Invalid.field("sort", "not_a_choice", found=sort[:40])
    size = max(1, min(size, MOST_PER_PAGE))
    query = narrowed(actor, wanted).options(*LISTED)
    column, falling = SORTS[sort]
    backwards = False
    if cursor:
        *key, way = read_cursor(cursor, length=3)
        backwards = way == "<"
        if not isinstance(key[1], int):
            raise Invalid.field("cursor", "bad_cursor")
        query = query.where(_beyond(column, falling, backwards, key))
    order = _order(column, falling, backwards)
    rows = list(session().scalars(query.order_by(*order).limit(size + 1)))
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    return Page(
        rows,
        next_cursor=_cursor(rows[-1], sort, ">")
        if rows and (more or backwards)
        else None,
        previous_cursor=_cursor(rows[0], sort, "<")
        if rows and cursor and (more or not backwards)
        else None,
    )


def count_assets(actor: Actor, wanted: Filter, most: int = 10_000) -> int:
    """How many a filter finds, counted up to ``most``."""
    ids = narrowed(actor, wanted).with_only_columns(Asset.id).limit(most)
    return session().scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


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
    query = sa.select(Asset).where(Asset.institution_id == actor.institution_id)
    pool = wanted.pool and not actor.is_stranger
    condition = None if pool and not wanted.asks_more_than_a_card else may_see(actor)
    query = query if condition is None else query.where(condition)
    if pool:
        query = query.where(Asset.state == AssetState.IDLE)
    for condition in _conditions(actor, wanted):
        query = query.where(condition)
    return query


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
    if wanted.document:
        found.append(Asset.id.in_(_changed_by(actor, wanted.document)))
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


def _order(column: Any, falling: bool, backwards: bool) -> list[Any]:
    """By the column, empty values last, then by id so that the order is total.

    Backwards it is the same order turned round, empty values first.
    """
    down = falling != backwards
    by_id = Asset.id.desc() if down else Asset.id.asc()
    if column is Asset.id:
        return [by_id]
    by_value = column.desc() if down else column.asc()
    if not _optional(column):
        return [by_value, by_id]
    empty = column.is_(None)
    return [empty.desc() if backwards else empty, by_value, by_id]


def _optional(column: Any) -> bool:
    return bool(column.property.columns[0].nullable)


def _beyond(
    column: Any, falling: bool, backwards: bool, key: list[Any]
) -> sa.ColumnElement[bool]:
    """The rows that come after a key in the order of ``_order``."""
    value, asset_id = key
    down = falling != backwards
    later_id: sa.ColumnElement[bool]
    later_id = Asset.id < asset_id if down else Asset.id > asset_id
    if column is Asset.id:
        return later_id
    empty: sa.ColumnElement[bool] = column.is_(None)
    if value is None:
        alike = sa.and_(empty, later_id)
        return sa.or_(alike, sa.not_(empty)) if backwards else alike
    typed = _typed(column, value)
    further: sa.ColumnElement[bool] = column < typed if down else column > typed
    beyond = sa.or_(further, sa.and_(column == typed, later_id))
    return sa.or_(beyond, empty) if _optional(column) and not backwards else beyond


def _typed(column: Any, value: Any) -> Any:
    """A cursor's value as the column's own type; Invalid for a made-up one."""
    wanted = column.type.python_type
    try:
        if wanted in (datetime, date):
            return wanted.fromisoformat(value)
        if isinstance(value, wanted):
            return value
    except (TypeError, ValueError):
        pass
    raise Invalid.field("cursor", "bad_cursor")


def _cursor(row: Asset, sort: str, way: str) -> str:
    column, _ = SORTS[sort]
    value = getattr(row, column.key)
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    return write_cursor([value, row.id, way])
