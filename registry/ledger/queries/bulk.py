"""Changes of many assets at once: one's own, what they come to, and line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.kernel.errors import Missing
from registry.kernel.pages import PAGE_SIZE
from registry.ledger.models import Asset, BulkChange, BulkLine
from registry.ledger.queries.sight import may_see, reach_of
from registry.ledger.states import BulkState, Outcome
from registry.organisation.models import Department, Place
from registry.store.db import session

OPEN = (BulkState.PLANNING, BulkState.PLANNED, BulkState.RUNNING, BulkState.STOPPED)
MOST_GROUPS = 12


def bulk_change(actor: Actor, bulk_id: int, *, lock: bool = False) -> BulkChange:
    """A bulk change of the actor's own; Missing for anybody else's."""
    return _the(actor, BulkChange.id == bulk_id, own=True, lock=lock)


def bulk_change_seen(actor: Actor, bulk_id: int) -> BulkChange:
    """A bulk change of the actor's own, or anybody's if they see everything."""
    return _the(actor, BulkChange.id == bulk_id, own=False)


def bulk_of(actor: Actor, document: str) -> BulkChange | None:
    """The bulk change behind a document; whoever asks may see the document."""
    try:
        return _the(actor, BulkChange.document == document, own=False)
    except Missing:
        return None


def _the(
    actor: Actor, which: sa.ColumnElement[bool], *, own: bool, lock: bool = False
) -> BulkChange:
    query = sa.select(BulkChange).where(
        BulkChange.institution_id == actor.institution_id, which
    )
    if own or not reach_of(actor).everything:
        theirs = BulkChange.person_id == actor.person_id
        none = BulkChange.person_id.is_(None)
        query = query.where(none if actor.person_id is None else theirs)
    if lock:
        query = query.with_for_update(of=BulkChange)
    found = session().scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise Missing(what="bulk_changes")
    return found


def open_changes(actor: Actor, most: int = 20) -> list[BulkChange]:
    """The actor's own bulk changes that are not at an end, the newest first."""
    return list(
        session().scalars(
            sa.select(BulkChange)
            .where(
                BulkChange.institution_id == actor.institution_id,
                BulkChange.person_id == actor.person_id,
                BulkChange.state.in_(OPEN),
            )
            .order_by(BulkChange.id.desc())
            .limit(most)
        )
    )


def outcomes(found: BulkChange) -> dict[str, int]:
    """How many assets there are of each outcome; every outcome is named."""
    rows = session().execute(
        sa.select(BulkLine.outcome, sa.func.count())
        .where(BulkLine.bulk_id == found.id)
        .group_by(BulkLine.outcome)
    )
    counted = {outcome: count for outcome, count in rows}  # noqa: C416 - typed rows
    return {str(each): counted.get(str(each), 0) for each in Outcome}


def bulk_lines(
    actor: Actor,
    found: BulkChange,
    among: Sequence[str] = (),
    *,
    after: int = 0,
    most: int = PAGE_SIZE,
) -> tuple[list[BulkLine], int | None]:
    """Lines with their assets in the order of entry, and the id to go on after.

    Of assets the actor may see now.
    """
    query = (
        sa.select(BulkLine)
        .join(Asset, Asset.id == BulkLine.asset_id)
        .where(
            BulkLine.bulk_id == found.id,
            BulkLine.institution_id == actor.institution_id,
            BulkLine.asset_id > after,
        )
        .options(*(_on_line(each) for each in _LOADED))
        .order_by(BulkLine.asset_id)
        .limit(most + 1)
    )
    condition = may_see(actor)
    query = query if condition is None else query.where(condition)
    query = query.where(BulkLine.outcome.in_(among)) if among else query
    rows = list(session().scalars(query).unique())
    return rows[:most], rows[most - 1].asset_id if len(rows) > most else None


_LOADED = ("item_type", "department", "place", "custodian", "user", "claim")


def _on_line(name: str) -> Any:
    return joinedload(BulkLine.asset).joinedload(getattr(Asset, name))


def reasons(found: BulkChange) -> list[tuple[str, int, dict[str, str]]]:
    """Why some are refused: (code, how many, facts of one of them), most first."""
    rows = session().execute(
        sa.select(BulkLine.code, sa.func.count(), sa.func.min(BulkLine.asset_id))
        .where(BulkLine.bulk_id == found.id, BulkLine.outcome == Outcome.REFUSED)
        .group_by(BulkLine.code)
        .order_by(sa.func.count().desc(), BulkLine.code)
    )
    told = []
    for code, count, asset_id in rows:
        line = session().get(BulkLine, (found.id, asset_id))
        told.append((code, count, (line.facts if line else None) or {}))
    return told


def by_place(found: BulkChange, outcome: Outcome) -> list[tuple[str, int]]:
    """How many of an outcome stand in each place, most first; without one: empty."""
    return _by(found, outcome, Place, Asset.place_id, Place.full_name)


def by_department(found: BulkChange, outcome: Outcome) -> list[tuple[str, int]]:
    """How many of an outcome belong to each department, most first."""
    return _by(found, outcome, Department, Asset.department_id, Department.name)


def _by(
    found: BulkChange,
    outcome: Outcome,
    model: type[Place] | type[Department],
    key: sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[int | None],
    name: sa.orm.InstrumentedAttribute[str],
) -> list[tuple[str, int]]:
    rows = session().execute(
        sa.select(name, sa.func.count())
        .select_from(BulkLine)
        .join(Asset, Asset.id == BulkLine.asset_id)
        .outerjoin(model, model.id == key)
        .where(BulkLine.bulk_id == found.id, BulkLine.outcome == outcome)
        .group_by(name)
        .order_by(sa.func.count().desc(), name)
        .limit(MOST_GROUPS + 1)
    )
    return [(words or "", count) for words, count in rows]
