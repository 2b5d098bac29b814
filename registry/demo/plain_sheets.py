"""Writes the sample sheets of people and of places, for the kindergarten to come."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

from registry.demo.sheet_truth import SheetTruth
from registry.demo.tables import rows

PEOPLE_HEADERS = ("姓名", "工号", "部门", "职务", "办公电话", "电子邮箱")
PLACES_HEADERS = ("校区", "楼宇", "楼层", "房间", "是否库房", "使用部门", "备注")
_TITLE_ROWS = 2


def sample_people(out: str | Path | BinaryIO) -> SheetTruth:
    """Write the people of the kindergarten as XLSX; returns what must come of it."""
    told = rows("sample_people")
    columns = ("name", "staff_number", "department", "title", "phone", "email")
    lines = [tuple(row[column] for column in columns) for row in told]
    _write(out, "人员名单", PEOPLE_HEADERS, lines)
    return _truth(told)


def sample_places(out: str | Path | BinaryIO) -> SheetTruth:
    """Write the rooms of the kindergarten as XLSX; returns what must come of it.

    Campus, building and floor are written once and hold until the next one.
    """
    told = rows("sample_places")
    columns = ("campus", "building", "floor", "room", "store", "department", "note")
    lines = [tuple(row[column] for column in columns) for row in told]
    _write(out, "场所清单", PLACES_HEADERS, lines)
    return _truth(told)


def _truth(told: Iterable[dict[str, str]]) -> SheetTruth:
    """The rows as they must come out, by the table's last two columns."""
    numbered = list(enumerate(told, start=_TITLE_ROWS + 2))
    return SheetTruth(
        data_rows=len(numbered),
        names=tuple(
            row["makes"] for _, row in numbered if row["makes"] and not row["reason"]
        ),
        rejected=tuple((n, row["reason"]) for n, row in numbered if row["reason"]),
    )


def _write(
    out: str | Path | BinaryIO,
    title: str,
    headers: tuple[str, ...],
    lines: Iterable[tuple[str, ...]],
) -> None:
    target = str(out) if isinstance(out, Path) else out
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True})
        sheet.merge_range(0, 0, 0, len(headers) - 1, f"附属幼儿园{title}", bold)
        sheet.write_row(_TITLE_ROWS, 0, headers, bold)
        for number, line in enumerate(lines, start=_TITLE_ROWS + 1):
            for column, text in enumerate(line):
                if text:
                    sheet.write_string(number, column, text)
