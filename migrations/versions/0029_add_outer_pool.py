"""The outer pool."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outer_cards",
        sa.Column(
            "item_type_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("condition", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "count >= 0", name=op.f("ck_outer_cards_count_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "item_type_id"],
            ["item_types.institution_id", "item_types.id"],
            name=op.f("fk_outer_cards_institution_id_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_outer_cards_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outer_cards")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_outer_cards_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "item_type_id",
            "condition",
            name=op.f("uq_outer_cards_institution_id_item_type_id_condition"),
        ),
    )
    with op.batch_alter_table("outer_cards", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outer_cards_shown",
            ["id"],
            unique=False,
            sqlite_where=sa.text("count > 0"),
            postgresql_where=sa.text("count > 0"),
        )

    op.create_table(
        "outer_inquiries",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "card_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "from_institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asked_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("asker", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answered_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("approval", sa.String(length=100), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
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
            "(ended_at IS NULL) = (state IN ('asked', 'promised'))",
            name=op.f("ck_outer_inquiries_ended_unless_open"),
        ),
        sa.CheckConstraint(
            "state <> 'given' OR approval <> ''",
            name=op.f("ck_outer_inquiries_given_with_approval"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason <> ''",
            name=op.f("ck_outer_inquiries_refused_for_a_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'promised', 'given', 'refused', 'withdrawn', 'lapsed')",
            name=op.f("ck_outer_inquiries_state_known"),
        ),
        sa.CheckConstraint(
            "count > 0", name=op.f("ck_outer_inquiries_wants_something")
        ),
        sa.CheckConstraint(
            "from_institution_id <> institution_id",
            name=op.f("ck_outer_inquiries_of_another_institution"),
        ),
        sa.CheckConstraint(
            "promised BETWEEN 0 AND count",
            name=op.f("ck_outer_inquiries_promised_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["from_institution_id", "asked_by_id"],
            ["people.institution_id", "people.id"],
            name="fk_outer_inquiries_asked_by",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "answered_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_outer_inquiries_institution_id_answered_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "card_id"],
            ["outer_cards.institution_id", "outer_cards.id"],
            name=op.f("fk_outer_inquiries_institution_id_card_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_outer_inquiries_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outer_inquiries")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_outer_inquiries_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "number",
            name=op.f("uq_outer_inquiries_institution_id_number"),
        ),
    )
    with op.batch_alter_table("outer_inquiries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outer_inquiries_cause", ["from_institution_id", "cause"], unique=False
        )
        batch_op.create_index(
            "ix_outer_inquiries_from", ["from_institution_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_outer_inquiries_state", ["institution_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "uq_outer_inquiries_open",
            ["card_id", "asked_by_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "outer_things",
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "card_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "published_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "inquiry_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
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
            "(ended_at IS NULL) = (state IN ('offered', 'promised'))",
            name=op.f("ck_outer_things_ended_unless_open"),
        ),
        sa.CheckConstraint(
            "state <> 'promised' OR (claim_id IS NOT NULL AND inquiry_id IS NOT NULL)",
            name=op.f("ck_outer_things_promised_to_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('offered', 'promised', 'given', 'withdrawn', 'overtaken')",
            name=op.f("ck_outer_things_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_outer_things_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "card_id"],
            ["outer_cards.institution_id", "outer_cards.id"],
            name=op.f("fk_outer_things_institution_id_card_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "claim_id"],
            ["claims.institution_id", "claims.id"],
            name=op.f("fk_outer_things_institution_id_claim_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "inquiry_id"],
            ["outer_inquiries.institution_id", "outer_inquiries.id"],
            name=op.f("fk_outer_things_institution_id_inquiry_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "published_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_outer_things_institution_id_published_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_outer_things_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outer_things")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_outer_things_institution_id_id")
        ),
    )
    with op.batch_alter_table("outer_things", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outer_things_card", ["institution_id", "card_id", "state"], unique=False
        )
        batch_op.create_index("ix_outer_things_inquiry", ["inquiry_id"], unique=False)
        batch_op.create_index(
            "uq_outer_things_open",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
