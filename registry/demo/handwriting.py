"""How the people of the school write a line of a ledger down, each in their way."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.demo.dice import one_of
from registry.demo.ledger_lines import Line
from registry.kernel.money import amount_text

STATUS_WORDS = {
    "in_use": ("在用", "使用中", "正常使用", "正常", "在用（良好）"),
    "idle": ("闲置", "闲置未用", "库存闲置"),
    "repair": ("维修中", "待修"),
    "to_scrap": ("待报废", "拟报废"),
    "scrapped": ("已报废", "报废"),
    "lent": ("借出", "外借"),
}
METHOD_WORDS = {
    "purchase": ("购置", "外购", "采购"),
    "donation": ("捐赠", "接受捐赠"),
    "transfer": ("调拨", "无偿调入"),
    "built": ("自制", "自建"),
}
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def cells_of(number: int, line: Line, row: int) -> list[Any]:
    """A line as somebody wrote it down; ``row`` is the sheet row it goes to."""
    kind = line.item_type
    code, gap = kind.class_code, one_of((" ", "  ", "\u00a0"), number, "gap")
    quantity, price = _quantity(line, number), _amount(line.price_fen, number)
    return [
        number,
        line.asset_number,
        one_of((kind.name, f" {kind.name}", f"{kind.name}\u3000"), number, "spaces"),
        int(code) if code.isdigit() and number % 2 else code,
        kind.brand,
        f"{kind.model}{gap}{kind.specification}",
        kind.unit,
        quantity,
        price,
        _value(
            line, number, row, isinstance(quantity, int) and not isinstance(price, str)
        ),
        _day(line.acquired_on, number),
        one_of(METHOD_WORDS[line.method], number, "method word"),
        line.department,
        line.custodian,
        line.place,
        one_of(STATUS_WORDS[line.status], number, "status word"),
        line.note,
    ]


def _quantity(line: Line, number: int) -> Any:
    told = str(line.quantity)
    ways = (
        line.quantity,
        line.quantity,
        told.translate(_WIDE),
        told + line.item_type.unit,
    )
    return one_of(ways, number, "quantity")


def _amount(fen: int, number: int) -> Any:
    plain, thousands = amount_text(fen), f"{fen // 100:,}.{fen % 100:02d}"
    ways = (fen / 100, fen / 100, thousands, f"¥{thousands}", f"{plain}元")
    return one_of((*ways, plain.translate(_WIDE)), number, "amount", fen)


def _value(line: Line, number: int, row: int, numbers: bool) -> Any:
    """The original value: a formula with its result, an amount, or left out.

    A formula only where quantity and price are ``numbers`` in their cells.
    """
    value = line.original_value_fen
    if line.extra_fen:
        return _amount(value, number)
    formula = (f"=H{row}*I{row}", value / 100)
    return one_of((formula if numbers else "", _amount(value, number), ""), number)


def _day(day: date | None, number: int) -> Any:
    if day is None:
        return ""
    ways = (
        day,
        day,
        f"{day:%Y-%m-%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y-%m-%d}".translate(_WIDE),
        (day - date(1899, 12, 30)).days,
    )
    return one_of(ways, number, "day")
