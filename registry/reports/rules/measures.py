"""What is counted of every asset: a row of numbers that can be added and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import add

from registry.ledger.states import AssetState, Condition

STATES = tuple(map(str, AssetState))
LIVE = tuple(state for state in STATES if state != AssetState.DISPOSED)
UNKNOWN = "unknown"
CONDITIONS = (*map(str, Condition), UNKNOWN)
AGES = ("under_1", "1_to_3", "3_to_6", "6_to_10", "over_10", UNKNOWN)
"""Whole years since an asset was acquired; ``3_to_6`` is three, four or five."""
AGE_YEARS = (1, 3, 6, 10)
"""The age at which each of ``AGES`` but the first begins."""
KEPT = ("place", "custodian", "cost", "photo", "label")
"""What an asset should have on record, in the order it is shown."""

NAMES = (
    *(f"count:{state}" for state in STATES),
    *(f"value:{state}" for state in STATES),
    *(f"condition:{condition}" for condition in CONDITIONS),
    *(f"age:{age}" for age in AGES),
    "life_known",
    "outlived",
    "outlived_value",
    "foreign",
    *(f"has:{name}" for name in KEPT),
)
"""Each number of a row. All but ``count:`` and ``value:`` leave out disposed assets."""

AT = {name: index for index, name in enumerate(NAMES)}
WIDTH = len(NAMES)

COUNTS = slice(AT[f"count:{LIVE[0]}"], AT[f"count:{LIVE[-1]}"] + 1)
VALUES = slice(AT[f"value:{LIVE[0]}"], AT[f"value:{LIVE[-1]}"] + 1)
"""Where in a row what is not disposed of stands; disposed is the last of the states."""

Row = list[int]


def empty_row() -> Row:
    """A row that counts nothing."""
    return [0] * WIDTH


def add_to(one: Row, other: Sequence[int]) -> None:
    """Add a row to another, in place."""
    one[:] = map(add, one, other)


@dataclass(frozen=True, slots=True)
class Alike:
    """Assets alike in all that is counted; amounts are fen of the house's currency."""

    state: str
    condition: str | None
    acquired_on: date | None
    life_months: int | None
    count: int = 1
    value_fen: int = 0
    costed: int = 0
    foreign: int = 0
    placed: int = 0
    kept: int = 0
    photographed: int = 0
    printed: int = 0


class Measuring:
    """Counts assets as they are on one day: ages and ended lives depend on it."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.since = tuple(years_before(day, years) for years in AGE_YEARS)

    def age_of(self, acquired_on: date | None) -> str:
        """Which of ``AGES`` an asset acquired on a day has."""
        if acquired_on is None:
            return UNKNOWN
        return AGES[sum(acquired_on <= day for day in self.since)]

    def has_outlived(self, acquired_on: date | None, life_months: int | None) -> bool:
        """Whether an asset's service life is over."""
        if acquired_on is None or life_months is None:
            return False
        return full_months(acquired_on, self.day) >= life_months

    def measure(self, row: Row, alike: Alike, times: int = 1) -> None:
        """Add these assets to a row; take them away with ``times`` -1."""
        count, value = alike.count * times, alike.value_fen * times
        counted, valued = AT[f"count:{alike.state}"], AT[f"value:{alike.state}"]
        row[counted] += count
        row[valued] += value
        if alike.state == AssetState.DISPOSED:
            return
        row[AT[f"condition:{alike.condition or UNKNOWN}"]] += count
        row[AT[f"age:{self.age_of(alike.acquired_on)}"]] += count
        if alike.life_months is not None and alike.acquired_on is not None:
            row[AT["life_known"]] += count
        if self.has_outlived(alike.acquired_on, alike.life_months):
            row[AT["outlived"]] += count
            row[AT["outlived_value"]] += value
        row[AT["foreign"]] += alike.foreign * times
        row[AT["has:place"]] += alike.placed * times
        row[AT["has:custodian"]] += alike.kept * times
        row[AT["has:cost"]] += alike.costed * times
        row[AT["has:photo"]] += alike.photographed * times
        row[AT["has:label"]] += alike.printed * times


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; the 28th for a 29th of February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def full_months(start: date, end: date) -> int:
    """How many whole months lie between two days."""
    months = (end.year * 12 + end.month) - (start.year * 12 + start.month)
    return months - (end.day < start.day)
