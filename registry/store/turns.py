"""Taking SQLite's write lock so that nobody among many writers starves.

SQLite's own waiting sleeps longer each time it fails, up to a tenth of a second, and
whoever has waited longest is the least likely to be awake when the lock is free: with
eight writers some wait for seconds. Asking at short, random intervals serves all.

Of one process only a few ask at the same time. Where more come than there is time for,
those who cannot wait long are told so while it is still soon (``in_a_hurry``), instead
of standing in a queue that only grows.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import sqlalchemy as sa

from registry.kernel.errors import Busy

PATIENCE = 15.0
"""Seconds after which the answer is that the database is busy."""
PATIENT = "PRAGMA busy_timeout=15000"
"""How every connection waits for locks, but for the one it takes turns for."""
IMPATIENT = "PRAGMA busy_timeout=0"
BEGIN = "BEGIN IMMEDIATE"
SHORTEST_WAIT = 0.0005
LONGEST_WAIT = 0.003
"""Seconds between two attempts."""
PLACES = 4
"""Threads of a process that ask for the lock at the same time."""
COME_BACK_SECONDS = 5
_places = threading.BoundedSemaphore(PLACES)
_hurry: ContextVar[float] = ContextVar("hurry", default=PATIENCE)


@contextmanager
def in_a_hurry(seconds: float) -> Iterator[None]:
    """Whoever writes in here waits so long at most until it is among those who ask."""
    before = _hurry.set(seconds)
    try:
        yield
    finally:
        _hurry.reset(before)


def begin_immediate(connection: sa.Connection, patience: float = PATIENCE) -> None:
    """Begin writing as soon as it is this connection's turn.

    After ``patience`` seconds the refusal is raised: SQLAlchemy's OperationalError.
    Busy is raised where too many asked already, for longer than there was time for.
    """
    if not _places.acquire(timeout=_hurry.get()):
        raise Busy(retry_after=COME_BACK_SECONDS)
    try:
        _begin(connection, patience)
    finally:
        _places.release()


def _begin(connection: sa.Connection, patience: float) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(IMPATIENT).close()
    try:
        if not _begun(driver, time.monotonic() + patience):
            connection.exec_driver_sql(BEGIN)
    finally:
        driver.execute(PATIENT).close()


def _begun(driver: sqlite3.Connection, end: float) -> bool:
    """Whether an attempt succeeded; not, if time is over or it is not about a lock."""
    while time.monotonic() < end:
        try:
            driver.execute(BEGIN).close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                return False
        else:
            return True
        time.sleep(random.uniform(SHORTEST_WAIT, LONGEST_WAIT))  # noqa: S311 - no secret
    return False
