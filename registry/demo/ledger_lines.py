"""The lines of the sample ledger before anybody wrote them down untidily."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.demo.dice import between, happens, one_of
from registry.demo.shapes import ItemType
from registry.demo.tables import fittings, item_types, rows

_STATUSES = (
    ("in_use", 70),
    ("idle", 12),
    ("repair", 5),
    ("to_scrap", 5),
    ("scrapped", 4),
    ("lent", 4),
)
_METHODS = (("purchase", 82), ("donation", 6), ("transfer", 8), ("built", 4))
_NOTES = ("", "", "", "", "", "", "铭牌脱落", "随楼移交", "配件齐全", "发票在财务处")

_KINDERGARTEN = (
    ("desk_student", 24, "附属幼儿园启蒙楼301", "柳依依"),
    ("chair_student", 24, "附属幼儿园启蒙楼301", "柳依依"),
    ("touch_65", 1, "附属幼儿园启蒙楼201", "乐闻"),
    ("piano", 1, "附属幼儿园启蒙楼303", "季晴"),
    ("piano_electric", 3, "附属幼儿园启蒙楼201", "乐闻"),
    ("ac_cabinet", 2, "附属幼儿园启蒙楼303", "季晴"),
    ("projector_qm35", 1, "附属幼儿园启蒙楼303", "季晴"),
    ("gun_temp", 6, "附属幼儿园启蒙楼103", "金豆"),
    ("fridge", 1, "附属幼儿园后勤楼101", "司马果"),
    ("notebook_14", 2, "附属幼儿园启蒙楼203", "游小舟"),
)
"""What the kindergarten has, how many at once, where, and who answers for it."""


@dataclass(frozen=True)
class Line:
    """One true line of a ledger."""

    asset_number: str
    item_type: ItemType
    quantity: int
    price_fen: int
    extra_fen: int
    """Freight and fitting, contained in the original value but not in the price."""
    acquired_on: date | None
    method: str
    department: str
    custodian: str
    place: str
    status: str
    note: str

    @property
    def original_value_fen(self) -> int:
        """What the whole line cost."""
        return self.quantity * self.price_fen + self.extra_fen


@dataclass(frozen=True)
class _Stock:
    """What may be found together: a kind of thing, how many, whose and where."""

    item_type: str
    quantity: int
    department: str
    custodian: str
    place: str


def lines(count: int, today: date) -> Iterator[Line]:
    """So many lines; the same day, the same lines."""
    types = {each.key: each for each in item_types()}
    school, kindergarten = _school_stock(), _kindergarten_stock()
    for number in range(1, count + 1):
        young = happens(12, number, "kindergarten")
        stock = one_of(kindergarten if young else school, number, "stock")
        yield _line(number, stock, types[stock.item_type], today)


def _line(number: int, stock: _Stock, item_type: ItemType, today: date) -> Line:
    acquired = today - timedelta(days=between(200, 3800, number, "acquired"))
    price = item_type.replacement_fen * between(70, 105, number, "price") // 100
    extra = between(1, 30, number, "freight") * 1000
    return Line(
        asset_number=f"ZC{acquired.year}{number:05d}",
        item_type=item_type,
        quantity=stock.quantity,
        price_fen=price - between(0, 99, number, "change"),
        extra_fen=extra if happens(4, number, "extra") else 0,
        acquired_on=None if happens(3, number, "undated") else acquired,
        method=_weighted(_METHODS, number, "method"),
        department=stock.department,
        custodian="" if happens(8, number, "nobody") else stock.custodian,
        place=stock.place,
        status=_weighted(_STATUSES, number, "status"),
        note=one_of(_NOTES, number, "note"),
    )


def _school_stock() -> list[_Stock]:
    """What stands in the rooms of the demo school, under their names."""
    departments = {row["key"]: row["name"] for row in rows("departments")}
    people = {row["key"]: row["name"] for row in rows("people")}
    kinds = fittings()
    return [
        _Stock(
            item_type=fitting.item_type,
            quantity=fitting.quantity if fitting.quantity <= 45 else 1,
            department=departments[row["department"]],
            custodian=people[row["custodian"]],
            place=_place(row["key"]),
        )
        for row in rows("places")
        if row["fitting"]
        for fitting in kinds[row["fitting"]]
    ]


def _place(key: str) -> str:
    """A place as people write it: campus, building, number of the room."""
    named = {row["key"]: row for row in rows("places")}
    row, words = named[key], []
    while row["kind"] != "campus":
        if row["kind"] != "floor":
            words.append(row["name"].partition(" ")[0].partition("（")[0])
        row = named[row["parent"]]
    return "".join([row["name"], *reversed(words)])


def _kindergarten_stock() -> list[_Stock]:
    return [
        _Stock(item_type, quantity, "附属幼儿园", custodian, place)
        for item_type, quantity, place, custodian in _KINDERGARTEN
    ]


def _weighted(options: tuple[tuple[str, int], ...], *about: object) -> str:
    left = between(1, 100, *about)
    for option, weight in options:
        left -= weight
        if left <= 0:
            return option
    raise AssertionError("weights do not add up to a hundred")
