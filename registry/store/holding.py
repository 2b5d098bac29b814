"""Whether a database is empty or in use, and setting one aside without deleting it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.store.copying import VERSION_TABLE
from registry.store.db import passing_engine

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database file."""


def file_of(database_url: str) -> Path | None:
    """The file of an SQLite database; None for a database on a server."""
    url = sa.make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def size_of(engine: Engine) -> int:
    """How many bytes a database takes."""
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        files = [path, *(path.with_name(f"{path.name}{each}") for each in BESIDE)]
        return sum(each.stat().st_size for each in files if each.exists())
    size = sa.func.pg_database_size(sa.func.current_database())
    with engine.connect() as connection:
        return int(connection.scalar(sa.select(size)) or 0)


def is_empty(database_url: str) -> bool:
    """Whether no table holds a row; the version of the schema does not count."""
    with passing_engine(database_url) as engine, engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return not any(
            connection.scalar(
                sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
            )
            for name in names
            if name != VERSION_TABLE
        )


def is_in_use(database_url: str) -> bool:
    """Whether anybody else is connected, even without doing anything."""
    path = file_of(database_url)
    if path is not None:
        return path.exists() and not _is_ours_alone(path)
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with passing_engine(database_url) as engine, engine.connect() as connection:
        return bool(connection.scalar(others))


def _is_ours_alone(path: Path) -> bool:
    """In WAL mode every open connection holds a shared lock; this asks for it alone."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
    return True


@contextmanager
def no_writers(database_url: str) -> Iterator[None]:
    """Nobody writes to an SQLite database inside the block; everybody may read."""
    if file_of(database_url) is None:
        yield
        return
    with (
        passing_engine(database_url) as engine,
        engine.execution_options(sqlite_begin="IMMEDIATE").connect() as connection,
    ):
        connection.execute(sa.select(1))
        yield


class Schema:
    """The schema of a PostgreSQL database that its user works in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            found = connection.scalar(sa.select(sa.func.current_schema()))
        self.name = str(found or "public")

    def begin_anew(self, aside: str) -> None:
        """Keep what is there under another name, and have an empty schema instead."""
        self._say(
            f"ALTER SCHEMA {self._quoted(self.name)} RENAME TO {self._quoted(aside)}",
            f"CREATE SCHEMA {self._quoted(self.name)}",
            f"GRANT USAGE ON SCHEMA {self._quoted(self.name)} TO PUBLIC",
        )

    def bring_back(self, aside: str) -> None:
        """Undo ``begin_anew``; what was filled in meanwhile is dropped."""
        self._say(
            f"DROP SCHEMA {self._quoted(self.name)} CASCADE",
            f"ALTER SCHEMA {self._quoted(aside)} RENAME TO {self._quoted(self.name)}",
        )

    def drop(self, name: str) -> None:
        """Drop a schema with all that is in it."""
        self._say(f"DROP SCHEMA IF EXISTS {self._quoted(name)} CASCADE")

    @contextmanager
    def throwaway(self, name: str) -> Iterator[str]:
        """The address of an empty schema beside this one, dropped after the block."""
        self._say(f"CREATE SCHEMA {self._quoted(name)}")
        given = self._engine.url.query.get("options", "")
        path = f"{given} -csearch_path={name}".strip()
        url = self._engine.url.update_query_dict({"options": path})
        try:
            yield url.set(drivername="postgresql").render_as_string(hide_password=False)
        finally:
            self.drop(name)

    def _quoted(self, name: str) -> str:
        return self._engine.dialect.identifier_preparer.quote(name)

    def _say(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            driver: Any = connection.connection.driver_connection
            for each in statements:
                driver.execute(each)
