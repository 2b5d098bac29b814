"""Tables of the ledger: assets, claims, photos, documents, reports from labels."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

import registry.jobs.models  # noqa: F401 - its table is referred to
from registry.catalogue.models import ItemType
from registry.ledger.states import (
    BULK,
    AssetState,
    BulkState,
    ClaimKind,
    Condition,
    Method,
    Outcome,
)
from registry.organisation.models import Department, Person, Place
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class Asset(Owned, Base):
    """One thing. Its row is the shadow of its entries; only ``record`` changes it."""

    __tablename__ = "assets"
    __table_args__ = (
        unique_pair(),
        refers("item_type_id", "item_types"),
        refers("department_id", "departments"),
        refers("place_id", "places"),
        refers("custodian_id", "people"),
        refers("user_id", "people"),
        sa.UniqueConstraint("institution_id", "asset_number", "sub_number"),
        one_of("state", AssetState),
        one_of("condition", Condition),
        one_of("method", Method),
        sa.CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
        sa.CheckConstraint("sub_number >= 0", name="sub_number_counts"),
        sa.CheckConstraint("asset_number <> ''", name="has_number"),
        sa.Index("ix_assets_department", "institution_id", "department_id", "state"),
        # Everything a card of the pool is counted from, so that no row is read for it.
        sa.Index(
            "ix_assets_state",
            "institution_id",
            "state",
            "item_type_id",
            "place_id",
            "department_id",
            "state_since",
            "condition",
            "cost_fen",
            "currency",
        ),
        sa.Index("ix_assets_type", "institution_id", "item_type_id"),
        # With the state, so that a tree of places is counted from the index alone.
        sa.Index("ix_assets_place", "institution_id", "place_id", "state"),
        sa.Index("ix_assets_custodian", "institution_id", "custodian_id"),
        sa.Index("ix_assets_user", "institution_id", "user_id"),
        sa.Index("ix_assets_serial", "institution_id", "serial"),
        sa.Index("ix_assets_acquired", "institution_id", "acquired_on", "id"),
        sa.Index("ix_assets_cost", "institution_id", "cost_fen", "id"),
        sa.Index("ix_assets_since", "institution_id", "state", "state_since", "id"),
        sa.Index("ix_assets_turned", "institution_id", "state_since", "id"),
        sa.Index("ix_assets_changed", "institution_id", "changed_at", "id"),
        sa.Index("ix_assets_warranty", "institution_id", "warranty_until", "id"),
        sa.Index("ix_assets_condition", "institution_id", "condition"),
    )

    code: Mapped[str] = mapped_column(
        sa.String(9),
        sa.ForeignKey("codes.code", deferrable=True, initially="DEFERRED"),
        unique=True,
    )
    asset_number: Mapped[str] = mapped_column(sa.String(60))
    sub_number: Mapped[int] = mapped_column(sa.Integer, default=0)
    item_type_id: Mapped[int]
    department_id: Mapped[int]
    custodian_id: Mapped[int | None]
    user_id: Mapped[int | None]
    place_id: Mapped[int | None]
    serial: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[str] = mapped_column(sa.String(20))
    state_since: Mapped[datetime]
    condition: Mapped[str | None] = mapped_column(sa.String(10))
    cost_fen: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    acquired_on: Mapped[date | None]
    method: Mapped[str | None] = mapped_column(sa.String(10))
    funding: Mapped[str] = mapped_column(sa.String(200), default="")
    service_life_months: Mapped[int | None]
    warranty_until: Mapped[date | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    restrictions: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    entries: Mapped[int] = mapped_column(sa.Integer, default=0)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Id, default=1)

    item_type: Mapped[ItemType] = relationship(viewonly=True)
    department: Mapped[Department] = relationship(viewonly=True)
    place: Mapped[Place | None] = relationship(viewonly=True)
    custodian: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[Asset.institution_id, Asset.custodian_id]"
    )
    user: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[Asset.institution_id, Asset.user_id]"
    )
    claim: Mapped[Claim | None] = relationship(
        viewonly=True,
        primaryjoin="and_(Asset.id == foreign(Claim.asset_id), "
        "Claim.ended_at.is_(None))",
        uselist=False,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def department_path(self) -> str:
        """The path of the using department, for permission checks."""
        return self.department.path

    @property
    def number(self) -> str:
        """The asset number with its sub-number, as people write it."""
        if not self.sub_number:
            return self.asset_number
        return f"{self.asset_number}-{self.sub_number}"


class Claim(Owned, Base):
    """An exclusive hand on an asset: at most one live one for each asset."""

    __tablename__ = "claims"
    __table_args__ = (
        unique_pair(),
        refers("asset_id", "assets"),
        refers("person_id", "people"),
        refers("department_id", "departments"),
        one_of("kind", ClaimKind),
        sa.Index(
            "uq_claims_live",
            "asset_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_claims_until", "institution_id", "kind", "until"),
    )

    asset_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    person_id: Mapped[int | None]
    department_id: Mapped[int | None]
    holder: Mapped[str] = mapped_column(sa.String(200), default="")
    purpose: Mapped[str] = mapped_column(sa.String(400), default="")
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    document: Mapped[str | None] = mapped_column(sa.String(60))
    ended_at: Mapped[datetime | None]


class Photo(Owned, Base):
    """A photo of an asset, re-encoded by us; the bytes are read only when asked for."""

    __tablename__ = "photos"
    __table_args__ = (
        unique_pair(),
        refers("asset_id", "assets"),
        # With what tells shown ones: their rows lie behind the bytes of pictures.
        sa.Index("ix_photos_asset", "institution_id", "asset_id", "removed_at"),
    )

    asset_id: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    width: Mapped[int] = mapped_column(sa.Integer)
    height: Mapped[int] = mapped_column(sa.Integer)
    image: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    thumbnail: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Document(Owned, Base):
    """An act on many assets at once: an import, a bulk change, a basket."""

    __tablename__ = "documents"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        refers("undo_job_id", "jobs"),
        sa.UniqueConstraint("institution_id", "number"),
        sa.Index("ix_documents_person", "institution_id", "person_id", "id"),
    )

    number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    person_id: Mapped[int | None]
    created_at: Mapped[datetime]
    count: Mapped[int] = mapped_column(sa.Integer, default=0)
    """How many assets were changed under it."""
    undo_job_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None]
    undone: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    """How many entries were taken back, and how many stay as they are."""

    person: Mapped[Person | None] = relationship(viewonly=True)


class BulkChange(Owned, Base):
    """One act asked for on many assets at once: looked at first, then carried out."""

    __tablename__ = "bulk_changes"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        refers("job_id", "jobs"),
        one_of("state", BulkState),
        sa.Index("ix_bulk_changes_person", "institution_id", "person_id", "id"),
        sa.Index("ix_bulk_changes_document", "institution_id", "document"),
    )

    person_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(sa.String(30))
    how: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """What the act was given, as plain values."""
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    source: Mapped[str] = mapped_column(sa.Text, default="")
    """The query of the list it was asked from, to lead back there."""
    state: Mapped[str] = mapped_column(sa.String(10))
    total: Mapped[int] = mapped_column(sa.Integer, default=0)
    document: Mapped[str | None] = mapped_column(sa.String(40))
    job_id: Mapped[int | None]
    refusal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    """Why it stopped, if it was not stopped by hand."""
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    def step(self, verb: str) -> None:
        """Take a step; WrongState if it cannot be taken from here."""
        self.state = str(BULK.after(BulkState(self.state), verb))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class BulkLine(Base):
    """One asset of a bulk change: as it was looked at, and what became of it."""

    __tablename__ = "bulk_lines"
    __table_args__ = (
        sa.PrimaryKeyConstraint("bulk_id", "asset_id"),
        refers("bulk_id", "bulk_changes"),
        refers("asset_id", "assets"),
        one_of("outcome", Outcome),
        sa.Index("ix_bulk_lines_outcome", "bulk_id", "outcome", "asset_id"),
    )

    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    bulk_id: Mapped[int]
    asset_id: Mapped[int]
    asset_version: Mapped[int]
    outcome: Mapped[str] = mapped_column(sa.String(10))
    code: Mapped[str] = mapped_column(sa.String(60), default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)

    asset: Mapped[Asset] = relationship(viewonly=True)


class FoundSet(Owned, Base):
    """Assets somebody has named one by one, to be listed for them alone."""

    __tablename__ = "found_sets"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.Index("ix_found_sets_person", "institution_id", "person_id", "id"),
    )

    person_id: Mapped[int | None]
    made_at: Mapped[datetime]
    asked: Mapped[int] = mapped_column(sa.Integer)
    """How many numbers were named."""
    found: Mapped[int] = mapped_column(sa.Integer)
    """How many assets they name."""
    unknown: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """The numbers that name nothing the person may see."""


class FoundAsset(Base):
    """One asset of a set."""

    __tablename__ = "found_assets"
    __table_args__ = (
        sa.PrimaryKeyConstraint("set_id", "asset_id"),
        refers("set_id", "found_sets"),
        refers("asset_id", "assets"),
    )

    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    set_id: Mapped[int]
    asset_id: Mapped[int]


class NumberSeries(Base):
    """The last running number of a series, such as the asset numbers of a year."""

    __tablename__ = "number_series"

    institution_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("institutions.id"), primary_key=True, autoincrement=False
    )
    series: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    last: Mapped[int] = mapped_column(Id, default=0)


class LabelReport(Owned, Base):
    """What somebody told us from a label: a problem, or that they found the thing."""

    __tablename__ = "label_reports"
    __table_args__ = (
        unique_pair(),
        refers("asset_id", "assets"),
        refers("handled_by_id", "people"),
        one_of("kind", ("problem", "found")),
        sa.Index("ix_label_reports_open", "institution_id", "handled_at", "id"),
    )

    asset_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    words: Mapped[str] = mapped_column(sa.Text)
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")

    asset: Mapped[Asset] = relationship(viewonly=True)

    @property
    def department_path(self) -> str:
        """The path of the department whose asset it is about."""
        return self.asset.department_path
