"""Tables of audits: plans, frozen lists, what people recorded, what was ruled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.audits.rules.differing import Group, group_of
from registry.audits.states import (
    AuditState,
    Cause,
    Excuse,
    FindingKind,
    FindingState,
    Outcome,
    RecordKind,
    RoundKind,
    RoundState,
    Ruling,
    Standing,
    Verdict,
)
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.organisation.models import Department, Person, Place
from registry.store.append_only import AppendOnly
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair

UNTIED = sa.text("audit_id IS NULL AND state IN ('open', 'ruled', 'approved')")
OF_ASSET = sa.text(
    "audit_id IS NOT NULL AND asset_id IS NOT NULL"
    " AND state IN ('open', 'ruled', 'approved')"
)
OF_HEAP = sa.text(
    "asset_id IS NULL AND item_type_id IS NOT NULL"
    " AND state IN ('open', 'ruled', 'approved')"
)
OF_RECORD = sa.text("asset_id IS NULL AND item_type_id IS NULL")
STILL_NAMED = sa.text("removed_at IS NULL")
Key = sa.String(36)
"""An id made on a phone before anything is sent."""


class Audit(Owned, Base):
    """One audit: what it covers, who leads it, how far it has come."""

    __tablename__ = "audits"
    __table_args__ = (
        unique_pair(),
        refers("department_id", "departments"),
        refers("lead_id", "people"),
        refers("made_by_id", "people"),
        sa.UniqueConstraint("institution_id", "number"),
        one_of("state", AuditState),
        one_of("begins_with", RoundKind),
        sa.Index("ix_audits_state", "institution_id", "state", "id"),
        sa.CheckConstraint(
            "(frozen_position IS NULL) = (frozen_at IS NULL)", name="frozen_at_a_place"
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state NOT IN ('closed', 'cancelled'))",
            name="ended_when_over",
        ),
    )

    number: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(10))
    baseline_on: Mapped[date]
    due_on: Mapped[date | None]
    scope: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """Ids of departments and places, codes of classes, ``cost_from_fen``."""
    department_id: Mapped[int]
    """The nearest department above all that it covers."""
    lead_id: Mapped[int | None]
    begins_with: Mapped[str] = mapped_column(sa.String(10), default="walk")
    """The kind of the first round."""
    note: Mapped[str] = mapped_column(sa.Text, default="")
    made_by_id: Mapped[int | None]
    made_at: Mapped[datetime]
    frozen_position: Mapped[int | None]
    """The position of the ledger the list was frozen at."""
    frozen_at: Mapped[datetime | None]
    expected: Mapped[int] = mapped_column(sa.Integer, default=0)
    walked_at: Mapped[datetime | None]
    """When the walk was declared to be over."""
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None]
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """The sums it closed with."""
    hash: Mapped[str] = mapped_column(sa.String(64), default="")
    """Covers the list with its outcomes, the findings and what was recorded."""
    version: Mapped[int] = mapped_column(Id, default=1)

    department: Mapped[Department] = relationship(viewonly=True)
    lead: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[Audit.institution_id, Audit.lead_id]"
    )
    people: Mapped[list[AuditPerson]] = relationship(
        viewonly=True,
        primaryjoin="and_(Audit.id == foreign(AuditPerson.audit_id), "
        "AuditPerson.removed_at.is_(None))",
        order_by="AuditPerson.id",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def department_path(self) -> str:
        """The path of the department above all that it covers."""
        return self.department.path

    @property
    def member_ids(self) -> frozenset[int]:
        """Everybody who counts in it now."""
        return frozenset(each.person_id for each in self.people)

    @property
    def counter_ids(self) -> frozenset[int]:
        """Those of them who count more than what they keep themselves."""
        return frozenset(
            each.person_id for each in self.people if each.part == "counter"
        )


class AuditPerson(Owned, Base):
    """Somebody who counts: a place and what is in it, everything, or what they keep."""

    __tablename__ = "audit_people"
    __table_args__ = (
        unique_pair(),
        refers("audit_id", "audits"),
        refers("person_id", "people"),
        refers("place_id", "places"),
        one_of("part", ("counter", "custodian")),
        sa.Index("ix_audit_people_audit", "audit_id", "person_id"),
        sa.Index("ix_audit_people_person", "institution_id", "person_id", "audit_id"),
    )

    audit_id: Mapped[int]
    person_id: Mapped[int]
    part: Mapped[str] = mapped_column(sa.String(10))
    place_id: Mapped[int | None]
    """With all that is in it; None for everywhere."""
    named_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_position: Mapped[int | None]
    """Where the ledger was when they were taken off."""
    done_at: Mapped[datetime | None]
    """When a custodian said that they had looked at everything they keep."""

    person: Mapped[Person] = relationship(viewonly=True)
    place: Mapped[Place | None] = relationship(viewonly=True)


class AuditRound(Owned, Base):
    """One time of counting: everything, each custodian their own, or a sample."""

    __tablename__ = "audit_rounds"
    __table_args__ = (
        unique_pair(),
        refers("audit_id", "audits"),
        sa.UniqueConstraint("audit_id", "number"),
        one_of("kind", RoundKind),
        one_of("state", RoundState),
    )

    audit_id: Mapped[int]
    number: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10))
    method: Mapped[str] = mapped_column(sa.String(20), default="")
    """How a sample was drawn; see ``rules.drawing``."""
    seed: Mapped[str] = mapped_column(sa.String(64), default="")
    percent: Mapped[int | None] = mapped_column(sa.Integer)
    drawn: Mapped[int] = mapped_column(sa.Integer, default=0)
    due_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class AuditItem(Base):
    """A thing the frozen list expects, as the ledger told of it, and its outcome.

    One row has one outcome, and no row is added or taken away after the freeze: so what
    was expected is always the sum of what has become of it.
    """

    __tablename__ = "audit_items"
    __table_args__ = (
        sa.PrimaryKeyConstraint("audit_id", "asset_id"),
        refers("audit_id", "audits"),
        refers("asset_id", "assets"),
        refers("item_type_id", "item_types"),
        refers("department_id", "departments"),
        refers("place_id", "places"),
        refers("custodian_id", "people"),
        refers("found_place_id", "places"),
        refers("found_by_id", "people"),
        one_of("outcome", Outcome),
        one_of("excuse", Excuse),
        sa.CheckConstraint(
            "(outcome IN ('here', 'elsewhere')) = (found_at IS NOT NULL)",
            name="found_or_not",
        ),
        sa.CheckConstraint(
            "outcome <> 'excused' OR excuse IS NOT NULL", name="excused_by_something"
        ),
        sa.Index("ix_audit_items_place", "audit_id", "place_id", "outcome"),
        sa.Index("ix_audit_items_outcome", "audit_id", "outcome", "asset_id"),
        sa.Index("ix_audit_items_code", "audit_id", "code"),
        sa.Index("ix_audit_items_department", "audit_id", "department_id", "outcome"),
        sa.Index("ix_audit_items_custodian", "audit_id", "custodian_id"),
        sa.Index("ix_audit_items_asset", "institution_id", "asset_id"),
    )

    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    audit_id: Mapped[int]
    asset_id: Mapped[int]
    # As the ledger told of it when the list was frozen.
    at_position: Mapped[int]
    asset_version: Mapped[int]
    entry: Mapped[int] = mapped_column(sa.Integer)
    code: Mapped[str] = mapped_column(sa.String(9))
    asset_number: Mapped[str] = mapped_column(sa.String(60))
    sub_number: Mapped[int] = mapped_column(sa.Integer)
    name: Mapped[str] = mapped_column(sa.String(200))
    item_type_id: Mapped[int]
    is_labelled: Mapped[bool]
    department_id: Mapped[int]
    custodian_id: Mapped[int | None]
    place_id: Mapped[int | None]
    serial: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(20))
    condition: Mapped[str | None] = mapped_column(sa.String(10))
    cost_fen: Mapped[int | None]
    excuse: Mapped[str | None] = mapped_column(sa.String(12))
    excuse_entry: Mapped[int | None] = mapped_column(sa.Integer)
    """The number of the asset's entry that excuses it."""
    # What has become of it.
    outcome: Mapped[str] = mapped_column(sa.String(10))
    found_place_id: Mapped[int | None]
    found_by_id: Mapped[int | None]
    found_at: Mapped[datetime | None]
    found_round: Mapped[int | None] = mapped_column(sa.Integer)
    record_key: Mapped[str | None] = mapped_column(Key)
    times: Mapped[int] = mapped_column(sa.Integer, default=0)
    """How often it was counted, in this round, and not taken back."""
    is_disputed: Mapped[bool] = mapped_column(default=False)
    """Whether it was seen in two places in one round."""
    found_condition: Mapped[str | None] = mapped_column(sa.String(10))
    seen_unused: Mapped[bool] = mapped_column(default=False)

    asset: Mapped[Asset] = relationship(
        viewonly=True, foreign_keys="[AuditItem.institution_id, AuditItem.asset_id]"
    )
    item_type: Mapped[ItemType] = relationship(viewonly=True)
    department: Mapped[Department] = relationship(viewonly=True)
    custodian: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[AuditItem.institution_id, AuditItem.custodian_id]"
    )
    place: Mapped[Place | None] = relationship(
        viewonly=True, foreign_keys="[AuditItem.institution_id, AuditItem.place_id]"
    )
    found_place: Mapped[Place | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditItem.institution_id, AuditItem.found_place_id]",
    )
    found_by: Mapped[Person | None] = relationship(
        viewonly=True, foreign_keys="[AuditItem.institution_id, AuditItem.found_by_id]"
    )

    @property
    def number(self) -> str:
        """The asset number with its sub-number, as people write it."""
        if not self.sub_number:
            return self.asset_number
        return f"{self.asset_number}-{self.sub_number}"


