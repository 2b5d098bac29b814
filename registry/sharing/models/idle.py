"""Tables of what lies idle: signs of life, suspicions, questions, what was chosen."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.ledger.models import Asset
from registry.organisation.models import Department, Person
from registry.sharing.states import Answer, QuestionState, Reason
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair

STILL_OPEN = sa.text("closed_at IS NULL")


class AssetLife(Base):
    """When a thing last showed life, beside its entries; a row once there is something.

    Days, not moments, and nobody's name: enough to tell whether a thing is used, too
    little to tell who went where.
    """

    __tablename__ = "asset_lives"
    __table_args__ = (refers("asset_id", "assets"),)

    asset_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    scanned_on: Mapped[date | None]
    unused_on: Mapped[date | None]
    unused_by: Mapped[str] = mapped_column(sa.String(60), default="")
    replaced_on: Mapped[date | None]
    replaced_by: Mapped[str] = mapped_column(sa.String(60), default="")
    answered_on: Mapped[date | None]
    rested_until: Mapped[date | None]


class Suspicion(Base):
    """A thing in use that seems to lie idle, and by which signs; found anew by a duty.

    What is kept here can be thrown away: it follows from the ledger and the days.
    """

    __tablename__ = "suspicions"
    __table_args__ = (
        refers("asset_id", "assets"),
        sa.Index("ix_suspicions_since", "institution_id", "since", "asset_id"),
        sa.Index("ix_suspicions_weight", "institution_id", "weight", "asset_id"),
    )

    asset_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    signals: Mapped[str] = mapped_column(sa.String(80))
    """The codes of its signals with a space round each: `` stored quiet ``."""
    signs: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    """Each sign as ``{"signal", "since", "source"}``, what tells most first."""
    weight: Mapped[int] = mapped_column(sa.Integer)
    since: Mapped[date]
    found_on: Mapped[date]

    asset: Mapped[Asset] = relationship(
        viewonly=True, foreign_keys="[Suspicion.institution_id, Suspicion.asset_id]"
    )


class Asking(Owned, Base):
    """What one person is asked about at one time, of one department: one bundle."""

    __tablename__ = "askings"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        refers("department_id", "departments"),
        sa.Index("ix_askings_person", "institution_id", "person_id", "asked_at"),
    )

    person_id: Mapped[int | None]
    """Whom it is really about; None where nobody keeps the things."""
    department_id: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None]
    """Who asked; None if nobody had to."""
    count: Mapped[int] = mapped_column(sa.Integer, default=0)
    closed_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(viewonly=True)
    department: Mapped[Department] = relationship(viewonly=True)

    @property
    def department_path(self) -> str:
        """The path of the department whose things it is about."""
        return self.department.path


class IdleQuestion(Owned, Base):
    """Whether one thing is still in use: asked, answered or overtaken."""

    __tablename__ = "idle_questions"
    __table_args__ = (
        unique_pair(),
        refers("asset_id", "assets"),
        refers("asking_id", "askings"),
        refers("answered_by_id", "people"),
        one_of("state", QuestionState),
        one_of("answer", Answer),
        one_of("reason", Reason),
        sa.Index(
            "uq_idle_questions_open",
            "asset_id",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        sa.Index("ix_idle_questions_asking", "institution_id", "asking_id"),
        sa.Index("ix_idle_questions_closed", "institution_id", "closed_at", "id"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state = 'open')", name="closed_unless_open"
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (state IN ('open', 'overtaken', 'withdrawn'))",
            name="answered_as_it_stands",
        ),
    )

    asking_id: Mapped[int]
    asset_id: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10))
    signs: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(sa.String(10))
    reason: Mapped[str | None] = mapped_column(sa.String(10))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    answered_by_id: Mapped[int | None]
    overtaken_by: Mapped[str] = mapped_column(sa.String(40), default="")
    """The verb of the entry that made the question needless."""
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    asset: Mapped[Asset] = relationship(
        viewonly=True,
        foreign_keys="[IdleQuestion.institution_id, IdleQuestion.asset_id]",
    )
    asking: Mapped[Asking] = relationship(
        viewonly=True,
        foreign_keys="[IdleQuestion.institution_id, IdleQuestion.asking_id]",
    )
    answered_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[IdleQuestion.institution_id, IdleQuestion.answered_by_id]",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    def close(self, state: QuestionState, at: datetime) -> None:
        """Note how it ended; by the machine of states alone."""
        self.state = str(state)
        self.closed_at = at

    @property
    def department_path(self) -> str:
        """The path of the department whose thing it is about."""
        return self.asset.department.path

    @property
    def custodian_id(self) -> int | None:
        """Who keeps the thing, for permission checks."""
        return self.asset.custodian_id

    @property
    def user_id(self) -> int | None:
        """Who uses the thing, for permission checks."""
        return self.asset.user_id


class IdlePolicy(Base):
    """What an institution chose about finding idle things; without a row the usual."""

    __tablename__ = "idle_policies"

    institution_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("institutions.id"), primary_key=True, autoincrement=False
    )
    chosen: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    version: Mapped[int] = mapped_column(Id, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
