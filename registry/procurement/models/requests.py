"""Tables of what is asked for: a request, and its lines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.catalogue.models import ItemType
from registry.organisation.models import Department, Person, Place
from registry.procurement.states import LINE, REQUEST, LineState, RequestState
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class PurchaseRequest(Owned, Base):
    """What somebody asks to have bought; one form, one number."""

    __tablename__ = "purchase_requests"
    __table_args__ = (
        unique_pair(),
        refers("requester_id", "people"),
        refers("department_id", "departments"),
        sa.UniqueConstraint("institution_id", "number"),
        one_of("state", RequestState),
        sa.Index("ix_purchase_requests_state", "institution_id", "state", "id"),
        sa.Index("ix_purchase_requests_person", "institution_id", "requester_id", "id"),
        sa.Index(
            "ix_purchase_requests_department", "institution_id", "department_id", "id"
        ),
        sa.Index(
            "ix_purchase_requests_submitted", "institution_id", "submitted_at", "id"
        ),
    )

    number: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(sa.String(12))
    requester_id: Mapped[int]
    department_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it is needed, in the words of whoever asks."""
    urgent: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(sa.Integer, default=0)
    """How often idle stock was looked for."""
    thrown_back: Mapped[str] = mapped_column(sa.String(40), default="")
    """Why it is being answered again, if it is."""
    follows: Mapped[str] = mapped_column(sa.String(40), default="")
    """The number of the request of which it takes up what fell through."""
    version: Mapped[int] = mapped_column(Id, default=1)

    requester: Mapped[Person] = relationship(
        viewonly=True,
        foreign_keys="[PurchaseRequest.institution_id, PurchaseRequest.requester_id]",
    )
    department: Mapped[Department] = relationship(
        viewonly=True,
        foreign_keys="[PurchaseRequest.institution_id, PurchaseRequest.department_id]",
    )
    lines: Mapped[list[PurchaseLine]] = relationship(
        viewonly=True,
        order_by="PurchaseLine.id",
        primaryjoin="PurchaseRequest.id == foreign(PurchaseLine.request_id)",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    def follow(self, verb: str) -> RequestState:
        """Go where a verb of the table of moves leads; the state before. WrongState."""
        before = RequestState(self.state)
        self.state = str(REQUEST.after(before, verb))
        return before

    @property
    def department_path(self) -> str:
        """The path of the department that asks, for permission checks."""
        return self.department.path

    @property
    def is_priced(self) -> bool:
        """Whether anybody said what any of it costs."""
        return any(line.price_fen is not None for line in self.lines)

    @property
    def amount_fen(self) -> int:
        """What is left to buy, as estimated."""
        return sum(line.to_buy * (line.price_fen or 0) for line in self.lines)


class PurchaseLine(Owned, Base):
    """One kind of thing that is asked for, and how many of it idle things cover."""

    __tablename__ = "purchase_lines"
    __table_args__ = (
        unique_pair(),
        refers("request_id", "purchase_requests"),
        refers("item_type_id", "item_types"),
        refers("place_id", "places"),
        one_of("standing", LineState),
        sa.Index("ix_purchase_lines_request", "request_id"),
        sa.CheckConstraint("quantity BETWEEN 0 AND 100000", name="quantity_counts"),
        sa.CheckConstraint("covered BETWEEN 0 AND quantity", name="covered_counts"),
        sa.CheckConstraint("declined >= 0", name="declined_counts"),
        sa.CheckConstraint("price_fen >= 0", name="price_not_negative"),
        sa.CheckConstraint("text <> ''", name="says_what"),
    )

    request_id: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(200))
    item_type_id: Mapped[int | None]
    specification: Mapped[str] = mapped_column(sa.String(400), default="")
    quantity: Mapped[int] = mapped_column(sa.Integer)
    """How many; none for a line that was struck out after it had been looked for."""
    unit: Mapped[str] = mapped_column(sa.String(20), default="")
    place_id: Mapped[int | None]
    needed_by: Mapped[date | None]
    price_fen: Mapped[int | None]
    budget: Mapped[str] = mapped_column(sa.String(100), default="")
    conditions: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Which of the three conditions of Order 36 hold."""
    standing: Mapped[str] = mapped_column(sa.String(12))
    covered: Mapped[int] = mapped_column(sa.Integer, default=0)
    declined: Mapped[int] = mapped_column(sa.Integer, default=0)
    """How many idle things that would serve were declined, as far as they count."""
    check_line_id: Mapped[int | None]
    """What the last check found for it."""

    item_type: Mapped[ItemType | None] = relationship(
        viewonly=True,
        foreign_keys="[PurchaseLine.institution_id, PurchaseLine.item_type_id]",
    )
    place: Mapped[Place | None] = relationship(
        viewonly=True,
        foreign_keys="[PurchaseLine.institution_id, PurchaseLine.place_id]",
    )
    request: Mapped[PurchaseRequest] = relationship(
        viewonly=True,
        foreign_keys="[PurchaseLine.institution_id, PurchaseLine.request_id]",
    )

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads. Raises WrongState."""
        self.standing = str(LINE.after(LineState(self.standing), verb))

    def as_asked(self) -> dict[str, Any]:
        """What was asked for but how many, as the values of another new line."""
        kept = (
            "text",
            "item_type_id",
            "specification",
            "unit",
            "place_id",
            "needed_by",
            "price_fen",
            "budget",
            "conditions",
        )
        return {name: getattr(self, name) for name in kept} | {
            "standing": str(LINE.start)
        }

    @property
    def to_buy(self) -> int:
        """How many are still to be bought."""
        return self.quantity - self.covered
