"""Who hears that something became of a step that waits: who may look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.news import Event, News, Telling
from registry.organisation.models import Department
from registry.waiting.models import Wait, WaitHolder


@dataclass(frozen=True, slots=True)
class WaitNews:
    """Which department a step is about, and who has been asked for it so far."""

    institution_id: int
    department_path: str | None
    asked: frozenset[int]


def tell_wait(actor: Actor, news: News) -> Event | None:
    """Whoever has or had the step hears of it, and whoever sees what waits there."""
    about: WaitNews | None = news.about
    if about is None or not actor.reads("waiting"):
        return None
    if actor.person_id in about.asked or actor.may(Permission.WAIT_SEE, about):
        return news.told("waiting")
    return None


def look_at_waits(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, WaitNews]:
    """By position, whom each step concerns."""
    ids = {entry.subject_id for entry in entries}
    paths = connection.execute(
        sa.select(Wait.id, Department.path)
        .outerjoin(Department, Department.id == Wait.department_id)
        .where(Wait.id.in_(ids))
    ).all()
    asked: dict[int, set[int]] = {wait_id: set() for wait_id, _ in paths}
    holders = connection.execute(
        sa.select(WaitHolder.wait_id, WaitHolder.person_id).where(
            WaitHolder.wait_id.in_(ids), WaitHolder.since.is_not(None)
        )
    )
    for wait_id, person_id in holders:
        asked[wait_id].add(person_id)
    about = {
        wait_id: WaitNews(institution_id, path, frozenset(asked[wait_id]))
        for wait_id, path in paths
    }
    return {
        entry.position: about[entry.subject_id]
        for entry in entries
        if entry.subject_id in about
    }


TELLINGS = (Telling("wait", tell_wait, look_at_waits),)
