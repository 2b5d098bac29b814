"""What seems to lie idle, what is asked about it, and what an institution chose."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idle_policies",
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_idle_policies_institution_id"),
        ),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_idle_policies")),
    )
    op.create_table(
        "askings",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "asked_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_askings_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_askings_institution_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_askings_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_askings")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_askings_institution_id_id")
        ),
    )
    with op.batch_alter_table("askings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_askings_person",
            ["institution_id", "person_id", "asked_at"],
            unique=False,
        )

    op.create_table(
        "asset_lives",
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
        sa.Column("scanned_on", sa.Date(), nullable=True),
        sa.Column("unused_on", sa.Date(), nullable=True),
        sa.Column("unused_by", sa.String(length=60), nullable=False),
        sa.Column("replaced_on", sa.Date(), nullable=True),
        sa.Column("replaced_by", sa.String(length=60), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("rested_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_asset_lives_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_asset_lives_institution_id"),
        ),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_asset_lives")),
    )
    op.create_table(
        "idle_questions",
        sa.Column(
            "asking_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=10), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "answered_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("overtaken_by", sa.String(length=40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
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
            "(answer IS NULL) = (state IN ('open', 'overtaken', 'withdrawn'))",
            name=op.f("ck_idle_questions_answered_as_it_stands"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state = 'open')",
            name=op.f("ck_idle_questions_closed_unless_open"),
        ),
        sa.CheckConstraint(
            "answer IN ('idle', 'in_use', 'not_here')",
            name=op.f("ck_idle_questions_answer_known"),
        ),
        sa.CheckConstraint(
            "reason IN ('daily', 'seasonal', 'spare', 'project', 'soon', 'other')",
            name=op.f("ck_idle_questions_reason_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'idle', 'in_use', 'not_here', 'overtaken', 'withdrawn')",
            name=op.f("ck_idle_questions_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "answered_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_idle_questions_institution_id_answered_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asking_id"],
            ["askings.institution_id", "askings.id"],
            name=op.f("fk_idle_questions_institution_id_asking_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_idle_questions_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_idle_questions_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idle_questions")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_idle_questions_institution_id_id")
        ),
    )
    with op.batch_alter_table("idle_questions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_idle_questions_asking", ["institution_id", "asking_id"], unique=False
        )
        batch_op.create_index(
            "ix_idle_questions_closed",
            ["institution_id", "closed_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "uq_idle_questions_open",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "suspicions",
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
        sa.Column("signals", sa.String(length=80), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "asset_id"],
            ["assets.institution_id", "assets.id"],
            name=op.f("fk_suspicions_institution_id_asset_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_suspicions_institution_id"),
        ),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_suspicions")),
    )
    with op.batch_alter_table("suspicions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_suspicions_since", ["institution_id", "since", "asset_id"], unique=False
        )
        batch_op.create_index(
            "ix_suspicions_weight",
            ["institution_id", "weight", "asset_id"],
            unique=False,
        )

    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assets_state"))
        batch_op.create_index(
            "ix_assets_state",
            [
                "institution_id",
                "state",
                "item_type_id",
                "place_id",
                "department_id",
                "state_since",
                "condition",
                "cost_fen",
                "currency",
            ],
            unique=False,
        )
