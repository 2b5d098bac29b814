"""How a database goes about what the code asks of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

WALK = re.compile(r"^SCAN (\w+)|^SEARCH (\w+) USING .*\(institution_id=\?\)")
_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+AS\s+(\w+))?")


@contextmanager
def noting(engine: Any, note: Callable[[str, Any], None]) -> Iterator[None]:
    """Every statement is noted meanwhile, with its values, before it is sent."""

    def hear(*given: Any) -> None:
        note(given[2], given[3])

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


@contextmanager
def listening(engine: sa.Engine) -> Iterator[dict[str, Any]]:
    """The selects that are sent meanwhile, each once, with values it was sent with."""
    asked: dict[str, Any] = {}

    def note(statement: str, values: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.setdefault(statement, values)

    with noting(engine, note):
        yield asked


def steps_of(connection: sa.Connection, act: Callable[[], Any]) -> list[str]:
    """Each step of SQLite's plans for the selects that an act sends."""
    with listening(connection.engine) as asked:
        act()
    return [
        row[3]
        for text, values in asked.items()
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
    ]


def walks_of(steps: list[str], table: str) -> list[str]:
    """The steps that pass every row of a table, or every row of an institution's."""
    found = []
    for step in steps:
        match = WALK.match(step)
        if match and re.sub(r"_\d+$", "", match[1] or match[2]) == table:
            found.append(step)
    return found


def whole_tables(connection: sa.Connection, text: str, values: Any) -> set[str]:
    """The tables that a select reads from the first row to the last.

    With few rows PostgreSQL reads all of them whatever there is: it is told to do so
    only where it finds no other way. A walk along an index that ends at a limit is not
    counted, here as there.
    """
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        called = {alias or table: table for table, alias in _TABLE.findall(text)}
        names = [row[3].split()[1] for row in rows if row[3].startswith("SCAN ")]
        return {called[name] for name in names if name in called}
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    asked = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {text}", values)
    plan = asked.scalar_one()
    return set(_sequential(plan if isinstance(plan, list) else json.loads(plan)))


def _sequential(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _sequential(each)
    elif isinstance(part, dict):
        if part.get("Node Type") == "Seq Scan":
            yield part["Relation Name"]
        for each in part.values():
            yield from _sequential(each)
