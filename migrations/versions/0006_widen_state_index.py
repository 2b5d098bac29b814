"""The index of states holds all that the pool's cards are counted from."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

POOL = (
    "institution_id",
    "state",
    "item_type_id",
    "place_id",
    "department_id",
    "state_since",
    "condition",
    "cost_fen",
)


def upgrade() -> None:
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.drop_index("ix_assets_state")
        batch_op.create_index("ix_assets_state", list(POOL), unique=False)
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index("ix_photos_asset")
        batch_op.create_index(
            "ix_photos_asset", ["institution_id", "asset_id", "removed_at"]
        )
