"""Headers and tables are found wherever and however they are written."""

from __future__ import annotations

from typing import Any

import pytest

from registry.interchange.errors import SheetUnreadable
from registry.interchange.rules.fields import ATTRIBUTE, IGNORED
from registry.interchange.rules.grid import SheetHead
from registry.interchange.rules.headers import assign, is_header
from registry.interchange.rules.layout import Layout, find_layout
from registry.interchange.rules.ledger_fields import LEDGER_FIELDS

SNIPE_IT = (
    "Company,Name,Asset Tag,Category,Supplier,Manufacturer,Location,Order Number,Model,"
    "Model Notes,Model Number,Asset Notes,Purchase Date,Purchase Cost,Checkout Type,"
    "Checked Out To: Username,Checked Out To: First Name,Checked Out To: Last Name,"
    "Checked Out To: Email,Checked Out To: Location,Asset EOL Date,Serial,Status"
)
GLPI = (
    "Name,Entity,Status,Manufacturers,Serial number,Inventory number,Type,Model,"
    "Location,User,Comments,Last update"
)
HOMEBOX = (
    "HB.import_ref,HB.location,HB.asset_id,HB.name,HB.quantity,HB.notes,"
    "HB.purchase_price,HB.purchase_time,HB.manufacturer,HB.model_number"
)
UNIVERSITY = (
    "仪器编号,仪器名称,分类号,型号,规格,单价,厂家,出厂号,出厂日期,购置日期,现状,"
    "领用单位名,领用人,存放地名称,经费科目,经手人,附件数量,附件金额"
)
PUBLIC_CARD = (
    "序号,卡片编号,资产编号,资产分类,资产名称,规格型号,计量单位,数量,单价(元),"
    "价值（元）,财务入账日期,使用/管理部门,管理人,使用人,存放地点,资产状态,累计折旧,净值"
)


def found(line: str) -> dict[str, str]:
    headers = line.split(",")
    assert is_header(headers, LEDGER_FIELDS)
    return {name: headers[i] for i, name in assign(headers, LEDGER_FIELDS).items()}


def layout(rows: list[list[Any]], **choices: Any) -> Layout:
    head = SheetHead("", visible=True, records=tuple(enumerate(rows, 1)))
    return find_layout([head], LEDGER_FIELDS, **choices)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (
            SNIPE_IT,
            {
                "asset_number": "Asset Tag",
                "name": "Name",
                "class_name": "Category",
                "brand": "Manufacturer",
                "model": "Model Number",
                "specification": "Model Notes",
                "unit_price": "Purchase Cost",
                "acquired_on": "Purchase Date",
                "place": "Location",
                "status": "Status",
                "serial": "Serial",
                "note": "Asset Notes",
                "user_number": "Checked Out To: Username",
                "user_first_name": "Checked Out To: First Name",
                "user_last_name": "Checked Out To: Last Name",
            },
        ),
        (
            GLPI,
            {
                "asset_number": "Inventory number",
                "name": "Name",
                "status": "Status",
                "brand": "Manufacturers",
                "serial": "Serial number",
                "class_name": "Type",
                "model": "Model",
                "place": "Location",
                "user": "User",
                "note": "Comments",
            },
        ),
        (
            HOMEBOX,
            {
                "asset_number": "HB.asset_id",
                "name": "HB.name",
                "place": "HB.location",
                "quantity": "HB.quantity",
                "note": "HB.notes",
                "unit_price": "HB.purchase_price",
                "acquired_on": "HB.purchase_time",
                "brand": "HB.manufacturer",
                "model": "HB.model_number",
            },
        ),
        (
            UNIVERSITY,
            {
                "asset_number": "仪器编号",
                "name": "仪器名称",
                "class_code": "分类号",
                "model": "型号",
                "specification": "规格",
                "unit_price": "单价",
                "brand": "厂家",
                "serial": "出厂号",
                "acquired_on": "购置日期",
                "status": "现状",
                "department": "领用单位名",
                "user": "领用人",
                "place": "存放地名称",
                "funding": "经费科目",
            },
        ),
        (
            PUBLIC_CARD,
            {
                IGNORED: "序号",
                "asset_number": "资产编号",
                "class_name": "资产分类",
                "name": "资产名称",
                "model": "规格型号",
                "unit": "计量单位",
                "quantity": "数量",
                "unit_price": "单价(元)",
                "cost": "价值（元）",
                "acquired_on": "财务入账日期",
                "department": "使用/管理部门",
                "custodian": "管理人",
                "user": "使用人",
                "place": "存放地点",
                "status": "资产状态",
            },
        ),
    ],
)
def test_the_headers_of_known_systems_are_recognised(
    line: str, meant: dict[str, str]
) -> None:
    assert found(line) == meant


