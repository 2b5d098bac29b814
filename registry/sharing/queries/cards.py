"""What a card of the pool shows: photo, where, whom to ask, condition, restrictions.

A fixed number of statements for a page of cards, however many things they stand for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.kernel.clock import today
from registry.ledger.models import Asset, Claim, Photo
from registry.ledger.states import Condition
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Person, Place
from registry.organisation.overviews import officers_of_departments
from registry.sharing.queries.narrowing import Conditions
from registry.store.db import session

MOST_SPOTS = 3


@dataclass(frozen=True)
class Counted:
    """One item type and how much of it lies idle: how many, how many near, since."""

    type_id: int
    count: int
    near: int
    oldest: datetime
    newest: datetime


@dataclass(frozen=True)
class Spot:
    """Where some of a card's things are, whose they are, and whom to ask for them."""

    place: Place | None
    department: Department
    count: int
    officer: Person | None


@dataclass(frozen=True)
class Card:
    """What every colleague sees of the idle things of one item type."""

    kind: ItemType
    count: int
    free: int
    """How many of them nobody has an exclusive hand on."""
    near: int
    oldest: datetime
    newest: datetime
    spots: tuple[Spot, ...]
    """The places with the most of them first, not all where there are many."""
    spot_count: int
    conditions: tuple[tuple[str | None, int], ...]
    """How many are in which condition, the best first, unknown last."""
    restricted: int
    photo_id: int | None


def cards_of(
    actor: Actor,
    among: Conditions,
    rows: Sequence[Counted],
    *,
    most_spots: int = MOST_SPOTS,
) -> list[Card]:
    """The cards for item types counted among some assets, in their order."""
    if not rows:
        return []
    page = _Pile(actor, among, [row.type_id for row in rows])
    spread = page.spread()
    spots = page.spots(spread, most_spots)
    claimed, restricted = page.claimed(), page.restricted()
    photos, kinds = page.photos(), page.kinds()
    cards = []
    for row in rows:
        mine = spread[row.type_id]
        cards.append(
            Card(
                kind=kinds[row.type_id],
                count=row.count,
                free=row.count - claimed[row.type_id],
                near=row.near,
                oldest=row.oldest,
                newest=row.newest,
                spots=tuple(spots[row.type_id]),
                spot_count=len({(place, home) for place, home, _ in mine}),
                conditions=_by_condition(mine),
                restricted=restricted[row.type_id],
                photo_id=photos.get(row.type_id),
            )
        )
    return cards


Spread = Counter[tuple[int | None, int, str | None]]
"""How many stand in a place, are a department's, and are in a condition."""


def _by_condition(spread: Spread) -> tuple[tuple[str | None, int], ...]:
    counted: Counter[str | None] = Counter()
    for (_place, _home, condition), count in spread.items():
        counted[condition] += count
    order = [*map(str, Condition), None]
    return tuple((each, counted[each]) for each in order if counted[each])


