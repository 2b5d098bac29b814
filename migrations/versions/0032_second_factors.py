"""Second factors, and of whom one is asked."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "half_sign_ins",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_half_sign_ins_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_half_sign_ins_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_half_sign_ins")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_half_sign_ins_institution_id_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_half_sign_ins_token_hash")),
    )
    with op.batch_alter_table("half_sign_ins", schema=None) as batch_op:
        batch_op.create_index(
            "ix_half_sign_ins_expires_at", ["expires_at"], unique=False
        )
        batch_op.create_index(
            "ix_half_sign_ins_person", ["institution_id", "person_id"], unique=False
        )

    op.create_table(
        "second_factors",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("pending", sa.String(length=200), nullable=False),
        sa.Column("pending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "last_step",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('none', 'begun', 'on', 'renewing')",
            name=op.f("ck_second_factors_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_second_factors_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_second_factors_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_second_factors_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "person_id",
            name=op.f("uq_second_factors_institution_id_person_id"),
        ),
    )
    op.create_table(
        "spare_codes",
        sa.Column(
            "factor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "factor_id"],
            ["second_factors.institution_id", "second_factors.id"],
            name=op.f("fk_spare_codes_institution_id_factor_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_spare_codes_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spare_codes")),
        sa.UniqueConstraint(
            "factor_id", "mark", name=op.f("uq_spare_codes_factor_id_mark")
        ),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_spare_codes_institution_id_id")
        ),
    )
    # Written out: the table is referred to by all others and cannot be made anew.
    op.execute(
        "ALTER TABLE institutions ADD COLUMN factor_for VARCHAR(10) "
        "DEFAULT 'deciders' NOT NULL CONSTRAINT ck_institutions_factor_for_known "
        "CHECK (factor_for IN ('nobody', 'deciders', 'everyone'))"
    )
    op.add_column(
        "institutions",
        sa.Column("factor_from", sa.DateTime(timezone=True), nullable=True),
    )
    op.add_column(
        "sessions",
        sa.Column("stands_in", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _give_two_weeks()


def _give_two_weeks() -> None:
    """Whoever administers or decides has two weeks from the upgrade on."""
    known = sa.table(
        "institutions", sa.column("factor_from", sa.DateTime(timezone=True))
    )
    until = datetime.now(UTC) + timedelta(days=14)
    if op.get_bind().dialect.name == "sqlite":
        until = until.replace(tzinfo=None)
    op.execute(sa.update(known).values(factor_from=until))
