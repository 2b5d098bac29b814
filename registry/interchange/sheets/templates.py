"""Empty sheets to fill in: headers, lists to choose from, and a page of notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from registry.interchange.errors import NotWritable
from registry.interchange.rules.fields import Fields, Kind
from registry.interchange.rules.ledger_fields import LEDGER_FIELDS
from registry.interchange.rules.register_fields import (
    CLASS_FIELDS,
    DEPARTMENT_FIELDS,
    ITEM_TYPE_FIELDS,
    PEOPLE_FIELDS,
    PLACE_FIELDS,
)
from registry.interchange.rules.vocabulary import STATUS_WORDS
from registry.interchange.sheets.writing import (
    NO,
    YES,
    Column,
    TableSheet,
    column_for,
    in_cell,
    open_workbook,
    sheet_name,
)
from registry.words import N_, gettext
from registry.words.terms import ACQUISITION_METHODS, CONDITIONS, ROLES

MOST_ROWS = 5_000
"""So many rows of a template offer lists to choose from."""

_PLACE_KINDS = (N_("校区"), N_("楼"), N_("楼层"), N_("房间"), N_("其他"))
_NOTES = N_("填写说明")


@dataclass(frozen=True)
class _Template:
    title: str
    fields: Fields
    names: tuple[str, ...]
    required: frozenset[str]
    notes: tuple[str, ...]


_TEMPLATES = {
    "ledger": _Template(
        N_("资产台账"),
        LEDGER_FIELDS,
        (
            "asset_number",
            "name",
            "class_code",
            "brand",
            "model",
            "specification",
            "unit",
            "quantity",
            "unit_price",
            "cost",
            "acquired_on",
            "method",
            "funding",
            "department",
            "custodian",
            "user",
            "place",
            "status",
            "condition",
            "serial",
            "warranty_until",
            "service_life",
            "note",
        ),
        frozenset({"asset_number", "name", "quantity"}),
        (
            N_("带 * 的列必须填写，其他列不知道就留空。"),
            N_("资产编号不能重复；一批同样的资产可以只填一行，数量填件数。"),
            N_("单价和原值以元为单位；原值不填就按数量×单价计算。"),
            N_("日期按 2026-09-01 这样填写，不能晚于今天。"),
            N_("使用年限以年为单位。"),
            N_("不要的列可以删去，列的次序可以调换，多出来的列会列给您看。"),
        ),
    ),
    "people": _Template(
        N_("人员"),
        PEOPLE_FIELDS,
        ("name", "staff_number", "department", "phone", "email", "role", "username"),
        frozenset({"name", "department"}),
        (
            N_("带 * 的列必须填写，其他列不知道就留空。"),
            N_("工号不能重复；填了工号，再次导入时按工号更新。"),
            N_("用户名用来登录；不填就不能登录，只能作为保管人、使用人。"),
            N_("一人有几个角色时用顿号隔开。"),
        ),
    ),
    "places": _Template(
        N_("地点"),
        PLACE_FIELDS,
        ("campus", "building", "floor", "room", "is_store", "department"),
        frozenset({"building"}),
        (
            N_("每行一个地点，从校区填到房间；没有的层级留空。"),
            N_("存放闲置资产的房间，“是否仓库”选“是”。"),
        ),
    ),
    "departments": _Template(
        N_("部门"),
        DEPARTMENT_FIELDS,
        ("name", "code", "parent", "contact"),
        frozenset({"name"}),
        (N_("上级部门填名称或代码；最上一级留空。"),),
    ),
    "classes": _Template(
        N_("资产分类"),
        CLASS_FIELDS,
        ("code", "name", "parent", "service_life"),
        frozenset({"code", "name"}),
        (N_("国标分类代码可以不填上级，按代码自动归级。"),),
    ),
    "item_types": _Template(
        N_("品名目录"),
        ITEM_TYPE_FIELDS,
        (
            "name",
            "brand",
            "model",
            "specification",
            "unit",
            "class_code",
            "aliases",
            "service_life",
            "replacement_price",
        ),
        frozenset({"name"}),
        (N_("几个别名用顿号隔开。"),),
    ),
}

TEMPLATES = tuple(_TEMPLATES)
"""The kinds of sheet there is a template for."""


def write_template(out: BinaryIO, kind: str) -> None:
    """Write an empty workbook of one kind in the current language."""
    if kind not in _TEMPLATES:
        raise NotWritable("template_unknown", found=kind, known=list(TEMPLATES))
    template = _TEMPLATES[kind]
    columns = [_column(template, name) for name in template.names]
    lists = {c.name: words for c in columns if (words := _choices(c.name))}
    with open_workbook(out) as workbook:
        table = TableSheet(workbook, gettext(template.title), columns)
        for index, column in enumerate(columns):
            _validate(table.sheet, index, column, list(lists))
        _write_notes(workbook, template.notes, list(lists.values()))


def _write_notes(
    workbook: Any, notes: Sequence[str], lists: Sequence[Sequence[str]]
) -> None:
    """The page of notes; beside them, out of sight, the lists to choose from."""
    sheet = workbook.add_worksheet(sheet_name(gettext(_NOTES)))
    sheet.set_column(0, 0, 80)
    sheet.set_column(1, max(1, len(lists)), None, None, {"hidden": True})
    for row in range(max(len(notes), *map(len, lists), 0)):
        if row < len(notes):
            sheet.write_string(row, 0, in_cell(f"{row + 1}. {gettext(notes[row])}"))
        for place, words in enumerate(lists, 1):
            if row < len(words):
                sheet.write_string(row, place, in_cell(words[row]))


def _column(template: _Template, name: str) -> Column:
    column = column_for(template.fields.by_name[name])
    star = "*" if name in template.required else ""
    return Column(f"{column.label}{star}", column.kind, column.width, name)


def _choices(name: str) -> Sequence[str]:
    words: dict[str, Sequence[str]] = {
        "status": list(STATUS_WORDS.values()),
        "method": list(ACQUISITION_METHODS.values()),
        "condition": list(CONDITIONS.values()),
        "role": list(ROLES.values()),
        "kind": _PLACE_KINDS,
        "is_store": (YES, NO),
    }
    return [gettext(word) for word in words.get(name, ())]


def _validate(sheet: Any, index: int, column: Column, lists: Sequence[str]) -> None:
    """Offer a list, or ask for a number; other entries only warn."""
    options: dict[str, Any] = {"error_type": "warning", "ignore_blank": True}
    if column.name in lists:
        letter = "BCDEFGHIJ"[lists.index(column.name)]
        count = len(_choices(column.name))
        notes = sheet_name(gettext(_NOTES))
        source = f"='{notes}'!${letter}$1:${letter}${count}"
        options |= {"validate": "list", "source": source}
    elif column.kind is Kind.WHOLE:
        options |= {"validate": "integer", "criteria": ">=", "value": 1}
    elif column.kind is Kind.MONEY:
        options |= {"validate": "decimal", "criteria": ">=", "value": 0}
    else:
        return
    sheet.data_validation(1, index, MOST_ROWS, index, options)
