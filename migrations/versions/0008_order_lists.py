"""Indexes for every order a list has."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEXES = {
    "assets": {
        "ix_assets_turned": ["institution_id", "state_since", "id"],
        "ix_assets_changed": ["institution_id", "changed_at", "id"],
        "ix_assets_warranty": ["institution_id", "warranty_until", "id"],
        "ix_assets_condition": ["institution_id", "condition"],
    },
    "departments": {"ix_departments_order": ["institution_id", "name", "id"]},
    "places": {"ix_places_full_name": ["institution_id", "full_name", "id"]},
    "people": {"ix_people_name": ["institution_id", "name", "id"]},
}


def upgrade() -> None:
    for table, indexes in INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns, unique=False)
