"""How a database goes about what the code asks of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

WALK = re.compile(r"^SCAN (\w+)|^SEARCH (\w+) USING .*\(institution_id=\?\)")


def steps_of(connection: sa.Connection, act: Callable[[], Any]) -> list[str]:
    """Each step of SQLite's plans for the selects that an act sends."""
    asked: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        asked.append((given[2], given[3]))

    sa.event.listen(connection.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(connection.engine, "before_cursor_execute", note)
    return [
        row[3]
        for text, values in asked
        if text.startswith("SELECT")
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
