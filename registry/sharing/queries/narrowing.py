"""What a look into the pool is narrowed to: only by what every colleague may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.catalogue.queries import classes_below, same_types
from registry.kernel import clock
from registry.ledger.models import Asset, Claim
from registry.ledger.states import AssetState
from registry.organisation import queries as organisation
from registry.organisation.models import Place
from registry.store.db import session
from registry.store.searching import matching_ids

MOST_WORDS = 8
MOST_LOOKED_UP = 1_000
_DIGIT = re.compile(r"\d")
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class PoolFilter:
    """What of the pool one looks at; empty fields narrow nothing.

    There is no cost and no person among them: who may not see a thing's cost or keeper
    must not find them out by narrowing either.
    """

    text: str = ""
    item_type_id: int | None = None
    class_code: str = ""
    department_id: int | None = None
    place_id: int | None = None
    conditions: tuple[str, ...] = ()
    free: bool = False
    """Only what nobody has an exclusive hand on."""
    idle_from: date | None = None
    idle_to: date | None = None
    """The first and last day since which it lies idle."""


Conditions = list[sa.ColumnElement[bool]]


def in_pool(actor: Actor, wanted: PoolFilter) -> Conditions:
    """The conditions on assets that leave what one looks at; Missing for what is not.

    The first ones lead through ``ix_assets_state``, which holds all a group is made of.
    """
    if not actor.may(Permission.POOL_SEE):
        return [sa.false()]
    here = actor.institution_id
    found: Conditions = [
        Asset.institution_id == here,
        Asset.state == AssetState.IDLE,
    ]
    found += narrowing(
        actor,
        text=wanted.text,
        item_type_id=wanted.item_type_id,
        class_code=wanted.class_code,
        department_id=wanted.department_id,
        place_id=wanted.place_id,
    )
    if wanted.conditions:
        found.append(Asset.condition.in_(wanted.conditions))
    if wanted.free:
        found.append(Asset.id.not_in(claimed()))
    return found + _since(here, wanted)


def narrowing(
    actor: Actor,
    *,
    text: str = "",
    item_type_id: int | None = None,
    class_code: str = "",
    department_id: int | None = None,
    place_id: int | None = None,
) -> Conditions:
    """The conditions on assets for what every colleague may search and choose."""
    here = actor.institution_id
    found: Conditions = [_word(here, word) for word in text.split()[:MOST_WORDS]]
    if item_type_id is not None:
        found.append(Asset.item_type_id.in_(same_types(here, item_type_id)))
    if class_code:
        found.append(Asset.item_type_id.in_(_types_of_class(actor, class_code)))
    if department_id is not None:
        top = organisation.department(actor, department_id)
        below = organisation.departments_below(here, [top.path])
        found.append(Asset.department_id.in_(below))
    if place_id is not None:
        outer = organisation.place(actor, place_id)
        found.append(Asset.place_id.in_(places_below(here, outer.path)))
    return found


def claimed() -> sa.Select[int]:
    """A select of the ids of all assets somebody has an exclusive hand on."""
    return sa.select(Claim.asset_id).where(Claim.ended_at.is_(None))


def places_below(institution_id: int, path: str) -> sa.Select[int]:
    """A select of the ids of the places at or below a path."""
    return sa.select(Place.id).where(
        Place.institution_id == institution_id, Place.path.startswith(path)
    )


def start_of(institution_id: int, day: date) -> datetime:
    """The moment at which a day begins where the institution is."""
    return clock.start_of(day, organisation.institution(institution_id).time_zone)


def _since(here: int, wanted: PoolFilter) -> Conditions:
    found: Conditions = []
    if wanted.idle_from is not None:
        found.append(Asset.state_since >= start_of(here, wanted.idle_from))
    if wanted.idle_to is not None:
        after = wanted.idle_to + timedelta(days=1)
        found.append(Asset.state_since < start_of(here, after))
    return found


def _types_of_class(actor: Actor, code: str) -> sa.Select[int]:
    return sa.select(ItemType.id).where(
        ItemType.institution_id == actor.institution_id,
        ItemType.class_id.in_(classes_below(actor, code)),
    )


def _word(here: int, word: str) -> sa.ColumnElement[bool]:
    """One word of a search: of item type, place or department, or a number."""
    types = matching_ids(here, "item_type", word)
    and_merged = sa.select(ItemType.id).where(
        ItemType.institution_id == here,
        sa.or_(ItemType.id.in_(types), ItemType.merged_into_id.in_(types)),
    )
    meant = [
        Asset.item_type_id.in_(_looked_up(and_merged)),
        Asset.place_id.in_(_looked_up(matching_ids(here, "place", word))),
        Asset.department_id.in_(_looked_up(matching_ids(here, "department", word))),
    ]
    if _DIGIT.search(word):
        meant.append(Asset.id.in_(_looked_up(_numbered(here, word))))
    return sa.or_(*meant)


def _looked_up(query: sa.Select[int]) -> list[int] | sa.Select[int]:
    """What a word names, looked up once for all statements; unless it is very much."""
    found = list(session().scalars(query.limit(MOST_LOOKED_UP + 1)))
    return found if len(found) <= MOST_LOOKED_UP else query


def _numbered(here: int, word: str) -> sa.Select[int]:
    """A select of the ids of assets whose number begins so, or whose code this is."""
    upper = word.upper()
    return sa.select(Asset.id).where(
        Asset.institution_id == here,
        sa.or_(
            sa.and_(Asset.asset_number >= upper, Asset.asset_number < upper + _LAST),
            sa.and_(Asset.asset_number >= word, Asset.asset_number < word + _LAST),
            Asset.code == upper.replace("-", ""),
        ),
    )
