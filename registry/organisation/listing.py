"""People, departments and places as lists: narrowed, in orders that indices give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.clock import today
from registry.organisation.models import Department, Person, Place, RoleGrant
from registry.organisation.queries import departments_below, institution
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows
from registry.store.searching import matching_ids

Condition = sa.ColumnElement[bool]

PERSON_ORDERS: Orders = {
    "name": Order((Person.name,)),
    "staff_number": Order((Person.staff_number,)),
    "department": Order(
        (Department.name, Department.id), on=(Person.department_id, Department.id)
    ),
    "newest": Order(falling=True),
}


@dataclass(frozen=True)
class PersonFilter:
    """What a list of people is narrowed to; empty fields narrow nothing."""

    text: str = ""
    department_ids: tuple[int, ...] = ()
    """Each with all that is below it."""
    roles: tuple[str, ...] = ()
    """Who holds any of these today, for whatever department."""
    left: bool = False
    """Also those who have left."""


def person_rows(actor: Actor, wanted: PersonFilter, sort: str) -> Rows[Person]:
    """People, for those who may list them; whoever has left only when asked for."""
    actor.require(Permission.PERSON_LIST)
    here = actor.institution_id
    where: list[Condition] = []
    if wanted.text:
        where.append(Person.id.in_(matching_ids(here, "person", wanted.text)))
    if wanted.department_ids:
        below = departments_below(here, _paths(here, Department, wanted.department_ids))
        where.append(Person.department_id.in_(below))
    if wanted.roles:
        where.append(Person.id.in_(_holders(here, wanted.roles)))
    query = sa.select(Person).where(Person.institution_id == here)
    if not wanted.left:
        query = query.where(Person.left_on.is_(None))
    return Rows(query, Person.id, tuple(where))


def _holders(institution_id: int, roles: tuple[str, ...]) -> sa.Select[int]:
    day = today(institution(institution_id).time_zone)
    return sa.select(RoleGrant.person_id).where(
        RoleGrant.institution_id == institution_id,
        RoleGrant.role.in_(roles),
        RoleGrant.revoked_at.is_(None),
        sa.or_(RoleGrant.starts_on.is_(None), RoleGrant.starts_on <= day),
        sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= day),
    )


def _paths(institution_id: int, model: Any, ids: Iterable[int]) -> list[str]:
    """The paths of those of the departments or places that are there."""
    return list(
        session().scalars(
            sa.select(model.path).where(
                model.institution_id == institution_id, model.id.in_(sorted(set(ids)))
            )
        )
    )


DEPARTMENT_ORDERS: Orders = {
    "name": Order((Department.name,)),
    "code": Order((Department.code,)),
    "newest": Order(falling=True),
}


@dataclass(frozen=True)
class DepartmentFilter:
    """What a list of departments is narrowed to."""

    text: str = ""
    within: tuple[int, ...] = ()
    """Below which departments, themselves included."""
    closed: bool = False
    """Also those that are closed."""


def department_rows(
    actor: Actor, wanted: DepartmentFilter, sort: str
) -> Rows[Department]:
    """Departments, for everybody who has signed in."""
    here = actor.institution_id
    where: list[Condition] = []
    if wanted.text:
        where.append(Department.id.in_(matching_ids(here, "department", wanted.text)))
    if wanted.within:
        paths = _paths(here, Department, wanted.within)
        where.append(Department.id.in_(departments_below(here, paths)))
    query = sa.select(Department).where(Department.institution_id == here)
    if not wanted.closed:
        query = query.where(Department.closed_on.is_(None))
    return Rows(query, Department.id, tuple(where))


PLACE_ORDERS: Orders = {
    "full_name": Order((Place.full_name,)),
    "newest": Order(falling=True),
}


@dataclass(frozen=True)
class PlaceFilter:
    """What a list of places is narrowed to."""

    text: str = ""
    within: tuple[int, ...] = ()
    """Inside which places, themselves included."""
    kinds: tuple[str, ...] = ()
    department_ids: tuple[int, ...] = ()
    """Which departments keep them, each with all that is below it."""
    store: bool | None = None
    closed: bool = False
    """Also those that are closed."""


def place_rows(actor: Actor, wanted: PlaceFilter, sort: str) -> Rows[Place]:
    """Places, for everybody who has signed in."""
    here = actor.institution_id
    where: list[Condition] = []
    if wanted.text:
        where.append(Place.id.in_(matching_ids(here, "place", wanted.text)))
    if wanted.within:
        inside = [
            Place.path.startswith(path) for path in _paths(here, Place, wanted.within)
        ]
        where.append(sa.or_(*inside) if inside else sa.false())
    if wanted.kinds:
        where.append(Place.kind.in_(wanted.kinds))
    if wanted.department_ids:
        below = departments_below(here, _paths(here, Department, wanted.department_ids))
        where.append(Place.department_id.in_(below))
    if wanted.store is not None:
        where.append(Place.is_store.is_(wanted.store))
    query = sa.select(Place).where(Place.institution_id == here)
    if not wanted.closed:
        query = query.where(Place.closed_on.is_(None))
    return Rows(query, Place.id, tuple(where))
