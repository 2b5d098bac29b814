"""Reads one workbook in a process of its own: ``python -m`` this, a file descriptor.

It sends lines of JSON: how each sheet begins, then, for every sheet asked for by its
number on a line, its rows. It ends with its input, at a refusal, or at its limits.
A file that brings it down takes nothing else along, and it holds nothing to steal: it
is started without the settings of the service and cannot write to any file.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from registry.interchange.errors import SheetTooLarge, SheetUnreadable
from registry.interchange.rules.grid import HEAD_ROWS
from registry.interchange.sheets.limits import (
    CHUNK_CELLS,
    MOST_CELL,
    MOST_COLUMNS,
    MOST_RECORDS,
    MOST_ROWS,
    MOST_SHEETS,
    READER_MEMORY,
    READER_SECONDS,
)
from registry.interchange.sheets.unpacking import check_package
from registry.kernel.errors import Refused, TooLarge

MOST_SPANS = 50_000
_EMPTY = ""


def limit_this_process() -> None:
    """Bound memory and processor time; allow no file to grow and no dump."""
    memory = (READER_MEMORY, READER_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, memory)
    resource.setrlimit(resource.RLIMIT_CPU, (READER_SECONDS, READER_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _plain(cell: Any) -> Any:
    """A cell as JSON has it: whole numbers without a point, days as a list of one."""
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return _EMPTY
        return int(cell) if cell.is_integer() and abs(cell) < 1e22 else cell
    if isinstance(cell, datetime):
        day = cell.date() if cell.time() == datetime.min.time() else cell
        return [day.isoformat()]
    if isinstance(cell, date):
        return [cell.isoformat()]
    return cell if isinstance(cell, int | bool) else str(cell)


def _records(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    """Rows that hold something, numbered from 1, their cells in their columns."""
    if sheet.start is None:
        return
    offset = [_EMPTY] * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), 1):
        if row.count(_EMPTY) == len(row):
            continue
        cells = [cell if type(cell) is str else _plain(cell) for cell in row]
        yield number, offset + cells if offset else cells


def _checked(number: int, cells: list[Any]) -> list[Any]:
    """The cells within the limits of width and length, or a refusal."""
    if len(cells) > MOST_COLUMNS:
        if any(cell != _EMPTY for cell in cells[MOST_COLUMNS:]):
            raise SheetTooLarge("too_many_columns", most=MOST_COLUMNS)
        cells = cells[:MOST_COLUMNS]
    for column, cell in enumerate(cells, 1):
        if type(cell) is str and len(cell) > MOST_CELL:
            raise SheetTooLarge(
                "cell_too_long", row=number, column=column, most=MOST_CELL
            )
    return cells


class Reader:
    """A workbook, opened within the limits, that tells of its sheets."""

    def __init__(self, file: BinaryIO) -> None:
        if file.read(4) == b"PK\x03\x04":
            check_package(file)
        file.seek(0)
        self._book: CalamineWorkbook = python_calamine.load_workbook(
            BytesIO(file.read())
        )
        self._sheets = [
            (index, about)
            for index, about in enumerate(self._book.sheets_metadata)
            if about.typ == SheetTypeEnum.WorkSheet
        ][:MOST_SHEETS]
        if not self._sheets:
            raise SheetUnreadable("workbook_without_sheets")
        self._kept: tuple[int, CalamineSheet] | None = None

    def _sheet(self, place: int) -> CalamineSheet:
        """A sheet; the largest so far is kept, since it is likely to be asked for."""
        if self._kept and self._kept[0] == place:
            return self._kept[1]
        sheet = self._book.get_sheet_by_index(self._sheets[place][0])
        if self._kept is None or sheet.height >= self._kept[1].height:
            self._kept = (place, sheet)
        return sheet

    def heads(self) -> dict[str, Any]:
        """How each sheet begins, and whether it is shown."""
        visible = python_calamine.SheetVisibleEnum.Visible
        return {
            "sheets": [
                {
                    "name": about.name,
                    "visible": about.visible == visible,
                    "records": self._head(place),
                    "spans": self._spans(place),
                }
                for place, (_, about) in enumerate(self._sheets)
            ]
        }

    def _head(self, place: int) -> list[tuple[int, list[Any]]]:
        head: list[tuple[int, list[Any]]] = []
        for number, cells in _records(self._sheet(place)):
            if len(head) == HEAD_ROWS:
                break
            head.append((number, _short(cells)))
        return head

    def _spans(self, place: int) -> list[tuple[int, int, int, int]]:
        merged = self._sheet(place).merged_cell_ranges or []
        return [
            (top + 1, left, bottom + 1, right)
            for (top, left), (bottom, right) in merged[:MOST_SPANS]
            if left < MOST_COLUMNS
        ]

    def rows(self, place: int) -> Iterator[dict[str, Any]]:
        """A sheet in pieces: numbers and cells, and in the end that it is the end."""
        numbers: list[int] = []
        rows: list[list[Any]] = []
        size = 0
        for count, (number, cells) in enumerate(_records(self._sheet(place))):
            if count == MOST_RECORDS:
                raise SheetTooLarge("too_many_rows", most=MOST_ROWS)
            numbers.append(number)
            rows.append(_checked(number, cells))
            size += len(cells)
            if size >= CHUNK_CELLS:
                yield {"numbers": numbers, "rows": rows}
                numbers, rows, size = [], [], 0
        yield {"numbers": numbers, "rows": rows, "end": True}


def _short(cells: list[Any]) -> list[Any]:
    """A row of a head, cut to what is looked at there."""
    return [cell[:200] if type(cell) is str else cell for cell in cells[:MOST_COLUMNS]]


def _send(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
    sys.stdout.write("\n")
    sys.stdout.flush()


def _serve(descriptor: int) -> None:
    with os.fdopen(descriptor, "rb") as file:
        reader = Reader(file)
    _send(reader.heads())
    for line in sys.stdin:
        for message in reader.rows(int(line)):
            _send(message)


def main(descriptor: int) -> None:
    """Serve one workbook; every failure becomes a refusal on the last line."""
    limit_this_process()
    try:
        _serve(descriptor)
    except Refused as refused:
        large = isinstance(refused, TooLarge)
        _send({"refused": refused.code, "large": large, "facts": refused.facts})
    except MemoryError:
        _send({"refused": "sheet_too_large", "large": True, "facts": {}})
    except python_calamine.PasswordError:
        _send({"refused": "workbook_encrypted", "large": False, "facts": {}})
    except BaseException:  # the library's panics are no Exception
        _send({"refused": "workbook_damaged", "large": False, "facts": {}})


if __name__ == "__main__":
    main(int(sys.argv[1]))
