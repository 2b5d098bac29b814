"""Tables of things on their way to others: holds, transfers, loans."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.ledger.models import Asset
from registry.organisation.models import Department, Person, Place
from registry.sharing.states import (
    HOLD,
    LOAN,
    TRANSFER,
    TRANSFER_LINE,
    HoldState,
    LoanState,
    Pricing,
    TransferLineState,
    TransferState,
)
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair

STILL_OPEN = sa.text("ended_at IS NULL")
IN_HAND = sa.text("state = 'held'")


class Hold(Owned, Base):
    """Somebody's wish for one thing: kept for them for some days, or a place in line.

    Only what is *held* has a claim on the thing; the line is in the order of ids.
    """

    __tablename__ = "holds"
    __table_args__ = (
        unique_pair(),
        refers("asset_id", "assets"),
        refers("person_id", "people"),
        refers("department_id", "departments"),
        refers("claim_id", "claims"),
        one_of("state", HoldState),
        sa.Index(
            "uq_holds_held",
            "asset_id",
            unique=True,
            sqlite_where=IN_HAND,
            postgresql_where=IN_HAND,
        ),
        sa.Index(
            "uq_holds_person",
            "asset_id",
            "person_id",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        sa.Index("ix_holds_until", "state", "until"),
        sa.Index("ix_holds_person", "institution_id", "person_id", "ended_at"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('waiting', 'held'))",
            name="ended_unless_open",
        ),
        sa.CheckConstraint(
            "state <> 'held' OR (claim_id IS NOT NULL AND until IS NOT NULL)",
            name="held_by_a_claim",
        ),
    )

    asset_id: Mapped[int]
    person_id: Mapped[int]
    department_id: Mapped[int]
    """For which department; that of the person."""
    purpose: Mapped[str] = mapped_column(sa.String(400), default="")
    state: Mapped[str] = mapped_column(sa.String(10))
    asked_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    claim_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]

    asset: Mapped[Asset] = relationship(
        viewonly=True, foreign_keys="[Hold.institution_id, Hold.asset_id]"
    )
    person: Mapped[Person] = relationship(
        viewonly=True, foreign_keys="[Hold.institution_id, Hold.person_id]"
    )
    department: Mapped[Department] = relationship(
        viewonly=True, foreign_keys="[Hold.institution_id, Hold.department_id]"
    )

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads; WrongState where it does not."""
        self.state = str(HOLD.after(HoldState(self.state), verb))


