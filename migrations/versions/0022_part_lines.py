"""Lines of which the rest is asked for anew after the first order."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import append_only

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parted_lines",
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "into_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("parted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_parted_lines_parts_something")),
        sa.CheckConstraint(
            "into_id <> line_id", name=op.f("ck_parted_lines_into_another")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "into_id"],
            ["purchase_lines.institution_id", "purchase_lines.id"],
            name=op.f("fk_parted_lines_institution_id_into_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "line_id"],
            ["purchase_lines.institution_id", "purchase_lines.id"],
            name=op.f("fk_parted_lines_institution_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_parted_lines_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parted_lines")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_parted_lines_institution_id_id")
        ),
        sa.UniqueConstraint("into_id", name=op.f("uq_parted_lines_into_id")),
    )
    with op.batch_alter_table("parted_lines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_parted_lines_line", ["institution_id", "line_id"], unique=False
        )

    dialect = op.get_bind().dialect.name
    for statement in append_only("parted_lines", dialect, "id", "into_id"):
        op.execute(statement)
