"""Changes of many assets at once; documents taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_changes",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("act", sa.String(length=30), nullable=False),
        sa.Column("how", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=True),
        sa.Column(
            "job_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
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
            "state IN ('planning', 'planned', 'running', 'done', 'stopped', 'cancelled')",
            name=op.f("ck_bulk_changes_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "job_id"],
            ["jobs.institution_id", "jobs.id"],
            name=op.f("fk_bulk_changes_institution_id_job_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_bulk_changes_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_bulk_changes_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_bulk_changes_institution_id_id")
        ),
    )
    with op.batch_alter_table("bulk_changes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_bulk_changes_document", ["institution_id", "document"], unique=False
        )
        batch_op.create_index(
            "ix_bulk_changes_person",
            ["institution_id", "person_id", "id"],
            unique=False,
        )

    op.create_table(
        "bulk_lines",
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "bulk_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('planned', 'unchanged', 'refused', 'changed', 'overtaken')",
            name=op.f("ck_bulk_lines_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_bulk_lines_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "bulk_id"],
            ["bulk_changes.institution_id", "bulk_changes.id"],
            name=op.f("fk_bulk_lines_institution_id_bulk_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_bulk_lines_institution_id"),
        ),
        sa.PrimaryKeyConstraint("bulk_id", "asset_id", name=op.f("pk_bulk_lines")),
    )
    with op.batch_alter_table("bulk_lines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_bulk_lines_outcome", ["bulk_id", "outcome", "asset_id"], unique=False
        )

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "undo_job_id",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "undone_by_id",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("undone", sa.JSON(), nullable=True))
        batch_op.create_index(
            "ix_documents_person", ["institution_id", "person_id", "id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_documents_institution_id_person_id"),
            "people",
            ["institution_id", "person_id"],
            ["institution_id", "id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_documents_institution_id_undo_job_id"),
            "jobs",
            ["institution_id", "undo_job_id"],
            ["institution_id", "id"],
            ondelete="RESTRICT",
        )
