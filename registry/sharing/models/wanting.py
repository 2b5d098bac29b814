"""Tables of wanted notices: what is looked for, what was found, what turned idle."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.organisation.models import Department, Person
from registry.sharing.states import WANTED, WantedState
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class Wanted(Owned, Base):
    """A notice that somebody looks for something (求调剂), until a day."""

    __tablename__ = "wanted"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        refers("department_id", "departments"),
        refers("item_type_id", "item_types"),
        one_of("state", WantedState),
        sa.Index("ix_wanted_state", "institution_id", "state", "until_on"),
        sa.Index("ix_wanted_person", "institution_id", "person_id", "id"),
        sa.CheckConstraint("quantity > 0", name="wants_something"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state = 'open')", name="ended_unless_open"
        ),
    )

    person_id: Mapped[int]
    department_id: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(200))
    item_type_id: Mapped[int | None]
    quantity: Mapped[int] = mapped_column(sa.Integer)
    until_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    state: Mapped[str] = mapped_column(sa.String(10))
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    person: Mapped[Person] = relationship(
        viewonly=True, foreign_keys="[Wanted.institution_id, Wanted.person_id]"
    )
    department: Mapped[Department] = relationship(
        viewonly=True, foreign_keys="[Wanted.institution_id, Wanted.department_id]"
    )
    item_type: Mapped[ItemType | None] = relationship(
        viewonly=True, foreign_keys="[Wanted.institution_id, Wanted.item_type_id]"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads; WrongState where it does not."""
        self.state = str(WANTED.after(WantedState(self.state), verb))


class WantedFind(Owned, Base):
    """A thing that may be what somebody looks for, and who said so (None: it fits)."""

    __tablename__ = "wanted_finds"
    __table_args__ = (
        refers("wanted_id", "wanted"),
        refers("asset_id", "assets"),
        refers("person_id", "people"),
        sa.UniqueConstraint("wanted_id", "asset_id"),
    )

    wanted_id: Mapped[int]
    asset_id: Mapped[int]
    person_id: Mapped[int | None]
    found_at: Mapped[datetime]

    asset: Mapped[Asset] = relationship(
        viewonly=True, foreign_keys="[WantedFind.institution_id, WantedFind.asset_id]"
    )
    person: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[WantedFind.institution_id, WantedFind.person_id]"
    )


class IdleArrival(Base):
    """A thing that has turned idle while somebody looks for things; until matched."""

    __tablename__ = "idle_arrivals"
    __table_args__ = (refers("asset_id", "assets"),)

    asset_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
