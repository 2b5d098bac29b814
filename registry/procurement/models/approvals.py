"""Tables of approving: what an institution chose, and who acts for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.organisation.models import Person
from registry.store.base import Base, Id, Owned, refers, unique_pair


class ApprovalPolicy(Base):
    """Who must agree to what in an institution; without a row the usual."""

    __tablename__ = "approval_policies"

    institution_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("institutions.id"), primary_key=True, autoincrement=False
    )
    chosen: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    version: Mapped[int] = mapped_column(Id, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class ActingApprover(Owned, Base):
    """Somebody who may decide what another may, for some days (替岗)."""

    __tablename__ = "acting_approvers"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        refers("acting_id", "people"),
        refers("made_by_id", "people"),
        sa.Index("ix_acting_approvers_person", "institution_id", "person_id", "last"),
        sa.Index("ix_acting_approvers_acting", "institution_id", "acting_id", "last"),
        sa.CheckConstraint("first <= last", name="runs_forward"),
        sa.CheckConstraint("person_id <> acting_id", name="for_somebody_else"),
    )

    person_id: Mapped[int]
    acting_id: Mapped[int]
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    made_by_id: Mapped[int | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(
        viewonly=True,
        foreign_keys="[ActingApprover.institution_id, ActingApprover.person_id]",
    )
    acting: Mapped[Person] = relationship(
        viewonly=True,
        foreign_keys="[ActingApprover.institution_id, ActingApprover.acting_id]",
    )
