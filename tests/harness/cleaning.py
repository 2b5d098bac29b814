"""Emptying a PostgreSQL database after a test, so that the next one may have it.

A copy of the template costs a tenth of a second, and its connections know nothing yet:
more than most tests. Emptied is what a test filled; a database whose tables, triggers,
functions or statistics are no longer those of the template is not used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

KEPT = "registry-tests-kept"
"""The name of connections that stay open from test to test."""
MOST_LENDINGS = 60
MOST_BYTES_MORE = 24 * 1024**2

TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
SHAPE = """
WITH ours AS (
    SELECT oid, relname, relkind, relnatts FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
)
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat('c', oid, relname, relkind, relnatts) AS part FROM ours
    UNION ALL SELECT concat('t', tgrelid, tgname, tgenabled, tgfoid) FROM pg_trigger
    UNION ALL SELECT concat('k', conrelid, conname, convalidated) FROM pg_constraint
    UNION ALL SELECT concat('p', oid, md5(prosrc)) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat('a', attrelid, attnum, attname, atttypid, attnotnull)
        FROM pg_attribute JOIN ours ON attrelid = oid WHERE relkind = 'r'
    UNION ALL SELECT concat('s', starelid, staattnum) FROM pg_statistic
        JOIN ours ON starelid = oid
    UNION ALL SELECT concat('d', setdatabase, setrole, setconfig)
        FROM pg_db_role_setting
) AS parts
"""
SIZE = "SELECT pg_database_size(current_database())"
OTHERS_END = f"""
SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
AND (application_name <> '{KEPT}' OR state <> 'idle')
"""
COUNTERS_BEGIN_AGAIN = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""


def connect(address: str) -> psycopg.Connection[Any]:
    """A connection that may empty tables that are only ever added to."""
    connection = psycopg.connect(address, autocommit=True, application_name=KEPT)
    connection.execute("SET lock_timeout = '2s'")
    connection.execute("SET session_replication_role = replica")
    return connection


@dataclass
class Cleaner:
    """What a fresh copy looks like, and how one is made to look so again."""

    shape: str
    size: int
    held: sql.Composed
    """Asks for the rows that the template itself holds, as one text."""
    rows: str
    filled: sql.Composed
    """Asks which of the other tables hold rows."""

    @classmethod
    def of(cls, connection: psycopg.Connection[Any]) -> Cleaner:
        """Learn it from a fresh copy."""
        tables = [name for (name,) in connection.execute(TABLES)]
        holding = [name for name in tables if _holds_rows(connection, name)]
        held = _all_rows_of(holding)
        return cls(
            shape=_only(connection, SHAPE),
            size=_only(connection, SIZE),
            held=held,
            rows=_only(connection, held),
            filled=_which_are_filled(sorted(set(tables) - set(holding))),
        )

    def clean(self, connection: psycopg.Connection[Any]) -> bool:
        """Make it as it was; False where that cannot be said of it any more."""
        try:
            return self._clean(connection)
        except psycopg.Error:
            return False

    def _clean(self, connection: psycopg.Connection[Any]) -> bool:
        connection.execute(OTHERS_END)
        filled = _only(connection, self.filled)
        if filled:
            connection.execute(
                sql.SQL("; ").join(
                    sql.SQL("DELETE FROM {}").format(sql.Identifier(name))
                    for name in filled
                )
            )
        connection.execute(COUNTERS_BEGIN_AGAIN)
        return (
            _only(connection, SHAPE) == self.shape
            and _only(connection, self.held) == self.rows
            and _only(connection, SIZE) <= self.size + MOST_BYTES_MORE
        )


def _holds_rows(connection: psycopg.Connection[Any], table: str) -> bool:
    query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
    return bool(_only(connection, query))


def _all_rows_of(tables: list[str]) -> sql.Composed:
    rows = [
        sql.SQL("(SELECT string_agg(t::text, ',' ORDER BY t::text) FROM {} t)").format(
            sql.Identifier(name)
        )
        for name in tables
    ]
    return sql.SQL("SELECT concat({})").format(sql.SQL(", ").join(rows))


def _which_are_filled(tables: list[str]) -> sql.Composed:
    asked = [
        sql.SQL("CASE WHEN EXISTS (SELECT FROM {}) THEN {} END").format(
            sql.Identifier(name), sql.Literal(name)
        )
        for name in tables
    ]
    return sql.SQL("SELECT array_remove(ARRAY[{}]::text[], NULL)").format(
        sql.SQL(", ").join(asked)
    )


def _only(connection: psycopg.Connection[Any], query: Any) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
