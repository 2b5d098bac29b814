"""Holds, transfers and loans."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "to_department_id",
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
        sa.Column(
            "requester_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("purpose", sa.String(length=400), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
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
            "(closed_at IS NULL) = (state IN ('requested', 'agreed', 'under_way'))",
            name=op.f("ck_transfers_closed_unless_open"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'agreed', 'under_way', 'received', 'refused', 'cancelled', 'lapsed')",
            name=op.f("ck_transfers_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "custodian_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_transfers_institution_id_custodian_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_transfers_institution_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "requester_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_transfers_institution_id_requester_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "to_department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_transfers_institution_id_to_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_transfers_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_transfers_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id", "number", name=op.f("uq_transfers_institution_id_number")
        ),
    )
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_transfers_cause", ["institution_id", "cause"], unique=False
        )
        batch_op.create_index(
            "ix_transfers_requester",
            ["institution_id", "requester_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_transfers_state", ["institution_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "ix_transfers_to",
            ["institution_id", "to_department_id", "id"],
            unique=False,
        )

    op.create_table(
        "transfer_sides",
        sa.Column(
            "transfer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "department_id",
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
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_transfer_sides_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "transfer_id"],
            ["transfers.institution_id", "transfers.id"],
            name=op.f("fk_transfer_sides_institution_id_transfer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_transfer_sides_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_sides")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_transfer_sides_institution_id_id")
        ),
        sa.UniqueConstraint(
            "transfer_id",
            "department_id",
            name=op.f("uq_transfer_sides_transfer_id_department_id"),
        ),
    )
    with op.batch_alter_table("transfer_sides", schema=None) as batch_op:
        batch_op.create_index(
            "ix_transfer_sides_from",
            ["institution_id", "department_id", "id"],
            unique=False,
        )

    op.create_table(
        "holds",
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "claim_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('waiting', 'held'))",
            name=op.f("ck_holds_ended_unless_open"),
        ),
        sa.CheckConstraint(
            "state <> 'held' OR (claim_id IS NOT NULL AND until IS NOT NULL)",
            name=op.f("ck_holds_held_by_a_claim"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'used', 'released', 'expired', 'lapsed')",
            name=op.f("ck_holds_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_holds_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "claim_id"],
            ["claims.institution_id", "claims.id"],
            name=op.f("fk_holds_institution_id_claim_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_holds_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_holds_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_holds_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_holds_institution_id_id")
        ),
    )
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_holds_person", ["institution_id", "person_id", "ended_at"], unique=False
        )
        batch_op.create_index("ix_holds_until", ["state", "until"], unique=False)
        batch_op.create_index(
            "uq_holds_held",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.create_index(
            "uq_holds_person",
            ["asset_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "loans",
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "borrower_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("borrower", sa.String(length=200), nullable=False),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("purpose", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "asked_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "claim_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
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
            "(ended_at IS NULL) = (state IN ('requested', 'reserved', 'out'))",
            name=op.f("ck_loans_ended_unless_open"),
        ),
        sa.CheckConstraint(
            "borrower_id IS NOT NULL OR borrower <> ''",
            name=op.f("ck_loans_to_somebody"),
        ),
        sa.CheckConstraint(
            "state <> 'out' OR claim_id IS NOT NULL",
            name=op.f("ck_loans_out_by_a_claim"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason <> ''",
            name=op.f("ck_loans_refused_for_a_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'reserved', 'out', 'returned', 'refused', 'cancelled', 'lapsed')",
            name=op.f("ck_loans_state_known"),
        ),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_loans_runs_forward")),
        sa.ForeignKeyConstraint(
            ["institution_id", "asked_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_loans_institution_id_asked_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_loans_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "borrower_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_loans_institution_id_borrower_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "claim_id"],
            ["claims.institution_id", "claims.id"],
            name=op.f("fk_loans_institution_id_claim_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_loans_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_loans_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_loans_institution_id_id")
        ),
    )
    with op.batch_alter_table("loans", schema=None) as batch_op:
        batch_op.create_index(
            "ix_loans_asset", ["institution_id", "asset_id", "ended_at"], unique=False
        )
        batch_op.create_index(
            "ix_loans_borrower",
            ["institution_id", "borrower_id", "ended_at"],
            unique=False,
        )
        batch_op.create_index("ix_loans_due", ["state", "until_on", "id"], unique=False)

    op.create_table(
        "transfer_lines",
        sa.Column(
            "transfer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "side_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "claim_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answered_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "handed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("wiped", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "received_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "saved_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("saved_by", sa.String(length=10), nullable=True),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('requested', 'agreed', 'handed_over'))",
            name=op.f("ck_transfer_lines_ended_unless_open"),
        ),
        sa.CheckConstraint(
            "saved_by IN ('type', 'newest', 'original')",
            name=op.f("ck_transfer_lines_saved_by_known"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason <> ''",
            name=op.f("ck_transfer_lines_refused_for_a_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'agreed', 'handed_over', 'received', 'refused', 'cancelled', 'lapsed')",
            name=op.f("ck_transfer_lines_state_known"),
        ),
        sa.CheckConstraint(
            "saved_fen >= 0", name=op.f("ck_transfer_lines_saved_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "answered_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_transfer_lines_institution_id_answered_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_transfer_lines_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "claim_id"],
            ["claims.institution_id", "claims.id"],
            name=op.f("fk_transfer_lines_institution_id_claim_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "handed_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_transfer_lines_institution_id_handed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "received_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_transfer_lines_institution_id_received_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "side_id"],
            ["transfer_sides.institution_id", "transfer_sides.id"],
            name=op.f("fk_transfer_lines_institution_id_side_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "transfer_id"],
            ["transfers.institution_id", "transfers.id"],
            name=op.f("fk_transfer_lines_institution_id_transfer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_transfer_lines_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_lines")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_transfer_lines_institution_id_id")
        ),
        sa.UniqueConstraint(
            "transfer_id",
            "asset_id",
            name=op.f("uq_transfer_lines_transfer_id_asset_id"),
        ),
    )
    with op.batch_alter_table("transfer_lines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_transfer_lines_received",
            ["institution_id", "received_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "uq_transfer_lines_live",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
