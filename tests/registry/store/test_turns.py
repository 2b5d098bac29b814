"""Who may write to SQLite: all who can wait, and the others are told soon."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.kernel.errors import Busy
from registry.store.db import make_engine
from registry.store.turns import PLACES, begin_immediate, in_a_hurry

AT_ONCE = {"sqlite_begin": "IMMEDIATE"}
PATIENCE_SECONDS = 60


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'one.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT)")
    yield engine
    engine.dispose()


def write(engine: sa.Engine, word: str) -> None:
    with engine.connect().execution_options(**AT_ONCE) as connection:
        connection.execute(sa.text("INSERT INTO words VALUES (:w)"), {"w": word})
        connection.commit()


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
    file: sa.Engine,
) -> None:
    with file.connect().execution_options(**AT_ONCE) as holder:
        holder.execute(sa.text("INSERT INTO words VALUES ('first')"))
        waiting = [
            threading.Thread(target=write, args=(file, str(n)), daemon=True)
            for n in range(2 * PLACES)
        ]
        for each in waiting:
            each.start()
        assert refusal(file).facts["retry_after"]
        holder.commit()
    for each in waiting:
        each.join(PATIENCE_SECONDS)
    with file.connect() as connection:
        words = set(connection.scalars(sa.text("SELECT word FROM words")))
    assert words == {"first", *map(str, range(2 * PLACES))}


@pytest.mark.parametrize("hurry", [nullcontext(), in_a_hurry(0.01)])
def test_where_nobody_waits_there_is_a_place_however_great_the_hurry(
    file: sa.Engine, hurry: object
) -> None:
    with hurry:  # type: ignore[attr-defined]
        write(file, "at once")
    with file.connect() as connection:
        assert connection.scalar(sa.text("SELECT word FROM words")) == "at once"
