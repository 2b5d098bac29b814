"""Gives every thing of the demo school its number, serial, cost and history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from registry.demo import happenings
from registry.demo.dice import between, happens
from registry.demo.furnishing import Lot, lots
from registry.demo.happenings import Calendar
from registry.demo.shapes import Asset, Event, ItemType, Person, Place
from registry.kernel.money import split


def assets(
    places: Sequence[Place],
    types: Sequence[ItemType],
    people: Sequence[Person],
    calendar: Calendar,
) -> Iterator[Asset]:
    """Every asset in the order of asset numbers."""
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
