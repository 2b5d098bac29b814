"""Writers of one SQLite file take turns: nobody fails early, nobody waits for ever.

Whoever is in a hurry is told soon where too many wait.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.kernel.errors import Busy
from registry.store.db import make_engine
from registry.store.turns import PATIENT, PLACES, begin_immediate, in_a_hurry

WRITERS = 8
EACH = 40
NOTES = sa.table("notes", sa.column("id", sa.Integer), sa.column("text", sa.Text))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'turns.db'}")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA journal_mode=WAL").close()
        connection.exec_driver_sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, text)")
        connection.commit()
    yield engine
    engine.dispose()


def writing(engine: sa.Engine) -> sa.Connection:
    return engine.connect().execution_options(sqlite_begin="IMMEDIATE")


def count(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        query = sa.select(sa.func.count()).select_from(NOTES)
        return connection.execute(query).scalar_one()


def test_every_one_of_many_writers_gets_its_turn(engine: sa.Engine) -> None:
    start = threading.Barrier(WRITERS)
    failures: list[BaseException] = []

    def write() -> None:
        start.wait()
        try:
            with writing(engine) as connection:
                for _ in range(EACH):
                    connection.execute(NOTES.insert().values(text="x"))
                    connection.commit()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count(engine) == WRITERS * EACH


def test_a_writer_waits_until_the_one_before_has_finished(engine: sa.Engine) -> None:
    holds, released = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(engine) as connection:
            connection.execute(NOTES.insert().values(text="first"))
            holds.set()
            released.wait()
            connection.commit()

    holder = threading.Thread(target=hold)
    holder.start()
    holds.wait()
    threading.Timer(0.05, released.set).start()
    with writing(engine) as connection:
        seen = connection.execute(sa.select(NOTES.c.text)).scalars().all()
    holder.join()
    assert seen == ["first"]


def test_patience_ends_and_says_that_the_database_is_locked(engine: sa.Engine) -> None:
    with writing(engine) as holder:
        holder.execute(NOTES.insert().values(text="held"))
        with engine.connect() as other:
            other.rollback()
            with pytest.raises(sa.exc.OperationalError, match="database is locked"):
                begin_immediate(other, patience=0.02)


def test_what_is_not_about_the_lock_is_raised_at_once(engine: sa.Engine) -> None:
    with (
        writing(engine) as connection,
        connection.begin(),
        pytest.raises(sa.exc.OperationalError, match="within a transaction"),
    ):
        begin_immediate(connection, patience=60)


@pytest.mark.parametrize("patience", [0.0, 1.0])
def test_the_connection_waits_afterwards_as_it_did_before(
    tmp_path: Path, patience: float
) -> None:
    bare = sa.create_engine(f"sqlite:///{tmp_path / 'bare.db'}")
    with bare.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(PATIENT).close()
        before = driver.execute("PRAGMA busy_timeout").fetchone()
        begin_immediate(connection, patience)
        assert driver.execute("PRAGMA busy_timeout").fetchone() == before == (15_000,)
        driver.rollback()
    bare.dispose()


def refusal(engine: sa.Engine) -> Busy:
    """What is told as soon as all places are taken by those who wait."""
    with in_a_hurry(0.1), engine.connect() as connection:
        while True:
            try:
                begin_immediate(connection, patience=0.1)
            except Busy as told:
                return told
            except sa.exc.OperationalError:
                continue


def test_who_is_in_a_hurry_is_told_soon_where_many_wait_and_the_patient_all_write(
    engine: sa.Engine,
) -> None:
    def write() -> None:
        with writing(engine) as connection:
            connection.execute(NOTES.insert().values(text="patient"))
            connection.commit()

    threads = [threading.Thread(target=write) for _ in range(2 * PLACES)]
    with writing(engine) as holder:
        holder.execute(NOTES.insert().values(text="held"))
        for thread in threads:
            thread.start()
        assert refusal(engine).facts["retry_after"]
        holder.commit()
    for thread in threads:
        thread.join()
    assert count(engine) == 1 + len(threads)


@pytest.mark.parametrize("hurry", [nullcontext(), in_a_hurry(0.01)])
def test_where_nobody_waits_there_is_a_place_however_great_the_hurry(
    engine: sa.Engine, hurry: AbstractContextManager[None]
) -> None:
    with hurry, writing(engine) as connection:
        connection.execute(NOTES.insert().values(text="at once"))
        connection.commit()
    assert count(engine) == 1
