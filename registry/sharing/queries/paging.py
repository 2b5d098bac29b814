"""Pages of a list in a total order, forwards and back, from the last row's key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from registry.kernel.errors import Invalid
from registry.kernel.pages import MOST_PER_PAGE, Page, read_cursor, write_cursor
from registry.store.db import session

R = TypeVar("R")


def keyset_page(
    query: sa.Select[R],
    columns: Sequence[Any],
    *,
    falling: bool,
    cursor: str | None,
    size: int,
    key: Callable[[R], Sequence[Any]],
) -> Page[R]:
    """A page of a select ordered by some columns, of which the last one is unique.

    Raises Invalid for a cursor that is none of ours.
    """
    size = max(1, min(size, MOST_PER_PAGE))
    backwards = False
    if cursor:
        *values, way = read_cursor(cursor, length=len(columns) + 1)
        backwards = way == "<"
        pairs = zip(columns, values, strict=True)
        edge = sa.tuple_(
            *(
                sa.literal(read_value(column.type.python_type, value), column.type)
                for column, value in pairs
            )
        )
        here = sa.tuple_(*columns)
        query = query.where(here < edge if falling != backwards else here > edge)
    down = falling != backwards
    order = [column.desc() if down else column.asc() for column in columns]
    rows = list(session().scalars(query.order_by(*order).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    return Page(
        rows,
        next_cursor=_cursor(key(rows[-1]), ">")
        if rows and (more or backwards)
        else None,
        previous_cursor=_cursor(key(rows[0]), "<")
        if rows and cursor and (more or not backwards)
        else None,
    )


def read_value(kind: type, value: Any) -> Any:
    """A value of a cursor as its column's kind; Invalid for a made-up one."""
    try:
        if kind is datetime:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment
        elif kind is date:
            return date.fromisoformat(value)
        elif isinstance(value, kind):
            return value
    except (TypeError, ValueError):
        pass
    raise Invalid.field("cursor", "bad_cursor")


def _cursor(values: Sequence[Any], way: str) -> str:
    plain = [
        each.isoformat() if hasattr(each, "isoformat") else each for each in values
    ]
    return write_cursor([*plain, way])
