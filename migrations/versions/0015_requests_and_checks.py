"""Requests to buy, and the check of idle stock before them."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import append_only, resolved_requests

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purchase_requests",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column(
            "requester_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("thrown_back", sa.String(length=40), nullable=False),
        sa.Column("follows", sa.String(length=40), nullable=False),
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
            "state IN ('draft', 'answering', 'ruling', 'approving', 'approved', 'ordered', 'closed', 'covered', 'refused', 'withdrawn')",
            name=op.f("ck_purchase_requests_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_purchase_requests_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "requester_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_purchase_requests_institution_id_requester_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_purchase_requests_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_requests")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_purchase_requests_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "number",
            name=op.f("uq_purchase_requests_institution_id_number"),
        ),
    )
    with op.batch_alter_table("purchase_requests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_purchase_requests_department",
            ["institution_id", "department_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_purchase_requests_person",
            ["institution_id", "requester_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_purchase_requests_state",
            ["institution_id", "state", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_purchase_requests_submitted",
            ["institution_id", "submitted_at", "id"],
            unique=False,
        )

    op.create_table(
        "idle_checks",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "request_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("matcher", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "made_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "request_id"],
            ["purchase_requests.institution_id", "purchase_requests.id"],
            name=op.f("fk_idle_checks_institution_id_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_idle_checks_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idle_checks")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_idle_checks_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "number",
            name=op.f("uq_idle_checks_institution_id_number"),
        ),
        sa.UniqueConstraint(
            "request_id", "round", name=op.f("uq_idle_checks_request_id_round")
        ),
    )
    op.create_table(
        "purchase_lines",
        sa.Column(
            "request_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column(
            "item_type_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("specification", sa.String(length=400), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column(
            "place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column(
            "price_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("budget", sa.String(length=100), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column(
            "check_line_id",
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
            "standing IN ('open', 'unclear', 'matched', 'declined', 'clear', 'covered', 'overridden')",
            name=op.f("ck_purchase_lines_standing_known"),
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_purchase_lines_says_what")),
        sa.CheckConstraint(
            "covered BETWEEN 0 AND quantity",
            name=op.f("ck_purchase_lines_covered_counts"),
        ),
        sa.CheckConstraint(
            "declined >= 0", name=op.f("ck_purchase_lines_declined_counts")
        ),
        sa.CheckConstraint(
            "price_fen >= 0", name=op.f("ck_purchase_lines_price_not_negative")
        ),
        sa.CheckConstraint(
            "quantity BETWEEN 0 AND 100000",
            name=op.f("ck_purchase_lines_quantity_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "item_type_id"],
            ["item_types.institution_id", "item_types.id"],
            name=op.f("fk_purchase_lines_institution_id_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_purchase_lines_institution_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "request_id"],
            ["purchase_requests.institution_id", "purchase_requests.id"],
            name=op.f("fk_purchase_lines_institution_id_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_purchase_lines_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_lines")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_purchase_lines_institution_id_id")
        ),
    )
    with op.batch_alter_table("purchase_lines", schema=None) as batch_op:
        batch_op.create_index("ix_purchase_lines_request", ["request_id"], unique=False)

    op.create_table(
        "check_lines",
        sa.Column(
            "check_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("vague", sa.Boolean(), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "verdict IN ('clear', 'unclear', 'matched')",
            name=op.f("ck_check_lines_verdict_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "check_id"],
            ["idle_checks.institution_id", "idle_checks.id"],
            name=op.f("fk_check_lines_institution_id_check_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "line_id"],
            ["purchase_lines.institution_id", "purchase_lines.id"],
            name=op.f("fk_check_lines_institution_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_check_lines_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_lines")),
        sa.UniqueConstraint(
            "check_id", "line_id", name=op.f("uq_check_lines_check_id_line_id")
        ),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_check_lines_institution_id_id")
        ),
    )
    with op.batch_alter_table("check_lines", schema=None) as batch_op:
        batch_op.create_index("ix_check_lines_line", ["line_id"], unique=False)

    op.create_table(
        "fallen_through",
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_fallen_through_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "line_id"],
            ["purchase_lines.institution_id", "purchase_lines.id"],
            name=op.f("fk_fallen_through_institution_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_fallen_through_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fallen_through")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_fallen_through_institution_id_id")
        ),
    )
    with op.batch_alter_table("fallen_through", schema=None) as batch_op:
        batch_op.create_index("ix_fallen_through_line", ["line_id"], unique=False)

    op.create_table(
        "idle_candidates",
        sa.Column(
            "check_line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "item_type_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("condition", sa.String(length=10), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("asset_ids", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.String(length=200), nullable=False),
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
            "kind IN ('idle', 'claimed', 'left', 'suspected', 'repairable')",
            name=op.f("ck_idle_candidates_kind_known"),
        ),
        sa.CheckConstraint(
            "count > 0", name=op.f("ck_idle_candidates_counts_something")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "check_line_id"],
            ["check_lines.institution_id", "check_lines.id"],
            name=op.f("fk_idle_candidates_institution_id_check_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_idle_candidates_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "item_type_id"],
            ["item_types.institution_id", "item_types.id"],
            name=op.f("fk_idle_candidates_institution_id_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "place_id"],
            ["places.institution_id", "places.id"],
            name=op.f("fk_idle_candidates_institution_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_idle_candidates_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idle_candidates")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_idle_candidates_institution_id_id")
        ),
    )
    with op.batch_alter_table("idle_candidates", schema=None) as batch_op:
        batch_op.create_index(
            "ix_idle_candidates_line", ["institution_id", "check_line_id"], unique=False
        )

    op.create_table(
        "rulings",
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "check_line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("candidate_ids", sa.JSON(), nullable=False),
        sa.Column(
            "requester_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "ruled_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('settle_clear', 'settle_matched', 'uphold', 'send_back', 'urgent')",
            name=op.f("ck_rulings_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('uphold', 'send_back', 'urgent') OR words <> ''",
            name=op.f("ck_rulings_says_why"),
        ),
        sa.CheckConstraint(
            "ruled_by_id <> requester_id", name=op.f("ck_rulings_not_ones_own")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "check_line_id"],
            ["check_lines.institution_id", "check_lines.id"],
            name=op.f("fk_rulings_institution_id_check_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "line_id"],
            ["purchase_lines.institution_id", "purchase_lines.id"],
            name=op.f("fk_rulings_institution_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "requester_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_rulings_institution_id_requester_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "ruled_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_rulings_institution_id_ruled_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_rulings_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_rulings_institution_id_id")
        ),
    )
    with op.batch_alter_table("rulings", schema=None) as batch_op:
        batch_op.create_index("ix_rulings_line", ["line_id"], unique=False)

    op.create_table(
        "check_answers",
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
        sa.Column("asset_ids", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("transfer", sa.String(length=40), nullable=False),
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
            "(kind = 'decline') = (reason IS NOT NULL)",
            name=op.f("ck_check_answers_says_why"),
        ),
        sa.CheckConstraint(
            "kind IN ('take', 'decline')", name=op.f("ck_check_answers_kind_known")
        ),
        sa.CheckConstraint(
            "reason IN ('condition', 'specification', 'time', 'owner_needs', 'cost', 'safety', 'restriction', 'repair', 'not_found', 'claimed', 'other')",
            name=op.f("ck_check_answers_reason_known"),
        ),
        sa.CheckConstraint(
            "count > 0", name=op.f("ck_check_answers_answers_something")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "answered_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_check_answers_institution_id_answered_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "candidate_id"],
            ["idle_candidates.institution_id", "idle_candidates.id"],
            name=op.f("fk_check_answers_institution_id_candidate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "line_id"],
            ["purchase_lines.institution_id", "purchase_lines.id"],
            name=op.f("fk_check_answers_institution_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_check_answers_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_answers")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_check_answers_institution_id_id")
        ),
    )
    with op.batch_alter_table("check_answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_check_answers_candidate",
            ["candidate_id"],
            unique=False,
        )
        batch_op.create_index("ix_check_answers_line", ["line_id"], unique=False)

    dialect = op.get_bind().dialect.name
    for statement in (
        *append_only(
            "idle_checks",
            dialect,
            "id",
            "institution_id, number",
            "request_id, round",
        ),
        *append_only("check_lines", dialect, "id", "check_id, line_id"),
        *append_only("idle_candidates", dialect, "id"),
        *append_only("check_answers", dialect, "id"),
        *append_only("fallen_through", dialect, "id"),
        *append_only("rulings", dialect, "id"),
        *resolved_requests(dialect),
    ):
        op.execute(statement)
