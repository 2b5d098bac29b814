"""Runs migrations on the engine handed over by the application."""

from alembic import context

config = context.config
engine = config.attributes["engine"]
metadata = config.attributes["metadata"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
        # SQLite's DDL is transactional once BEGIN is explicit, as our engine makes it.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
