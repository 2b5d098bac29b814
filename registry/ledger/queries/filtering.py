"""What lists of assets are narrowed to, and the conditions that it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.catalogue.queries import classes_below
from registry.journal.models import Entry
from registry.kernel.clock import start_of, today
from registry.ledger.models import Asset, Claim, FoundAsset, FoundSet
from registry.ledger.queries.lacking import has_outlived, in_conditions, lacks
from registry.ledger.queries.searching import of_words
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Place
from registry.store.db import session

MOST_WORDS = 8
WARRANTIES = {"over": 0, "30": 30, "90": 90, "365": 365}
"""How soon a warranty ends: it is over, or will be within so many days."""

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Filter:
    """What a list of assets is narrowed to; empty fields narrow nothing.

    Of several values of one field any will do; of several fields all have to hold.
    """

    text: str = ""
    states: tuple[str, ...] = ()
    department_ids: tuple[int, ...] = ()
    """Each with all that is below it; the same goes for places and classes."""
    place_ids: tuple[int, ...] = ()
    item_type_ids: tuple[int, ...] = ()
    class_codes: tuple[str, ...] = ()
    custodian_ids: tuple[int, ...] = ()
    user_ids: tuple[int, ...] = ()
    claimed: bool | None = None
    claims: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    """What all of it is without; see ``lacking``."""
    outlived: bool = False
    """Only what has served its time."""
    acquired_from: date | None = None
    acquired_to: date | None = None
    cost_from_fen: int | None = None
    cost_to_fen: int | None = None
    warranty: str = ""
    """One of ``WARRANTIES``."""
    changed_from: date | None = None
    changed_to: date | None = None
    since_from: date | None = None
    since_to: date | None = None
    """The first and last day since which it stands as it stands now."""
    document: str = ""
    found_set: int | None = None
    """One of the actor's own sets, such as a list of numbers they pasted."""
    ids: tuple[int, ...] = ()
    pool: bool = False
    """The idle pool: everything idle in the institution, as cards."""

    @property
    def asks_more_than_a_card(self) -> bool:
        """Whether what is left would tell of people, cost or history of a thing."""
        return self != replace(Filter(), **{n: getattr(self, n) for n in ON_CARDS})


ON_CARDS = (
    "text",
    "states",
    "department_ids",
    "place_ids",
    "item_type_ids",
    "class_codes",
    "claimed",
    "conditions",
    "restrictions",
    "since_from",
    "since_to",
    "ids",
    "pool",
)
"""What the pool may be narrowed by: it stands on the card every colleague sees."""


def conditions_of(actor: Actor, wanted: Filter) -> list[Condition]:
    """The conditions on assets that a filter means, all of which have to hold."""
    as_card = wanted.pool and not wanted.asks_more_than_a_card
    words = wanted.text.split()[:MOST_WORDS]
    return [
        *([of_words(actor, words, as_card=as_card)] if words else []),
        *_belonging(actor, wanted),
        *_describing(actor, wanted),
        *_ranges(actor, wanted),
        *_recorded(actor, wanted),
    ]


def _belonging(actor: Actor, wanted: Filter) -> list[Condition]:
    """Whose it is, where it stands and what kind of thing it is."""
    here = actor.institution_id
    found: list[Condition] = []
    if wanted.department_ids:
        paths = _paths(actor, Department, wanted.department_ids)
        below = organisation.departments_below(here, paths)
        found.append(Asset.department_id.in_(below))
    if wanted.place_ids:
        paths = _paths(actor, Place, wanted.place_ids)
        found.append(Asset.place_id.in_(_places_below(here, paths)))
    if wanted.item_type_ids:
        found.append(Asset.item_type_id.in_(_same_types(here, wanted.item_type_ids)))
    if wanted.class_codes:
        of_class = _types_of_classes(actor, wanted.class_codes)
        found.append(Asset.item_type_id.in_(of_class))
    if wanted.custodian_ids:
        found.append(Asset.custodian_id.in_(wanted.custodian_ids))
    if wanted.user_ids:
        found.append(Asset.user_id.in_(wanted.user_ids))
    if wanted.ids:
        found.append(Asset.id.in_(wanted.ids))
    return found


def _paths(actor: Actor, model: Any, ids: Iterable[int]) -> list[str]:
    """The paths of those of the places or departments that are there."""
    return list(
        session().scalars(
            sa.select(model.path).where(
                model.institution_id == actor.institution_id, model.id.in_(tuple(ids))
            )
        )
    )


def _places_below(institution_id: int, paths: Iterable[str]) -> sa.Select[int]:
    below = [Place.path.startswith(path) for path in paths]
    return sa.select(Place.id).where(
        Place.institution_id == institution_id,
        sa.or_(*below) if below else sa.false(),
    )


