"""Who must agree to a purchase, and who acts for whom."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval_policies",
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_approval_policies_institution_id"),
        ),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_approval_policies")),
    )
    op.create_table(
        "acting_approvers",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "acting_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "made_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
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
            "first <= last", name=op.f("ck_acting_approvers_runs_forward")
        ),
        sa.CheckConstraint(
            "person_id <> acting_id", name=op.f("ck_acting_approvers_for_somebody_else")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "acting_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_acting_approvers_institution_id_acting_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "made_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_acting_approvers_institution_id_made_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_acting_approvers_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_acting_approvers_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acting_approvers")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_acting_approvers_institution_id_id")
        ),
    )
    with op.batch_alter_table("acting_approvers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_acting_approvers_acting",
            ["institution_id", "acting_id", "last"],
            unique=False,
        )
        batch_op.create_index(
            "ix_acting_approvers_person",
            ["institution_id", "person_id", "last"],
            unique=False,
        )
