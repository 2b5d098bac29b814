"""When copies were made and tried, for whoever watches over the installation."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.backup.states import RunKind
from registry.store.base import Base, Id, one_of


class BackupRun(Base):
    """A backup that was made, or one that was brought back on trial and found equal."""

    __tablename__ = "backup_runs"
    __table_args__ = (
        one_of("kind", RunKind),
        sa.Index("ix_backup_runs_kind_at", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime]
    file: Mapped[str] = mapped_column(sa.String(200))
    seal: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
