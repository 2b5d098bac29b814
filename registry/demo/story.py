"""Puts the demo school together for a given day: the same day, the same school."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from registry.demo import happenings
from registry.demo.dice import between, happens
from registry.demo.furnishing import DEPARTED_PHYSICIST, RETIRED_LIBRARIAN, Lot, lots
from registry.demo.happenings import Calendar
from registry.demo.shapes import (
    Asset,
    DemoSignIn,
    Department,
    Event,
    Institution,
    ItemType,
    Person,
    Place,
    RoleHeld,
    School,
    Wish,
)
from registry.demo.tables import item_types, rows
from registry.kernel.money import split

SETTLED_AFTER = timedelta(days=60)
"""How long ago the move must be, so that there is something to tell since."""

_LEFT = {RETIRED_LIBRARIAN: 40, DEPARTED_PHYSICIST: 15}
"""Who has left, and how many days before the move."""

_SIGN_INS = (
    ("teacher", "教职工", "看闲置物资，报修，认领"),
    ("keeper", "仓库管理员", "管仓库，盘点，交接，十二台投影仪在这里"),
    ("officer", "部门资产管理员", "管教务处各年级组和教研组的台账，导入，打印标签"),
    ("head", "部门负责人", "看本部门全部资产，准备申购投影仪"),
    ("office", "资产管理处", "管全校台账、分类、审批和处置"),
    ("finance", "财务", "核对原值，验证检查编号"),
    ("principal", "校领导", "看全校，批大额"),
    ("auditor", "审计", "看一切，不改一字"),
    ("admin", "系统管理员", "管人员、角色、打印机"),
)


def school(today: date) -> School:
    """The demo school as it is on a day."""
    moved_on = last_move(today)
    calendar = Calendar(moved_on, today)
    people, places, types = _people(calendar), _places(), item_types()
    return School(
        today=today,
        institution=Institution(
            code="GMSY",
            name="光明实验学校",
            name_en="Guangming Experimental School",
            time_zone="Asia/Shanghai",
            contact="国资处 内线 8020",
            moved_on=moved_on,
        ),
        departments=tuple(
            Department(row["key"], row["parent"] or None, row["name"])
            for row in rows("departments")
        ),
        places=places,
        people=people,
        item_types=types,
        assets=tuple(_assets(places, types, people, calendar)),
        wish=_wish(calendar),
        demo_sign_ins=_demo_sign_ins(people),
    )


def last_move(today: date) -> date:
    """The latest first of September that has had time to settle."""
    this_year = date(today.year, 9, 1)
    settled = today - this_year >= SETTLED_AFTER
    return this_year if settled else date(today.year - 1, 9, 1)


def _places() -> tuple[Place, ...]:
    return tuple(
        Place(
            key=row["key"],
            parent=row["parent"] or None,
            kind=row["kind"],
            name=row["name"],
            store=row["store"] == "1",
            department=row["department"] or None,
            custodian=row["custodian"] or None,
        )
        for row in rows("places")
    )


def _people(calendar: Calendar) -> tuple[Person, ...]:
    return tuple(_person(row, calendar) for row in rows("people"))


def _person(row: dict[str, str], calendar: Calendar) -> Person:
    gone = _LEFT.get(row["key"])
    sign_in = row["sign_in"] or row["key"].replace("_", ".")
    return Person(
        key=row["key"],
        name=row["name"],
        sign_in=None if gone else sign_in,
        title=row["title"],
        department=row["department"],
        age=int(row["age"]),
        phone=row["extension"],
        email=f"{row['key'].replace('_', '.')}@guangming.example",
        roles=tuple(_roles(row["roles"], calendar)),
        left_on=calendar.moved_on - timedelta(days=gone) if gone else None,
    )


def _roles(told: str, calendar: Calendar) -> Iterator[RoleHeld]:
    """Roles from ``role@department`` or, acting, ``role@department~person``."""
    for each in told.split(";") if told else ():
        role, _, scope = each.partition("@")
        department, _, acting_for = scope.partition("~")
        until = calendar.today + timedelta(days=21) if acting_for else None
        yield RoleHeld(role, department, acting_for or None, until)


def _assets(
    places: Sequence[Place],
    types: Sequence[ItemType],
    people: Sequence[Person],
    calendar: Calendar,
) -> Iterator[Asset]:
    by_place = {place.key: place for place in places}
    every_lot = lots(
        by_place, {each.key: each for each in types}, _staff(people), calendar.moved_on
    )
    told = happenings.single(calendar)
    numbers: dict[int, int] = {}
    for lot in every_lot:
        events = happenings.of_lot(lot, by_place, calendar)
        singles = told.get((lot.stands, lot.item_type.key), [])
        for position in range(1, lot.quantity + 1):
            own = [e for tale, e in singles if tale.first <= position <= tale.last]
            fresh = position == 1 or not lot.one_number
            number = _number(numbers, lot.acquired_on.year, fresh)
            yield _asset(
                lot, position, number, (*events, *(() if lot.leftover else own))
            )


def _staff(people: Sequence[Person]) -> Mapping[str, Sequence[str]]:
    staff: dict[str, list[str]] = {}
    for person in people:
        if person.left_on is None:
            staff.setdefault(person.department, []).append(person.key)
    return staff


def _number(numbers: dict[int, int], year: int, fresh: bool) -> str:
    """The next asset number of a year, or the last one again."""
    numbers[year] = numbers.get(year, 0) + fresh
    return f"GM{year}{numbers[year]:05d}"


def _asset(lot: Lot, position: int, number: str, events: tuple[Event, ...]) -> Asset:
    method, funding = _origin(lot)
    left = lot.leftover
    return Asset(
        key=f"{lot.key}/{position}",
        asset_number=number,
        sub_number=position if lot.one_number else 0,
        batch_size=lot.quantity if lot.one_number else 1,
        item_type=lot.item_type.key,
        serial=_serial(lot, position),
        department=lot.department,
        place=lot.stood,
        custodian=lot.custodian,
        user=lot.users[position - 1] if lot.users else None,
        condition=lot.condition,
        cost_fen=_costs(lot)[position - 1],
        acquired_on=lot.acquired_on,
        method=method,
        funding=funding,
        warranty_until=_warranty(lot),
        restrictions=(left.restriction,) if left and left.restriction else (),
        note=_note(lot, funding),
        events=events,
    )


def _costs(lot: Lot) -> list[int]:
    """What each thing cost: prices drift, and a lot's total is seldom a round sum."""
    percent = between(82, 104, lot.key, "price")
    total = lot.item_type.replacement_fen * percent // 100 * lot.quantity
    if lot.one_number and happens(30, lot.key, "discount"):
        total -= between(1, 9_999, lot.key, "rebate")
    return split(total, lot.quantity)


