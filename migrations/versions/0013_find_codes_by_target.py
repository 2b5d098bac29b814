"""Every code that a thing has had is found without passing all others."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_codes_target", "codes", ["kind", "target_id"])
