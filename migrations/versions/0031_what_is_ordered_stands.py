"""What is ordered goes on although a thing taken beside it does not come."""

from alembic import op

from migrations.triggers import ordered_stands

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in ordered_stands(op.get_bind().dialect.name):
        op.execute(statement)
