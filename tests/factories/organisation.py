"""Institutions, departments, places and people, made as an administrator would."""

from __future__ import annotations

import itertools
from typing import Any

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.clock import today
from registry.organisation import actions, queries
from registry.organisation.actions import PersonDraft
from registry.organisation.models import (
    Department,
    FactorFor,
    Institution,
    Person,
    Place,
)

_numbers = itertools.count(1)
SURNAMES = "王李张刘陈杨赵黄周吴"
GIVEN_NAMES = ("建国", "秀英", "伟", "敏", "静", "磊", "洋", "𬭎", "小明", "志强")


def make_institution(slug: str = "", **overrides: Any) -> Institution:
    """An institution with its root department and nobody in it."""
    number = next(_numbers)
    overrides.setdefault("name", f"第{number}实验学校")
    overrides.setdefault("factor_for", FactorFor.NOBODY)
    return actions.found_institution(slug or f"school{number}", **overrides)


def make_department(
    institution: Institution, name: str = "", *, parent: Department | None = None
) -> Department:
    """A department below another one, or below the root."""
    return actions.add_department(
        Actor.system(institution.id),
        name or f"第{next(_numbers)}教研组",
        parent_id=parent.id if parent else None,
    )


def make_place(institution: Institution, name: str = "", **overrides: Any) -> Place:
    """A room."""
    system = Actor.system(institution.id)
    return actions.add_place(system, name or f"{next(_numbers)}室", **overrides)


def make_person(
    institution: Institution,
    name: str = "",
    *,
    department: Department | None = None,
    **overrides: Any,
) -> Person:
    """Somebody in a department, by default in the root."""
    number = next(_numbers)
    surname, given = SURNAMES[number % 10], GIVEN_NAMES[number // 10 % 10]
    home = department or queries.root_department(institution.id)
    draft = PersonDraft(name or f"{surname}{given}", home.id, **overrides)
    return actions.add_person(Actor.system(institution.id), draft)


def grant(
    institution: Institution,
    person: Person,
    role: Role,
    *,
    department: Department | None = None,
) -> None:
    """Give somebody a role for a department and below, by default for all of it."""
    where = department or queries.root_department(institution.id)
    actions.grant_role(Actor.system(institution.id), person.id, role, where.id)


def make_colleague(
    institution: Institution,
    role: Role | None = None,
    *,
    department: Department | None = None,
    name: str = "",
) -> Person:
    """Somebody who holds a role for the department they are in, by default the root."""
    person = make_person(institution, name, department=department)
    if role is not None:
        grant(institution, person, role, department=department)
    return person


def actor_of(person: Person) -> Actor:
    """A person as the actor of what they do, with the roles they hold now."""
    system = Actor.system(person.institution_id)
    zone = queries.institution(person.institution_id).time_zone
    return Actor(
        institution_id=person.institution_id,
        person_id=person.id,
        name=person.name,
        department_id=person.department_id,
        department_path=queries.department(system, person.department_id).path,
        grants=queries.grants_of(person.id, today(zone)),
    )
