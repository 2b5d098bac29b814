"""Which errors pass: a database that is away or busy, storage that is full or fails."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.kernel.errors import Busy, StorageFailing, StorageFull

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FAILING = frozenset({errno.EIO, errno.EROFS})
"""A disk that fails, and one that its system lets nobody write to since it failed."""
SQLITE_FAILING = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)
STATE_FULL = "53100"
STATES_FAILING = frozenset({"58000", "58030", "XX001", "XX002"})
"""PostgreSQL: system and I/O errors, damaged tables and indices."""
STATE_READ_ONLY = "25006"
"""It has become the second of two hosts: the pooler will find the first."""


def passing(error: BaseException) -> Busy | None:
    """What is answered to an error that may be gone later; None to any other one."""
    if isinstance(error, Busy):
        return error
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, DBAPIError):
        return _of_database(error)
    return Busy() if isinstance(error, PoolTimeout) else None


def _of_system(error: OSError) -> Busy | None:
    if error.errno in FULL:
        return StorageFull()
    return StorageFailing() if error.errno in FAILING else None


def _of_database(error: DBAPIError) -> Busy | None:
    state = getattr(error.orig, "sqlstate", None)
    # An extended code tells more in its higher bits.
    number = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if state == STATE_FULL or number == sqlite3.SQLITE_FULL:
        return StorageFull()
    if state in STATES_FAILING or number in SQLITE_FAILING:
        return StorageFailing()
    is_away = isinstance(error, OperationalError) or error.connection_invalidated
    return Busy() if is_away or state == STATE_READ_ONLY else None
