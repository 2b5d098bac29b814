"""Writing tables as workbooks and delimited text: the one door by which lists leave.

No cell begins like a formula, numbers stay numbers, and what is written here is read
by us as it was.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import IO, Any, BinaryIO
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import xlsxwriter

from registry.interchange.errors import NotWritable
from registry.interchange.rules.fields import Field, Kind
from registry.interchange.rules.text import guarded
from registry.interchange.sheets.limits import MOST_CELL
from registry.kernel.money import amount_text
from registry.words import N_, current_time_zone, gettext

Value = str | int | float | Decimal | date | datetime | bool | None
"""What may stand in a cell; amounts in columns of money are fen."""

XLSX, CSV = "xlsx", "csv"
FORMATS = (XLSX, CSV)

MEDIA_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}

YES, NO = N_("是"), N_("否")

_MARK = "\ufeff"
_SHEET = N_("清单")
_NOT_IN_NAMES = str.maketrans("[]:*?/\\'", "        ")
_SURROGATES = str.maketrans(dict.fromkeys(range(55296, 57344), "�"))
_WIDTHS = {
    Kind.NOTE: 30.0,
    Kind.MONEY: 13.0,
    Kind.DATE: 12.0,
    Kind.MOMENT: 17.0,
    Kind.WHOLE: 8.0,
}
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Column:
    """A column of a table that is written: its header, and what its cells hold."""

    label: str
    kind: Kind = Kind.TEXT
    width: float | None = None
    name: str = ""

    @property
    def characters(self) -> float:
        """How wide the column is shown."""
        return self.width or _WIDTHS.get(self.kind, 16.0)


def column_for(field: Field) -> Column:
    """The column of a field, its header in the current language."""
    return Column(gettext(field.label), field.kind, name=field.name)


def write_table(
    out: BinaryIO,
    form: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    title: str = "",
) -> int:
    """Write a table, row after row, as ``xlsx`` or ``csv``; the number of its rows.

    Rows are taken one at a time and none is kept. Raises NotWritable where a text does
    not fit into a cell; what was written by then is of no use.
    """
    if form == CSV:
        return _write_csv(out, columns, rows)
    if form != XLSX:
        raise NotWritable("format_unknown", found=form)
    return _write_workbook(out, columns, rows, title)


def table_file(
    form: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], title: str
) -> IO[bytes]:
    """A table in a file of its own, from its first byte; closing it removes it."""
    return _in_file(
        partial(write_table, form=form, columns=columns, rows=rows, title=title)
    )


def book_file(
    sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[Value]]]],
) -> IO[bytes]:
    """A workbook of titled sheets likewise, each written as its rows are read."""

    def write(out: BinaryIO) -> None:
        with open_workbook(out) as workbook:
            for title, columns, rows in sheets:
                sheet = TableSheet(workbook, title, columns)
                for row in rows:
                    sheet.write(row)

    return _in_file(write)


def _in_file(write: Callable[[BinaryIO], object]) -> IO[bytes]:
    out = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    try:
        write(out)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out


def csv_pieces(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> Iterator[bytes]:
    """The same as delimited text in pieces, for an answer that streams."""
    text = io.StringIO(newline="")
    text.write(_MARK)
    writer = csv.writer(text)
    writer.writerow([guarded(_clean(column.label)) for column in columns])
    for number, row in enumerate(rows, 2):
        writer.writerow(_texts(columns, row, number))
        if text.tell() > _PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _write_csv(
    out: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> int:
    count = 0

    def counted() -> Iterator[Sequence[Value]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    for piece in csv_pieces(columns, counted()):
        out.write(piece)
    return count


def _texts(columns: Sequence[Column], row: Sequence[Value], number: int) -> list[str]:
    return [
        _text(value, column.kind, number)
        for column, value in zip(columns, row, strict=True)
    ]


def _text(value: Value, kind: Kind, row: int) -> str:
    """A value as text; real numbers are never guarded, even negative ones."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext(YES if value else NO)
    if isinstance(value, int) and kind is Kind.MONEY:
        return amount_text(value)
    if isinstance(value, int | float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return _fitting(guarded(_words(value)), row)


def _words(value: str | date | datetime) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(ZoneInfo(current_time_zone()))
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return _clean(value)


def _clean(text: str) -> str:
    """Text that every format can carry: no half characters, no NUL."""
    if text.isascii() and "\0" not in text:
        return text
    return text.translate(_SURROGATES).replace("\0", "\ufffd")


def _fitting(text: str, row: int) -> str:
    if len(text) > MOST_CELL // 2 and len(text.encode("utf-16-le")) // 2 > MOST_CELL:
        raise NotWritable("cell_too_long", row=row, column=0, most=MOST_CELL)
    return text


def _write_workbook(
    out: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    title: str,
) -> int:
    count = 0
    with open_workbook(out) as workbook:
        sheet = TableSheet(workbook, title or gettext(_SHEET), columns)
        for row in rows:
            count += 1
            sheet.write(row)
    return count


def open_workbook(out: BinaryIO) -> xlsxwriter.Workbook:
    """A workbook to write into: rows go to disk, nothing is taken for a formula."""
    return xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "nan_inf_to_errors": False,
        },
    )


