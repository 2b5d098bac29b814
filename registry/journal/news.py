"""Entries as news: what readers are told of them, and reading them on by position."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.journal.models import Entry, Position

BATCH = 500


@dataclass(frozen=True, slots=True)
class News:
    """One entry as listeners are told of it."""

    position: int
    kind: str
    subject_id: int
    verb: str
    at: datetime
    about: Any = None
    """What the look of its kind has found out, to judge who may hear of it."""

    def told(self, *topics: str, verb: str = "") -> Event:
        """What a reader hears of it; ``verb`` where they may know no more than that."""
        said = verb or self.verb
        return Event(self.position, topics, self.kind, self.subject_id, said)


@dataclass(frozen=True, slots=True)
class Event:
    """What one reader is told of one entry."""

    position: int
    topics: tuple[str, ...]
    kind: str
    id: int
    verb: str


Look = Callable[[sa.Connection, int, Sequence[Any]], Mapping[int, Any]]
"""(connection, institution, entries of one kind) → by position what they are about."""
Tell = Callable[[Actor, News], Event | None]


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told what of the entries of one kind; of other kinds nobody hears."""

    kind: str
    tell: Tell
    look: Look | None = None
    changes_rights: bool = False
    """Whether such an entry may change what readers may see."""


ENTRY = (
    Entry.position,
    Entry.subject_kind,
    Entry.subject_id,
    Entry.number,
    Entry.verb,
    Entry.at,
    Entry.facts,
)


class Hole(Exception):
    """Positions do not follow one another: the database is not the one it was."""


def counters(
    connection: sa.Connection, institution_ids: Collection[int]
) -> dict[int, int]:
    """The last position of each institution."""
    rows = connection.execute(
        sa.select(Position.institution_id, Position.last).where(
            Position.institution_id.in_(institution_ids)
        )
    )
    return {institution_id: last for institution_id, last in rows}  # noqa: C416 - typed


def read_news(
    connection: sa.Connection,
    institution_id: int,
    after: int,
    last: int,
    looks: Mapping[str, Look],
) -> list[News]:
    """What happened after one position up to another, all of it; Hole if it is not."""
    found: list[News] = []
    while after < last:
        rows = connection.execute(
            sa.select(*ENTRY)
            .where(
                Entry.institution_id == institution_id,
                Entry.position > after,
                Entry.position <= min(last, after + BATCH),
            )
            .order_by(Entry.position)
        ).all()
        expected = range(after + 1, min(last, after + BATCH) + 1)
        if [row.position for row in rows] != list(expected):
            raise Hole(f"positions {expected.start} to {expected.stop - 1}")
        found += _with_looks(connection, institution_id, rows, looks)
        after = expected.stop - 1
    return found


def _with_looks(
    connection: sa.Connection,
    institution_id: int,
    rows: Sequence[Any],
    looks: Mapping[str, Look],
) -> list[News]:
    about: dict[int, Any] = {}
    for kind in {row.subject_kind for row in rows} & set(looks):
        own = [row for row in rows if row.subject_kind == kind]
        about |= looks[kind](connection, institution_id, own)
    return [
        News(
            row.position,
            row.subject_kind,
            row.subject_id,
            row.verb,
            row.at,
            about.get(row.position),
        )
        for row in rows
    ]
