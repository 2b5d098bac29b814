"""The one Flask-SQLAlchemy object, and SQLite made fit to keep a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.store.base import Base
from registry.store.turns import PATIENT, begin_immediate

DRIVER = "postgresql+keeping"
# Named and not imported: on SQLite PostgreSQL's driver need not be there.
registry.register("postgresql.keeping", "registry.store.postgresql", "KeepingPrepared")
PREPARE = "prepare"
REOPENED_SECONDS = 600
"""SQLite learns what was counted of its rows when a connection is opened."""


class SteadySession(FlaskSession):
    """A session that can be closed even if its connection was lost meanwhile.

    Closed at the end of a request or of a round of work, it has nothing to give back
    then: what was answered stands, and the next one gets another connection.
    """

    def close(self) -> None:
        """Give the connection back, or drop it if it is lost."""
        try:
            super().close()
        except DBAPIError:
            self.invalidate()


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={
        "class_": SteadySession,
        "expire_on_commit": False,
        "autoflush": True,
    },
)


def session() -> Session:
    """The session of the current request, job or command."""
    return db.session()


def init_store(app: Flask, database_url: str) -> None:
    """Bind the store to an application."""
    app.config["SQLALCHEMY_DATABASE_URI"] = _plain_url(database_url)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(database_url)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """A connection of its own on which everything is read as of one moment.

    It sees what is committed when it first reads, and nothing later; it writes nothing.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with engine.connect() as connection:
        yield connection


def _plain_url(url: str) -> str:
    """The address as the driver knows it: without what is said to us."""
    if url.startswith("sqlite"):
        return url
    known = sa.make_url(url.replace("postgresql://", f"{DRIVER}://", 1))
    plain = known.difference_update_query([PREPARE])
    return plain.render_as_string(hide_password=False)


def engine_options(database_url: str) -> dict[str, Any]:
    """Pool and driver options for a database address.

    ``?prepare=no`` behind it has the driver prepare no statements: a pooler that gives
    each transaction another connection may not know them again.
    """
    if database_url.startswith("sqlite"):
        return {
            "connect_args": {"check_same_thread": False},
            "pool_recycle": REOPENED_SECONDS,
        }
    options: dict[str, Any] = {
        "pool_pre_ping": True,
        "pool_size": 16,
        "max_overflow": 48,
    }
    if sa.make_url(database_url).query.get(PREPARE) == "no":
        options["connect_args"] = {"prepare_threshold": None}
    return options


def make_engine(database_url: str) -> Engine:
    """An engine of its own, as the application would have it, for commands."""
    engine = sa.create_engine(_plain_url(database_url), **engine_options(database_url))
    prepare_engine(engine)
    return engine


@contextmanager
def passing_engine(database_url: str) -> Iterator[Engine]:
    """The same for the length of a block; its connections are closed behind it."""
    engine = make_engine(database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def prepare_engine(engine: Engine) -> None:
    """Durable, enforcing SQLite: full sync, foreign keys, explicit BEGIN."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(PATIENT)
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA cache_size=-8000")
    cursor.close()


def _on_begin(connection: sa.Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    if mode == "IMMEDIATE":
        begin_immediate(connection)
    else:
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def apart(database_url: str) -> Iterator[None]:
    """Inside the block ``session()`` is of another database than the application's."""
    other = Flask("registry.apart")
    init_store(other, database_url)
    with other.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
