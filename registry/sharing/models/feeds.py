"""The table of calendar addresses, from which a phone fetches due dates."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.organisation.models import Person
from registry.store.base import Base, Owned, refers, unique_pair

STILL_USED = sa.text("revoked_at IS NULL")


class CalendarFeed(Owned, Base):
    """A secret address of somebody's due dates; of the secret only a digest is kept."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.UniqueConstraint("digest"),
        sa.Index(
            "uq_calendar_feeds_person",
            "person_id",
            unique=True,
            sqlite_where=STILL_USED,
            postgresql_where=STILL_USED,
        ),
    )

    person_id: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(
        viewonly=True,
        foreign_keys="[CalendarFeed.institution_id, CalendarFeed.person_id]",
    )