def _origin(lot: Lot) -> tuple[str, str]:
    if happens(4, lot.key, "origin"):
        return "donation", "校友捐赠"
    if happens(4, lot.key, "handed down"):
        return "transfer", "教育局调拨"
    earmarked = (
        lot.leftover is not None and lot.leftover.restriction == "earmarked_funds"
    )
    if earmarked:
        return "purchase", "薄弱学校改造专项"
    return "purchase", "财政拨款" if happens(75, lot.key, "funding") else "自筹资金"


def _note(lot: Lot, funding: str) -> str:
    if funding == "校友捐赠":
        return f"{lot.acquired_on.year - 20} 届校友捐赠"
    return "新校区配套采购" if lot.for_the_move else ""


def _serial(lot: Lot, position: int) -> str:
    prefix = lot.item_type.serial_prefix
    if not prefix:
        return ""
    first = between(10_000, 89_999, lot.key, "serial")
    return f"{prefix}{lot.acquired_on:%y%m}-{first + position}"


def _warranty(lot: Lot) -> date | None:
    months = lot.item_type.warranty_months
    if months is None:
        return None
    return lot.acquired_on + timedelta(days=months * 365 // 12)


def _wish(calendar: Calendar) -> Wish:
    return Wish(
        department="teaching",
        by="xu_zhiyuan",
        item="投影仪",
        quantity=8,
        estimated_fen=8 * 4_500_00,
        place="yuren.1",
        needed_by=calendar.today + timedelta(days=30),
        why="九年级四个教室和四个走班教室复习课用，现有投影仪亮度不够",
    )


def _demo_sign_ins(people: Sequence[Person]) -> tuple[DemoSignIn, ...]:
    found = {person.sign_in: person for person in people}
    return tuple(
        DemoSignIn(sign_in, found[sign_in].key, role, words)
        for sign_in, role, words in _SIGN_INS
    )
