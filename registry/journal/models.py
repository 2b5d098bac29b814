"""Tables of the journal: entries, names they commit to, positions and seals."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.append_only import AppendOnly
from registry.store.base import Base, Id

INSTITUTION = "institutions.id"


class Entry(AppendOnly, Base):
    """One thing that happened to one subject, as it was known then.

    ``number`` counts 1, 2, 3… per subject, ``position`` per institution in the order of
    commits. ``facts`` is canonical JSON text; names of people in it are commitments.
    """

    __tablename__ = "entries"
    __table_args__ = (
        sa.UniqueConstraint("subject_kind", "subject_id", "number"),
        sa.UniqueConstraint("institution_id", "position"),
        sa.Index("ix_entries_document", "institution_id", "document"),
        sa.CheckConstraint("number >= 1", name="number_counts"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey(INSTITUTION))
    position: Mapped[int]
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    number: Mapped[int]
    verb: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime]
    effective_on: Mapped[date | None]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str | None] = mapped_column(sa.String(64))
    door: Mapped[str] = mapped_column(sa.String(10))
    document: Mapped[str | None] = mapped_column(sa.String(60))
    corrects: Mapped[int | None]
    facts: Mapped[str] = mapped_column(sa.Text)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class CommittedName(Base):
    """The name behind a commitment; can be emptied without breaking a chain."""

    __tablename__ = "committed_names"
    __table_args__ = (
        sa.Index("ix_committed_names_person", "institution_id", "person_id"),
    )

    commitment: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey(INSTITUTION))
    person_id: Mapped[int | None]
    salt: Mapped[str | None] = mapped_column(sa.String(32))
    name: Mapped[str | None] = mapped_column(sa.String(200))


class Position(Base):
    """The last position given out in an institution; locked last, held to commit."""

    __tablename__ = "positions"

    institution_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey(INSTITUTION), primary_key=True, autoincrement=False
    )
    last: Mapped[int] = mapped_column(Id, default=0)


class Seal(AppendOnly, Base):
    """A hash over a range of positions and the seal before it."""

    __tablename__ = "seals"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "number"),
        sa.UniqueConstraint("institution_id", "last_position"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey(INSTITUTION))
    number: Mapped[int]
    first_position: Mapped[int]
    last_position: Mapped[int]
    at: Mapped[datetime]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
