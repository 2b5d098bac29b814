"""What answers have taught the search: a wording, an item type, the same or not."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.catalogue.models import ItemType
from registry.organisation.models import Person
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.states import LESSON, LessonKind, LessonState
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class Lesson(Owned, Base):
    """That a wording means an item type, or does not; nothing until it is confirmed.

    ``wording`` is the plain form under which the matcher knows it, ``text`` how it was
    written first. ``request_id`` and ``proposed_by_id`` are those of the first time.
    """

    __tablename__ = "match_lessons"
    __table_args__ = (
        unique_pair(),
        refers("item_type_id", "item_types"),
        refers("request_id", "purchase_requests"),
        refers("proposed_by_id", "people"),
        refers("decided_by_id", "people"),
        one_of("kind", LessonKind),
        one_of("state", LessonState),
        sa.UniqueConstraint("institution_id", "wording", "item_type_id", "kind"),
        sa.Index("ix_match_lessons_state", "institution_id", "state", "id"),
        sa.CheckConstraint("times > 0", name="happened"),
        sa.CheckConstraint(
            "state = 'proposed' OR decided_at IS NOT NULL", name="somebody_decided"
        ),
    )

    wording: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.String(200))
    item_type_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default=LessonState.PROPOSED)
    times: Mapped[int] = mapped_column(sa.Integer, default=1)
    words: Mapped[str] = mapped_column(sa.Text, default="")
    request_id: Mapped[int]
    proposed_by_id: Mapped[int | None]
    proposed_at: Mapped[datetime]
    last_at: Mapped[datetime]
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    alias: Mapped[str] = mapped_column(sa.String(200), default="")
    """The other name that was given to the item type when it was confirmed."""
    version: Mapped[int] = mapped_column(Id, default=1)

    item_type: Mapped[ItemType] = relationship(
        viewonly=True,
        foreign_keys="[Lesson.institution_id, Lesson.item_type_id]",
        primaryjoin="and_(Lesson.institution_id == ItemType.institution_id, "
        "Lesson.item_type_id == ItemType.id)",
    )
    request: Mapped[PurchaseRequest] = relationship(
        viewonly=True,
        foreign_keys="[Lesson.institution_id, Lesson.request_id]",
        primaryjoin="and_(Lesson.institution_id == PurchaseRequest.institution_id, "
        "Lesson.request_id == PurchaseRequest.id)",
    )
    proposed_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[Lesson.institution_id, Lesson.proposed_by_id]",
        primaryjoin="and_(Lesson.institution_id == Person.institution_id, "
        "Lesson.proposed_by_id == Person.id)",
    )
    decided_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[Lesson.institution_id, Lesson.decided_by_id]",
        primaryjoin="and_(Lesson.institution_id == Person.institution_id, "
        "Lesson.decided_by_id == Person.id)",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    def follow(self, verb: str) -> None:
        """Take a move of the table; WrongState where it leads nowhere."""
        self.state = str(LESSON.after(LessonState(self.state), verb))
