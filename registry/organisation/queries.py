"""Reading the organisation, always inside one institution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

import sqlalchemy as sa

from registry.access.actor import Actor, Door, Grant
from registry.access.roles import Role
from registry.kernel.clock import today
from registry.kernel.errors import Missing
from registry.organisation.models import (
    Department,
    Institution,
    Person,
    Place,
    RoleGrant,
)
from registry.store.db import session
from registry.store.searching import matching_ids

OFFICERS = (Role.DEPARTMENT_ASSET_OFFICER, Role.WAREHOUSE_KEEPER, Role.ASSET_OFFICE)
"""Who is asked about a department's things, the nearest role first."""

Row = TypeVar("Row", Department, Place, Person, RoleGrant)


def institution(institution_id: int) -> Institution:
    """An institution by id; Missing if there is none."""
    found = session().get(Institution, institution_id)
    if found is None:
        raise Missing(what="institution")
    return found


def institutions() -> list[Institution]:
    """All institutions of this installation, oldest first."""
    return list(session().scalars(sa.select(Institution).order_by(Institution.id)))


def institution_by_slug(slug: str) -> Institution | None:
    """An institution by its short address name."""
    return session().scalar(sa.select(Institution).where(Institution.slug == slug))


def _one(model: type[Row], actor: Actor, row_id: int) -> Row:
    found = session().scalar(
        sa.select(model).where(
            model.id == row_id, model.institution_id == actor.institution_id
        )
    )
    if found is None:
        raise Missing(what=model.__tablename__)
    return found


def department(actor: Actor, department_id: int) -> Department:
    """A department of the actor's institution."""
    return _one(Department, actor, department_id)


def place(actor: Actor, place_id: int) -> Place:
    """A place of the actor's institution."""
    return _one(Place, actor, place_id)


def person(actor: Actor, person_id: int) -> Person:
    """A person of the actor's institution."""
    return _one(Person, actor, person_id)


def role_grant(actor: Actor, grant_id: int) -> RoleGrant:
    """A grant of the actor's institution, live or revoked."""
    return _one(RoleGrant, actor, grant_id)


def departments(actor: Actor, *, closed: bool = False) -> list[Department]:
    """The departments in tree order."""
    query = sa.select(Department).where(
        Department.institution_id == actor.institution_id
    )
    if not closed:
        query = query.where(Department.closed_on.is_(None))
    return in_tree_order(list(session().scalars(query)))


def places(actor: Actor, *, closed: bool = False) -> list[Place]:
    """The places in tree order."""
    query = sa.select(Place).where(Place.institution_id == actor.institution_id)
    if not closed:
        query = query.where(Place.closed_on.is_(None))
    return in_tree_order(list(session().scalars(query)))


Node = TypeVar("Node", Department, Place)


def in_tree_order(nodes: Iterable[Node]) -> list[Node]:
    """Parents before children, siblings by name."""
    nodes = list(nodes)
    names = {str(node.id): node.name for node in nodes}

    def key(node: Node) -> list[tuple[str, str]]:
        return [(names.get(part, ""), part) for part in node.path.strip("/").split("/")]

    return sorted(nodes, key=key)


def root_department(institution_id: int) -> Department:
    """The department at the top: the institution itself."""
    return (
        session()
        .scalars(
            sa.select(Department).where(
                Department.institution_id == institution_id,
                Department.parent_id.is_(None),
            )
        )
        .one()
    )


def search_places(actor: Actor, text: str, limit: int = 20) -> list[Place]:
    """Open places whose name answers to a forgiving search."""
    query = _found(Place, actor, "place", text).where(Place.closed_on.is_(None))
    return list(session().scalars(query.order_by(Place.full_name).limit(limit)))


def search_departments(actor: Actor, text: str, limit: int = 20) -> list[Department]:
    """Open departments whose name answers to a forgiving search."""
    query = _found(Department, actor, "department", text)
    query = query.where(Department.closed_on.is_(None))
    return list(session().scalars(query.order_by(Department.path).limit(limit)))


def _found(model: type[Row], actor: Actor, kind: str, text: str) -> sa.Select[Row]:
    """A select of what answers to a forgiving search, in the actor's institution."""
    wanted = matching_ids(actor.institution_id, kind, text)
    return sa.select(model).where(
        model.institution_id == actor.institution_id, model.id.in_(wanted)
    )


