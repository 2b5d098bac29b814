"""Rows of a ledger: what is refused and why, what is taken and how."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.interchange.rules.expansion import expand
from registry.interchange.rules.ledger import LedgerRow
from registry.interchange.rules.reasons import REASONS, WARNINGS
from registry.interchange.sheets.reading import (
    LedgerReading,
    choices_from,
    dry_run_summary,
    read_ledger,
)
from registry.words.extraction import marked_texts
from tests.registry.interchange.messy import delimited, workbook

TODAY = date(2026, 9, 1)
HEADER = [
    "资产编号",
    "资产名称",
    "数量",
    "单价",
    "原值",
    "取得日期",
    "使用状况",
    "备注",
]


def read(rows: list[list[Any]], **choices: Any) -> LedgerReading:
    return read_ledger(delimited(rows, "utf-8"), today=TODAY, **choices)


def one(**cells: Any) -> LedgerReading:
    """A ledger of one row, its columns named by their headers."""
    return read([list(cells), list(cells.values())])


def only(reading: LedgerReading) -> LedgerRow:
    (row,) = reading.rows()
    return row


WRONG = {
    "missing_asset_no": (0, ""),
    "missing_name": (1, ""),
    "bad_quantity": (2, "一批"),
    "bad_amount": (3, "见合同"),
    "bad_date": (5, "去年"),
}


@pytest.mark.parametrize("first", range(len(WRONG)))
def test_a_row_wrong_in_many_ways_has_the_first_reason(first: int) -> None:
    row: list[Any] = ["A1", "桌", 1, 5, 5, "2019-01-01", "在用", ""]
    reasons = list(WRONG)
    for reason in reasons[first:]:
        column, value = WRONG[reason]
        row[column] = value
    reading = read([HEADER, ["A1", "桌", 1, 5, 5, "2019-01-01", "在用", ""], row])
    (rejected,) = reading.rejected
    assert rejected.reason == reasons[first]
    assert rejected.row == 3


def test_only_a_valid_row_makes_a_later_one_a_duplicate() -> None:
    bad, good = ["A1", "桌", 0], ["A1", "桌", 1]
    reading = read([HEADER[:3], bad, good, good, ["A2", "椅", 1]])
    assert [(r.row, r.reason) for r in reading.rejected] == [
        (2, "bad_quantity"),
        (4, "duplicate_asset_no"),
    ]


def test_today_is_no_future_and_tomorrow_is() -> None:
    header = ["资产编号", "资产名称", "取得日期"]
    reading = read([header, ["A", "桌", "2026-09-01"], ["B", "桌", "2026-09-02"]])
    assert [r.asset_number for r in reading.rows()] == ["A"]
    assert reading.rejected[0].found == "2026-09-02"


@pytest.mark.parametrize(
    ("price", "value", "cost", "warned"),
    [
        ("10", "", 3_000, "cost_computed"),
        ("10", "见合同", 3_000, "cost_computed"),
        ("10", "0", 3_000, "cost_computed"),
        ("10", "-5", 3_000, "cost_computed"),
        ("10", "30", 3_000, None),
        ("10", "31", 3_100, "sum_mismatch"),
        ("3.333", "10", 1_000, None),
        ("", "30", 3_000, None),
        ("", "", None, "amount_missing"),
        ("0", "0", 0, None),
    ],
)
def test_an_original_value_not_there_is_quantity_times_price(
    price: str, value: str, cost: int | None, warned: str | None
) -> None:
    reading = read([HEADER, ["A", "桌", 3, price, value, "", "在用", ""]])
    assert only(reading).cost == cost
    said = {w.code for w in reading.warnings} & {
        "cost_computed",
        "sum_mismatch",
        "amount_missing",
    }
    assert said == ({warned} if warned else set())


def test_where_only_the_original_value_is_written_it_must_be_an_amount() -> None:
    header = ["资产编号", "资产名称", "数量", "原值"]
    reading = read([header, ["A", "桌", 2, "见合同"], ["B", "桌", 2, "-1"]])
    assert [(r.reason, r.field) for r in reading.rejected] == [
        ("bad_amount", "cost")
    ] * 2


def test_a_sheet_without_quantities_or_status_has_ones_in_use() -> None:
    row = only(one(资产编号="A", 资产名称="桌", 单价="5"))
    assert (row.quantity, row.cost, row.status, row.state) == (
        1,
        500,
        "in_use",
        "in_use",
    )


def test_an_empty_quantity_is_no_quantity() -> None:
    reading = one(资产编号="A", 资产名称="桌", 数量="")
    assert reading.rejected[0].reason == "bad_quantity"


def test_a_sheet_without_numbers_is_taken_and_its_rows_may_be_alike() -> None:
    reading = read([["资产名称", "数量", "存放地点"], ["桌", 1, "A"], ["桌", 1, "A"]])
    assert [row.asset_number for row in reading.rows()] == ["", ""]


def test_rows_with_a_sub_number_are_one_asset_each() -> None:
    header = ["资产编号", "分号", "资产名称", "数量"]
    rows = [["A", n, "桌", ""] for n in (1, 2, 3, 2)]
    reading = read([header, *rows, ["B", "x", "桌", 1], ["C", 1, "桌", 5]])
    assert [row.key for row in reading.rows()] == [("A", 1), ("A", 2), ("A", 3)]
    assert [r.reason for r in reading.rejected] == [
        "duplicate_asset_no",
        "bad_sub_number",
        "bad_quantity",
    ]


def test_unknown_words_are_kept_aside_and_said() -> None:
    cells = {"使用状况": "寄存", "取得方式": "变戏法", "新旧程度": "微妙"}
    reading = one(资产编号="A", 资产名称="桌", **cells, 使用年限="很久", 保修期="终身")
    row = only(reading)
    assert (row.status, row.method, row.condition) == ("in_use", "other", "")
    assert row.attributes == {**cells, "使用年限": "很久", "保修期": "终身"}
    assert {w.code for w in reading.warnings} >= {
        "status_unknown",
        "method_unknown",
        "condition_unknown",
        "service_life_unknown",
        "warranty_unknown",
    }


def test_condition_is_also_read_from_the_brackets_of_a_status() -> None:
    row = only(one(资产编号="A", 资产名称="桌", 使用状况="在用（良好）"))
    assert (row.status, row.condition) == ("in_use", "good")


def test_lent_is_in_use_with_a_loan() -> None:
    row = only(one(资产编号="A", 资产名称="桌", 使用状况="外借"))
    assert (row.status, row.state, row.claim) == ("lent", "in_use", "loan")


@pytest.mark.parametrize(
    ("header", "cell", "months"),
    [
        ("使用年限", "6", 72),
        ("使用年限", "6年", 72),
        ("使用年限（月）", "72", 72),
        ("折旧年限", "2.5", 30),
        ("Useful life", "10 years", 120),
        ("使用年限", "18个月", 18),
    ],
)
def test_service_lives_are_months(header: str, cell: str, months: int) -> None:
    row = only(one(**{"资产编号": "A", "资产名称": "桌", header: cell}))
    assert row.service_life_months == months


@pytest.mark.parametrize("cell", ["0", "1.3", "200年", "很久", "-5"])
def test_what_is_no_service_life_is_kept_aside(cell: str) -> None:
    row = only(one(资产编号="A", 资产名称="桌", 使用年限=cell))
    assert row.service_life_months is None
    assert row.attributes == {"使用年限": cell}


@pytest.mark.parametrize(
    ("header", "cell", "until"),
    [
        ("保修截止", "2030-01-31", date(2030, 1, 31)),
        ("保修期", "3年", date(2022, 2, 28)),
        ("Warranty Months", "36", date(2022, 2, 28)),
        ("保修期", "18个月", date(2020, 8, 28)),
    ],
)
def test_a_warranty_is_a_day_or_a_time_from_the_beginning(
    header: str, cell: str, until: date
) -> None:
    cells = {"资产编号": "A", "资产名称": "桌", "取得日期": "2019-02-28", header: cell}
    assert only(one(**cells)).warranty_until == until


def test_names_and_places_in_parts_are_put_together() -> None:
    row = only(
        one(
            **{
                "Asset Tag": "A",
                "Name": "Desk",
                "Checked Out To: First Name": "Noah",
                "Checked Out To: Last Name": "Ellis",
                "Campus": "North",
                "Building": "B2",
                "Room": "101",
            }
        )
    )
    assert (row.user, row.keeper, row.place) == (
        "Noah Ellis",
        "Noah Ellis",
        "North B2 101",
    )


def test_long_texts_are_refused_or_go_on_in_the_note() -> None:
    cells = {"资产编号": "A", "资产名称": "桌", "规格": "长" * 300, "备注": "原有"}
    row = only(one(**cells))
    assert len(row.specification) == 200
    assert row.note == "原有\n" + "长" * 300
    (rejected,) = one(资产编号="A", 资产名称="桌" * 201, 数量=1).rejected
    assert (rejected.reason, rejected.field, rejected.most) == (
        "text_too_long",
        "name",
        200,
    )
    assert "200" in rejected.words


def test_a_number_that_lost_digits_is_said() -> None:
    rows = [["资产编号", "资产名称", "序列号"], ["A", "桌", 1.10101199003074e17]]
    reading = read_ledger(workbook(rows), today=TODAY)
    assert ("digits_lost", "serial") in {(w.code, w.field) for w in reading.warnings}


def test_what_is_between_the_rows_is_passed_over_and_told() -> None:
    header = HEADER[:4]
    rows: list[list[Any]] = [
        ["固定资产台账"],
        header,
        ["A1", "桌", 1, 5],
        [],
        header,
        ["固定资产台账"],
        ["", "小计", 1, 5],
        ["本页小计", "", 1, 5],
        ["一、通用设备", "", "", ""],
        ["A2", "小计算器", 1, 5],
        ["合 计", "", 2, 10],
        ["总计：", "2项", 2, 10],
        ["制表人：    审核人："],
        ["第1页 共3页"],
        ["Total", "", 2, 10],
        ["A3", "合计", 1, 5],
        ["", "", 3, "15.00"],
        ["", "", "教务处合计", 15],
    ]
    reading = read(rows)
    assert [row.asset_number for row in reading.rows()] == ["A1", "A2", "A3"]
    assert not reading.rejected
    assert reading.tally.skipped == [
        (5, "header"),
        (6, "title"),
        (7, "subtotal"),
        (8, "subtotal"),
        (9, "caption"),
        (11, "total"),
        (12, "total"),
        (13, "signature"),
        (14, "caption"),
        (15, "total"),
        (17, "subtotal"),
        (18, "subtotal"),
    ]
    assert reading.tally.blank_rows == 1


def test_a_row_that_lacks_all_but_its_number_or_name_is_refused_not_passed_over() -> (
    None
):
    reading = read([HEADER[:4], ["A1", "", "", ""], ["", "投影仪", "", ""]])
    assert [r.reason for r in reading.rejected] == ["missing_name", "missing_asset_no"]


def test_a_row_numbering_the_columns_is_passed_over() -> None:
    header = HEADER[:6]
    reading = read([header, [1, 2, 3, 4, 5, 6], ["A1", "桌", 1, 5, 5, "2019-1-1"]])
    assert reading.data_rows == 1


def test_units_under_the_header_are_passed_over() -> None:
    reading = read([HEADER[:5], ["", "", "台", "元", "（元）"], ["A1", "桌", 1, 5, 5]])
    assert (reading.data_rows, reading.tally.skipped) == (1, [(2, "header")])


def test_a_row_without_number_and_name_that_says_more_is_refused() -> None:
    header = [*HEADER[:4], "存放地点"]
    reading = read([header, ["", "", 1, 5, "教学楼A101"]])
    assert [r.reason for r in reading.rejected] == ["missing_asset_no"]


def test_merged_cells_repeat_words_but_never_money() -> None:
    header = ["资产编号", "资产名称", "数量", "单价", "使用部门", "存放地点"]
    rows: list[list[Any]] = [header, ["A1", "桌", 1, 100, "教务处", "A101"]]
    rows += [["A2", "椅", 1, "", "", ""], ["A3", "柜", 1, "", "", ""]]
    rows.append(["A4", "灯", 1, 7, "总务处", "B1"])
    merged = [(1, 3, 3, 3), (1, 4, 3, 4), (1, 5, 2, 5)]
    reading = read_ledger(workbook(rows, merged=merged), today=TODAY)
    assert [(r.department, r.place, r.cost) for r in reading.rows()] == [
        ("教务处", "A101", 10_000),
        ("教务处", "A101", None),
        ("教务处", "", None),
        ("总务处", "B1", 700),
    ]


def test_what_a_sheet_names_is_counted_in_things() -> None:
    header = [
        "资产编号",
        "资产名称",
        "数量",
        "使用部门",
        "保管人",
        "使用人",
        "存放地点",
    ]
    reading = read(
        [
            header,
            ["A", "桌", 3, "教务处", "王芳", "李强", "A1"],
            ["B", "桌", 2, "教务处"],
        ]
    )
    tally = reading.tally
    assert tally.departments == {"教务处": 5}
    assert tally.people == {("王芳", ""): 3, ("李强", ""): 3}
    assert tally.places == {"A1": 3}
    assert tally.item_types == {("桌", "", "", "", ""): 5}


def test_day_first_is_found_and_a_choice_overrules_it() -> None:
    header = ["Asset Tag", "Name", "Purchase Date"]
    rows = [header, *([f"A{n}", "Desk", f"{n}/4/2019"] for n in range(1, 25))]
    reading = read(rows)
    assert (reading.plan.date_order, reading.plan.date_order_proved) == ("dmy", True)
    assert [row.acquired_on for row in reading.rows()][4] == date(2019, 4, 5)
    kept = reading.plan.choices() | {"date_order": "mdy"}
    again = read_ledger(reading.source, **choices_from(kept))
    assert [row.acquired_on for row in again.rows()][4] == date(2019, 5, 4)


def test_a_kept_plan_reads_the_same_rows_again() -> None:
    rows = [
        HEADER,
        *([f"A{n}", "桌", n, 5, "", "2019.1.1", "在用", ""] for n in (1, 2)),
    ]
    first = read_ledger(delimited(rows, "gb18030"), today=TODAY)
    again = read_ledger(first.source, **choices_from(first.plan.choices()))
    assert list(again.rows()) == list(first.rows())
    assert dry_run_summary(again) == dry_run_summary(first)


def test_columns_may_be_kept_as_attributes_or_left_out() -> None:
    rows = [["资产编号", "资产名称", "供应商", "备注"], ["A", "桌", "某公司", "旧"]]
    reading = read(rows)
    assert reading.layout.unknown == ("供应商",)
    mapping = reading.layout.mapping() | {2: "attribute", 3: None}
    row = only(read(rows, mapping=mapping))
    assert (row.attributes, row.note) == ({"供应商": "某公司"}, "")


def test_progress_is_told() -> None:
    told: list[int] = []
    rows = [HEADER[:2], *([f"A{n}", "桌"] for n in range(2_500))]
    read(rows, progress=told.append)
    assert told == [1_000, 2_000]


@given(st.integers(1, 500), st.none() | st.integers(0, 10**9))
def test_a_row_of_many_makes_as_many_whose_costs_sum_to_it(
    quantity: int, cost: int | None
) -> None:
    row = LedgerRow(row=2, name="桌", asset_number="A", quantity=quantity, cost=cost)
    things = expand(row)
    assert len(things) == quantity
    if quantity == 1:
        assert things[0].sub_number == 0
    else:
        assert [thing.sub_number for thing in things] == list(range(1, quantity + 1))
    costs = [thing.cost for thing in things]
    if cost is None:
        assert set(costs) == {None}
    else:
        amounts = [amount for amount in costs if amount is not None]
        assert sum(amounts) == cost
        assert max(amounts) - min(amounts) <= 1


def test_every_reason_is_marked_for_translation() -> None:
    marked = {str(message.id) for message in marked_texts()}
    assert marked >= {*REASONS.values(), *WARNINGS.values()}
