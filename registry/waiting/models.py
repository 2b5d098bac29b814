"""Tables of waiting: steps, who has them, and when the institution works."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from registry.organisation.models import Department
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair
from registry.waiting.states import WaitState

STILL_OPEN = sa.text("ended_at IS NULL")


class Wait(Owned, Base):
    """One step of one thing that waits for somebody.

    ``rung`` counts from 0 and says how far up it has been asked; ``facts`` are what a
    sentence about it needs (see the step's words), never a person's name.
    """

    __tablename__ = "waits"
    __table_args__ = (
        unique_pair(),
        refers("department_id", "departments"),
        one_of("state", WaitState),
        sa.Index(
            "uq_waits_open",
            "institution_id",
            "subject_kind",
            "subject_id",
            "step",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        sa.Index("ix_waits_due", "state", "due_at"),
        sa.Index("ix_waits_open", "institution_id", "ended_at", "rung_since"),
        sa.CheckConstraint("rung >= 0", name="rung_counts"),
    )

    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    step: Mapped[str] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    department_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(sa.String(10))
    rung: Mapped[int] = mapped_column(sa.Integer, default=0)
    hours: Mapped[int] = mapped_column(sa.Integer)
    began_at: Mapped[datetime]
    rung_since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(sa.String(40), default="")
    version: Mapped[int] = mapped_column(Id, default=1)

    department: Mapped[Department | None] = relationship(viewonly=True)
    patience: Mapped[int] = column_property(
        sa.case((state == WaitState.OVERDUE, 0), else_=1), deferred=True
    )
    """0 where it is overdue, else 1: what is overdue can be listed first."""

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def department_path(self) -> str | None:
        """The path of the department it is about, if it is about one."""
        return self.department.path if self.department else None


class WaitHolder(Owned, Base):
    """Somebody who is, or will be, asked for a step; ``since`` is empty until then."""

    __tablename__ = "wait_holders"
    __table_args__ = (
        refers("wait_id", "waits"),
        refers("person_id", "people"),
        sa.UniqueConstraint("wait_id", "person_id"),
        sa.Index("ix_wait_holders_person", "institution_id", "person_id", "since"),
    )

    wait_id: Mapped[int]
    person_id: Mapped[int]
    rung: Mapped[int] = mapped_column(sa.Integer)
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]


class WorkingWeek(Base):
    """The hours an institution works, by weekday; without a row the office week."""

    __tablename__ = "working_weeks"

    institution_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("institutions.id"), primary_key=True, autoincrement=False
    )
    week: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    version: Mapped[int] = mapped_column(Id, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class CalendarDay(Owned, Base):
    """A day with hours of its own: a holiday, or a Saturday worked instead."""

    __tablename__ = "calendar_days"
    __table_args__ = (sa.UniqueConstraint("institution_id", "day"),)

    day: Mapped[date]
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    hours: Mapped[str] = mapped_column(sa.String(80), default="")


class CalendarTerm(Owned, Base):
    """A named span of days: a term, or a vacation in which clocks stand still."""

    __tablename__ = "calendar_terms"
    __table_args__ = (
        sa.Index("ix_calendar_terms_first", "institution_id", "first"),
        sa.CheckConstraint("first <= last", name="runs_forward"),
    )

    name: Mapped[str] = mapped_column(sa.String(60))
    first: Mapped[date]
    last: Mapped[date]
    counts: Mapped[bool] = mapped_column(default=True)
