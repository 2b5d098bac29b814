"""What departments and places have in common: they stand below one another."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.organisation.errors import NameTaken, StillInUse, UnderItself
from registry.organisation.models import Department, Place


def refuse_twin(session: Session, node: Department | Place) -> None:
    model = type(node)
    with session.no_autoflush:
        twin = session.scalar(
            sa.select(model.id).where(
                model.institution_id == node.institution_id,
                model.parent_id.is_(None)
                if node.parent_id is None
                else model.parent_id == node.parent_id,
                model.name == node.name,
                model.closed_on.is_(None),
                model.id != (node.id or 0),
            )
        )
    if twin is not None:
        raise NameTaken(name=node.name)


STILL = {
    "departments": "still_has_departments",
    "people": "still_has_people",
    "places": "still_has_places",
}


def refuse_if_any(session: Session, query: sa.Select[int], what: str) -> None:
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    if count:
        raise StillInUse(STILL[what], what=what, count=count)


def move_below(
    session: Session, node: Department | Place, parent: Department | Place | None
) -> None:
    """Put a node with all that is below it under another one."""
    if parent is not None and parent.path.startswith(node.path):
        raise UnderItself.field("parent_id", "under_itself", name=node.name)
    model: Any = type(node)
    before = node.path
    after = f"{parent.path if parent else '/'}{node.id}/"
    node.parent_id = parent.id if parent else None
    below = session.scalars(
        sa.select(model).where(
            model.institution_id == node.institution_id, model.path.startswith(before)
        )
    )
    for each in below:
        each.path = after + each.path[len(before) :]
    session.flush()
