"""Pages of long lists: in a total order, both ways, from a key and never by counting.

An order is total because the id comes last. Rows without a value come after all others
whichever way one looks; they are a part of their own, since no index has them there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.sql import operators

from registry.kernel.errors import Invalid
from registry.kernel.pages import (
    MOST_PER_PAGE,
    PAGE_SIZE,
    Page,
    read_cursor,
    write_cursor,
)
from registry.store.db import session

R = TypeVar("R")

COUNTED = 10_000
"""So far lists are counted; of longer ones it is said that there are more."""

STREAM = 500
"""So many rows are read at once where a whole list is gone through."""

FEW_PAGES = 4
"""Of more than so many pages the rows of one are read by themselves."""

FORWARDS, BACKWARDS = ">", "<"
FILLED, EMPTY = 0, 1


@dataclass(frozen=True)
class Order:
    """One way to order a list: by some columns, the most telling first, then by id."""

    by: tuple[Any, ...] = ()
    falling: bool = False
    on: tuple[Any, Any] | None = None
    """Where ``by`` are of another table: the list's column and that table's key."""
    empty: Any = None
    """The column of the list that may hold nothing; such rows come last, by id."""

    @property
    def turned(self) -> Order:
        """The same the other way round; rows without a value still come last."""
        return replace(self, falling=not self.falling)


Orders = Mapping[str, Order]


@dataclass(frozen=True)
class Rows(Generic[R]):
    """What a list is made of: the rows of one owner, and what narrows them."""

    query: sa.Select[R]
    ident: Any
    where: tuple[sa.ColumnElement[bool], ...] = ()

    @property
    def select(self) -> sa.Select[R]:
        """All of it as one select, in no order."""
        return self.query.where(*self.where)

    def and_also(self, *conditions: sa.ColumnElement[bool]) -> Rows[R]:
        """The same narrowed further."""
        return replace(self, where=(*self.where, *conditions))


def order_named(orders: Orders, name: str) -> Order:
    """The order of a name, the other way round with ``-`` before it; or Invalid."""
    found = orders.get(name.removeprefix("-"))
    if found is None:
        raise Invalid.field("sort", "not_a_choice", found=name[:40])
    return found.turned if name.startswith("-") else found


def order_names(orders: Orders) -> tuple[str, ...]:
    """Every name ``order_named`` takes."""
    return (*orders, *(f"-{name}" for name in orders))


def count_of(rows: Rows[Any], most: int = COUNTED + 1) -> int:
    """How many rows there are, counted up to ``most``."""
    ids = rows.select.with_only_columns(rows.ident).limit(most)
    return session().scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


def page_of(
    rows: Rows[R],
    orders: Orders,
    sort: str,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
    options: Sequence[Any] = (),
    counts: bool = True,
) -> Page[R]:
    """A page of a list and the cursors of its neighbours, with how long the list is.

    Not counted, a page after the first knows from its cursor whether the list is long.
    Raises Invalid for a made-up sort or cursor.
    """
    order = order_named(orders, sort)
    size = max(1, min(size, MOST_PER_PAGE))
    start = _start_of(order, sort, cursor)
    total = count_of(rows) if counts or cursor is None else None
    is_long = start.is_long if total is None else total > COUNTED
    is_much = is_long or total is None or total > FEW_PAGES * size
    reader = _Reader(rows, order, tuple(options), is_long, gathers=is_much)
    found = list(reader.read(start, size + 1))
    more, found = len(found) > size, found[:size]
    if start.backwards:
        found.reverse()
    has_next = bool(found) and (more or start.backwards)
    has_previous = bool(found) and cursor is not None and (more or not start.backwards)
    return Page(
        [row for row, *_ in found],
        next_cursor=_cursor(sort, FORWARDS, is_long, found[-1]) if has_next else None,
        previous_cursor=_cursor(sort, BACKWARDS, is_long, found[0])
        if has_previous
        else None,
        total=None if total is None else min(total, COUNTED),
        is_longer=is_long,
    )


def stream_of(
    rows: Rows[R], orders: Orders, sort: str, *, options: Sequence[Any] = ()
) -> Iterator[R]:
    """Every row of a list in an order, some hundreds at a time and none kept.

    What one read stays as it was then; rows that move on meanwhile may be met twice or
    not at all, as on pages.
    """
    order = order_named(orders, sort)
    reader = _Reader(rows, order, tuple(options), count_of(rows) > COUNTED)
    start = _Start(key=None)
    while True:
        found = list(reader.read(start, STREAM))
        yield from (row for row, *_ in found)
        if len(found) < STREAM:
            return
        _, part, *key = found[-1]
        start = _Start(key=tuple(key), part=part)
        session().expunge_all()


@dataclass(frozen=True)
class _Start:
    """Where reading begins: after the row of this key, or at the very beginning."""

    key: tuple[Any, ...] | None
    part: int = FILLED
    backwards: bool = False
    is_long: bool = False


def _cursor(sort: str, way: str, is_long: bool, found: Sequence[Any]) -> str:
    _, part, *key = found
    plain = [v.isoformat() if hasattr(v, "isoformat") else v for v in key]
    return write_cursor([sort, way, int(is_long), part, *plain])


def _start_of(order: Order, sort: str, cursor: str | None) -> _Start:
    if not cursor:
        return _Start(key=None)
    values = read_cursor(cursor, length=5 + len(order.by))
    named, way, is_long, part, *key = values
    known = named == sort and way in (FORWARDS, BACKWARDS)
    if not known or part not in (FILLED, EMPTY) or not isinstance(key[-1], int):
        raise Invalid.field("cursor", "bad_cursor")
    if part == FILLED:
        typed = [_typed(c, v) for c, v in zip(order.by, key[:-1], strict=True)]
    elif order.empty is None:
        raise Invalid.field("cursor", "bad_cursor")
    else:
        typed = [None] * len(order.by)
    return _Start((*typed, key[-1]), part, way == BACKWARDS, bool(is_long))


def _typed(column: Any, value: Any) -> Any:
    """A cursor's value as the column's own type; Invalid for a made-up one."""
    wanted = column.type.python_type
    try:
        if wanted in (datetime, date):
            moment = wanted.fromisoformat(value)
            if wanted is date or moment.tzinfo is not None:
                return moment
        elif isinstance(value, wanted):
            return value
    except (TypeError, ValueError):
        pass
    raise Invalid.field("cursor", "bad_cursor")


@dataclass(frozen=True)
class _Reader(Generic[R]):
    """Reads a list in an order: rows with their part and their key."""

    rows: Rows[R]
    order: Order
    options: tuple[Any, ...]
    is_long: bool
    gathers: bool = False
    """Whether what is found is sorted by its keys, before anything is read with it."""

    def read(self, start: _Start, most: int) -> Iterator[Any]:
        """At most so many (row, part, *values, id) from a start on, its way."""
        parts = [FILLED] if self.order.empty is None else [FILLED, EMPTY]
        parts = parts[::-1] if start.backwards else parts
        if start.key is not None:
            parts = parts[parts.index(start.part) :]
        for part in parts:
            for row in self._rows_of(self._part(part, start).limit(most)):
                most -= 1
                yield (row[0], part, *row[1:])
            if not most:
                return

    def _rows_of(self, query: sa.Select[Any]) -> Iterator[Any]:
        """The rows of a select, each with its key, read with what is asked for."""
        if not (self.gathers and self.rows.where) or self._walks():
            yield from session().execute(query.options(*self.options))
            return
        ident = self.rows.ident
        _, *key_columns = (each["expr"] for each in query.column_descriptions)
        keys = session().execute(query.with_only_columns(*key_columns)).all()
        wanted = sa.select(ident.class_).where(ident.in_([key[-1] for key in keys]))
        found = session().scalars(wanted.options(*self.options))
        by_id = {getattr(row, ident.key): row for row in found}
        yield from ((by_id[key[-1]], *key) for key in keys if key[-1] in by_id)

    def _part(self, part: int, start: _Start) -> sa.Select[Any]:
        order, ident = self.order, self.rows.ident
        columns: list[Any] = [*order.by, ident]
        query = self._narrowed()
        if part == EMPTY:
            query = query.where(order.empty.is_(None))
            nothing = [sa.null().label(f"nothing_{i}") for i in range(len(order.by))]
            query, columns = query.add_columns(*nothing, ident), [ident]
        else:
            query = self._filled(query).add_columns(*order.by, ident)
        down = order.falling != start.backwards
        if start.key is not None and part == start.part:
            key = start.key[-len(columns) :]
            query = query.where(_beyond(columns, key, down=down))
        by = [column.desc() if down else column.asc() for column in columns]
        return query.order_by(*by)

    def _filled(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """The rows that have a value, beside the table the value is in."""
        order = self.order
        if order.on is None:
            if order.empty is not None:
                query = query.where(order.empty.is_not(None))
            return query
        here, there = order.on
        key = _unsearched(there) if self._walks() else there
        other, mine = there.class_, here.class_
        return query.join(
            other,
            sa.and_(other.institution_id == mine.institution_id, here == key),
        )

    def _narrowed(self) -> sa.Select[Any]:
        rows = self.rows
        if not rows.where or not _is_sqlite():
            return rows.select
        if self.is_long:
            return rows.query.where(*map(sa.func.likely, rows.where))
        found = rows.select.with_only_columns(rows.ident).correlate(None)
        # No index of the owner's is offered for the order: what is found is sorted.
        return sa.select(rows.ident.class_).where(rows.ident.in_(found))

    def _walks(self) -> bool:
        """Whether SQLite, which counts no rows, has to be told that the list is long.

        It shall then go along the order, where the next rows are soon found, and not
        gather and sort all that the conditions let through. A short list it gathers
        first: along the order it might pass every other row before it meets them.
        """
        return self.is_long and _is_sqlite()


def _is_sqlite() -> bool:
    return session().get_bind().dialect.name == "sqlite"


def _unsearched(column: Any) -> Any:
    """A column as SQLite does not look rows up by, so that it walks along its table."""
    plus: operators.custom_op[Any] = operators.custom_op("+")
    return sa.UnaryExpression(column.expression, operator=plus, type_=column.type)


def _beyond(
    columns: Sequence[Any], key: Sequence[Any], *, down: bool
) -> sa.ColumnElement[bool]:
    """The rows whose columns come after a key.

    Of one table they are compared as a row, for which an index is used as far as it
    goes; of two, step by step behind a bound that an index can take.
    """
    if len({column.class_ for column in columns}) == 1:
        mine, theirs = sa.tuple_(*columns), tuple(key)
        return mine < theirs if down else mine > theirs
    first, value = columns[0], key[0]
    bound = first <= value if down else first >= value
    return sa.and_(bound, _stepwise(columns, key, down=down))


def _stepwise(
    columns: Sequence[Any], key: Sequence[Any], *, down: bool
) -> sa.ColumnElement[bool]:
    column, value = columns[0], key[0]
    further: sa.ColumnElement[bool] = column < value if down else column > value
    if len(columns) == 1:
        return further
    rest = _stepwise(columns[1:], key[1:], down=down)
    return sa.or_(further, sa.and_(column == value, rest))
