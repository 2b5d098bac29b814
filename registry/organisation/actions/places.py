"""Adding, changing and closing places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid
from registry.kernel.text import required_line
from registry.organisation import queries
from registry.organisation.actions.changing import apply_changes, expect_version
from registry.organisation.actions.trees import (
    move_below,
    refuse_if_any,
    refuse_twin,
)
from registry.organisation.events import PlaceClosing
from registry.organisation.models import Place, PlaceKind
from registry.store.searching import index_text
from registry.store.transaction import emit, transaction


def add_place(
    actor: Actor,
    name: str,
    *,
    kind: str = PlaceKind.ROOM,
    parent_id: int | None = None,
    department_id: int | None = None,
    is_store: bool = False,
) -> Place:
    """Add a campus, building, floor, room or other place."""
    with transaction() as session:
        actor.require(Permission.PLACE_MANAGE)
        if kind not in set(PlaceKind):
            raise Invalid.field("kind", "not_a_choice", found=str(kind)[:40])
        parent = queries.place(actor, parent_id) if parent_id is not None else None
        if department_id is not None:
            queries.department(actor, department_id)
        made = Place(
            institution_id=actor.institution_id,
            parent_id=parent_id,
            department_id=department_id,
            name=required_line(name, field="name"),
            kind=str(kind),
            is_store=is_store,
        )
        refuse_twin(session, made)
        session.add(made)
        session.flush()
        made.path = f"{parent.path if parent else '/'}{made.id}/"
        made.full_name = _full_name(made.name, parent)
        session.flush()
        index_text(session, actor.institution_id, "place", made.id, [made.full_name])
        facts = {"name": made.name, "kind": made.kind, "parent": parent_id}
        record(actor, "place", made.id, "add", facts, is_new=True)
        return made


MOST_AT_ONCE = 200


def add_places(
    actor: Actor,
    names: Sequence[str],
    *,
    kind: str = PlaceKind.ROOM,
    parent_id: int | None = None,
    department_id: int | None = None,
    is_store: bool = False,
) -> list[Place]:
    """Add several places beside one another, all or none."""
    if not 1 <= len(names) <= MOST_AT_ONCE:
        raise Invalid.field("names", "too_many", most=MOST_AT_ONCE)
    with transaction():
        return [
            add_place(
                actor,
                name,
                kind=kind,
                parent_id=parent_id,
                department_id=department_id,
                is_store=is_store,
            )
            for name in names
        ]


def change_place(actor: Actor, place_id: int, version: int, **changes: Any) -> Place:
    """Rename a place, change its kind, department or store mark, or move it."""
    with transaction() as session:
        found = queries.place(actor, place_id)
        actor.require(Permission.PLACE_MANAGE, found)
        expect_version(found, version)
        parent_id = changes.pop("parent_id", found.parent_id)
        if changes.get("kind", found.kind) not in set(PlaceKind):
            raise Invalid.field("kind", "not_a_choice", found=str(changes["kind"])[:40])
        if changes.get("department_id") is not None:
            queries.department(actor, changes["department_id"])
        allowed = {"name", "kind", "department_id", "is_store"}
        facts = apply_changes(found, {k: v for k, v in changes.items() if k in allowed})
        if parent_id != found.parent_id:
            facts["parent"] = parent_id
            parent = queries.place(actor, parent_id) if parent_id is not None else None
            move_below(session, found, parent)
        refuse_twin(session, found)
        session.flush()
        _rename_below(session, found)
        record(actor, "place", found.id, "change", facts)
        return found


def close_place(actor: Actor, place_id: int, version: int) -> Place:
    """Close a place that has no open places below it."""
    with transaction() as session:
        found = queries.place(actor, place_id)
        actor.require(Permission.PLACE_MANAGE, found)
        expect_version(found, version)
        refuse_if_any(
            session,
            sa.select(Place.id).where(
                Place.institution_id == actor.institution_id,
                Place.parent_id == found.id,
                Place.closed_on.is_(None),
            ),
            "places",
        )
        found.closed_on = now().date()
        session.flush()
        record(actor, "place", found.id, "close")
        emit(PlaceClosing(actor.institution_id, found.id))
        return found


def _full_name(name: str, parent: Place | None) -> str:
    return f"{parent.full_name} / {name}" if parent else name


def _rename_below(session: Session, top: Place) -> None:
    """Bring the full names of a place and all below it up to date."""
    parent = session.get(Place, top.parent_id) if top.parent_id else None
    below = session.scalars(
        sa.select(Place)
        .where(
            Place.institution_id == top.institution_id, Place.path.startswith(top.path)
        )
        .order_by(sa.func.length(Place.path), Place.id)
    ).all()
    names = {parent.id: parent.full_name} if parent else {}
    for each in below:
        outer = names.get(each.parent_id or 0)
        each.full_name = f"{outer} / {each.name}" if outer else each.name
        names[each.id] = each.full_name
        index_text(session, each.institution_id, "place", each.id, [each.full_name])
    session.flush()
