"""What answers have taught the search, each with whoever decided it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_lessons",
        sa.Column("wording", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column(
            "item_type_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "request_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "proposed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alias", sa.String(length=200), nullable=False),
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
            "kind IN ('same', 'different')", name=op.f("ck_match_lessons_kind_known")
        ),
        sa.CheckConstraint(
            "state = 'proposed' OR decided_at IS NOT NULL",
            name=op.f("ck_match_lessons_somebody_decided"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'confirmed', 'dismissed')",
            name=op.f("ck_match_lessons_state_known"),
        ),
        sa.CheckConstraint("times > 0", name=op.f("ck_match_lessons_happened")),
        sa.ForeignKeyConstraint(
            ["institution_id", "decided_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_match_lessons_institution_id_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "item_type_id"],
            ["item_types.institution_id", "item_types.id"],
            name=op.f("fk_match_lessons_institution_id_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "proposed_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_match_lessons_institution_id_proposed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "request_id"],
            ["purchase_requests.institution_id", "purchase_requests.id"],
            name=op.f("fk_match_lessons_institution_id_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_match_lessons_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_lessons")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_match_lessons_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "wording",
            "item_type_id",
            "kind",
            name=op.f("uq_match_lessons_institution_id_wording_item_type_id_kind"),
        ),
    )
    with op.batch_alter_table("match_lessons", schema=None) as batch_op:
        batch_op.create_index(
            "ix_match_lessons_state", ["institution_id", "state", "id"], unique=False
        )
