"""The sample sheets: read back by other means, they hold what they promise."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from registry.demo import sample_ledger, sample_people, sample_places
from registry.demo.handwriting import METHOD_WORDS, STATUS_WORDS
from registry.demo.messy_ledger import HEADERS
from registry.demo.plain_sheets import PEOPLE_HEADERS, PLACES_HEADERS
from registry.demo.sheet_truth import LedgerTruth

TODAY = date(2026, 11, 23)
SIZES = (65, 66, 130, 200, 731)
REASONS = {
    "missing_asset_no",
    "missing_name",
    "bad_quantity",
    "bad_amount",
    "bad_date",
    "duplicate_asset_no",
}


def cells(file: io.BytesIO | Path) -> list[list[Any]]:
    book = CalamineWorkbook.from_object(file)
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def written(rows: int) -> tuple[LedgerTruth, list[list[Any]]]:
    out = io.BytesIO()
    truth = sample_ledger(out, TODAY, rows)
    out.seek(0)
    return truth, cells(out)


def plain(cell: Any) -> str:
    """A cell as somebody would read it aloud."""
    whole = isinstance(cell, float) and cell == int(cell)
    text = str(int(cell)) if whole else str(cell)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def fen(cell: Any) -> int:
    return round(float(re.sub(r"[¥,元]", "", plain(cell))) * 100)


def day(cell: Any) -> date | None:
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float):
        return date(1899, 12, 30) + timedelta(days=int(cell))
    digits = re.findall(r"\d+", plain(cell))
    if not digits:
        return None
    if len(digits) == 1:
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:]]
    return date(*map(int, digits))


@pytest.mark.parametrize("rows", SIZES)
def test_a_ledger_has_as_many_rows_as_asked_and_all_kinds_of_mistakes(rows: int):
    truth, _ = written(rows)
    assert truth.data_rows == rows
    assert {each.reason for each in truth.rejected} == REASONS
    assert len(truth.rejected) == 12
    assert truth.assets == sum(row.quantity for row in truth.rows) > rows


@pytest.mark.parametrize("rows", SIZES)
def test_what_is_promised_of_a_row_is_what_stands_in_it(rows: int):
    truth, sheet = written(rows)
    for row in truth.rows:
        read = dict(zip(HEADERS, sheet[row.row - 1], strict=True))
        assert plain(read["资产编号"]) == row.asset_number
        assert plain(read["资产名称"]) == row.name
        assert plain(read["分类代码"]).removesuffix(".0") == row.class_code
        assert plain(read["规格型号"]) == " ".join(plain(row.specification).split())
        quantity = int(re.sub(r"\D", "", plain(read["数量"])))
        assert quantity == row.quantity
        value = read["原值（元）"]
        computed = quantity * fen(read["单价（元）"])
        assert row.original_value_fen == (computed if value == "" else fen(value))
        assert day(read["购置日期"]) == row.acquired_on
        assert read["取得方式"] in METHOD_WORDS[row.method]
        assert read["使用状况"] in STATUS_WORDS[row.status]
        assert read["保管人"] == row.custodian
        assert read["备注"] == row.note
        assert sum(row.costs_fen) == row.original_value_fen


def test_department_and_place_may_be_written_once_over_three_rows():
    truth, sheet = written(200)
    blank = []
    for row in truth.rows:
        read = dict(zip(HEADERS, sheet[row.row - 1], strict=True))
        if read["使用部门"] == "":
            blank.append(row)
            assert read["存放地点"] == ""
        else:
            assert (read["使用部门"], read["存放地点"]) == (row.department, row.place)
    first, second = blank
    above = next(row for row in truth.rows if row.row == first.row - 1)
    assert second.row == first.row + 1
    for each in blank:
        assert (each.department, each.place) == (above.department, above.place)


def test_rejected_rows_are_where_they_are_said_to_be():
    truth, sheet = written(200)
    valid = {row.asset_number: row.row for row in truth.rows}
    for each in truth.rejected:
        read = dict(zip(HEADERS, sheet[each.row - 1], strict=True))
        assert plain(read["资产编号"]) == each.asset_number
        if each.reason == "missing_asset_no":
            assert each.asset_number == ""
        if each.reason == "missing_name":
            assert read["资产名称"] == ""
        if each.reason == "duplicate_asset_no":
            assert valid[each.asset_number] < each.row
        else:
            assert each.asset_number not in valid


def test_between_the_rows_stand_titles_page_sums_and_signatures():
    truth, sheet = written(200)
    firsts = Counter(plain(row[0]) for row in sheet)
    assert firsts["序号"] == 4
    assert sum(row[2] == "本页小计" for row in sheet) == 3
    total = next(row for row in sheet if plain(row[1]) == "合 计")
    assert round(total[9] * 100) == truth.original_value_fen
    assert sheet[0][0] == "光明实验学校固定资产明细台账"
    assert "2026年11月23日" in sheet[1][0]
    assert sheet[-1][0].startswith("制表人")


def test_dates_and_amounts_are_written_in_many_ways():
    truth, sheet = written(731)
    columns = [
        dict(zip(HEADERS, sheet[row.row - 1], strict=True)) for row in truth.rows
    ]
    days = {re.sub(r"\d+", "9", str(read["购置日期"])) for read in columns}
    assert {"", "9-9-9", "9.9.9", "9/9/9", "9年9月9日", "9"} <= days
    assert any(isinstance(read["购置日期"], float) for read in columns)
    prices = {re.sub(r"\d+", "9", str(read["单价（元）"])) for read in columns}
    assert {"9.9", "9,9.9", "¥9,9.9", "9.9元", "9．9"} <= prices
    assert any(read["数量"] == f"{plain(read['数量'])[:-1]}台" for read in columns)


def test_a_note_that_looks_like_a_formula_is_a_text():
    _truth, sheet = written(65)
    assert sum(row[-1] == "=1+1 以财务账为准" for row in sheet) == 1


def test_no_date_lies_in_the_future_but_the_wrong_one():
    truth, _ = written(731)
    assert all(r.acquired_on is None or r.acquired_on < TODAY for r in truth.rows)


def test_the_report_has_the_words_of_the_dry_run():
    truth, _ = written(65)
    report = truth.report()
    assert list(report) == [
        "data_rows",
        "valid_rows",
        "assets",
        "original_value",
        "by_status",
        "rejected",
    ]
    assert report["valid_rows"] == len(truth.rows) == sum(report["by_status"].values())
    assert set(report["by_status"]) <= set(STATUS_WORDS)
    assert round(report["original_value"] * 100) == truth.original_value_fen


def test_the_same_day_gives_the_same_file(tmp_path: Path):
    for name in ("one.xlsx", "two.xlsx"):
        sample_ledger(tmp_path / name, TODAY)
    one, two = (tmp_path / name for name in ("one.xlsx", "two.xlsx"))
    assert one.read_bytes() == two.read_bytes()


def test_a_ledger_too_short_for_its_mistakes_is_refused():
    with pytest.raises(ValueError, match="at least 65"):
        sample_ledger(io.BytesIO(), TODAY, 64)


def test_the_people_sheet_holds_who_it_promises(tmp_path: Path):
    truth = sample_people(tmp_path / "people.xlsx")
    sheet = cells(tmp_path / "people.xlsx")
    assert tuple(sheet[2]) == PEOPLE_HEADERS
    wrong = dict(truth.rejected)
    names = [
        plain(row[0]) for n, row in enumerate(sheet, 1) if n > 3 and n not in wrong
    ]
    assert tuple(names) == truth.names
    assert truth.data_rows == len(sheet) - 3 == len(truth.names) + len(wrong)
    assert sheet[next(iter(wrong)) - 1][0] == ""


def test_the_places_sheet_holds_what_it_promises(tmp_path: Path):
    truth = sample_places(tmp_path / "places.xlsx")
    sheet = cells(tmp_path / "places.xlsx")
    assert tuple(sheet[2]) == PLACES_HEADERS
    wrong = dict(truth.rejected)
    found, above = [], ["", "", "", ""]
    for number, row in enumerate(sheet[3:], start=4):
        first = next(i for i, cell in enumerate(row[:4]) if cell)
        above = [*above[:first], *row[first:4]]
        if number not in wrong:
            found.append("/".join(part for part in above if part))
    assert tuple(found) == truth.names
    assert set(wrong.values()) == {"duplicate_row"}
