"""The reject file: rows that were not imported, why, and ready to be sent again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import BinaryIO, Protocol

from registry.interchange.rules.dates import DateOrder, date_of
from registry.interchange.rules.fields import ATTRIBUTE, IGNORED, Fields, Kind
from registry.interchange.rules.grid import Cell, Record
from registry.interchange.rules.headers import assign
from registry.interchange.rules.layout import Layout, cell_at
from registry.interchange.rules.ledger import Rejected
from registry.interchange.rules.reasons import REASON_HEADER
from registry.interchange.rules.text import raw_text
from registry.interchange.sheets.writing import Column, Value, write_table
from registry.words import N_, gettext

_TITLE = N_("未导入的行")
_SCALES = {1_000: "千元", 10_000: "万元", 1_000_000: "百万元"}


class Readable(Protocol):
    """A reading whose rows can be read again."""

    @property
    def layout(self) -> Layout:
        """The table that was found."""

    @property
    def rejected(self) -> Sequence[Rejected]:
        """The rows that were refused."""

    def records(self) -> Iterator[Record]:
        """Every row of the table as it stands in the file."""


def write_rejects(
    out: BinaryIO,
    form: str,
    reading: Readable,
    fields: Fields,
    *,
    date_order: DateOrder = DateOrder.MONTH_FIRST,
) -> int:
    """Write the refused rows as they were, the reason in front; how many there are.

    Read again, the file gives every column the field it had: headers that would not
    do that are replaced, dates that can be read are written year first, and the
    reason is passed over.
    """
    kept = _kept(reading.layout, fields)
    columns = [Column(gettext(REASON_HEADER), Kind.NOTE, 40.0)]
    columns += [Column(header, width=14.0) for _, header in kept]
    dates = {
        index
        for name, index in reading.layout.positions.items()
        if name in fields.by_name and fields.by_name[name].kind is Kind.DATE
    }
    reasons = {each.row: each.words for each in reading.rejected}

    def rows() -> Iterator[list[Value]]:
        for number, cells in reading.records():
            if number in reasons:
                yield [
                    reasons[number],
                    *(
                        _value(cell_at(cells, index), index in dates, date_order)
                        for index, _ in kept
                    ),
                ]

    return write_table(out, form, columns, rows(), title=gettext(_TITLE))


def _value(cell: Cell, is_date: bool, order: DateOrder) -> Value:
    if isinstance(cell, bool | date | datetime):
        return raw_text(cell)
    if is_date and isinstance(cell, str) and (day := date_of(cell, order)):
        return day.isoformat()
    return raw_text(cell) if isinstance(cell, str) else cell


def _kept(layout: Layout, fields: Fields) -> list[tuple[int, str]]:
    """The columns written, each with a header that will be taken for its field."""
    columns = [c for c in layout.columns if c.header or c.field]
    headers = {c.index: _header(layout, c.index, c.header, c.field) for c in columns}
    understood = _understood(headers, fields)
    for column in columns:
        meant = column.field
        if understood.get(column.index) == meant or meant in (ATTRIBUTE, IGNORED):
            continue
        if meant is None:
            del headers[column.index]
        else:
            label = gettext(fields.by_name[meant].label)
            headers[column.index] = _header(layout, column.index, label, meant)
    return list(headers.items())


def _understood(headers: Mapping[int, str], fields: Fields) -> dict[int, str]:
    given = assign(list(headers.values()), fields)
    indexes = list(headers)
    return {indexes[place]: name for place, name in given.items()}


def _header(layout: Layout, index: int, header: str, field: str | None) -> str:
    """A header that says the unit of its amounts, where only a title above did."""
    if field not in ("unit_price", "cost"):
        return header
    bare = replace(layout, words="")
    if bare.scale(field) == layout.scale(field):
        return header
    return f"{header}（{_SCALES[layout.scale(field)]}）"
