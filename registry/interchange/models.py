"""The table of imports: a file, how it is read, what it comes to, how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.interchange.states import IMPORT, ImportState
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class Import(Owned, Base):
    """One file brought in; ``applied_row`` is its last row that is in the ledger."""

    __tablename__ = "imports"
    __table_args__ = (
        unique_pair(),
        refers("job_id", "jobs"),
        one_of("state", ImportState),
        sa.Index("ix_imports_person", "institution_id", "person_id", "id"),
        sa.Index("ix_imports_same", "institution_id", "sha256"),
    )

    person_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(sa.String(20))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(10))
    plan: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    summary: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    document: Mapped[str | None] = mapped_column(sa.String(60))
    applied_row: Mapped[int] = mapped_column(sa.Integer, default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    job_id: Mapped[int | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Id, default=1)

    def move(self, verb: str) -> None:
        """Take a step; WrongState if it cannot be taken from here."""
        self.state = str(IMPORT.after(ImportState(self.state), verb))
