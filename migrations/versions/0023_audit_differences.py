"""Differences of audits: what the ledger said then, and each opened once."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("audit_findings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("was", sa.String(length=20), nullable=True))
        batch_op.create_index(
            "ix_audit_findings_asset", ["institution_id", "asset_id"], unique=False
        )
        batch_op.create_index(
            "uq_audit_findings_asset",
            ["audit_id", "asset_id", "kind"],
            unique=True,
            sqlite_where=sa.text(
                "audit_id IS NOT NULL AND asset_id IS NOT NULL AND state IN ('open', 'ruled', 'approved')"
            ),
            postgresql_where=sa.text(
                "audit_id IS NOT NULL AND asset_id IS NOT NULL AND state IN ('open', 'ruled', 'approved')"
            ),
        )
        batch_op.create_index(
            "uq_audit_findings_heap",
            ["audit_id", "item_type_id", "place_id", "kind"],
            unique=True,
            sqlite_where=sa.text(
                "asset_id IS NULL AND item_type_id IS NOT NULL AND state IN ('open', 'ruled', 'approved')"
            ),
            postgresql_where=sa.text(
                "asset_id IS NULL AND item_type_id IS NOT NULL AND state IN ('open', 'ruled', 'approved')"
            ),
        )
        batch_op.create_index(
            "uq_audit_findings_record",
            ["audit_id", "kind", "record_key"],
            unique=True,
            sqlite_where=sa.text("asset_id IS NULL AND item_type_id IS NULL"),
            postgresql_where=sa.text("asset_id IS NULL AND item_type_id IS NULL"),
        )
