"""All rows of a database read as of one moment, and written into an empty one.

Cells are plain: whole numbers, floats, texts, bytes or None. The same value is the same
cell whichever database holds it, so that two databases can be compared by their rows.
The schema is read from the database, not from the models: it may be an older one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Engine

Cell = int | float | str | bytes | None
Row = Sequence[Cell]

VERSION_TABLE = "alembic_version"
STREAM = 1_000
"""So many rows are read at once."""
FEW = 8
"""So many rows are read at once where each holds a picture or a file."""
MOMENT = "YYYY-MM-DD HH24:MI:SS.US"
DAY = "YYYY-MM-DD"
WITHOUT_FRACTION = 19
"""The length of a moment that SQLite keeps without its six decimals."""


@dataclass(frozen=True)
class Shape:
    """A table as it is copied: its columns, which of them are bytes, and its order."""

    name: str
    columns: tuple[str, ...]
    blobs: tuple[str, ...]
    order: tuple[str, ...]


class Reading:
    """A database as it was at one moment."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        version = sa.table(VERSION_TABLE, sa.column("version_num"))
        self.revision = str(connection.scalar(sa.select(version.c.version_num)))
        self._keys: dict[str, list[str]] = {}
        self._tables: dict[str, sa.TableClause] = {}
        self._look()

    def _look(self) -> None:
        """What tables there are; references and indexes do not matter."""
        inspector = sa.inspect(self._connection)
        for (_, name), key in inspector.get_multi_pk_constraint().items():
            self._keys[name] = list(key["constrained_columns"] if key else ())
        for (_, name), columns in inspector.get_multi_columns().items():
            if name != VERSION_TABLE:
                made = (sa.column(each["name"], each["type"]) for each in columns)
                self._tables[name] = sa.table(name, *made)

    def shapes(self) -> list[Shape]:
        """Every table, by name; in the order of their primary keys."""
        return [
            Shape(
                name,
                columns=tuple(table.columns.keys()),
                blobs=tuple(c.name for c in table.columns if _is_blob(c)),
                order=tuple(self._keys[name]),
            )
            for name, table in sorted(self._tables.items())
        ]

    def has(self, shape: Shape) -> bool:
        """Whether there is a table with all columns of this shape."""
        table = self._tables.get(shape.name)
        return table is not None and {*shape.columns, *shape.order} <= set(
            table.columns.keys()
        )

    def rows(self, shape: Shape) -> Iterator[Row]:
        """Every row in order; of bytes only how many there are."""
        return self._read(shape, shape.columns, whole=False, at_once=STREAM)

    def blobs(self, shape: Shape) -> Iterator[Row]:
        """The bytes of every row, in the same order."""
        return self._read(shape, shape.blobs, whole=True, at_once=FEW)

    def _read(
        self, shape: Shape, names: Iterable[str], *, whole: bool, at_once: int
    ) -> Iterator[Row]:
        table = self._tables[shape.name]
        dialect = self._connection.dialect.name
        cells = [_plain(table.columns[name], dialect, whole=whole) for name in names]
        order = [_ordered(table.columns[name], dialect) for name in shape.order]
        query = sa.select(*cells).order_by(*order)
        options = {"yield_per": at_once}
        with self._connection.execute(query, execution_options=options) as found:
            for part in found.partitions():
                for row in part:
                    yield tuple(row)


@contextmanager
def reading(engine: Engine) -> Iterator[Reading]:
    """Read everything as of the moment at which the block begins.

    Nobody who writes waits for it. Raises the driver's error where there is no schema.
    """
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with engine.connect() as connection:
        yield Reading(connection)


def _is_blob(column: sa.ColumnElement[Any]) -> bool:
    return isinstance(column.type, sa.LargeBinary)


def _plain(
    column: sa.ColumnElement[Any], dialect: str, *, whole: bool
) -> sa.ColumnElement[Any]:
    """A column as plain cells."""
    raw = sa.type_coerce(column, sa.types.NullType())
    kind = column.type
    if _is_blob(column):
        return raw if whole else sa.func.length(raw)
    if dialect == "sqlite":
        if isinstance(kind, sa.DateTime):
            short = sa.func.length(raw) == WITHOUT_FRACTION
            return sa.case((short, raw.op("||")(".000000")), else_=raw)
        return raw
    if isinstance(kind, sa.DateTime):
        return sa.func.to_char(sa.func.timezone("UTC", column), MOMENT)
    if isinstance(kind, sa.Date):
        return sa.func.to_char(column, DAY)
    if isinstance(kind, sa.Boolean):
        return sa.cast(column, sa.Integer())
    if isinstance(kind, sa.JSON):
        return sa.cast(column, sa.Text())
    return raw