def _same_types(institution_id: int, ids: tuple[int, ...]) -> sa.Select[int]:
    return sa.select(ItemType.id).where(
        ItemType.institution_id == institution_id,
        sa.or_(ItemType.id.in_(ids), ItemType.merged_into_id.in_(ids)),
    )


def _types_of_classes(actor: Actor, codes: Iterable[str]) -> sa.Select[int]:
    of_class = [ItemType.class_id.in_(classes_below(actor, code)) for code in codes]
    return sa.select(ItemType.id).where(
        ItemType.institution_id == actor.institution_id, sa.or_(*of_class)
    )


def _describing(actor: Actor, wanted: Filter) -> list[Condition]:
    """What state it is in, what it is like and what is not known of it."""
    found: list[Condition] = [lacks(actor, what) for what in wanted.lacks]
    if wanted.states:
        found.append(Asset.state.in_(wanted.states))
    if wanted.claimed is not None:
        live = sa.exists().where(Claim.asset_id == Asset.id, Claim.ended_at.is_(None))
        found.append(live if wanted.claimed else ~live)
    if wanted.claims:
        found.append(Asset.id.in_(_claimed_as(actor, wanted.claims)))
    if wanted.conditions:
        found.append(in_conditions(wanted.conditions))
    if wanted.methods:
        found.append(Asset.method.in_(wanted.methods))
    if wanted.restrictions:
        words = sa.cast(Asset.restrictions, sa.Text)
        each = [words.contains(f'"{name}"') for name in wanted.restrictions]
        found.append(sa.or_(*each))
    if wanted.outlived:
        found.append(has_outlived(actor))
    return found


def _claimed_as(actor: Actor, kinds: tuple[str, ...]) -> sa.Select[int]:
    return sa.select(Claim.asset_id).where(
        Claim.institution_id == actor.institution_id,
        Claim.kind.in_(kinds),
        Claim.ended_at.is_(None),
    )


def _ranges(actor: Actor, wanted: Filter) -> list[Condition]:
    """From when to when, and from how much to how much."""
    found: list[Condition] = []
    if wanted.acquired_from is not None:
        found.append(Asset.acquired_on >= wanted.acquired_from)
    if wanted.acquired_to is not None:
        found.append(Asset.acquired_on <= wanted.acquired_to)
    if wanted.cost_from_fen is not None:
        found.append(Asset.cost_fen >= wanted.cost_from_fen)
    if wanted.cost_to_fen is not None:
        found.append(Asset.cost_fen <= wanted.cost_to_fen)
    return found + _times(actor, wanted)


def _times(actor: Actor, wanted: Filter) -> list[Condition]:
    """What is said in days of the institution's own calendar."""
    days = (wanted.changed_from, wanted.changed_to, wanted.since_from, wanted.since_to)
    if not wanted.warranty and not any(days):
        return []
    found: list[Condition] = []
    zone = organisation.institution(actor.institution_id).time_zone
    if wanted.warranty:
        found += _warranty(wanted.warranty, today(zone))
    if wanted.changed_from is not None:
        found.append(Asset.changed_at >= start_of(wanted.changed_from, zone))
    if wanted.changed_to is not None:
        after = wanted.changed_to + timedelta(days=1)
        found.append(Asset.changed_at < start_of(after, zone))
    if wanted.since_from is not None:
        found.append(Asset.state_since >= start_of(wanted.since_from, zone))
    if wanted.since_to is not None:
        after = wanted.since_to + timedelta(days=1)
        found.append(Asset.state_since < start_of(after, zone))
    return found


def _warranty(wanted: str, day: date) -> list[Condition]:
    if wanted == "over":
        return [Asset.warranty_until < day]
    last = day + timedelta(days=WARRANTIES[wanted])
    return [Asset.warranty_until >= day, Asset.warranty_until <= last]


def _recorded(actor: Actor, wanted: Filter) -> list[Condition]:
    """What was done to it: changed under a document, put into a set."""
    found: list[Condition] = []
    if wanted.document:
        found.append(Asset.id.in_(_changed_by(actor, wanted.document)))
    if wanted.found_set is not None:
        found.append(Asset.id.in_(_in_set(actor, wanted.found_set)))
    return found


def _changed_by(actor: Actor, document: str) -> sa.Select[int]:
    return sa.select(Entry.subject_id).where(
        Entry.institution_id == actor.institution_id,
        Entry.document == document,
        Entry.subject_kind == "asset",
    )


def _in_set(actor: Actor, set_id: int) -> sa.Select[int]:
    return (
        sa.select(FoundAsset.asset_id)
        .join(FoundSet, FoundSet.id == FoundAsset.set_id)
        .where(
            FoundSet.id == set_id,
            FoundSet.institution_id == actor.institution_id,
            FoundSet.person_id.is_(None)
            if actor.person_id is None
            else FoundSet.person_id == actor.person_id,
        )
    )
