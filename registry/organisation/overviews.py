"""Figures and lists over many rows at once, for those who manage the organisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.organisation.models import (
    Department,
    Person,
    Place,
    PlaceKind,
    RoleGrant,
)
from registry.organisation.queries import (
    OFFICERS,
    grants_of_roles,
    in_tree_order,
    nearest,
)
from registry.store.db import session

Node = TypeVar("Node", Department, Place)


def people_by_department(actor: Actor) -> dict[int, int]:
    """How many people who have not left each department has itself."""
    rows = session().execute(
        sa.select(Person.department_id, sa.func.count())
        .where(Person.institution_id == actor.institution_id, Person.left_on.is_(None))
        .group_by(Person.department_id)
    )
    return {department_id: count for department_id, count in rows}  # noqa: C416 - typed


def grants_of_people(
    actor: Actor, person_ids: Iterable[int]
) -> dict[int, list[RoleGrant]]:
    """The grants of some people that have not been revoked, by person."""
    found: dict[int, list[RoleGrant]] = {}
    rows = session().scalars(
        sa.select(RoleGrant)
        .where(
            RoleGrant.institution_id == actor.institution_id,
            RoleGrant.person_id.in_(sorted(set(person_ids))),
            RoleGrant.revoked_at.is_(None),
        )
        .order_by(RoleGrant.id)
    )
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def grants_for(found: Department) -> list[RoleGrant]:
    """The grants held for this very department that have not been revoked."""
    return list(
        session().scalars(
            sa.select(RoleGrant)
            .where(
                RoleGrant.institution_id == found.institution_id,
                RoleGrant.department_id == found.id,
                RoleGrant.revoked_at.is_(None),
            )
            .order_by(RoleGrant.id)
        )
    )


def open_children(parent: Node) -> list[Node]:
    """The open departments or places right below one, by name."""
    model: Any = type(parent)
    return list(
        session().scalars(
            sa.select(model)
            .where(
                model.institution_id == parent.institution_id,
                model.parent_id == parent.id,
                model.closed_on.is_(None),
            )
            .order_by(model.name, model.id)
        )
    )


def way_to(node: Node) -> list[Node]:
    """What a department or place stands below, from the outermost in."""
    model: Any = type(node)
    above = [int(part) for part in node.path.strip("/").split("/")[:-1]]
    rows = session().scalars(
        sa.select(model).where(
            model.institution_id == node.institution_id, model.id.in_(above)
        )
    )
    return sorted(rows, key=lambda row: len(row.path))


def tree_of_places(actor: Actor, most: int) -> tuple[list[Place], int]:
    """The open places in tree order, and how many there are.

    Of more than ``most`` rooms are left out: it is they that are many.
    """
    count = count_places(actor)
    query = sa.select(Place).where(
        Place.institution_id == actor.institution_id, Place.closed_on.is_(None)
    )
    if count > most:
        outer = Place.parent_id.is_(None)
        query = query.where(sa.or_(Place.kind != PlaceKind.ROOM, outer))
    return in_tree_order(session().scalars(query)), count


def ways_of(
    institution_id: int, nodes: Sequence[Department]
) -> dict[int, list[Department]]:
    """For each department what it stands below, from the outermost in."""
    steps = {
        each.id: [int(part) for part in each.path.strip("/").split("/")[:-1]]
        for each in nodes
    }
    rows = session().scalars(
        sa.select(Department).where(
            Department.institution_id == institution_id,
            Department.id.in_(sorted({key for way in steps.values() for key in way})),
        )
    )
    known = {row.id: row for row in rows}
    return {
        key: [known[each] for each in way if each in known]
        for key, way in steps.items()
    }


def count_places(actor: Actor) -> int:
    """How many open places there are."""
    return (
        session().scalar(
            sa.select(sa.func.count(Place.id)).where(
                Place.institution_id == actor.institution_id,
                Place.closed_on.is_(None),
            )
        )
        or 0
    )


def officers_of_departments(
    institution_id: int, departments: Iterable[Department], on: date
) -> dict[int, list[Person]]:
    """Each department's asset officers, the nearest first."""
    held = grants_of_roles(institution_id, OFFICERS, on)
    return {each.id: nearest(each.path, held, OFFICERS) for each in departments}
