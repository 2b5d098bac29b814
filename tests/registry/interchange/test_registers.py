"""Sheets of people, places, departments, classes and item types."""

from __future__ import annotations

import io
from typing import Any

import pytest

from registry.access.roles import Role
from registry.interchange.errors import NotWritable
from registry.interchange.rules.registers import PlaceStep, kind_by_name
from registry.interchange.sheets.opening import open_book
from registry.interchange.sheets.reading import read_ledger
from registry.interchange.sheets.registers import (
    REGISTERS,
    read_classes,
    read_departments,
    read_item_types,
    read_people,
    read_places,
)
from registry.interchange.sheets.templates import TEMPLATES, write_template
from registry.words import LANGUAGES, use_language
from registry.words.terms import role_word
from tests.registry.interchange.messy import delimited, workbook

READERS = {
    "people": read_people,
    "places": read_places,
    "departments": read_departments,
    "classes": read_classes,
    "item_types": read_item_types,
}


def text(*rows: list[Any]) -> bytes:
    return delimited(list(rows), "gb18030")


def test_people_are_read() -> None:
    reading = read_people(
        text(
            ["全校教职工名单"],
            [
                "序号",
                "姓名",
                "工号",
                "所属部门",
                "手机号码",
                "电子邮箱",
                "角色",
                "登录名",
            ],
            [
                1,
                " 王　芳 ",
                "０１２",
                "教务处",
                "138 0000 0000",
                "wf@a.cn",
                "资产管理员",
                "wf",
            ],
            [2, "李强", "", "总务处", "", "", "部门负责人、财务", ""],
            [3, "", "013", "总务处"],
            [4, "赵", "012", "总务处"],
            [5, "钱", "014", "", "", "不是邮箱"],
            [6, "孙", "015", "", "电话"],
            [7, "周", "016", "", "", "", "神仙"],
        )
    )
    first, second, last = reading.rows
    assert (first.name, first.staff_number, first.department) == (
        "王 芳",
        "012",
        "教务处",
    )
    assert (first.phone, first.email, first.username) == (
        "138 0000 0000",
        "wf@a.cn",
        "wf",
    )
    assert first.roles == ("department_asset_officer",)
    assert second.roles == ("department_head", "finance")
    assert (last.roles, last.unknown_roles) == ((), ("神仙",))
    assert [(r.row, r.reason) for r in reading.rejected] == [
        (5, "missing_person_name"),
        (6, "duplicate_staff_number"),
        (7, "bad_email"),
        (8, "bad_phone"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_for_roles_are_understood(language: str) -> None:
    with use_language(language):
        rows = [[f"人{role}", role_word(role)] for role in Role]
    reading = read_people(text(["姓名", "角色"], *rows))
    assert [person.roles for person in reading.rows] == [(role,) for role in Role]


def test_no_loose_word_makes_anybody_administrator() -> None:
    reading = read_people(text(["姓名", "角色"], ["甲", "管理员"], ["乙", "主任"]))
    assert [person.roles for person in reading.rows] == [(), ()]


def test_people_of_english_lists_are_read() -> None:
    content = delimited(
        [
            ["First Name", "Last Name", "Username", "Email", "Employee Num.", "Dept."],
            ["Noah", "Ellis", "nellis", "n@x.org", "7", "IT"],
        ],
        "utf-8",
    )
    (person,) = read_people(content).rows
    assert (person.name, person.username, person.staff_number) == (
        "Noah Ellis",
        "nellis",
        "7",
    )


def test_places_in_columns_make_the_way_to_each() -> None:
    rows: list[list[Any]] = [
        ["校区", "楼栋", "楼层", "房间号", "是否仓库", "管理部门"],
        ["主校区", "教学楼", "1层", "101", "", "教务处"],
        ["", "", "", "102", "是", ""],
        ["分校区", "", "", "", "", ""],
    ]
    merged = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2)]
    first, second, third = read_places(workbook(rows, merged=merged)).rows
    way = (
        PlaceStep("主校区", "campus"),
        PlaceStep("教学楼", "building"),
        PlaceStep("1层", "floor"),
    )
    assert first.steps == (*way, PlaceStep("101", "room"))
    assert second.steps == (*way, PlaceStep("102", "room"))
    assert (first.is_store, second.is_store) == (False, True)
    assert third.steps == (PlaceStep("分校区", "campus"),)


def test_places_by_name_and_parent_are_read() -> None:
    reading = read_places(
        text(
            ["地点名称", "上级地点", "类型"],
            ["总务处一号库", "主校区", "仓库"],
            ["教学楼A203", "教学楼A", ""],
            ["教学楼A203", "教学楼A", ""],
            ["", "教学楼A", ""],
        )
    )
    store, room = reading.rows
    assert (store.name, store.kind, store.is_store) == ("总务处一号库", "room", True)
    assert (room.parent, room.kind) == ("教学楼A", "room")
    assert [r.reason for r in reading.rejected] == ["duplicate_row", "missing_place"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("东校区", "campus"),
        ("图书馆", "building"),
        ("3层", "floor"),
        ("信息中心机房", "room"),
        ("203", "room"),
        ("操场", "other"),
        ("Main Hall", "building"),
    ],
)
def test_the_kind_of_a_place_is_heard_in_its_name(name: str, kind: str) -> None:
    assert kind_by_name(name) == kind


def test_departments_are_read_even_from_one_column() -> None:
    (one, two) = read_departments(text(["部门名称"], ["教务处"], ["总务处"])).rows
    assert (one.name, two.name) == ("教务处", "总务处")
    (below,) = read_departments(
        text(["部门名称", "部门编码", "上级部门"], ["教材科", "0102", "教务处"])
    ).rows
    assert (below.code, below.parent) == ("0102", "教务处")


def test_classes_are_read() -> None:
    reading = read_classes(
        text(
            ["国标分类代码", "分类名称", "最低使用年限"],
            [2010104, "台式计算机", 6],
            ["A02020000", "办公设备", "6年"],
            ["A02020000", "办公设备", ""],
            ["", "无代码", ""],
            ["A03", "坏", "很久"],
        )
    )
    assert [(c.code, c.service_life_months) for c in reading.rows] == [
        ("2010104", 72),
        ("A02020000", 72),
    ]
    assert [r.reason for r in reading.rejected] == [
        "duplicate_row",
        "missing_code",
        "bad_years",
    ]


def test_item_types_are_read() -> None:
    (kind,) = read_item_types(
        text(
            ["品名", "品牌", "型号", "计量单位", "别名", "参考价", "使用年限"],
            ["投影仪", "爱普生", "CB-X05", "台", "投影机、放映机", "4,500元", "6"],
        )
    ).rows
    assert kind.aliases == ("投影机", "放映机")
    assert (kind.replacement_price, kind.service_life_months) == (450_000, 72)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_template_is_read_as_what_it_is_for(kind: str, language: str) -> None:
    out = io.BytesIO()
    with use_language(language):
        write_template(out, kind)
    reader = READERS.get(kind, read_ledger)
    reading = reader(out.getvalue())
    assert reading.data_rows == 0
    assert reading.layout.unknown == ()
    with open_book(out.getvalue()) as book:
        assert len(book.sheets) == 2
        assert reading.layout.sheet_name == book.sheets[0].name


def test_every_kind_of_register_has_a_template() -> None:
    assert set(TEMPLATES) == {"ledger", *REGISTERS}


def test_a_template_nobody_knows_is_refused() -> None:
    with pytest.raises(NotWritable):
        write_template(io.BytesIO(), "rockets")
