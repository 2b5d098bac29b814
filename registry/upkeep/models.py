"""The table of timed duties: when each is due next, and how it went."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base


class Duty(Base):
    """One duty of the installation; whoever moves ``due_at`` forward does it."""

    __tablename__ = "duties"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