class Transfer(Owned, Base):
    """A numbered document by which things go to another department (调拨单)."""

    __tablename__ = "transfers"
    __table_args__ = (
        unique_pair(),
        refers("to_department_id", "departments"),
        refers("custodian_id", "people"),
        refers("place_id", "places"),
        refers("requester_id", "people"),
        one_of("state", TransferState),
        sa.UniqueConstraint("institution_id", "number"),
        sa.Index("ix_transfers_state", "institution_id", "state", "id"),
        sa.Index("ix_transfers_to", "institution_id", "to_department_id", "id"),
        sa.Index("ix_transfers_requester", "institution_id", "requester_id", "id"),
        sa.Index("ix_transfers_cause", "institution_id", "cause"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state IN ('requested', 'agreed', 'under_way'))",
            name="closed_unless_open",
        ),
    )

    number: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(sa.String(10))
    to_department_id: Mapped[int]
    custodian_id: Mapped[int | None]
    """Who is to keep the things; whoever asked for them where nobody is named."""
    place_id: Mapped[int | None]
    requester_id: Mapped[int | None]
    purpose: Mapped[str] = mapped_column(sa.String(400), default="")
    cause: Mapped[str] = mapped_column(sa.String(60), default="")
    """The number of what caused it, such as a purchase request."""
    count: Mapped[int] = mapped_column(sa.Integer)
    requested_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    to_department: Mapped[Department] = relationship(
        viewonly=True,
        foreign_keys="[Transfer.institution_id, Transfer.to_department_id]",
    )
    custodian: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[Transfer.institution_id, Transfer.custodian_id]"
    )
    requester: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[Transfer.institution_id, Transfer.requester_id]"
    )
    place: Mapped[Place | None] = relationship(
        viewonly=True, foreign_keys="[Transfer.institution_id, Transfer.place_id]"
    )
    sides: Mapped[list[TransferSide]] = relationship(
        viewonly=True, order_by="TransferSide.id"
    )
    lines: Mapped[list[TransferLine]] = relationship(
        viewonly=True, order_by="TransferLine.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def department_path(self) -> str:
        """The path of the department the things go to."""
        return self.to_department.path

    @property
    def user_id(self) -> int | None:
        """Who asked for the things, for permission checks."""
        return self.requester_id

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads; WrongState where it does not."""
        self.state = str(TRANSFER.after(TransferState(self.state), verb))


class TransferSide(Owned, Base):
    """A department that gives some of the things of a transfer."""

    __tablename__ = "transfer_sides"
    __table_args__ = (
        unique_pair(),
        refers("transfer_id", "transfers"),
        refers("department_id", "departments"),
        sa.UniqueConstraint("transfer_id", "department_id"),
        sa.Index("ix_transfer_sides_from", "institution_id", "department_id", "id"),
    )

    transfer_id: Mapped[int]
    department_id: Mapped[int]

    transfer: Mapped[Transfer] = relationship(
        viewonly=True,
        foreign_keys="[TransferSide.institution_id, TransferSide.transfer_id]",
    )
    department: Mapped[Department] = relationship(
        viewonly=True,
        foreign_keys="[TransferSide.institution_id, TransferSide.department_id]",
    )


class TransferLine(Owned, Base):
    """One thing of a transfer, and how far it has come."""

    __tablename__ = "transfer_lines"
    __table_args__ = (
        unique_pair(),
        refers("transfer_id", "transfers"),
        refers("side_id", "transfer_sides"),
        refers("asset_id", "assets"),
        refers("claim_id", "claims"),
        refers("answered_by_id", "people"),
        refers("handed_by_id", "people"),
        refers("received_by_id", "people"),
        one_of("state", TransferLineState),
        one_of("saved_by", Pricing),
        sa.UniqueConstraint("transfer_id", "asset_id"),
        sa.Index(
            "uq_transfer_lines_live",
            "asset_id",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        sa.Index("ix_transfer_lines_received", "institution_id", "received_at", "id"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('requested', 'agreed', 'handed_over'))",
            name="ended_unless_open",
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason <> ''", name="refused_for_a_reason"
        ),
        sa.CheckConstraint("saved_fen >= 0", name="saved_not_negative"),
    )

    transfer_id: Mapped[int]
    side_id: Mapped[int]
    asset_id: Mapped[int]
    claim_id: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str] = mapped_column(sa.String(1_000), default="")
    """Why it was refused or cancelled."""
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None]
    handed_at: Mapped[datetime | None]
    handed_by_id: Mapped[int | None]
    wiped: Mapped[bool] = mapped_column(default=False)
    """Whether the giver says that the data on it was erased."""
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    saved_fen: Mapped[int | None]
    """What was not spent because this thing was there."""
    saved_by: Mapped[str | None] = mapped_column(sa.String(10))
    """How that price was found."""

    transfer: Mapped[Transfer] = relationship(
        viewonly=True,
        foreign_keys="[TransferLine.institution_id, TransferLine.transfer_id]",
    )
    side: Mapped[TransferSide] = relationship(
        viewonly=True,
        foreign_keys="[TransferLine.institution_id, TransferLine.side_id]",
    )
    asset: Mapped[Asset] = relationship(
        viewonly=True,
        foreign_keys="[TransferLine.institution_id, TransferLine.asset_id]",
    )

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads; WrongState where it does not."""
        self.state = str(TRANSFER_LINE.after(TransferLineState(self.state), verb))


class Loan(Owned, Base):
    """A thing lent, or to be lent, to somebody from one day to another."""

    __tablename__ = "loans"
    __table_args__ = (
        unique_pair(),
        refers("asset_id", "assets"),
        refers("borrower_id", "people"),
        refers("department_id", "departments"),
        refers("claim_id", "claims"),
        refers("asked_by_id", "people"),
        one_of("state", LoanState),
        sa.Index("ix_loans_asset", "institution_id", "asset_id", "ended_at"),
        sa.Index("ix_loans_borrower", "institution_id", "borrower_id", "ended_at"),
        sa.Index("ix_loans_due", "state", "until_on", "id"),
        sa.Index("ix_loans_until", "institution_id", "until_on", "id"),
        sa.CheckConstraint("from_on <= until_on", name="runs_forward"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('requested', 'reserved', 'out'))",
            name="ended_unless_open",
        ),
        sa.CheckConstraint(
            "state <> 'out' OR claim_id IS NOT NULL", name="out_by_a_claim"
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason <> ''", name="refused_for_a_reason"
        ),
        sa.CheckConstraint(
            "borrower_id IS NOT NULL OR borrower <> ''", name="to_somebody"
        ),
    )

    asset_id: Mapped[int]
    borrower_id: Mapped[int | None]
    borrower: Mapped[str] = mapped_column(sa.String(200), default="")
    """Who has it, where it is nobody of the institution."""
    department_id: Mapped[int | None]
    purpose: Mapped[str] = mapped_column(sa.String(400), default="")
    state: Mapped[str] = mapped_column(sa.String(10))
    from_on: Mapped[date]
    until_on: Mapped[date]
    """The last day it is out."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None]
    handed_at: Mapped[datetime | None]
    claim_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(sa.String(1_000), default="")
    reminded_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    asset: Mapped[Asset] = relationship(
        viewonly=True, foreign_keys="[Loan.institution_id, Loan.asset_id]"
    )
    person: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[Loan.institution_id, Loan.borrower_id]"
    )
    department: Mapped[Department | None] = relationship(
        viewonly=True, foreign_keys="[Loan.institution_id, Loan.department_id]"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads; WrongState where it does not."""
        self.state = str(LOAN.after(LoanState(self.state), verb))
