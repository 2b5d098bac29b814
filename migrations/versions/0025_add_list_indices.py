"""Indices for lists of people and trees of places."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assets_place"))
        batch_op.create_index(
            "ix_assets_place", ["institution_id", "place_id", "state"], unique=False
        )

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(
            "ix_people_staff_number",
            ["institution_id", "staff_number", "id"],
            unique=False,
        )