class _Pile:
    """The idle things behind some cards."""

    def __init__(
        self, actor: Actor, among: Conditions, type_ids: Sequence[int]
    ) -> None:
        self.actor = actor
        self.type_ids = type_ids
        self.standing = self._standing()
        self.conditions = [
            *among,
            Asset.item_type_id.in_(sorted(self.standing)),
        ]

    def _standing(self) -> dict[int, int]:
        """Each item type and those merged into it, and as what it is counted."""
        stands = sa.func.coalesce(ItemType.merged_into_id, ItemType.id)
        rows = session().execute(
            sa.select(ItemType.id, stands).where(
                ItemType.institution_id == self.actor.institution_id,
                sa.or_(
                    ItemType.id.in_(self.type_ids),
                    ItemType.merged_into_id.in_(self.type_ids),
                ),
            )
        )
        return {type_id: standing for type_id, standing in rows}  # noqa: C416 - typed

    def kinds(self) -> dict[int, ItemType]:
        """The item types themselves."""
        rows = session().scalars(
            sa.select(ItemType)
            .where(ItemType.id.in_(self.type_ids))
            .options(joinedload(ItemType.asset_class))
        )
        return {row.id: row for row in rows}

    def spread(self) -> dict[int, Spread]:
        """By item type, how many are where, whose, and in which condition."""
        found: dict[int, Spread] = defaultdict(Counter)
        of = (
            Asset.item_type_id,
            Asset.place_id,
            Asset.department_id,
            Asset.condition,
        )
        rows = session().execute(
            sa.select(*of, sa.func.count()).where(*self.conditions).group_by(*of)
        )
        for type_id, place_id, department_id, condition, count in rows:
            key = (place_id, department_id, condition)
            found[self.standing[type_id]][key] += count
        return found

    def spots(self, spread: dict[int, Spread], most: int) -> dict[int, list[Spot]]:
        """By item type the places with the most, and whom to ask there."""
        fullest = {type_id: _fullest(each, most) for type_id, each in spread.items()}
        chosen = [spot for spots in fullest.values() for spot in spots]
        places = _rows(Place, {place for place, _, _ in chosen if place is not None})
        homes = _rows(Department, {home for _, home, _ in chosen})
        officers = self._officers(homes.values())
        return {
            type_id: [
                Spot(
                    places[place] if place is not None else None,
                    homes[home],
                    count,
                    officers.get(home),
                )
                for place, home, count in spots
            ]
            for type_id, spots in fullest.items()
        } | {type_id: [] for type_id in self.type_ids if type_id not in fullest}

    def _officers(self, homes: Iterable[Department]) -> dict[int, Person]:
        here = self.actor.institution_id
        day = today(organisation.institution(here).time_zone)
        found = officers_of_departments(here, homes, day)
        return {home: people[0] for home, people in found.items() if people}

    def claimed(self) -> Counter[int]:
        """By item type, how many somebody has an exclusive hand on."""
        query = (
            sa.select(Asset.item_type_id, sa.func.count())
            .join(Claim, Claim.asset_id == Asset.id)
            .where(*self.conditions, Claim.ended_at.is_(None))
        )
        return self._counted(query)

    def restricted(self) -> Counter[int]:
        """By item type, how many may not simply be redeployed."""
        told = sa.cast(Asset.restrictions, sa.Text)
        query = sa.select(Asset.item_type_id, sa.func.count()).where(
            *self.conditions, told != "[]"
        )
        return self._counted(query)

    def _counted(self, query: sa.Select[int, int]) -> Counter[int]:
        found: Counter[int] = Counter()
        for type_id, count in session().execute(query.group_by(Asset.item_type_id)):
            found[self.standing[type_id]] += count
        return found

    def photos(self) -> dict[int, int]:
        """By item type the photo to show: the first one of the thing in best condition.

        Of several such things the one photographed last, which looks most like now.
        """
        best = sa.case(
            {str(each): rank for rank, each in enumerate(Condition)},
            value=Asset.condition,
            else_=1,
        )
        first = (
            sa.select(Asset.item_type_id, sa.func.min(Photo.id).label("photo_id"), best)
            .join(Photo, Photo.asset_id == Asset.id)
            .where(
                *self.conditions,
                Photo.institution_id == self.actor.institution_id,
                Photo.removed_at.is_(None),
            )
            .group_by(Asset.id, Asset.item_type_id, Asset.condition)
        )
        found: dict[int, tuple[int, int]] = {}
        for type_id, photo_id, rank in session().execute(first):
            standing = self.standing[type_id]
            better = (rank, -photo_id)
            if standing not in found or better < found[standing]:
                found[standing] = better
        return {type_id: -negated for type_id, (_, negated) in found.items()}


def _fullest(spread: Spread, most: int) -> list[tuple[int | None, int, int]]:
    counted: Counter[tuple[int | None, int]] = Counter()
    for (place, home, _condition), count in spread.items():
        counted[place, home] += count
    order = sorted(counted.items(), key=lambda each: (-each[1], str(each[0])))
    return [(place, home, count) for (place, home), count in order[:most]]


def _rows(model: Any, ids: set[int]) -> dict[int, Any]:
    rows = session().scalars(sa.select(model).where(model.id.in_(ids)))
    return {row.id: row for row in rows}
