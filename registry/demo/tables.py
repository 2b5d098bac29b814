"""The demo's packaged tables, read into rows of plain values."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib.resources import files

from registry.demo.shapes import ItemType


@dataclass(frozen=True)
class Fitting:
    """A line of what stands in a kind of room.

    ``counted`` is ``batch`` for one asset number over all of them, ``seat`` for one
    per person of the department, else each has its own number.
    """

    item_type: str
    quantity: int
    counted: str
    youngest: int
    oldest: int
    """Age in years at the move; 0 for what was bought for it."""


@dataclass(frozen=True)
class Leftover:
    """Things the move left over: where they stood, where they lie, what becomes."""

    formerly: str
    fitting: Fitting
    department: str
    store: str
    condition: str
    fate: str
    restriction: str
    note: str


@dataclass(frozen=True)
class Episode:
    """Something that happened to chosen things of one kind at one place."""

    place: str
    item_type: str
    first: int
    last: int
    verb: str
    on: str
    """``move+12`` days after the move, or ``today-3``."""
    by: str
    note: str
    what: str


@functools.cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of a packaged table, as texts by column."""
    text = (files("registry.demo") / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def fittings() -> dict[str, list[Fitting]]:
    """What stands in each kind of room."""
    found: dict[str, list[Fitting]] = {}
    for row in rows("fittings"):
        found.setdefault(row["fitting"], []).append(_fitting(row))
    return found


def _fitting(row: dict[str, str]) -> Fitting:
    youngest, _, oldest = row["age_years"].partition("-")
    return Fitting(
        item_type=row["item_type"],
        quantity=int(row["quantity"]),
        counted=row["counted"],
        youngest=int(youngest),
        oldest=int(oldest or youngest),
    )


def leftovers() -> list[Leftover]:
    """What the move left over."""
    return [
        Leftover(
            formerly=row["formerly"],
            fitting=_fitting(row),
            department=row["department"],
            store=row["store"],
            condition=row["condition"],
            fate=row["fate"],
            restriction=row["restriction"],
            note=row["note"],
        )
        for row in rows("leftovers")
    ]


def episodes() -> list[Episode]:
    """What happened to single things."""
    return [_episode(row) for row in rows("episodes")]


def _episode(row: dict[str, str]) -> Episode:
    first, _, last = row["which"].partition("-")
    return Episode(
        place=row["place"],
        item_type=row["item_type"],
        first=int(first),
        last=int(last or first),
        verb=row["verb"],
        on=row["on"],
        by=row["by"],
        note=row["note"],
        what=row["what"],
    )


def item_types() -> tuple[ItemType, ...]:
    """Every kind of thing of the demo school."""
    return tuple(_item_type(row) for row in rows("item_types"))


def _item_type(row: dict[str, str]) -> ItemType:
    pairs = [pair.partition("=") for pair in row["attributes"].split(";") if pair]
    return ItemType(
        key=row["key"],
        name=row["name"],
        brand=row["brand"],
        model=row["model"],
        specification=row["specification"],
        unit=row["unit"],
        class_code=row["class_code"],
        aliases=tuple(each for each in row["aliases"].split(";") if each),
        replacement_fen=int(row["price_yuan"]) * 100,
        labelled=row["labelled"] == "1",
        warranty_months=int(row["warranty_months"] or 0) or None,
        serial_prefix=row["serial_prefix"],
        attributes=tuple((name, value) for name, _, value in pairs),
    )