class AuditDraw(Base):
    """A thing drawn to be counted again, what was said of it before, and now."""

    __tablename__ = "audit_draws"
    __table_args__ = (
        sa.PrimaryKeyConstraint("round_id", "asset_id"),
        refers("audit_id", "audits"),
        refers("round_id", "audit_rounds"),
        refers("asset_id", "assets"),
        one_of("before", Outcome),
        one_of("outcome", Outcome),
        sa.Index("ix_audit_draws_audit", "audit_id", "asset_id"),
    )

    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    audit_id: Mapped[int]
    round_id: Mapped[int]
    asset_id: Mapped[int]
    before: Mapped[str] = mapped_column(sa.String(10))
    before_place_id: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(sa.String(10))


class AuditPlace(Base):
    """A place of the frozen list, until somebody says that nothing more is there."""

    __tablename__ = "audit_places"
    __table_args__ = (
        sa.PrimaryKeyConstraint("audit_id", "place_id"),
        refers("audit_id", "audits"),
        refers("place_id", "places"),
        refers("closed_by_id", "people"),
        sa.Index(
            "uq_audit_places_open",
            "place_id",
            unique=True,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        ),
    )

    institution_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("institutions.id"))
    audit_id: Mapped[int]
    place_id: Mapped[int]
    is_open: Mapped[bool] = mapped_column(default=True)
    """Whether the audit is: of one place no two audits are open at once."""
    expected: Mapped[int] = mapped_column(sa.Integer)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None]

    place: Mapped[Place] = relationship(
        viewonly=True, foreign_keys="[AuditPlace.institution_id, AuditPlace.place_id]"
    )
    closed_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditPlace.institution_id, AuditPlace.closed_by_id]",
    )


