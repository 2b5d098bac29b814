"""What other institutions show, in the check."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import answered_outside, append_only

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    still_open = sa.text("ended_at IS NULL")
    with op.batch_alter_table("outer_inquiries", schema=None) as batch_op:
        batch_op.drop_index("uq_outer_inquiries_open")
        batch_op.create_index(
            "uq_outer_inquiries_open",
            ["card_id", "asked_by_id", "cause"],
            unique=True,
            sqlite_where=still_open,
            postgresql_where=still_open,
        )
    op.create_table(
        "outer_candidates",
        sa.Column(
            "check_line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "card_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=800), nullable=False),
        sa.Column("condition", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("must_answer", sa.Boolean(), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "count > 0", name=op.f("ck_outer_candidates_counts_something")
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["outer_cards.id"], name=op.f("fk_outer_candidates_card_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "check_line_id"],
            ["check_lines.institution_id", "check_lines.id"],
            name=op.f("fk_outer_candidates_institution_id_check_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_outer_candidates_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outer_candidates")),
        sa.UniqueConstraint(
            "check_line_id",
            "card_id",
            name=op.f("uq_outer_candidates_check_line_id_card_id"),
        ),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_outer_candidates_institution_id_id")
        ),
    )
    op.create_table(
        "outer_answers",
        sa.Column(
            "candidate_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("inquiry", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "answered_by_id",
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
            "kind IN ('decline', 'refused', 'promised', 'urgent', 'fell')",
            name=op.f("ck_outer_answers_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('decline', 'urgent') OR words <> ''",
            name=op.f("ck_outer_answers_says_why"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('refused', 'promised', 'fell') OR inquiry <> ''",
            name=op.f("ck_outer_answers_was_asked"),
        ),
        sa.CheckConstraint(
            "reason IN ('condition', 'specification', 'time', 'owner_needs', 'cost', 'safety', 'restriction', 'repair', 'not_found', 'claimed', 'other')",
            name=op.f("ck_outer_answers_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "answered_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_outer_answers_institution_id_answered_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "candidate_id"],
            ["outer_candidates.institution_id", "outer_candidates.id"],
            name=op.f("fk_outer_answers_institution_id_candidate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "line_id"],
            ["purchase_lines.institution_id", "purchase_lines.id"],
            name=op.f("fk_outer_answers_institution_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_outer_answers_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outer_answers")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_outer_answers_institution_id_id")
        ),
    )
    with op.batch_alter_table("outer_answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outer_answers_line", ["institution_id", "line_id"], unique=False
        )
        batch_op.create_index(
            "uq_outer_answers_one",
            ["candidate_id"],
            unique=True,
            sqlite_where=sa.text("kind <> 'fell'"),
            postgresql_where=sa.text("kind <> 'fell'"),
        )
    dialect = op.get_bind().dialect.name
    for statement in (
        *append_only("outer_candidates", dialect, "id", "check_line_id, card_id"),
        *append_only("outer_answers", dialect, "id"),
        *answered_outside(dialect),
    ):
        op.execute(statement)
