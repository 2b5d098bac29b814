"""Lists as each person likes them, and assets named one by one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chosen_columns",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("listing", sa.String(length=30), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_chosen_columns_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_chosen_columns_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chosen_columns")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_chosen_columns_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "person_id",
            "listing",
            name=op.f("uq_chosen_columns_institution_id_person_id_listing"),
        ),
    )
    op.create_table(
        "found_sets",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_found_sets_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_found_sets_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_sets")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_found_sets_institution_id_id")
        ),
    )
    op.create_index(
        "ix_found_sets_person",
        "found_sets",
        ["institution_id", "person_id", "id"],
        unique=False,
    )
    op.create_table(
        "kept_filters",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("listing", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_kept_filters_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_kept_filters_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_filters")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_kept_filters_institution_id_id")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "person_id",
            "listing",
            "name",
            name=op.f("uq_kept_filters_institution_id_person_id_listing_name"),
        ),
    )
    op.create_table(
        "found_assets",
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "set_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_found_assets_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "set_id"],
            ["found_sets.institution_id", "found_sets.id"],
            name=op.f("fk_found_assets_institution_id_set_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_found_assets_institution_id"),
        ),
        sa.PrimaryKeyConstraint("set_id", "asset_id", name=op.f("pk_found_assets")),
    )