class AuditWalk(Owned, Base):
    """One loading of the list on one phone; what is sent under it is one person's."""

    __tablename__ = "audit_walks"
    __table_args__ = (
        unique_pair(),
        refers("audit_id", "audits"),
        refers("person_id", "people"),
        sa.UniqueConstraint("audit_id", "key"),
    )

    audit_id: Mapped[int]
    key: Mapped[str] = mapped_column(Key)
    person_id: Mapped[int | None]
    begun_at: Mapped[datetime]
    loaded_position: Mapped[int | None]


class AuditSync(AppendOnly, Owned, Base):
    """One delivery of records from a phone, with a hash over what it brought."""

    __tablename__ = "audit_syncs"
    __table_args__ = (
        unique_pair(),
        refers("audit_id", "audits"),
        refers("walk_id", "audit_walks"),
        refers("person_id", "people"),
        sa.Index("ix_audit_syncs_audit", "audit_id", "id"),
    )

    audit_id: Mapped[int]
    walk_id: Mapped[int]
    person_id: Mapped[int | None]
    sent_at: Mapped[datetime | None]
    """By the clock of the phone."""
    received_at: Mapped[datetime]
    count: Mapped[int] = mapped_column(sa.Integer)
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditRecord(AppendOnly, Owned, Base):
    """What somebody recorded on a walk, as it was sent, and what it was taken for."""

    __tablename__ = "audit_records"
    __table_args__ = (
        unique_pair(),
        refers("audit_id", "audits"),
        refers("sync_id", "audit_syncs"),
        refers("person_id", "people"),
        refers("place_id", "places"),
        refers("asset_id", "assets"),
        refers("item_type_id", "item_types"),
        refers("confirmed_by_id", "people"),
        sa.UniqueConstraint("audit_id", "key"),
        one_of("kind", RecordKind),
        one_of("standing", Standing),
        one_of("verdict", Verdict),
        sa.Index("ix_audit_records_asset", "audit_id", "asset_id", "id"),
        sa.Index("ix_audit_records_place", "audit_id", "place_id", "id"),
        sa.Index("ix_audit_records_undoes", "audit_id", "undoes"),
        sa.Index("ix_audit_records_standing", "audit_id", "standing", "id"),
        sa.Index("ix_audit_records_verdict", "audit_id", "verdict", "id"),
    )

    audit_id: Mapped[int]
    sync_id: Mapped[int]
    key: Mapped[str] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(sa.String(12))
    round: Mapped[int] = mapped_column(sa.Integer)
    person_id: Mapped[int | None]
    at: Mapped[datetime]
    """By the clock of the phone: information, never order."""
    received_at: Mapped[datetime]
    place_id: Mapped[int | None]
    code: Mapped[str] = mapped_column(sa.String(500), default="")
    """What was read, character by character."""
    asset_id: Mapped[int | None]
    item_type_id: Mapped[int | None]
    count: Mapped[int | None] = mapped_column(sa.Integer)
    reason: Mapped[str | None] = mapped_column(sa.String(20))
    condition: Mapped[str | None] = mapped_column(sa.String(10))
    unused: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    undoes: Mapped[str | None] = mapped_column(Key)
    photo_key: Mapped[str | None] = mapped_column(Key)
    standing: Mapped[str] = mapped_column(sa.String(12))
    verdict: Mapped[str] = mapped_column(sa.String(12))
    told: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """What went with the verdict, as ids: where it belongs, who counted it before."""
    confirms: Mapped[str | None] = mapped_column(Key)
    """The record of somebody else that this one lets count."""
    confirmed_by_id: Mapped[int | None]

    person: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditRecord.institution_id, AuditRecord.person_id]",
    )
    place: Mapped[Place | None] = relationship(
        viewonly=True, foreign_keys="[AuditRecord.institution_id, AuditRecord.place_id]"
    )
    asset: Mapped[Asset | None] = relationship(
        viewonly=True, foreign_keys="[AuditRecord.institution_id, AuditRecord.asset_id]"
    )
    item_type: Mapped[ItemType | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditRecord.institution_id, AuditRecord.item_type_id]",
    )


