"""Which errors pass: a database that is away or busy, and storage that is full."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.kernel.errors import Busy, StorageFull

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DISK_FULL = "53100"
"""What PostgreSQL calls it."""


def passing(error: BaseException) -> Busy | None:
    """What is answered to an error that may be gone later; None to any other one."""
    if isinstance(error, Busy):
        return error
    if isinstance(error, OSError):
        return StorageFull() if error.errno in FULL else None
    if isinstance(error, DBAPIError) and _is_full(error):
        return StorageFull()
    if isinstance(error, OperationalError | PoolTimeout) or _is_lost(error):
        return Busy()
    return None


def _is_full(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state == DISK_FULL or "disk is full" in str(error.orig)


def _is_lost(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
