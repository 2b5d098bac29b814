"""Writes the sample ledger: customary columns, kept by hand for ten years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registry.demo.handwriting import cells_of
from registry.demo.ledger_lines import Line, lines
from registry.demo.sheet_truth import LedgerRow, LedgerTruth, Rejection

HEADERS = (
    "序号",
    "资产编号",
    "资产名称",
    "分类代码",
    "品牌",
    "规格型号",
    "计量单位",
    "数量",
    "单价（元）",
    "原值（元）",
    "购置日期",
    "取得方式",
    "使用部门",
    "保管人",
    "存放地点",
    "使用状况",
    "备注",
)
NUMBER, NAME, QUANTITY, PRICE, VALUE, DAY = 1, 2, 7, 8, 9, 10
DEPARTMENT, PLACE = 12, 14
HEADER_ROW = 4
ROWS_PER_PAGE = 60
LEAST_ROWS = 65

Spoiled = Callable[[list[Any]], None]


def _put(column: int, value: Any) -> Spoiled:
    def spoil(cells: list[Any]) -> None:
        cells[column] = value

    return spoil


def _faults(today: date) -> list[tuple[str, Spoiled]]:
    """The mistakes a sheet must have: the reason and how the row is spoiled."""
    return [
        ("missing_asset_no", _put(NUMBER, " ")),
        ("bad_quantity", _put(QUANTITY, "若干")),
        ("bad_date", _put(DAY, "2023年2月30日")),
        ("duplicate_asset_no", _put(NUMBER, None)),
        ("bad_amount", _put(PRICE, "面议")),
        ("missing_name", _put(NAME, "")),
        ("bad_quantity", _put(QUANTITY, 0)),
        ("bad_date", _put(DAY, f"{today + timedelta(days=400):%Y-%m-%d}")),
        ("bad_quantity", _put(QUANTITY, "2.5")),
        ("bad_amount", _put(PRICE, -350)),
        ("duplicate_asset_no", _put(NUMBER, None)),
        ("bad_date", _put(DAY, "去年秋天")),
    ]


@dataclass
class _Page:
    """The sheet being written and what has been promised of it so far."""

    sheet: Worksheet
    day_format: Format
    bold: Format
    row: int = 0
    """The next row to write, from 0."""
    valid: list[LedgerRow] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    def write(self, cells: list[Any]) -> None:
        """One row of cells: texts, numbers, dates or formulas with their value."""
        for column, value in enumerate(cells):
            if isinstance(value, date):
                moment = datetime(value.year, value.month, value.day)
                self.sheet.write_datetime(self.row, column, moment, self.day_format)
            elif isinstance(value, tuple):
                self.sheet.write_formula(self.row, column, value[0], None, value[1])
            elif isinstance(value, int | float):
                self.sheet.write_number(self.row, column, value)
            elif value:
                self.sheet.write_string(self.row, column, value)
        self.row += 1

    def headers(self) -> None:
        """The header row, again at the top of every printed page."""
        for column, name in enumerate(HEADERS):
            self.sheet.write_string(self.row, column, name, self.bold)
        self.row += 1


def sample_ledger(
    out: str | Path | BinaryIO, today: date, rows: int = 200
) -> LedgerTruth:
    """Write a sample ledger of so many data rows as XLSX; returns what must come of it.

    Every kind of untidiness and at least twelve wrong rows are in it; 65 rows at least.
    """
    if rows < LEAST_ROWS:
        raise ValueError(f"a sample ledger has at least {LEAST_ROWS} rows")
    target = str(out) if isinstance(out, Path) else out
    with xlsxwriter.Workbook(target) as book:
        book.set_properties({"created": datetime(today.year, today.month, today.day)})
        page = _Page(
            book.add_worksheet("资产台账"),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"bold": True, "border": 1}),
        )
        _title(page, book.add_format({"bold": True, "align": "center"}), today)
        _body(page, rows, today)
        _foot(page)
        notes = book.add_worksheet("填表说明")
        notes.write_string(0, 0, "1.资产编号不得重复。2.同批资产可合并一行填数量。")
    return LedgerTruth(tuple(page.valid), tuple(page.rejected))


def _title(page: _Page, centred: Format, today: date) -> None:
    last = len(HEADERS) - 1
    name = "光明实验学校固定资产明细台账"
    told = f"单位名称：光明实验学校    截止日期：{today:%Y年%m月%d日}    金额单位：元"
    page.sheet.merge_range(0, 0, 0, last, name, centred)
    page.sheet.merge_range(1, 0, 1, last, told)
    page.sheet.set_column(NAME, NAME + 3, 16)
    page.row = HEADER_ROW - 1
    page.headers()


def _body(page: _Page, rows: int, today: date) -> None:
    faults = _faults(today)
    every = rows // (len(faults) + 1)
    together = _together(rows, every)
    for number, line in enumerate(_plan(rows, today, together), start=1):
        if number > 1 and number % ROWS_PER_PAGE == 1:
            page.write(["", "", "本页小计"])
            page.headers()
        fault, between_faults = divmod(number, every)
        if between_faults == 0 and fault <= len(faults):
            _wrong(page, number, line, *faults[fault - 1])
        else:
            _right(page, number, line, covered=together < number <= together + 2)
        if number == together + 2:
            _merge(page, line)


def _together(rows: int, every: int) -> int:
    """The first of three rows that share a cell: no fault or page break in them."""
    number = rows // 2
    while any(
        n % every == 0 or n % ROWS_PER_PAGE == 1 for n in range(number, number + 3)
    ):
        number += 1
    return number


def _plan(rows: int, today: date, together: int) -> Iterator[Line]:
    """The lines, three of them of one department and place."""
    same: Line | None = None
    for number, line in enumerate(lines(rows, today), start=1):
        if number == together:
            same = line
        if same and number <= together + 2:
            line = replace(line, department=same.department, place=same.place)
        yield replace(line, note="=1+1 以财务账为准") if number == 3 else line


def _right(page: _Page, number: int, line: Line, *, covered: bool) -> None:
    """A row as it should be; ``covered`` by a merged cell that begins above it."""
    page.valid.append(_expected(line, page.row + 1))
    cells = cells_of(number, line, page.row + 1)
    if covered:
        cells[DEPARTMENT] = cells[PLACE] = ""
    page.write(cells)


def _wrong(page: _Page, number: int, line: Line, reason: str, spoil: Spoiled) -> None:
    cells = cells_of(number, line, page.row + 1)
    cells[VALUE] = ""
    spoil(cells)
    if cells[NUMBER] is None:
        cells[NUMBER] = page.valid[len(page.valid) // 2].asset_number
    page.rejected.append(Rejection(page.row + 1, cells[NUMBER].strip(), reason))
    page.write(cells)


def _merge(page: _Page, line: Line) -> None:
    """Department and place once over the last three rows, as people like to do."""
    first, last = page.row - 3, page.row - 1
    page.sheet.merge_range(first, DEPARTMENT, last, DEPARTMENT, line.department)
    page.sheet.merge_range(first, PLACE, last, PLACE, line.place)


def _foot(page: _Page) -> None:
    page.row += 1
    total = sum(row.original_value_fen for row in page.valid) / 100
    page.write(["", "合  计", "", "", "", "", "", "", "", total])
    page.row += 1
    page.write(["制表人：            审核人：            单位负责人："])


def _expected(line: Line, row: int) -> LedgerRow:
    return LedgerRow(
        row=row,
        asset_number=line.asset_number,
        name=line.item_type.name,
        class_code=line.item_type.class_code,
        brand=line.item_type.brand,
        specification=f"{line.item_type.model} {line.item_type.specification}",
        unit=line.item_type.unit,
        quantity=line.quantity,
        original_value_fen=line.original_value_fen,
        acquired_on=line.acquired_on,
        method=line.method,
        department=line.department,
        custodian=line.custodian,
        place=line.place,
        status=line.status,
        note=line.note,
    )
