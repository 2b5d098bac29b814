"""A reject file is mended and sent again, and then every row of it arrives."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from registry.interchange.rules.ledger_fields import LEDGER_FIELDS
from registry.interchange.rules.register_fields import PEOPLE_FIELDS
from registry.interchange.sheets.opening import open_book
from registry.interchange.sheets.reading import LedgerReading, read_ledger
from registry.interchange.sheets.registers import read_people
from registry.interchange.sheets.rejects import write_rejects
from registry.interchange.sheets.writing import CSV, FORMATS
from registry.words import use_language
from tests.registry.interchange.messy import TODAY, Office, Style, delimited

HEADER = ["资产编号", "资产名称", "数量", "单价", "取得日期"]


def rejects(reading: LedgerReading, form: str = CSV) -> bytes:
    out = io.BytesIO()
    count = write_rejects(
        out, form, reading, LEDGER_FIELDS, date_order=reading.plan.date_order
    )
    assert count == len(reading.rejected)
    return out.getvalue()


def cells(content: bytes) -> list[list[Any]]:
    with open_book(content) as book:
        return [list(row) for _, row in book.rows(0)]


@pytest.mark.parametrize("form", FORMATS)
def test_refused_rows_come_back_as_they_were_with_the_reason_in_front(
    form: str,
) -> None:
    rows = [HEADER, ["A1", "桌", 1, 5, ""], ["A2", "", "一批", "=1", "去年"]]
    reading = read_ledger(delimited(rows, "utf-8"), today=TODAY)
    header, row = cells(rejects(reading, form))
    assert header == ["不能导入的原因", *HEADER]
    assert row == ["没有资产名称。请补上。", "A2", "", "一批", "'=1", "去年"]


def test_the_reason_is_said_in_the_reader_s_language_and_passed_over_when_read() -> (
    None
):
    reading = read_ledger(
        delimited([HEADER, ["", "桌", 1, 5, ""]], "utf-8"), today=TODAY
    )
    for language in ("zh-CN", "en"):
        with use_language(language):
            again = read_ledger(rejects(reading), today=TODAY)
        assert again.layout.positions["asset_number"] == 1
        assert again.data_rows == 1


@settings(max_examples=40)
@given(
    st.integers(0, 2**31),
    st.sampled_from(["mixed", "dmy", "mdy"]),
    st.booleans(),
    st.booleans(),
)
def test_mended_rows_arrive_as_if_they_had_been_right_at_first(
    seed: int, days: str, unit_in_title: bool, two_rows: bool
) -> None:
    language = "zh" if days == "mixed" else "en"
    style = Style(
        language=language,
        form="csv",
        day_style=days,
        unit_in_title=unit_in_title and language == "zh",
        has_two_row_header=two_rows and language == "zh",
        has_running_number=language == "zh",
    )
    content, _ = Office(style, seed).ledger(60)
    reading = read_ledger(content, today=TODAY)
    assume(reading.rejected)
    table = cells(rejects(reading))
    right = {"name": "桌", "quantity": "2", "unit_price": "5", "acquired_on": ""}
    scale = 10_000 if style.unit_in_title else 1
    places = read_ledger(content, today=TODAY).layout.positions
    first = len(table[0]) - len([c for c in reading.layout.columns if c.header])
    for number, (row, rejected) in enumerate(
        zip(table[1:], reading.rejected, strict=True)
    ):
        place = places[rejected.field] + first
        row[place] = right.get(rejected.field, f"NEW{number}")
    again = read_ledger(delimited(table, "utf-8-sig"), today=TODAY)
    assert not again.rejected
    for row, rejected in zip(again.rows(), reading.rejected, strict=True):
        if rejected.reason == "bad_amount":
            assert row.unit_price == 500 * scale
        if rejected.reason == "bad_date":
            assert row.acquired_on is None
        if rejected.reason in ("missing_name", "bad_quantity", "bad_date"):
            assert row.asset_number == rejected.asset_number


def test_dates_keep_their_meaning_in_a_smaller_file() -> None:
    header = ["Asset Tag", "Name", "Purchase Date"]
    rows = [header, *([f"A{n}", "Desk", f"{n}/4/2019"] for n in range(1, 25))]
    rows.append(["A99", "", "5/4/2019"])
    reading = read_ledger(delimited(rows, "utf-8"), today=TODAY)
    table = cells(rejects(reading))
    assert table[1][3] == "2019-04-05"


def test_a_column_a_person_named_keeps_its_field() -> None:
    rows = [["甲", "乙", "名称", "数量"], ["桌", "A1", "旧名", 0]]
    mapping = {0: "name", 1: "asset_number", 2: None, 3: "quantity"}
    reading = read_ledger(delimited(rows, "utf-8"), today=TODAY, mapping=mapping)
    table = cells(rejects(reading))
    assert table[0] == ["不能导入的原因", "资产名称", "资产编号", "数量"]
    assert table[1][1:] == ["桌", "A1", "0"]


def test_the_unit_above_a_table_is_kept_in_its_headers() -> None:
    rows = [["金额单位：万元"], HEADER, ["A1", "桌", 0, "1.5", ""]]
    reading = read_ledger(delimited(rows, "utf-8"), today=TODAY)
    table = cells(rejects(reading))
    table[1][3] = "1"
    (row,) = read_ledger(delimited(table, "utf-8"), today=TODAY).rows()
    assert row.cost == 1_500_000


def test_refused_people_come_back_too() -> None:
    rows = [["姓名", "工号", "邮箱"], ["王芳", "1", "x"], ["李强", "2", ""]]
    reading = read_people(delimited(rows, "utf-8"))
    out = io.BytesIO()
    assert write_rejects(out, CSV, reading, PEOPLE_FIELDS) == 1
    assert cells(out.getvalue())[1][1:] == ["王芳", "1", "x"]