def _ordered(column: sa.ColumnElement[Any], dialect: str) -> sa.ColumnElement[Any]:
    """Texts by their code points in both databases."""
    if dialect != "sqlite" and isinstance(column.type, sa.String):
        return sa.collate(column, "C")
    return column


class Filling(Protocol):
    """Fills the tables of a schema, which does not interfere meanwhile."""

    def fill(self, shape: Shape, rows: Iterable[Row]) -> None:
        """Have a table hold these rows and no others."""


@contextmanager
def writing(engine: Engine) -> Iterator[Filling]:
    """Fill a database's tables in one transaction, whatever its triggers say to it.

    Triggers, references and indexes are as before at its end; a broken reference that
    PostgreSQL finds is the driver's error, of SQLite see ``broken_references``.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        filling = _SQLite(driver) if is_sqlite else _PostgreSQL(driver)
        try:
            filling.open()
            yield filling
            filling.close()
        except BaseException:
            driver.rollback()
            raise
        finally:
            if is_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def broken_references(engine: Engine) -> list[str]:
    """Tables of SQLite with rows that refer to something that is not there."""
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect() as connection:
        found = connection.exec_driver_sql("PRAGMA foreign_key_check")
        return sorted({str(row[0]) for row in found})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(names: Iterable[str]) -> str:
    return ", ".join(_quoted(name) for name in names)


class _SQLite:
    """Indexes and triggers are put away, and made again as they were."""

    MADE = (
        "SELECT type, name, sql FROM sqlite_master"
        " WHERE type IN ('trigger', 'index') AND sql IS NOT NULL ORDER BY type, name"
    )

    def __init__(self, driver: sqlite3.Connection) -> None:
        self.driver = driver
        self.made: list[tuple[str, str, str]] = []

    def open(self) -> None:
        self.driver.execute("PRAGMA foreign_keys=OFF")
        self.driver.execute("BEGIN IMMEDIATE")
        self.made = self.driver.execute(self.MADE).fetchall()
        for kind, name, _ in self.made:
            self.driver.execute(f"DROP {kind.upper()} {_quoted(name)}")

    def fill(self, shape: Shape, rows: Iterable[Row]) -> None:
        table = _quoted(shape.name)
        marks = ", ".join("?" for _ in shape.columns)
        into = f"{table} ({_listed(shape.columns)}) VALUES ({marks})"
        self.driver.execute(f"DELETE FROM {table}")  # noqa: S608 - a quoted name
        self.driver.executemany(f"INSERT INTO {into}", rows)

    def close(self) -> None:
        for _, _, sql in self.made:
            self.driver.execute(sql)
        self.driver.execute("COMMIT")


class _PostgreSQL:
    """References are taken away and proved anew, triggers are put to sleep."""

    REFERENCES = (
        "SELECT conrelid::regclass::text, quote_ident(conname),"
        " pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        " ORDER BY conrelid, conname"
    )
    COUNTERS = (
        "SELECT s.oid::regclass::text, t.oid::regclass::text, quote_ident(a.attname)"
        " FROM pg_class s JOIN pg_depend d ON d.objid = s.oid"
        " AND d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass"
        " JOIN pg_class t ON t.oid = d.refobjid"
        " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid"
        " WHERE s.relkind = 'S' AND s.relnamespace = current_schema()::regnamespace"
    )

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.references: list[tuple[str, str, str]] = []
        self.asleep: list[str] = []

    def open(self) -> None:
        self.driver.rollback()
        self.driver.execute("SET LOCAL TIME ZONE 'UTC'")
        self.references = self.driver.execute(self.REFERENCES).fetchall()
        for table, name, _ in self.references:
            self.driver.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

    def fill(self, shape: Shape, rows: Iterable[Row]) -> None:
        table = _quoted(shape.name)
        self.driver.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.asleep.append(table)
        self.driver.execute(f"DELETE FROM {table}")  # noqa: S608 - a quoted name
        into = f"COPY {table} ({_listed(shape.columns)}) FROM STDIN"
        with self.driver.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        for table, name, definition in self.references:
            self.driver.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            )
        for table in self.asleep:
            self.driver.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for counter, table, column in self.driver.execute(self.COUNTERS).fetchall():
            last = f"(SELECT max({column}) FROM {table})"  # noqa: S608 - of the catalogue
            self.driver.execute(f"SELECT setval('{counter}', {last})")
        self.driver.execute("COMMIT")
