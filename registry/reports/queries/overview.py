"""The figures of what an actor may see, by department and class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue import models as catalogue
from registry.kernel.errors import Missing
from registry.ledger.queries.sight import Reach, assets_of_ones_own, reach_of
from registry.organisation import models as organisation
from registry.organisation import queries as organisation_queries
from registry.reports.queries.keeping import counted_apart, kept_tally
from registry.reports.rules.figures import (
    AssetClass,
    Cell,
    Department,
    Figures,
    Frame,
    figures_of,
)
from registry.reports.rules.measures import empty_row
from registry.reports.rules.tally import Tally
from registry.store.db import session, snapshot


@dataclass(frozen=True)
class Wanted:
    """What figures are narrowed to; the whole of what one may see by default."""

    department_id: int | None = None
    class_code: str = ""


def figures(actor: Actor, wanted: Wanted = Wanted()) -> tuple[Figures, Department]:
    """The figures of what the actor may see, and the department they stand below.

    Raises Forbidden for those who see no more than what they keep themselves, and
    Missing for a department or class that is not there.
    """
    actor.require(Permission.FIGURES_SEE)
    reach = reach_of(actor)
    departments = _departments(actor)
    top = _top(actor, reach, departments, wanted)
    classes = _classes(actor)
    if wanted.class_code and wanted.class_code not in classes:
        raise Missing(what="asset_classes")
    lock, tally = kept_tally(actor.institution_id)
    own = _own_elsewhere(actor, reach, tally)
    with lock:
        frame = Frame(departments, classes, tally.types, top, wanted.class_code)
        below = wanted.department_id is not None
        cells = [
            cell
            for cell in _cells(tally, departments, reach, own)
            if not below or departments[cell.key[0]].path.startswith(top.path)
        ]
        found = figures_of(
            cells,
            frame,
            position=tally.position,
            day=tally.day,
            currency=tally.currency,
        )
    return found, top


def _departments(actor: Actor) -> dict[int, Department]:
    """Every department, closed ones too: a disposed asset may be of one."""
    model = organisation.Department
    rows = session().execute(
        sa.select(model.id, model.name, model.path).where(
            model.institution_id == actor.institution_id
        )
    )
    return {key: Department(key, name, path) for key, name, path in rows}


def _classes(actor: Actor) -> dict[str, AssetClass]:
    model = catalogue.AssetClass
    rows = session().execute(
        sa.select(model.code, model.name).where(
            model.institution_id == actor.institution_id
        )
    )
    return {code: AssetClass(code, name) for code, name in rows}


def _top(
    actor: Actor, reach: Reach, departments: dict[int, Department], wanted: Wanted
) -> Department:
    """The department asked for; else the one a reader of one sees, or the whole."""
    if wanted.department_id is not None:
        found = departments.get(wanted.department_id)
        if found is None:
            raise Missing(what="departments")
        return found
    if not reach.everything and len(set(reach.paths)) == 1:
        path = reach.paths[0]
        return next(each for each in departments.values() if each.path == path)
    root = organisation_queries.root_department(actor.institution_id)
    return departments[root.id]


def _own_elsewhere(actor: Actor, reach: Reach, tally: Tally) -> Tally | None:
    """What the actor keeps or uses in departments their roles do not reach."""
    if reach.everything or actor.person_id is None:
        return None
    ids = session().scalars(assets_of_ones_own(actor, reach)).all()
    if not ids:
        return None
    with snapshot() as connection:
        return counted_apart(connection, tally, ids)


def _cells(
    tally: Tally,
    departments: dict[int, Department],
    reach: Reach,
    own: Tally | None,
) -> Iterator[Cell]:
    seen = _seen(departments, reach)
    for source in filter(None, (tally, own)):
        for key in {**source.cells, **source.days}:
            if source is own or key[0] in seen:
                row = source.cells.get(key) or empty_row()
                yield Cell(key, row, source.days.get(key, {}))


def _seen(departments: dict[int, Department], reach: Reach) -> set[int]:
    if reach.everything:
        return set(departments)
    return {
        each.id for each in departments.values() if each.path.startswith(reach.paths)
    }
