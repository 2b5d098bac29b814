"""How many assets belong to departments, places, people and item types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.ledger.queries.sight import may_see
from registry.ledger.states import AssetState
from registry.store.db import session

NOT_DISPOSED = tuple(state for state in AssetState if state != AssetState.DISPOSED)


def sees_all(actor: Actor) -> bool:
    """Whether there is no asset of the institution that the actor may not see."""
    return may_see(actor) is None


@dataclass(frozen=True)
class Tally:
    """How many assets there are, and how many of them lie idle."""

    count: int = 0
    idle: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.count + other.count, self.idle + other.idle)


Tallies = dict[int, Tally]


def tally_departments(actor: Actor, among: Iterable[int] | None = None) -> Tallies:
    """How many assets each department has itself; of some departments, or of all.

    Whoever manages departments is told of all, anybody else of what they may see.
    """
    whole = actor.may(Permission.DEPARTMENT_MANAGE)
    return _by(actor, Asset.department_id, among, whole=whole)


def tally_places(actor: Actor, among: Iterable[int] | None = None) -> Tallies:
    """How many assets stand in each place itself, told like those of departments."""
    whole = actor.may(Permission.PLACE_MANAGE)
    return _by(actor, Asset.place_id, among, whole=whole)


def _by(
    actor: Actor, column: Any, among: Iterable[int] | None, *, whole: bool
) -> Tallies:
    idle = sa.case((Asset.state == AssetState.IDLE, 1), else_=0)
    query = sa.select(column, sa.func.count(), sa.func.sum(idle)).where(
        Asset.institution_id == actor.institution_id,
        Asset.state != AssetState.DISPOSED,
        column.is_not(None) if among is None else column.in_(sorted(set(among))),
    )
    condition = None if whole else may_see(actor)
    query = query if condition is None else query.where(condition)
    rows = session().execute(query.group_by(column))
    return {key: Tally(count, int(idle)) for key, count, idle in rows}


def assets_by_type(actor: Actor, type_ids: Iterable[int]) -> dict[int, int]:
    """How many assets some item types have, with those of types merged into them."""
    standing = sa.func.coalesce(ItemType.merged_into_id, ItemType.id)
    rows = session().execute(
        sa.select(standing, sa.func.count())
        .select_from(Asset)
        .join(ItemType, ItemType.id == Asset.item_type_id)
        .where(
            Asset.institution_id == actor.institution_id,
            Asset.state != AssetState.DISPOSED,
            standing.in_(sorted(set(type_ids))),
        )
        .group_by(standing)
    )
    return {type_id: count for type_id, count in rows}  # noqa: C416 - typed rows


def count_belonging(
    institution_id: int,
    *,
    department_id: int | None = None,
    place_id: int | None = None,
    custodian_id: int | None = None,
) -> int:
    """How many assets not disposed of are a department's, in a place, or somebody's."""
    return (
        session().scalar(
            sa.select(sa.func.count()).select_from(
                belonging(
                    institution_id,
                    department_id=department_id,
                    place_id=place_id,
                    custodian_id=custodian_id,
                ).subquery()
            )
        )
        or 0
    )


def belonging(institution_id: int, **owner: int | None) -> sa.Select[int]:
    """A select of the ids of the assets ``count_belonging`` counts, oldest first."""
    query = sa.select(Asset.id).where(
        Asset.institution_id == institution_id, Asset.state != AssetState.DISPOSED
    )
    for column, wanted in owner.items():
        if wanted is not None:
            query = query.where(getattr(Asset, column) == wanted)
    return query.order_by(Asset.id)