def search_people(actor: Actor, text: str, limit: int = 20) -> list[Person]:
    """People who have not left and answer to a forgiving search."""
    query = _found(Person, actor, "person", text).where(Person.left_on.is_(None))
    return list(session().scalars(query.order_by(Person.name, Person.id).limit(limit)))


def departments_below(institution_id: int, paths: Iterable[str]) -> sa.Select[int]:
    """A select of the ids of all departments at or below any of these paths."""
    below = [Department.path.startswith(path) for path in paths]
    return sa.select(Department.id).where(
        Department.institution_id == institution_id,
        sa.or_(*below) if below else sa.false(),
    )


def grants_of(person_id: int, on: date) -> tuple[Grant, ...]:
    """The roles a person holds on a day, as an Actor carries them."""
    rows = session().execute(
        sa.select(RoleGrant.role, Department.path)
        .join(Department, Department.id == RoleGrant.department_id)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.revoked_at.is_(None),
            sa.or_(RoleGrant.starts_on.is_(None), RoleGrant.starts_on <= on),
            sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on),
        )
        .order_by(RoleGrant.id)
    )
    return tuple(Grant(Role(role), path) for role, path in rows)


def names_of(actor: Actor, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of some people of the actor's institution."""
    rows = session().execute(
        sa.select(Person.id, Person.name).where(
            Person.institution_id == actor.institution_id,
            Person.id.in_(sorted(set(person_ids))),
        )
    )
    return {person_id: name for person_id, name in rows}  # noqa: C416 - typed


def actor_of_person(institution_id: int, person_id: int | None, door: Door) -> Actor:
    """Who a job works for, with the roles they hold today; the installation for None.

    Raises Missing for somebody who has left.
    """
    if person_id is None:
        return Actor.system(institution_id, door)
    found = session().scalar(
        sa.select(Person).where(
            Person.id == person_id,
            Person.institution_id == institution_id,
            Person.left_on.is_(None),
        )
    )
    if found is None:
        raise Missing(what="people")
    zone = institution(institution_id).time_zone
    return Actor(
        institution_id=institution_id,
        person_id=found.id,
        name=found.name,
        department_id=found.department_id,
        department_path=found.department.path,
        grants=grants_of(found.id, today(zone)),
        door=door,
    )


def live_grants(actor: Actor, person_id: int) -> list[RoleGrant]:
    """The grants of a person that have not been revoked."""
    return list(
        session().scalars(
            sa.select(RoleGrant)
            .where(
                RoleGrant.institution_id == actor.institution_id,
                RoleGrant.person_id == person_id,
                RoleGrant.revoked_at.is_(None),
            )
            .order_by(RoleGrant.id)
        )
    )


def officers_of(institution_id: int, path: str, on: date) -> list[Person]:
    """The asset officers who answer for a department, the nearest first."""
    return holders_of_roles(institution_id, path, OFFICERS, on)


def holders_of_roles(
    institution_id: int, path: str, roles: Sequence[Role], on: date
) -> list[Person]:
    """Who holds any of these roles for a department on a day: the nearest first."""
    return nearest(path, grants_of_roles(institution_id, roles, on), roles)


def holders_today(institution_id: int, path: str, *roles: Role) -> list[int]:
    """The ids of who holds any of these roles today, the nearest first."""
    day = today(institution(institution_id).time_zone)
    found = holders_of_roles(institution_id, path, roles, day)
    return [each.id for each in found]


Held = tuple[Person, str, Role]
"""Who holds which role for which department, as the department's path."""


def grants_of_roles(institution_id: int, roles: Sequence[Role], on: date) -> list[Held]:
    """Everybody who holds one of these roles on a day and has not left."""
    rows = session().execute(
        sa.select(Person, Department.path, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Department, Department.id == RoleGrant.department_id)
        .where(
            Person.institution_id == institution_id,
            Person.left_on.is_(None),
            RoleGrant.revoked_at.is_(None),
            RoleGrant.role.in_(roles),
            sa.or_(RoleGrant.starts_on.is_(None), RoleGrant.starts_on <= on),
            sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on),
        )
    )
    return [(person, path, Role(role)) for person, path, role in rows]


def nearest(path: str, held: Iterable[Held], roles: Sequence[Role]) -> list[Person]:
    """Of those who hold a role, whoever does for a department or above it.

    The nearest department first, then the roles in the order given.
    """
    here = [each for each in held if path.startswith(each[1]) and each[2] in roles]
    here.sort(key=lambda each: (-len(each[1]), roles.index(each[2]), each[0].id))
    return list(dict.fromkeys(each[0] for each in here))
