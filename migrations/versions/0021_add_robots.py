"""Robots that speak in group chats, and what each of them has to say."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "robots",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("base", sa.String(length=200), nullable=False),
        sa.Column("token", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column("trouble_code", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "added_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
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
            "kind IN ('wecom', 'dingtalk', 'feishu')", name=op.f("ck_robots_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('on', 'paused', 'broken', 'removed')",
            name=op.f("ck_robots_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "added_by_id"],
            ["people.institution_id", "people.id"],
            name=op.f("fk_robots_institution_id_added_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "department_id"],
            ["departments.institution_id", "departments.id"],
            name=op.f("fk_robots_institution_id_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_robots_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robots")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_robots_institution_id_id")
        ),
    )
    op.create_table(
        "robot_posts",
        sa.Column(
            "robot_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("topic", sa.String(length=10), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column(
            "wait_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed', 'dropped')",
            name=op.f("ck_robot_posts_state_known"),
        ),
        sa.CheckConstraint(
            "topic IN ('begun', 'late', 'wanted', 'test')",
            name=op.f("ck_robot_posts_topic_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "robot_id"],
            ["robots.institution_id", "robots.id"],
            name=op.f("fk_robot_posts_institution_id_robot_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "wait_id"],
            ["waits.institution_id", "waits.id"],
            name=op.f("fk_robot_posts_institution_id_wait_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_robot_posts_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robot_posts")),
        sa.UniqueConstraint(
            "institution_id", "id", name=op.f("uq_robot_posts_institution_id_id")
        ),
    )
    with op.batch_alter_table("robot_posts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_robot_posts_due", ["state", "next_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_robot_posts_robot", ["robot_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "ix_robot_posts_wait", ["institution_id", "wait_id"], unique=False
        )
