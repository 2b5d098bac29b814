"""Adding, changing and closing departments."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.text import clean_line, required_line
from registry.organisation import queries
from registry.organisation.actions.changing import apply_changes, expect_version
from registry.organisation.actions.trees import (
    move_below,
    refuse_if_any,
    refuse_twin,
)
from registry.organisation.errors import StillInUse
from registry.organisation.models import Department, Person
from registry.store.searching import index_text
from registry.store.transaction import transaction


def add_department(
    actor: Actor,
    name: str,
    *,
    parent_id: int | None = None,
    code: str = "",
    contact: str = "",
) -> Department:
    """Add a department below another one, or below the root."""
    with transaction() as session:
        parent = (
            queries.department(actor, parent_id)
            if parent_id is not None
            else queries.root_department(actor.institution_id)
        )
        actor.require(Permission.DEPARTMENT_MANAGE, parent)
        return insert_department(actor, session, name, parent, code, contact)


def insert_department(
    actor: Actor,
    session: Session,
    name: str,
    parent: Department | None,
    code: str,
    contact: str,
) -> Department:
    made = Department(
        institution_id=actor.institution_id,
        parent_id=parent.id if parent else None,
        name=required_line(name, field="name"),
        code=clean_line(code, field="code", most=40),
        contact=clean_line(contact, field="contact"),
    )
    refuse_twin(session, made)
    session.add(made)
    session.flush()
    made.path = f"{parent.path if parent else '/'}{made.id}/"
    session.flush()
    index_text(session, actor.institution_id, "department", made.id, [made.name])
    facts = {"name": made.name, "parent": made.parent_id, "code": made.code}
    record(actor, "department", made.id, "add", facts, is_new=True)
    return made


def change_department(
    actor: Actor, department_id: int, version: int, **changes: Any
) -> Department:
    """Rename a department, change its code or contact, or put it below another."""
    with transaction() as session:
        found = queries.department(actor, department_id)
        actor.require(Permission.DEPARTMENT_MANAGE, found)
        expect_version(found, version)
        parent_id = changes.pop("parent_id", found.parent_id)
        known = {k: v for k, v in changes.items() if k in {"name", "code", "contact"}}
        facts = apply_changes(found, known)
        if parent_id != found.parent_id:
            facts["parent"] = parent_id
            move_below(session, found, queries.department(actor, parent_id))
        refuse_twin(session, found)
        session.flush()
        index_text(session, actor.institution_id, "department", found.id, [found.name])
        record(actor, "department", found.id, "change", facts)
        return found


def close_department(actor: Actor, department_id: int, version: int) -> Department:
    """Close a department that has no people and no open departments below it."""
    with transaction() as session:
        found = queries.department(actor, department_id)
        actor.require(Permission.DEPARTMENT_MANAGE, found)
        expect_version(found, version)
        if found.parent_id is None:
            raise StillInUse(what="root")
        refuse_if_any(
            session,
            sa.select(Department.id).where(
                Department.institution_id == actor.institution_id,
                Department.parent_id == found.id,
                Department.closed_on.is_(None),
            ),
            "departments",
        )
        refuse_if_any(
            session,
            sa.select(Person.id).where(
                Person.institution_id == actor.institution_id,
                Person.department_id == found.id,
                Person.left_on.is_(None),
            ),
            "people",
        )
        found.closed_on = now().date()
        session.flush()
        record(actor, "department", found.id, "close")
        return found