class AuditPhoto(AppendOnly, Owned, Base):
    """A photo taken on a walk, made safe by us; its id was made on the phone."""

    __tablename__ = "audit_photos"
    __table_args__ = (
        unique_pair(),
        refers("audit_id", "audits"),
        refers("person_id", "people"),
        sa.UniqueConstraint("audit_id", "key"),
    )

    audit_id: Mapped[int]
    key: Mapped[str] = mapped_column(Key)
    person_id: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    width: Mapped[int] = mapped_column(sa.Integer)
    height: Mapped[int] = mapped_column(sa.Integer)
    image: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    thumbnail: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    received_at: Mapped[datetime]


class AuditFinding(Owned, Base):
    """A difference between ledger and shelf, and what was ruled about it.

    One without an audit was told from elsewhere, such as by somebody who looked for a
    thing they were offered and did not find it at its place.
    """

    __tablename__ = "audit_findings"
    __table_args__ = (
        unique_pair(),
        refers("audit_id", "audits"),
        refers("asset_id", "assets"),
        refers("item_type_id", "item_types"),
        refers("place_id", "places"),
        refers("found_place_id", "places"),
        refers("department_id", "departments"),
        refers("ruled_by_id", "people"),
        refers("approved_by_id", "people"),
        refers("made_asset_id", "assets"),
        one_of("kind", FindingKind),
        one_of("state", FindingState),
        one_of("ruling", Ruling),
        one_of("cause", Cause),
        sa.CheckConstraint(
            "(state IN ('open', 'overtaken')) OR ruling IS NOT NULL", name="ruled_first"
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> ruled_by_id"
            " OR ruling IN ('move', 'set_condition', 'put_back')"
            " OR (ruling = 'excuse' AND kind NOT IN ('missing', 'not_found'))",
            name="two_people",
        ),
        sa.Index("ix_audit_findings_audit", "audit_id", "state", "kind", "id"),
        sa.Index("ix_audit_findings_state", "institution_id", "state", "id"),
        sa.Index(
            "uq_audit_findings_untied",
            "asset_id",
            unique=True,
            sqlite_where=UNTIED,
            postgresql_where=UNTIED,
        ),
        # One open difference of a kind for each thing, each heap and each unknown
        # code: phones that bring the same at once open one.
        sa.Index(
            "uq_audit_findings_asset",
            "audit_id",
            "asset_id",
            "kind",
            unique=True,
            sqlite_where=OF_ASSET,
            postgresql_where=OF_ASSET,
        ),
        sa.Index(
            "uq_audit_findings_heap",
            "audit_id",
            "item_type_id",
            "place_id",
            "kind",
            unique=True,
            sqlite_where=OF_HEAP,
            postgresql_where=OF_HEAP,
        ),
        sa.Index(
            "uq_audit_findings_record",
            "audit_id",
            "kind",
            "record_key",
            unique=True,
            sqlite_where=OF_RECORD,
            postgresql_where=OF_RECORD,
        ),
        sa.Index("ix_audit_findings_asset", "institution_id", "asset_id"),
    )

    audit_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[str] = mapped_column(sa.String(10))
    asset_id: Mapped[int | None]
    item_type_id: Mapped[int | None]
    department_id: Mapped[int | None]
    place_id: Mapped[int | None]
    """Where the ledger says it is."""
    found_place_id: Mapped[int | None]
    record_key: Mapped[str | None] = mapped_column(Key)
    """The record that shows it, if one does."""
    code: Mapped[str] = mapped_column(sa.String(500), default="")
    count: Mapped[int] = mapped_column(sa.Integer, default=1)
    condition: Mapped[str | None] = mapped_column(sa.String(10))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    """What whoever told of it said."""
    was: Mapped[str | None] = mapped_column(sa.String(20))
    """The state the ledger gave the thing when it was found to differ."""
    source: Mapped[str] = mapped_column(sa.String(60), default="")
    """The number of what it came from, where that is no audit."""
    made_at: Mapped[datetime]
    # What was ruled, on what version of the record, and who approved.
    cause: Mapped[str | None] = mapped_column(sa.String(20))
    ruling: Mapped[str | None] = mapped_column(sa.String(14))
    ruling_words: Mapped[str] = mapped_column(sa.Text, default="")
    proposal: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """What a surplus shall be entered as."""
    judged_version: Mapped[int | None]
    came_back: Mapped[bool] = mapped_column(default=False)
    """Whether the record changed after the ruling, so that it has to be ruled again."""
    ruled_by_id: Mapped[int | None]
    ruled_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None]
    approved_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    document: Mapped[str | None] = mapped_column(sa.String(60))
    made_asset_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    audit: Mapped[Audit | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.audit_id]",
    )
    asset: Mapped[Asset | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.asset_id]",
    )
    item_type: Mapped[ItemType | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.item_type_id]",
    )
    department: Mapped[Department | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.department_id]",
    )
    place: Mapped[Place | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.place_id]",
    )
    found_place: Mapped[Place | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.found_place_id]",
    )
    made_asset: Mapped[Asset | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.made_asset_id]",
    )
    ruled_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.ruled_by_id]",
    )
    approved_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[AuditFinding.institution_id, AuditFinding.approved_by_id]",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def group(self) -> Group:
        """Among which differences it is shown."""
        return group_of(self.kind, self.was)

    @property
    def department_path(self) -> str | None:
        """The path of the department whose thing it is about, if it is anyone's."""
        return self.department.path if self.department else None
