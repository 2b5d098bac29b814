"""Tables of what other institutions could give: found by a check, and answered.

Both are only ever added to. A card is told as it was then: it belongs to others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.procurement.states import DeclineReason, OuterAnswerKind
from registry.store.append_only import AppendOnly
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair

NOT_FALLEN = sa.text("kind <> 'fell'")


class OuterCandidate(AppendOnly, Owned, Base):
    """A card of another institution that would serve a line."""

    __tablename__ = "outer_candidates"
    __table_args__ = (
        unique_pair(),
        refers("check_line_id", "check_lines"),
        sa.UniqueConstraint("check_line_id", "card_id"),
        sa.CheckConstraint("count > 0", name="counts_something"),
    )

    check_line_id: Mapped[int]
    card_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("outer_cards.id"))
    institution: Mapped[str] = mapped_column(sa.String(200))
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    title: Mapped[str] = mapped_column(sa.String(800))
    condition: Mapped[str] = mapped_column(sa.String(10), default="")
    count: Mapped[int] = mapped_column(sa.Integer)
    since: Mapped[datetime]
    score: Mapped[int] = mapped_column(sa.Integer)
    """How well it serves, in thousandths."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    must_answer: Mapped[bool]
    """Whether it serves so well that it is asked for, or declined with a reason."""


class OuterAnswer(AppendOnly, Owned, Base):
    """What became of such a card: declined, refused by its owner, or promised."""

    __tablename__ = "outer_answers"
    __table_args__ = (
        unique_pair(),
        refers("candidate_id", "outer_candidates"),
        refers("line_id", "purchase_lines"),
        refers("answered_by_id", "people"),
        one_of("kind", OuterAnswerKind),
        one_of("reason", DeclineReason),
        sa.Index(
            "uq_outer_answers_one",
            "candidate_id",
            unique=True,
            sqlite_where=NOT_FALLEN,
            postgresql_where=NOT_FALLEN,
        ),
        sa.Index("ix_outer_answers_line", "institution_id", "line_id"),
        sa.CheckConstraint(
            "kind NOT IN ('decline', 'urgent') OR words <> ''", name="says_why"
        ),
        sa.CheckConstraint(
            "kind NOT IN ('refused', 'promised', 'fell') OR inquiry <> ''",
            name="was_asked",
        ),
    )

    candidate_id: Mapped[int]
    line_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    count: Mapped[int] = mapped_column(sa.Integer, default=0)
    """How many come from there and are not bought."""
    reason: Mapped[str | None] = mapped_column(sa.String(20))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    inquiry: Mapped[str] = mapped_column(sa.String(40), default="")
    """The number under which its owner was asked."""
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[int | None]
