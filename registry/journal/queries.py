"""Reading the journal: chains, positions, seals, names behind commitments."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from registry.journal.models import CommittedName, Entry, Position, Seal
from registry.journal.rules import Head
from registry.store.base import table_of
from registry.store.db import session

STREAM = 2_000


def head_of(kind: str, subject_id: int) -> Head:
    """The end of a subject's chain as committed; an empty Head if it has none."""
    row = (
        session()
        .execute(
            sa.select(Entry.number, Entry.at, Entry.hash)
            .where(Entry.subject_kind == kind, Entry.subject_id == subject_id)
            .order_by(Entry.number.desc())
            .limit(1)
        )
        .first()
    )
    return Head(*row) if row else Head()


def entries_of(kind: str, subject_id: int) -> list[Entry]:
    """A subject's entries from the first on."""
    return list(
        session().scalars(
            sa.select(Entry)
            .where(Entry.subject_kind == kind, Entry.subject_id == subject_id)
            .order_by(Entry.number)
        )
    )


def entries_after(institution_id: int, position: int, limit: int = 500) -> list[Entry]:
    """What happened after a position, in order; for those who follow the ledger."""
    return list(
        session().scalars(
            sa.select(Entry)
            .where(Entry.institution_id == institution_id, Entry.position > position)
            .order_by(Entry.position)
            .limit(limit)
        )
    )


def stream_by_subject(
    institution_id: int,
) -> Generator[sa.Row[*tuple[Any, ...]], None, None]:
    """All entries of an institution, chain by chain, without holding them all.

    Bare rows with the names of ``Entry``: to make objects of them takes longer than to
    prove them.
    """
    query = (
        sa.select(table_of(Entry))
        .where(Entry.institution_id == institution_id)
        .order_by(Entry.subject_kind, Entry.subject_id, Entry.number)
        .execution_options(yield_per=STREAM)
    )
    with session().execute(query) as rows:
        yield from rows


def hashes_between(
    institution_id: int, first: int, last: int
) -> Iterator[tuple[int, str]]:
    """(position, hash) of a range, in order."""
    rows = session().execute(
        sa.select(Entry.position, Entry.hash)
        .where(
            Entry.institution_id == institution_id,
            Entry.position >= first,
            Entry.position <= last,
        )
        .order_by(Entry.position)
        .execution_options(yield_per=STREAM)
    )
    yield from ((position, hash_) for position, hash_ in rows)


def last_position(institution_id: int) -> int:
    """The institution's last committed position; 0 before the first entry."""
    return (
        session().scalar(
            sa.select(Position.last).where(Position.institution_id == institution_id)
        )
        or 0
    )


def last_seal(institution_id: int) -> Seal | None:
    """The newest seal of an institution."""
    return session().scalar(
        sa.select(Seal)
        .where(Seal.institution_id == institution_id)
        .order_by(Seal.number.desc())
        .limit(1)
    )


def seals_of(institution_id: int) -> list[Seal]:
    """Every seal of an institution from the first on."""
    return list(
        session().scalars(
            sa.select(Seal)
            .where(Seal.institution_id == institution_id)
            .order_by(Seal.number)
        )
    )


def names_behind(institution_id: int, commitments: Iterable[str]) -> dict[str, str]:
    """The names still held behind commitments of one institution."""
    wanted = set(commitments)
    if not wanted:
        return {}
    rows = session().execute(
        sa.select(CommittedName.commitment, CommittedName.name).where(
            CommittedName.institution_id == institution_id,
            CommittedName.commitment.in_(wanted),
            CommittedName.name.is_not(None),
        )
    )
    return {key: name for key, name in rows if name is not None}
