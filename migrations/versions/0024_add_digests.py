"""Summaries by mail, daily or weekly, at an hour of one's own."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("wish", sa.String(length=10), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "notice_id",
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
            "wish IN ('daily', 'weekly')", name=op.f("ck_digests_wish_known")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "notice_id"],
            ["notices.institution_id", "notices.id"],
            name=op.f("fk_digests_institution_id_notice_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_digests_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_digests_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint(
            "institution_id",
            "person_id",
            "wish",
            "period",
            name=op.f("uq_digests_institution_id_person_id_wish_period"),
        ),
    )
    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_digests_notice", ["institution_id", "notice_id"], unique=False
        )

    with op.batch_alter_table("notice_wishes", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("hour", sa.Integer(), nullable=False, server_default="8")
        )
        batch_op.drop_constraint(op.f("ck_notice_wishes_mail_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_notice_wishes_mail_known"),
            "mail IN ('now', 'daily', 'weekly', 'never')",
        )
        batch_op.create_check_constraint(
            op.f("ck_notice_wishes_hour_of_day"), "hour BETWEEN 0 AND 23"
        )
    with op.batch_alter_table("notice_wishes", schema=None) as batch_op:
        batch_op.alter_column("hour", server_default=None)
