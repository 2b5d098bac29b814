"""Printers, own sheets and the history of printing."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_sheets",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("offset_x", sa.Float(), nullable=False),
        sa.Column("offset_y", sa.Float(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_own_sheets_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_sheets")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_own_sheets_institution_id_id")
        ),
    )
    op.create_table(
        "print_runs",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("medium", sa.String(length=80), nullable=False),
        sa.Column("start_cell", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column(
            "printer_id",
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
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_print_runs_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_runs")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_print_runs_institution_id_id")
        ),
    )
    with op.batch_alter_table("print_runs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_print_runs_newest", ["institution_id", "id"], unique=False
        )

    op.create_table(
        "printers",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("width_mm", sa.Float(), nullable=False),
        sa.Column("height_mm", sa.Float(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
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
            "language IN ('zpl', 'tspl')", name=op.f("ck_printers_language_known")
        ),
        sa.CheckConstraint(
            "port BETWEEN 1 AND 65535", name=op.f("ck_printers_port_exists")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_printers_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printers")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_printers_institution_id_id")
        ),
    )
    op.create_table(
        "printed_labels",
        sa.Column(
            "run_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("is_reprint", sa.Boolean(), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["code"], ["codes.code"], name=op.f("fk_printed_labels_code")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "run_id"],
            ["print_runs.institution_id", "print_runs.id"],
            name=op.f("fk_printed_labels_institution_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_printed_labels_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_labels")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_printed_labels_institution_id_id")
        ),
    )
    with op.batch_alter_table("printed_labels", schema=None) as batch_op:
        batch_op.create_index("ix_printed_labels_code", ["code"], unique=False)
        batch_op.create_index(
            "ix_printed_labels_run", ["institution_id", "run_id"], unique=False
        )
