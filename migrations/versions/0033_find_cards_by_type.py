"""Cards of others are found by their item types, and institution by institution."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    shown = sa.text("count > 0")
    with op.batch_alter_table("outer_cards", schema=None) as batch_op:
        batch_op.create_index("ix_outer_cards_type", ["item_type_id"], unique=False)
        batch_op.drop_index("ix_outer_cards_shown")
        batch_op.create_index(
            "ix_outer_cards_shown",
            ["institution_id", "id"],
            unique=False,
            sqlite_where=shown,
            postgresql_where=shown,
        )
