"""Tables of the check: what was found, what was answered, what was ruled.

All of them are only ever added to.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.catalogue.models import ItemType
from registry.organisation.models import Department, Person, Place
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.states import (
    CandidateKind,
    DeclineReason,
    LineState,
    RulingKind,
)
from registry.store.append_only import AppendOnly
from registry.store.base import Base, Owned, one_of, refers, unique_pair


class IdleCheck(AppendOnly, Owned, Base):
    """One search of the idle stock for a request: asked, found, at what position."""

    __tablename__ = "idle_checks"
    __table_args__ = (
        unique_pair(),
        refers("request_id", "purchase_requests"),
        sa.UniqueConstraint("institution_id", "number"),
        sa.UniqueConstraint("request_id", "round"),
    )

    number: Mapped[str] = mapped_column(sa.String(40))
    request_id: Mapped[int]
    round: Mapped[int] = mapped_column(sa.Integer)
    position: Mapped[int]
    """The position up to which the ledger was looked at."""
    matcher: Mapped[str] = mapped_column(sa.String(40))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None]
    content: Mapped[str] = mapped_column(sa.Text)
    """All that was asked and found, as canonical JSON."""
    hash: Mapped[str] = mapped_column(sa.String(64))

    request: Mapped[PurchaseRequest] = relationship(viewonly=True)


class CheckLine(AppendOnly, Owned, Base):
    """What a check found for one line."""

    __tablename__ = "check_lines"
    __table_args__ = (
        unique_pair(),
        refers("check_id", "idle_checks"),
        refers("line_id", "purchase_lines"),
        sa.UniqueConstraint("check_id", "line_id"),
        one_of("verdict", (LineState.CLEAR, LineState.UNCLEAR, LineState.MATCHED)),
        sa.Index("ix_check_lines_line", "line_id"),
    )

    check_id: Mapped[int]
    line_id: Mapped[int]
    verdict: Mapped[str] = mapped_column(sa.String(12))
    wanted: Mapped[int] = mapped_column(sa.Integer)
    """How many were still to be had when it was looked for."""
    vague: Mapped[bool] = mapped_column(default=False)
    """Whether the words name nothing that could be looked for."""

    candidates: Mapped[list[Candidate]] = relationship(
        viewonly=True,
        order_by="Candidate.id",
        primaryjoin="CheckLine.id == foreign(Candidate.check_line_id)",
    )


class Candidate(AppendOnly, Owned, Base):
    """Equal things of one place that would serve a line, or nearly."""

    __tablename__ = "idle_candidates"
    __table_args__ = (
        unique_pair(),
        refers("check_line_id", "check_lines"),
        refers("item_type_id", "item_types"),
        refers("department_id", "departments"),
        refers("place_id", "places"),
        one_of("kind", CandidateKind),
        sa.Index("ix_idle_candidates_line", "institution_id", "check_line_id"),
        sa.CheckConstraint("count > 0", name="counts_something"),
    )

    check_line_id: Mapped[int]
    item_type_id: Mapped[int]
    department_id: Mapped[int]
    place_id: Mapped[int | None]
    condition: Mapped[str | None] = mapped_column(sa.String(10))
    kind: Mapped[str] = mapped_column(sa.String(12))
    count: Mapped[int] = mapped_column(sa.Integer)
    asset_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    since: Mapped[datetime | None]
    """Since when the first of them lies idle."""
    until: Mapped[datetime | None]
    """When the claim on them ends, if that is known."""
    holder: Mapped[str] = mapped_column(sa.String(200), default="")
    """The department or person that has them, as every colleague may read it."""
    score: Mapped[int] = mapped_column(sa.Integer)
    """How well it serves, in thousandths."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    must_answer: Mapped[bool]
    """Whether it serves so well that it is taken or declined."""

    item_type: Mapped[ItemType] = relationship(
        viewonly=True,
        foreign_keys="[Candidate.institution_id, Candidate.item_type_id]",
    )
    department: Mapped[Department] = relationship(
        viewonly=True,
        foreign_keys="[Candidate.institution_id, Candidate.department_id]",
    )
    place: Mapped[Place | None] = relationship(
        viewonly=True,
        foreign_keys="[Candidate.institution_id, Candidate.place_id]",
    )


class CheckAnswer(AppendOnly, Owned, Base):
    """Some of a group taken or declined, with why."""

    __tablename__ = "check_answers"
    __table_args__ = (
        unique_pair(),
        refers("candidate_id", "idle_candidates"),
        refers("line_id", "purchase_lines"),
        refers("answered_by_id", "people"),
        one_of("kind", ("take", "decline")),
        one_of("reason", DeclineReason),
        sa.CheckConstraint("count > 0", name="answers_something"),
        sa.CheckConstraint(
            "(kind = 'decline') = (reason IS NOT NULL)", name="says_why"
        ),
        sa.Index("ix_check_answers_line", "line_id"),
        sa.Index("ix_check_answers_candidate", "candidate_id"),
    )

    candidate_id: Mapped[int]
    line_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    count: Mapped[int] = mapped_column(sa.Integer)
    asset_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    reason: Mapped[str | None] = mapped_column(sa.String(20))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    transfer: Mapped[str] = mapped_column(sa.String(40), default="")
    """The number of the transfer that brings what was taken."""
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[int | None]


class FallenThrough(AppendOnly, Owned, Base):
    """A thing that was taken and will not come after all."""

    __tablename__ = "fallen_through"
    __table_args__ = (
        unique_pair(),
        refers("line_id", "purchase_lines"),
        refers("asset_id", "assets"),
        sa.Index("ix_fallen_through_line", "line_id"),
    )

    line_id: Mapped[int]
    asset_id: Mapped[int]
    outcome: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]


class Ruling(AppendOnly, Owned, Base):
    """What somebody else than who asks has ruled about a line, with why."""

    __tablename__ = "rulings"
    __table_args__ = (
        unique_pair(),
        refers("line_id", "purchase_lines"),
        refers("check_line_id", "check_lines"),
        refers("ruled_by_id", "people"),
        refers("requester_id", "people"),
        one_of("kind", RulingKind),
        sa.CheckConstraint("ruled_by_id <> requester_id", name="not_ones_own"),
        sa.CheckConstraint(
            "kind NOT IN ('uphold', 'send_back', 'urgent') OR words <> ''",
            name="says_why",
        ),
        sa.Index("ix_rulings_line", "line_id"),
    )

    line_id: Mapped[int]
    check_line_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    candidate_ids: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    """Which look-alikes serve after all, if the line was settled so."""
    requester_id: Mapped[int]
    ruled_by_id: Mapped[int]
    ruled_at: Mapped[datetime]

    ruled_by: Mapped[Person] = relationship(
        viewonly=True,
        foreign_keys="[Ruling.institution_id, Ruling.ruled_by_id]",
    )
    line: Mapped[PurchaseLine] = relationship(
        viewonly=True,
        foreign_keys="[Ruling.institution_id, Ruling.line_id]",
    )
