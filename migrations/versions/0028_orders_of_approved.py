"""Nothing is ordered, also by SQL, that was not approved."""

from alembic import op

from migrations.triggers import orders_of_approved

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in orders_of_approved(dialect):
        op.execute(statement)
