"""The table of answers kept, so that a repeated request is answered and not redone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, Id


class KeptAnswer(Base):
    """What was answered to one key of one caller; empty while it is being made."""

    __tablename__ = "kept_answers"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "caller", "key_hash"),
        sa.Index("ix_kept_answers_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    caller: Mapped[str] = mapped_column(sa.String(64))
    key_hash: Mapped[str] = mapped_column(sa.String(64))
    request_hash: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    flashes: Mapped[list[Any] | None] = mapped_column(sa.JSON)
    body: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    created_at: Mapped[datetime]
