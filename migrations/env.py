"""Runs migrations on the engine handed over by the application."""

from alembic import context

config = context.config
engine = config.attributes["engine"]
metadata = config.attributes["metadata"]


def render(kind, item, autogen_context):
    """Write our column types as the plain ones they are stored as."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render,
        transaction_per_migration=True,
        # SQLite's DDL is transactional once BEGIN is explicit, as our engine makes it.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
