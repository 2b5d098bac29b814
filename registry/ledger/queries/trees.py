"""What lies in places and departments with all that is below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.ledger.queries.counting import (
    Tallies,
    Tally,
    tally_departments,
    tally_places,
)
from registry.organisation.models import Department, Place
from registry.store.db import session

N = TypeVar("N", int, Tally)


def sums_below(paths: Mapping[int, str], own: Mapping[int, N], none: N) -> dict[int, N]:
    """For each node what it and everything below it have together.

    A path is the ids from the root down: ``/1/4/9/``.
    """
    found: dict[int, N] = dict.fromkeys(paths, none)
    for key, value in own.items():
        for part in paths.get(key, "").strip("/").split("/"):
            if part and int(part) in found:
                found[int(part)] += value
    return found


def below_places(actor: Actor) -> Tallies:
    """How many assets stand in each place and inside it, and how many lie idle."""
    return sums_below(_paths(actor, Place), tally_places(actor), Tally())


def below_departments(actor: Actor) -> Tallies:
    """How many assets each department has with those below it."""
    return sums_below(_paths(actor, Department), tally_departments(actor), Tally())


def _paths(actor: Actor, model: type[Place] | type[Department]) -> dict[int, str]:
    rows = session().execute(
        sa.select(model.id, model.path).where(
            model.institution_id == actor.institution_id
        )
    )
    return {key: path for key, path in rows}  # noqa: C416 - typed rows


def paths_of(rows: Sequence[Place] | Sequence[Department]) -> dict[int, str]:
    """The paths of rows that have been read already."""
    return {row.id: row.path for row in rows}
