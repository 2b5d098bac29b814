"""Adding, changing and closing departments."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid
from registry.kernel.text import clean_line, required_line
from registry.organisation import overviews, queries
from registry.organisation.actions.changing import apply_changes, expect_version
from registry.organisation.actions.roles import pass_on_roles
from registry.organisation.actions.trees import (
    move_below,
    refuse_if_any,
    refuse_twin,
)
from registry.organisation.errors import StillInUse, UnderItself
from registry.organisation.events import DepartmentClosing
from registry.organisation.models import Department, Person, Place
from registry.store.searching import index_text
from registry.store.transaction import emit, transaction


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
            raise StillInUse("root_stays", what="root")
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
        emit(DepartmentClosing(actor.institution_id, found.id))
        return found


def merge_department(
    actor: Actor, department_id: int, into_id: int, version: int
) -> Department:
    """Let a department go up in another: its people, places and those below follow.

    Its assets must have gone before (see ``ledger.actions.merge_departments``). Roles
    held for it are held for the other one, but do not rise (see ``pass_on_roles``).
    """
    with transaction() as session:
        found = queries.department(actor, department_id)
        into = queries.department(actor, into_id)
        actor.require(Permission.DEPARTMENT_MANAGE, found)
        expect_version(found, version)
        _refuse_merging(found, into)
        for child in overviews.open_children(found):
            change_department(actor, child.id, child.version, parent_id=into.id)
        _take_over(actor, session, found, into)
        pass_on_roles(actor, session, found, into)
        found.closed_on = now().date()
        found.merged_into_id = into.id
        session.flush()
        record(actor, "department", found.id, "merge", {"into": into.id})
        record(actor, "department", into.id, "take_in", {"merged": found.id})
        emit(DepartmentClosing(actor.institution_id, found.id))
        return into


def _refuse_merging(found: Department, into: Department) -> None:
    if found.parent_id is None:
        raise StillInUse("root_stays", what="root")
    if found.closed_on is not None:
        raise Invalid.field("into", "closed", name=found.name)
    if into.closed_on is not None:
        raise Invalid.field("into", "closed", name=into.name)
    if into.path.startswith(found.path):
        raise UnderItself.field("into", "under_itself", name=found.name)


def _take_over(
    actor: Actor, session: Session, found: Department, into: Department
) -> None:
    """Put the people and places of one department into another, an entry for each."""
    subjects: tuple[tuple[Any, str], ...] = ((Person, "person"), (Place, "place"))
    for model, kind in subjects:
        rows = session.scalars(
            sa.select(model).where(
                model.institution_id == found.institution_id,
                model.department_id == found.id,
            )
        ).all()
        for row in rows:
            row.department_id = into.id
            facts: dict[str, Any] = {"department_id": into.id}
            if kind == "person":
                facts["changed"] = ["department_id"]
            record(actor, kind, row.id, "change", facts)
    session.flush()
