"""What lies idle where and since when, with its value, for those who oversee it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import AssetClass, ItemType
from registry.kernel.clock import today
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Place
from registry.sharing.models import Suspicion
from registry.sharing.queries.choices import broad_class
from registry.sharing.queries.narrowing import start_of
from registry.sharing.queries.suspects import overseen
from registry.sharing.rules.ages import Age, days_of
from registry.store.db import session


@dataclass(frozen=True)
class Sum:
    """How many things, what they cost, and of how many no cost is known.

    Costs in another currency than the institution's are not added up: such things
    count as without one.
    """

    count: int = 0
    fen: int = 0
    unpriced: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.count + other.count,
            self.fen + other.fen,
            self.unpriced + other.unpriced,
        )


NOTHING = Sum()


@dataclass(frozen=True)
class Share:
    """What lies idle of a department, what seems to, and what is in use."""

    department: Department
    idle: Sum
    suspected: Sum
    in_use: int


@dataclass(frozen=True)
class Overview:
    """What lies idle, added up in every way one asks about it."""

    idle: Sum
    suspected: Sum
    in_use: int
    departments: tuple[Share, ...]
    """Those in which something lies or seems to lie idle, in tree order."""
    places: tuple[tuple[Place, Sum], ...]
    """Every place in which something lies, with all that is in it, in tree order."""
    nowhere: Sum
    """What lies idle nobody knows where."""
    classes: tuple[tuple[AssetClass, Sum], ...]
    unclassed: Sum
    ages: tuple[tuple[Age, Sum], ...]


def overview(actor: Actor) -> Overview:
    """What lies idle of the departments the actor oversees."""
    actor.require(Permission.IDLE_SEE)
    idle = [*_overseen(actor), Asset.state == AssetState.IDLE]
    by_department = _added_up(actor, Asset.department_id, idle)
    suspected = _suspected(actor)
    in_use = _in_use(actor)
    places, nowhere = _by_place(actor, _added_up(actor, Asset.place_id, idle))
    classes, unclassed = _by_class(actor, _added_up(actor, Asset.item_type_id, idle))
    return Overview(
        idle=_total(by_department.values()),
        suspected=_total(suspected.values()),
        in_use=sum(in_use.values()),
        departments=_shares(actor, by_department, suspected, in_use),
        places=places,
        nowhere=nowhere,
        classes=classes,
        unclassed=unclassed,
        ages=_by_age(actor, idle),
    )


def _total(sums: Iterable[Sum]) -> Sum:
    return sum(sums, NOTHING)


def _overseen(actor: Actor) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Asset.institution_id == actor.institution_id]
    condition = overseen(actor)
    return found if condition is None else [*found, condition]


def _sums(actor: Actor) -> tuple[sa.ColumnElement[Any], ...]:
    own = organisation.institution(actor.institution_id).currency
    cost = sa.case((Asset.currency == own, Asset.cost_fen))
    return (
        sa.func.count(),
        sa.cast(sa.func.coalesce(sa.func.sum(cost), 0), sa.BigInteger),
        sa.func.count() - sa.func.count(cost),
    )


def _added_up(
    actor: Actor, by: Any, where: list[sa.ColumnElement[bool]]
) -> dict[Any, Sum]:
    """Things by one of their columns; all in the index, no row is read for it."""
    rows = session().execute(sa.select(by, *_sums(actor)).where(*where).group_by(by))
    return {key: Sum(*sums) for key, *sums in rows}


def _suspected(actor: Actor) -> dict[int, Sum]:
    rows = session().execute(
        sa.select(Asset.department_id, *_sums(actor))
        .select_from(Suspicion)
        .join(Asset, Asset.id == Suspicion.asset_id)
        .where(*_overseen(actor), Suspicion.institution_id == actor.institution_id)
        .group_by(Asset.department_id)
    )
    return {key: Sum(*sums) for key, *sums in rows}


def _in_use(actor: Actor) -> dict[int, int]:
    rows = session().execute(
        sa.select(Asset.department_id, sa.func.count())
        .where(*_overseen(actor), Asset.state == AssetState.IN_USE)
        .group_by(Asset.department_id)
    )
    return {department_id: count for department_id, count in rows}  # noqa: C416 - typed


def _shares(
    actor: Actor,
    idle: Mapping[int, Sum],
    suspected: Mapping[int, Sum],
    in_use: Mapping[int, int],
) -> tuple[Share, ...]:
    return tuple(
        Share(
            each,
            idle.get(each.id, NOTHING),
            suspected.get(each.id, NOTHING),
            in_use.get(each.id, 0),
        )
        for each in organisation.departments(actor, closed=True)
        if each.id in idle or each.id in suspected
    )


def _by_place(
    actor: Actor, by_place: dict[int | None, Sum]
) -> tuple[tuple[tuple[Place, Sum], ...], Sum]:
    """What lies in each place and all that is in it, the outer ones first."""
    nowhere = by_place.pop(None, NOTHING)
    whole: dict[int, Sum] = defaultdict(Sum)
    places = organisation.places(actor, closed=True)
    for place in places:
        own = by_place.get(place.id)
        if own is not None:
            for part in place.path.strip("/").split("/"):
                whole[int(part)] += own
    return tuple((p, whole[p.id]) for p in places if p.id in whole), nowhere


def _by_class(
    actor: Actor, by_type: dict[int, Sum]
) -> tuple[tuple[tuple[AssetClass, Sum], ...], Sum]:
    classed = session().execute(
        sa.select(ItemType.id, AssetClass.code)
        .join(AssetClass, AssetClass.id == ItemType.class_id)
        .where(ItemType.institution_id == actor.institution_id)
    )
    codes = {type_id: code for type_id, code in classed}  # noqa: C416 - typed
    by_code: dict[str, Sum] = defaultdict(Sum)
    for type_id, found in by_type.items():
        by_code[broad_class(codes[type_id]) if type_id in codes else ""] += found
    known = session().scalars(
        sa.select(AssetClass).where(
            AssetClass.institution_id == actor.institution_id,
            AssetClass.code.in_(by_code),
        )
    )
    named = {each.code: each for each in known}
    rest = _total(found for code, found in by_code.items() if code not in named)
    rows = [(named[code], found) for code, found in by_code.items() if code in named]
    rows.sort(key=lambda row: (-row[1].fen, -row[1].count, row[0].code))
    return tuple(rows), rest


def _by_age(
    actor: Actor, idle: list[sa.ColumnElement[bool]]
) -> tuple[tuple[Age, Sum], ...]:
    here = actor.institution_id
    day = today(organisation.institution(here).time_zone)
    branches = []
    for age in Age:
        first, _last = days_of(age, day)
        if first is not None:
            branches.append((Asset.state_since >= start_of(here, first), str(age)))
    spans = sa.case(*branches, else_=str(Age.YEARS))
    found = _added_up(actor, spans, idle)
    return tuple((age, found.get(str(age), NOTHING)) for age in Age)
