"""Tables of approving: the policy, who acts for whom, what was decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.organisation.models import Person
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.states import (
    APPROVAL,
    DECIDED,
    ApprovalState,
    ReviewVerdict,
    Step,
)
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


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


_DECIDED = ", ".join(f"'{state}'" for state in DECIDED)


class Approval(Owned, Base):
    """One step of approving a request: who must agree, and what they said.

    A decided one never changes; when a request is looked at again, a new round begins.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        unique_pair(),
        refers("request_id", "purchase_requests"),
        refers("requester_id", "people"),
        refers("decided_by_id", "people"),
        refers("acting_for_id", "people"),
        refers("certificate_id", "certificates"),
        sa.UniqueConstraint("request_id", "round", "step"),
        one_of("step", Step),
        one_of("state", ApprovalState),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requester_id",
            name="not_ones_own",
        ),
        sa.CheckConstraint(
            "acting_for_id IS NULL OR acting_for_id <> requester_id",
            name="not_for_the_requester",
        ),
        sa.CheckConstraint(
            f"(decided_at IS NOT NULL) = (state IN ({_DECIDED}))",
            name="decided_as_it_stands",
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"
        ),
        sa.CheckConstraint(
            "state NOT IN ('refused', 'returned') OR words <> ''", name="says_why"
        ),
        sa.Index("ix_approvals_certificate", "certificate_id"),
        sa.Index("ix_approvals_decided", "institution_id", "decided_at", "id"),
    )

    request_id: Mapped[int]
    certificate_id: Mapped[int]
    """What the step looks at."""
    round: Mapped[int] = mapped_column(sa.Integer)
    stage: Mapped[int] = mapped_column(sa.Integer)
    step: Mapped[str] = mapped_column(sa.String(20))
    causes: Mapped[list[str]] = mapped_column(sa.JSON)
    state: Mapped[str] = mapped_column(sa.String(10))
    requester_id: Mapped[int]
    amount_fen: Mapped[int]
    """What counted when the round began, with what was asked for lately."""
    opened_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None]
    acting_for_id: Mapped[int | None]
    words: Mapped[str] = mapped_column(sa.Text, default="")

    request: Mapped[PurchaseRequest] = relationship(
        viewonly=True,
        foreign_keys="[Approval.institution_id, Approval.request_id]",
    )
    decided_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[Approval.institution_id, Approval.decided_by_id]",
    )
    acting_for: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[Approval.institution_id, Approval.acting_for_id]",
    )

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads. Raises WrongState."""
        self.state = str(APPROVAL.after(ApprovalState(self.state), verb))


class UrgentPass(Owned, Base):
    """A purchase let through because it could not wait, to be reviewed afterwards."""

    __tablename__ = "urgent_passes"
    __table_args__ = (
        unique_pair(),
        refers("request_id", "purchase_requests"),
        refers("requester_id", "people"),
        refers("allowed_by_id", "people"),
        refers("acting_for_id", "people"),
        refers("reviewed_by_id", "people"),
        refers("certificate_id", "certificates"),
        one_of("verdict", ReviewVerdict),
        sa.CheckConstraint("allowed_by_id <> requester_id", name="not_ones_own"),
        sa.CheckConstraint(
            "reviewed_by_id IS NULL OR (reviewed_by_id <> requester_id"
            " AND reviewed_by_id <> allowed_by_id)",
            name="reviewed_by_another",
        ),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (verdict IS NULL)", name="reviewed_as_it_stands"
        ),
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.Index("ix_urgent_passes_certificate", "certificate_id"),
        sa.Index("ix_urgent_passes_request", "request_id"),
        sa.Index("ix_urgent_passes_open", "institution_id", "reviewed_at", "id"),
    )

    request_id: Mapped[int]
    certificate_id: Mapped[int]
    requester_id: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    allowed_by_id: Mapped[int]
    acting_for_id: Mapped[int | None]
    allowed_at: Mapped[datetime]
    verdict: Mapped[str | None] = mapped_column(sa.String(12))
    review_words: Mapped[str] = mapped_column(sa.Text, default="")
    reviewed_by_id: Mapped[int | None]
    reviewed_at: Mapped[datetime | None]

    request: Mapped[PurchaseRequest] = relationship(
        viewonly=True,
        foreign_keys="[UrgentPass.institution_id, UrgentPass.request_id]",
    )
    allowed_by: Mapped[Person] = relationship(
        viewonly=True,
        foreign_keys="[UrgentPass.institution_id, UrgentPass.allowed_by_id]",
    )
    reviewed_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[UrgentPass.institution_id, UrgentPass.reviewed_by_id]",
    )
