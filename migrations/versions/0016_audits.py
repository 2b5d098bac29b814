"""Audits: plans, frozen lists, what people recorded, what was ruled."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import append_only, closed_audits

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("baseline_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "lead_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("begins_with", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "made_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "frozen_position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("walked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state NOT IN ('closed', 'cancelled'))",
            name=op.f("ck_audits_ended_when_over"),
        ),
        sa.CheckConstraint(
            "begins_with IN ('walk', 'self', 'sample')",
            name=op.f("ck_audits_begins_with_known"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'reviewing', 'closed', 'cancelled')",
            name=op.f("ck_audits_state_known"),
        ),
        sa.CheckConstraint(
            "(frozen_position IS NULL) = (frozen_at IS NULL)",
            name=op.f("ck_audits_frozen_at_a_place"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_audits_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "lead_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audits_institution_id_lead_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "made_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audits_institution_id_made_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audits_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_audits_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id", "number", name=op.f("uq_audits_institution_id_number")
        ),
    )
    with op.batch_alter_table("audits", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audits_state", ["institution_id", "state", "id"], unique=False
        )

    op.create_table(
        "audit_findings",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "item_type_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "found_place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("record_key", sa.String(length=36), nullable=True),
        sa.Column("code", sa.String(length=500), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(length=10), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=True),
        sa.Column("ruling", sa.String(length=14), nullable=True),
        sa.Column("ruling_words", sa.Text(), nullable=False),
        sa.Column("proposal", sa.JSON(), nullable=False),
        sa.Column(
            "judged_version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("came_back", sa.Boolean(), nullable=False),
        sa.Column(
            "ruled_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "approved_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.String(length=60), nullable=True),
        sa.Column(
            "made_asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state IN ('open', 'overtaken')) OR ruling IS NOT NULL",
            name=op.f("ck_audit_findings_ruled_first"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> ruled_by_id OR ruling IN ('move', 'set_condition', 'put_back') OR (ruling = 'excuse' AND kind NOT IN ('missing', 'not_found'))",
            name=op.f("ck_audit_findings_two_people"),
        ),
        sa.CheckConstraint(
            "cause IN ('moved_unrecorded', 'lent_unrecorded', 'lost', 'stolen', 'scrapped_unrecorded', 'never_entered', 'entered_wrong', 'label_gone', 'wear', 'not_ours', 'other')",
            name=op.f("ck_audit_findings_cause_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('missing', 'elsewhere', 'surplus', 'unlisted', 'unknown', 'condition', 'not_found')",
            name=op.f("ck_audit_findings_kind_known"),
        ),
        sa.CheckConstraint(
            "ruling IN ('move', 'mark_missing', 'register', 'set_condition', 'put_back', 'excuse')",
            name=op.f("ck_audit_findings_ruling_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'ruled', 'approved', 'applied', 'overtaken')",
            name=op.f("ck_audit_findings_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "approved_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_findings_institution_id_approved_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_audit_findings_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_findings_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_audit_findings_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "found_place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_audit_findings_institution_id_found_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "item_type_id"],
            ["item_types.institution_id", "item_types.id"],
            name=op.f("fk_audit_findings_institution_id_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "made_asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_audit_findings_institution_id_made_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_audit_findings_institution_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "ruled_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_findings_institution_id_ruled_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_findings_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_findings")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_audit_findings_institution_id_id")
        ),
    )
    with op.batch_alter_table("audit_findings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_findings_audit", ["audit_id", "state", "kind", "id"], unique=False
        )
        batch_op.create_index(
            "ix_audit_findings_state", ["institution_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "uq_audit_findings_untied",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text(
                "audit_id IS NULL AND state IN ('open', 'ruled', 'approved')"
            ),
            postgresql_where=sa.text(
                "audit_id IS NULL AND state IN ('open', 'ruled', 'approved')"
            ),
        )

    op.create_table(
        "audit_items",
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "at_position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("asset_number", sa.String(length=60), nullable=False),
        sa.Column("sub_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "item_type_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("is_labelled", sa.Boolean(), nullable=False),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "custodian_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("serial", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("condition", sa.String(length=10), nullable=True),
        sa.Column(
            "cost_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("excuse", sa.String(length=12), nullable=True),
        sa.Column("excuse_entry", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column(
            "found_place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "found_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_round", sa.Integer(), nullable=True),
        sa.Column("record_key", sa.String(length=36), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.Column("found_condition", sa.String(length=10), nullable=True),
        sa.Column("seen_unused", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(outcome IN ('here', 'elsewhere')) = (found_at IS NOT NULL)",
            name=op.f("ck_audit_items_found_or_not"),
        ),
        sa.CheckConstraint(
            "excuse IN ('loan', 'moved', 'registered', 'left_scope', 'disposed')",
            name=op.f("ck_audit_items_excuse_known"),
        ),
        sa.CheckConstraint(
            "outcome <> 'excused' OR excuse IS NOT NULL",
            name=op.f("ck_audit_items_excused_by_something"),
        ),
        sa.CheckConstraint(
            "outcome IN ('pending', 'here', 'elsewhere', 'missing', 'excused')",
            name=op.f("ck_audit_items_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_audit_items_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_items_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "custodian_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_items_institution_id_custodian_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_audit_items_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "found_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_items_institution_id_found_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "found_place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_audit_items_institution_id_found_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "item_type_id"],
            ["item_types.institution_id", "item_types.id"],
            name=op.f("fk_audit_items_institution_id_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_audit_items_institution_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_items_institution_id"),
        ),
        sa.PrimaryKeyConstraint("audit_id", "asset_id", name=op.f("pk_audit_items")),
    )
    with op.batch_alter_table("audit_items", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_items_asset", ["institution_id", "asset_id"], unique=False
        )
        batch_op.create_index("ix_audit_items_code", ["audit_id", "code"], unique=False)
        batch_op.create_index(
            "ix_audit_items_custodian", ["audit_id", "custodian_id"], unique=False
        )
        batch_op.create_index(
            "ix_audit_items_department",
            ["audit_id", "department_id", "outcome"],
            unique=False,
        )
        batch_op.create_index(
            "ix_audit_items_outcome", ["audit_id", "outcome", "asset_id"], unique=False
        )
        batch_op.create_index(
            "ix_audit_items_place", ["audit_id", "place_id", "outcome"], unique=False
        )

    op.create_table(
        "audit_people",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column(
            "place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "removed_position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "part IN ('counter', 'custodian')", name=op.f("ck_audit_people_part_known")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_people_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_people_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_audit_people_institution_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_people_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_people")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_audit_people_institution_id_id")
        ),
    )
    with op.batch_alter_table("audit_people", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_people_audit", ["audit_id", "person_id"], unique=False
        )
        batch_op.create_index(
            "ix_audit_people_person",
            ["institution_id", "person_id", "audit_id"],
            unique=False,
        )

    op.create_table(
        "audit_photos",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_photos_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_photos_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_photos_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_photos")),
        sa.UniqueConstraint(
            "audit_id", "key", name=op.f("uq_audit_photos_audit_id_key")
        ),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_audit_photos_institution_id_id")
        ),
    )
    op.create_table(
        "audit_places",
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_places_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "closed_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_places_institution_id_closed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_audit_places_institution_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_places_institution_id"),
        ),
        sa.PrimaryKeyConstraint("audit_id", "place_id", name=op.f("pk_audit_places")),
    )
    with op.batch_alter_table("audit_places", schema=None) as batch_op:
        batch_op.create_index(
            "uq_audit_places_open",
            ["place_id"],
            unique=True,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )

    op.create_table(
        "audit_rounds",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('walk', 'self', 'sample')",
            name=op.f("ck_audit_rounds_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done')", name=op.f("ck_audit_rounds_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_rounds_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_rounds_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_rounds")),
        sa.UniqueConstraint(
            "audit_id", "number", name=op.f("uq_audit_rounds_audit_id_number")
        ),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_audit_rounds_institution_id_id")
        ),
    )
    op.create_table(
        "audit_walks",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "loaded_position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_walks_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_walks_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_walks_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_walks")),
        sa.UniqueConstraint(
            "audit_id", "key", name=op.f("uq_audit_walks_audit_id_key")
        ),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_audit_walks_institution_id_id")
        ),
    )
    op.create_table(
        "audit_draws",
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "round_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column(
            "before_place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "before IN ('pending', 'here', 'elsewhere', 'missing', 'excused')",
            name=op.f("ck_audit_draws_before_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('pending', 'here', 'elsewhere', 'missing', 'excused')",
            name=op.f("ck_audit_draws_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_audit_draws_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_draws_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "round_id"],
            ["audit_rounds.institution_id", "audit_rounds.id"],
            name=op.f("fk_audit_draws_institution_id_round_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_draws_institution_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", "asset_id", name=op.f("pk_audit_draws")),
    )
    with op.batch_alter_table("audit_draws", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_draws_audit", ["audit_id", "asset_id"], unique=False
        )

    op.create_table(
        "audit_syncs",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "walk_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_syncs_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_syncs_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "walk_id"],
            ["audit_walks.institution_id", "audit_walks.id"],
            name=op.f("fk_audit_syncs_institution_id_walk_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_syncs_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_syncs")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_audit_syncs_institution_id_id")
        ),
    )
    with op.batch_alter_table("audit_syncs", schema=None) as batch_op:
        batch_op.create_index("ix_audit_syncs_audit", ["audit_id", "id"], unique=False)

    op.create_table(
        "audit_records",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "sync_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("code", sa.String(length=500), nullable=False),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "item_type_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("condition", sa.String(length=10), nullable=True),
        sa.Column("unused", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undoes", sa.String(length=36), nullable=True),
        sa.Column("photo_key", sa.String(length=36), nullable=True),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("confirms", sa.String(length=36), nullable=True),
        sa.Column(
            "confirmed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('scan', 'tick', 'count', 'note', 'close_place', 'reopen_place', 'undo')",
            name=op.f("ck_audit_records_kind_known"),
        ),
        sa.CheckConstraint(
            "standing IN ('counted', 'late', 'unconfirmed')",
            name=op.f("ck_audit_records_standing_known"),
        ),
        sa.CheckConstraint(
            "verdict IN ('here', 'elsewhere', 'not_listed', 'already', 'unknown', 'disposed', 'place', 'counted', 'noted', 'closed', 'reopened', 'undone')",
            name=op.f("ck_audit_records_verdict_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_audit_records_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "audit_id"],
            ["audits.institution_id", "audits.id"],
            name=op.f("fk_audit_records_institution_id_audit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "confirmed_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_records_institution_id_confirmed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "item_type_id"],
            ["item_types.institution_id", "item_types.id"],
            name=op.f("fk_audit_records_institution_id_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_audit_records_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_audit_records_institution_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "sync_id"],
            ["audit_syncs.institution_id", "audit_syncs.id"],
            name=op.f("fk_audit_records_institution_id_sync_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_audit_records_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_records")),
        sa.UniqueConstraint(
            "audit_id", "key", name=op.f("uq_audit_records_audit_id_key")
        ),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_audit_records_institution_id_id")
        ),
    )
    with op.batch_alter_table("audit_records", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_records_asset", ["audit_id", "asset_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_audit_records_place", ["audit_id", "place_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_audit_records_standing", ["audit_id", "standing", "id"], unique=False
        )
        batch_op.create_index(
            "ix_audit_records_undoes", ["audit_id", "undoes"], unique=False
        )
        batch_op.create_index(
            "ix_audit_records_verdict", ["audit_id", "verdict", "id"], unique=False
        )

    dialect = op.get_bind().dialect.name
    for statement in (
        *append_only("audit_syncs", dialect, "id"),
        *append_only("audit_records", dialect, "id", "audit_id, key"),
        *append_only("audit_photos", dialect, "id", "audit_id, key"),
        *closed_audits(dialect),
    ):
        op.execute(statement)
