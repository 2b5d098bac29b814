"""PostgreSQL's dialect, which keeps what the server has prepared.

The driver forgets its prepared statements with each ROLLBACK. A request that only reads
ended with one, so the server planned all of its statements anew each time, which took
longer than carrying them out. What has only read ends with COMMIT here: it leaves as
little behind, and lets go of the same locks.
"""

from __future__ import annotations

from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

READS = ("SELECT ", "WITH RECURSIVE ")
_WROTE = "registry_wrote"


class KeepingPrepared(PGDialect_psycopg):
    """SQLAlchemy's own, but for how it ends a transaction that has only read."""

    supports_statement_cache = True

    def do_execute(
        self, cursor: Any, statement: str, parameters: Any, context: Any = None
    ) -> None:
        """Carry a statement out, and note whether it may have changed anything."""
        if not statement.startswith(READS):
            setattr(cursor.connection, _WROTE, True)
        super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def do_executemany(
        self, cursor: Any, statement: str, parameters: Any, context: Any = None
    ) -> None:
        """The same with many parameters, of which nothing is read."""
        setattr(cursor.connection, _WROTE, True)
        super().do_executemany(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def do_execute_no_params(
        self, cursor: Any, statement: str, context: Any = None
    ) -> None:
        """The same without parameters, such as what is written by hand."""
        setattr(cursor.connection, _WROTE, True)
        super().do_execute_no_params(cursor, statement, context)  # type: ignore[no-untyped-call]

    def do_commit(self, dbapi_connection: Any) -> None:
        """End a transaction for good."""
        super().do_commit(dbapi_connection)  # type: ignore[no-untyped-call]
        setattr(_driver_of(dbapi_connection), _WROTE, False)

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Take back what was done; what has only read is ended as it keeps most."""
        connection = _driver_of(dbapi_connection)
        is_whole = connection.info.transaction_status == TransactionStatus.INTRANS
        if is_whole and not getattr(connection, _WROTE, False):
            connection.commit()
            return
        super().do_rollback(dbapi_connection)  # type: ignore[no-untyped-call]
        setattr(connection, _WROTE, False)


def _driver_of(connection: Any) -> Any:
    """The driver's own connection, also where the pool's stands before it."""
    return getattr(connection, "dbapi_connection", connection)