class TableSheet:
    """A sheet with a header that stays in view, filled row after row."""

    def __init__(
        self, workbook: xlsxwriter.Workbook, title: str, columns: Sequence[Column]
    ) -> None:
        self.sheet: Any = workbook.add_worksheet(sheet_name(title))
        self.columns = columns
        self.count = 0
        head = workbook.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True}
        )
        self._formats = {
            Kind.MONEY: workbook.add_format({"num_format": "#,##0.00"}),
            Kind.DATE: workbook.add_format({"num_format": "yyyy-mm-dd"}),
            Kind.WHOLE: workbook.add_format({"num_format": "0"}),
            Kind.CODE: workbook.add_format({"num_format": "@"}),
            Kind.TEXT: workbook.add_format({"num_format": "@"}),
            Kind.NOTE: workbook.add_format({"num_format": "@"}),
            Kind.MOMENT: workbook.add_format({"num_format": "@"}),
        }
        for index, column in enumerate(columns):
            width, shown = column.characters, self._formats[column.kind]
            self.sheet.set_column(index, index, width, shown)
            self.sheet.write_string(0, index, in_cell(column.label), head)
        self.sheet.freeze_panes(1, 0)

    def write(self, row: Sequence[Value]) -> None:
        """Write the next row."""
        self.count += 1
        for index, value in enumerate(row):
            if value is not None and value != "":
                self._write(index, value)
        if len(row) != len(self.columns):
            raise ValueError("a row has as many values as there are columns")

    def _write(self, index: int, value: Value) -> None:
        kind = self.columns[index].kind
        shown = self._formats[kind]
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            if isinstance(value, date) and not isinstance(value, datetime):
                shown = self._formats[Kind.DATE]
                if value.year >= 1900:
                    self.sheet.write_datetime(self.count, index, value, shown)
                    return
            text = _text(value, kind, self.count + 1)
            self.sheet.write_string(self.count, index, in_cell(text), shown)
        elif kind is Kind.MONEY and isinstance(value, int):
            self.sheet.write_number(self.count, index, value / 100, shown)
        else:
            self.sheet.write_number(self.count, index, value, shown)


def in_cell(text: str) -> str:
    """A text as the library must be given it, which takes ``<r>…</r>`` for markup."""
    if text.startswith("<r>") and text.endswith("</r>"):
        return f'<r><t xml:space="preserve">{escape(text)}</t></r>'
    return text


def sheet_name(title: str) -> str:
    """A title as the name of a sheet: at most 31 characters, all of them allowed."""
    return " ".join(_clean(title).translate(_NOT_IN_NAMES).split())[:31].strip() or "1"
