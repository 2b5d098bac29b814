"""The table of codes: unique over all institutions, never deleted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, Id, one_of


class CodeKind(StrEnum):
    """What a code names."""

    ASSET = "asset"
    PLACE = "place"
    BLANK = "blank"


class Code(Base):
    """A code, and what it names since it names something."""

    __tablename__ = "codes"
    __table_args__ = (
        sa.Index(
            "uq_codes_current",
            "kind",
            "target_id",
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL AND target_id IS NOT NULL"),
            postgresql_where=sa.text("retired_at IS NULL AND target_id IS NOT NULL"),
        ),
        sa.Index("ix_codes_target", "kind", "target_id"),
        sa.Index("ix_codes_kind", "institution_id", "kind", "issued_at"),
        one_of("kind", CodeKind),
        sa.CheckConstraint(
            "(kind = 'blank') = (target_id IS NULL)", name="blank_is_free"
        ),
    )

    code: Mapped[str] = mapped_column(sa.String(9), primary_key=True)
    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    target_id: Mapped[int | None]
    issued_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    successor: Mapped[str | None] = mapped_column(
        sa.String(9), sa.ForeignKey("codes.code")
    )
