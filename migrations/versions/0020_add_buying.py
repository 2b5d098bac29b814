"""Approving, ordering and receiving; certificates of checks."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import append_only, decided_steps

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column(
            "request_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
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
            name=op.f("fk_certificates_institution_id_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_certificates_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_certificates_institution_id_id")
        ),
        sa.UniqueConstraint(
            "request_id", "number", name=op.f("uq_certificates_request_id_number")
        ),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(
            "ix_certificates_issued",
            ["institution_id", "issued_at", "id"],
            unique=False,
        )

    op.create_table(
        "purchase_orders",
        sa.Column(
            "request_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ordered_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "supplier <> ''", name=op.f("ck_purchase_orders_has_supplier")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "ordered_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_purchase_orders_institution_id_ordered_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "request_id"],
            ["purchase_requests.institution_id", "purchase_requests.id"],
            name=op.f("fk_purchase_orders_institution_id_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_purchase_orders_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_orders")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_purchase_orders_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "number",
            name=op.f("uq_purchase_orders_institution_id_number"),
        ),
    )
    with op.batch_alter_table("purchase_orders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_purchase_orders_request", ["request_id"], unique=False
        )

    op.create_table(
        "approvals",
        sa.Column(
            "request_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "certificate_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "requester_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "amount_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decided_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "acting_for_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(decided_at IS NOT NULL) = (state IN ('approved', 'refused', 'returned'))",
            name=op.f("ck_approvals_decided_as_it_stands"),
        ),
        sa.CheckConstraint(
            "state IN ('later', 'open', 'approved', 'refused', 'returned', 'void')",
            name=op.f("ck_approvals_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('refused', 'returned') OR words <> ''",
            name=op.f("ck_approvals_says_why"),
        ),
        sa.CheckConstraint(
            "step IN ('department_head', 'asset_office', 'finance', 'principal')",
            name=op.f("ck_approvals_step_known"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_approvals_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "acting_for_id IS NULL OR acting_for_id <> requester_id",
            name=op.f("ck_approvals_not_for_the_requester"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requester_id",
            name=op.f("ck_approvals_not_ones_own"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "acting_for_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_approvals_institution_id_acting_for_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "certificate_id"],
            ["certificates.institution_id", "certificates.id"],
            name=op.f("fk_approvals_institution_id_certificate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "decided_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_approvals_institution_id_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "request_id"],
            ["purchase_requests.institution_id", "purchase_requests.id"],
            name=op.f("fk_approvals_institution_id_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "requester_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_approvals_institution_id_requester_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_approvals_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_approvals_institution_id_id")
        ),
        sa.UniqueConstraint(
            "request_id",
            "round",
            "step",
            name=op.f("uq_approvals_request_id_round_step"),
        ),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index("ix_approvals_certificate", ["certificate_id"])
        batch_op.create_index(
            "ix_approvals_decided", ["institution_id", "decided_at", "id"], unique=False
        )

    op.create_table(
        "goods_receipts",
        sa.Column(
            "order_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "document_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "received_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "document_id"],
            ["documents.institution_id", "documents.id"],
            name=op.f("fk_goods_receipts_institution_id_document_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "order_id"],
            ["purchase_orders.institution_id", "purchase_orders.id"],
            name=op.f("fk_goods_receipts_institution_id_order_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "received_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_goods_receipts_institution_id_received_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_goods_receipts_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipts")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_goods_receipts_institution_id_id")
        ),
    )
    with op.batch_alter_table("goods_receipts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_goods_receipts_order", ["institution_id", "order_id"], unique=False
        )

    op.create_table(
        "order_lines",
        sa.Column(
            "order_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "price_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "price_fen >= 0", name=op.f("ck_order_lines_price_not_negative")
        ),
        sa.CheckConstraint(
            "quantity > 0", name=op.f("ck_order_lines_orders_something")
        ),
        sa.CheckConstraint(
            "received BETWEEN 0 AND quantity",
            name=op.f("ck_order_lines_received_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "line_id"],
            ["purchase_lines.institution_id", "purchase_lines.id"],
            name=op.f("fk_order_lines_institution_id_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "order_id"],
            ["purchase_orders.institution_id", "purchase_orders.id"],
            name=op.f("fk_order_lines_institution_id_order_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_order_lines_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_order_lines_institution_id_id")
        ),
        sa.UniqueConstraint(
            "order_id", "line_id", name=op.f("uq_order_lines_order_id_line_id")
        ),
    )
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_lines_line", ["institution_id", "line_id"], unique=False
        )

    op.create_table(
        "urgent_passes",
        sa.Column(
            "request_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "certificate_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "requester_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "allowed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "acting_for_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("review_words", sa.Text(), nullable=False),
        sa.Column(
            "reviewed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_urgent_passes_says_why")),
        sa.CheckConstraint(
            "verdict IN ('justified', 'unjustified')",
            name=op.f("ck_urgent_passes_verdict_known"),
        ),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (verdict IS NULL)",
            name=op.f("ck_urgent_passes_reviewed_as_it_stands"),
        ),
        sa.CheckConstraint(
            "allowed_by_id <> requester_id", name=op.f("ck_urgent_passes_not_ones_own")
        ),
        sa.CheckConstraint(
            "reviewed_by_id IS NULL OR (reviewed_by_id <> requester_id AND reviewed_by_id <> allowed_by_id)",
            name=op.f("ck_urgent_passes_reviewed_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "acting_for_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_urgent_passes_institution_id_acting_for_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "allowed_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_urgent_passes_institution_id_allowed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "certificate_id"],
            ["certificates.institution_id", "certificates.id"],
            name=op.f("fk_urgent_passes_institution_id_certificate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "request_id"],
            ["purchase_requests.institution_id", "purchase_requests.id"],
            name=op.f("fk_urgent_passes_institution_id_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "requester_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_urgent_passes_institution_id_requester_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "reviewed_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_urgent_passes_institution_id_reviewed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_urgent_passes_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_passes")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_urgent_passes_institution_id_id")
        ),
    )
    with op.batch_alter_table("urgent_passes", schema=None) as batch_op:
        batch_op.create_index("ix_urgent_passes_certificate", ["certificate_id"])
        batch_op.create_index("ix_urgent_passes_request", ["request_id"])
        batch_op.create_index(
            "ix_urgent_passes_open",
            ["institution_id", "reviewed_at", "id"],
            unique=False,
        )

    op.create_table(
        "received_assets",
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "receipt_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "order_line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_received_assets_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "order_line_id"],
            ["order_lines.institution_id", "order_lines.id"],
            name=op.f("fk_received_assets_institution_id_order_line_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "receipt_id"],
            ["goods_receipts.institution_id", "goods_receipts.id"],
            name=op.f("fk_received_assets_institution_id_receipt_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_received_assets_institution_id"),
        ),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_received_assets")),
    )
    with op.batch_alter_table("received_assets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_received_assets_receipt", ["institution_id", "receipt_id"], unique=False
        )

    dialect = op.get_bind().dialect.name
    for statement in (
        *append_only("certificates", dialect, "id", "code", "request_id, number"),
        *decided_steps(dialect),
    ):
        op.execute(statement)
