"""Tables of notices, of their deliveries, and of what people want by mail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

import registry.waiting.models  # noqa: F401 - its table is referred to
from registry.notifications.states import Channel, DeliveryState, MailWish
from registry.organisation.models import Person
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair
from registry.waiting.models import Wait

USUAL_HOUR = 8
"""When summaries go out unless somebody says otherwise."""
DIGEST = "digest"
"""The kind of the notices that carry summaries; they stand on no page."""


class Notice(Owned, Base):
    """Something one person is told; ``facts`` fill its sentence, without names."""

    __tablename__ = "notices"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        refers("wait_id", Wait.__tablename__),
        sa.Index("ix_notices_person", "institution_id", "person_id", "id"),
        sa.Index(
            "ix_notices_unread",
            "institution_id",
            "person_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
        sa.Index("ix_notices_wait", "institution_id", "wait_id"),
    )

    person_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    wait_id: Mapped[int | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Delivery(Owned, Base):
    """One notice on its way to one person by one channel.

    Deliveries sent together bear one ``batch``, which is kept when sending is tried
    again: the mail's Message-ID comes from it, so that a repeat can be told as one.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        unique_pair(),
        refers("notice_id", "notices"),
        refers("person_id", "people"),
        one_of("channel", Channel),
        one_of("state", DeliveryState),
        sa.UniqueConstraint("notice_id", "channel"),
        sa.Index("ix_deliveries_due", "state", "next_at", "id"),
        sa.Index("ix_deliveries_person", "institution_id", "person_id", "state"),
    )

    notice_id: Mapped[int]
    person_id: Mapped[int]
    channel: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    next_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    batch: Mapped[str | None] = mapped_column(sa.String(32))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(sa.String(300), default="")

    notice: Mapped[Notice] = relationship(viewonly=True)
    person: Mapped[Person] = relationship(
        viewonly=True,
        foreign_keys="[Delivery.institution_id, Delivery.person_id]",
        primaryjoin="and_(Delivery.institution_id == Person.institution_id, "
        "Delivery.person_id == Person.id)",
    )


class NoticeWish(Base):
    """When somebody wants their notices by mail; without a row, at once.

    ``hour`` is that of a summary, by the institution's clock.
    """

    __tablename__ = "notice_wishes"
    __table_args__ = (
        refers("person_id", "people"),
        one_of("mail", MailWish),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_day"),
    )

    institution_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("institutions.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    mail: Mapped[str] = mapped_column(sa.String(10), default=MailWish.NOW)
    hour: Mapped[int] = mapped_column(sa.Integer, default=USUAL_HOUR)


class Digest(Owned, Base):
    """A summary of one period for one person; there is one at most, for ever.

    ``period`` is the day of a daily one, the Monday of a weekly one. It goes out as the
    mail of a notice of its own, and says how things are when it goes out.
    """

    __tablename__ = "digests"
    __table_args__ = (
        refers("person_id", "people"),
        refers("notice_id", "notices"),
        one_of("wish", (MailWish.DAILY, MailWish.WEEKLY)),
        sa.UniqueConstraint("institution_id", "person_id", "wish", "period"),
        sa.Index("ix_digests_notice", "institution_id", "notice_id"),
    )

    person_id: Mapped[int]
    wish: Mapped[str] = mapped_column(sa.String(10))
    period: Mapped[date] = mapped_column(sa.Date)
    since: Mapped[datetime]
    """From here on it tells what is new: the summary before, or one period back."""
    created_at: Mapped[datetime]
    notice_id: Mapped[int]