def test_what_looks_alike_is_not_taken_for_it() -> None:
    line = (
        "资产编号,资产名称,数量,报废日期,出厂日期,净值,累计折旧,合同编号,发票号,供应商,"
        "盘点数量,附件数量,原资产编号,折旧状态,采购方式"
    )
    assert set(found(line)) == {"asset_number", "name", "quantity"}


def test_a_bar_code_is_the_asset_number_only_where_there_is_no_other() -> None:
    assert found("条码,名称,数量")["asset_number"] == "条码"
    assert found("条码,资产编号,名称,数量")["code"] == "条码"


def test_a_header_below_titles_and_a_blank_row_is_found() -> None:
    rows = [
        ["固定资产明细台账"],
        ["单位：学校"],
        [""],
        ["资产编号", "资产名称", "数量"],
    ]
    assert layout([*rows, ["A1", "桌", 1]]).header_rows == (4,)


def test_a_header_in_two_rows_is_read_as_one() -> None:
    upper = ["资产编号", "资产名称", "价值信息", "", "使用", "", "存放地点"]
    lower = ["", "", "单价", "原值", "部门", "人", ""]
    positions = layout(
        [upper, lower, ["A1", "桌", 1, 1, "教务处", "王", "A"]]
    ).positions
    assert positions == {
        "asset_number": 0,
        "name": 1,
        "unit_price": 2,
        "cost": 3,
        "department": 4,
        "user": 5,
        "place": 6,
    }


def test_a_row_of_data_is_never_the_second_row_of_a_header() -> None:
    rows = [["资产编号", "资产名称", "数量", "单价"], ["A1", "设备", "", ""]]
    assert layout([*rows, ["A2", "桌", 1, 2]]).header_rows == (1,)


def test_columns_without_a_known_header_are_told_by_their_values() -> None:
    rows: list[list[Any]] = [["甲", "乙", "资产名称", "数量", "丙", "丁"]]
    for index in range(8):
        rows.append([index + 1, f"ZC{index:04d}", "桌", 1, "在用", "2019-03-05"])
    found_layout = layout(rows)
    assert found_layout.positions["asset_number"] == 1
    assert found_layout.positions["status"] == 4
    assert found_layout.positions["acquired_on"] == 5
    assert not found_layout.columns[1].sure
    assert found_layout.unknown == ("甲",)


def test_the_sheet_that_looks_like_the_ledger_is_chosen() -> None:
    header = ["资产编号", "资产名称", "数量"]
    notes = SheetHead("说明", visible=True, records=((1, ["1.资产编号不得重复。"]),))
    example = SheetHead(
        "样表", visible=True, records=((1, header), (2, ["A", "桌", 1]))
    )
    rows = tuple((n, [f"A{n}", "桌", 1]) for n in range(2, 30))
    real = SheetHead("台账", visible=True, records=((1, header), *rows))
    hidden = SheetHead("旧", visible=False, records=((1, [*header, "单价"]), *rows))
    found_layout = find_layout([notes, example, real, hidden], LEDGER_FIELDS)
    assert found_layout.sheet_name == "台账"
    assert found_layout.other_sheets == ("样表",)
    named = find_layout([notes, example, real, hidden], LEDGER_FIELDS, sheet="旧")
    assert named.sheet_name == "旧"


def test_a_mapping_says_what_the_columns_are() -> None:
    rows = [["x", "y", "z", "w"], ["1", "2", "3", "4"]]
    mapping = {0: "name", 1: "asset_number", 2: ATTRIBUTE, 3: None}
    found_layout = layout(rows, mapping=mapping)
    assert found_layout.positions == {"name": 0, "asset_number": 1}
    assert found_layout.attributes == {2: "z"}
    assert found_layout.mapping() == mapping


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({9: "name"}, "mapping_unknown_column"),
        ({0: "nonsense"}, "mapping_unknown_field"),
        ({0: "name", 1: "name"}, "mapping_field_twice"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(
    mapping: dict[int, str | None], code: str
) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        layout([["资产编号", "资产名称", "数量"]], mapping=mapping)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "rows", [[], [["a", "b"]], [["备注", "说明"]], [[1, 2, 3]], [["资产编号"]]]
)
def test_what_has_no_header_is_refused(rows: list[list[Any]]) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        layout(rows)
    assert refused.value.code == "header_not_found"


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(SheetUnreadable) as refused:
        layout([["资产编号", "资产名称", "数量"]], sheet="别的")
    assert refused.value.code == "sheet_unknown"


@pytest.mark.parametrize(
    ("header", "words", "scale"),
    [
        ("单价", "", 1),
        ("单价（万元）", "", 10_000),
        ("单价", "金额单位：万元", 10_000),
        ("单价（元）", "金额单位：万元", 1),
        ("单价", "单位：实验学校", 1),
        ("单价(千元)", "", 1_000),
    ],
)
def test_the_unit_of_amounts_is_read_from_header_or_title(
    header: str, words: str, scale: int
) -> None:
    rows = [[words], ["资产编号", "资产名称", header]]
    assert layout(rows).scale("unit_price") == scale
