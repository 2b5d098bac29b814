"""How long things lie idle: months back from a day, and the spans one speaks of."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum


class Age(StrEnum):
    """For how long something has lain idle."""

    FRESH = "under_3_months"
    MONTHS = "3_to_12_months"
    YEAR = "12_to_24_months"
    YEARS = "over_24_months"


BOUNDS: dict[Age, tuple[int, int | None]] = {
    Age.FRESH: (0, 3),
    Age.MONTHS: (3, 12),
    Age.YEAR: (12, 24),
    Age.YEARS: (24, None),
}
"""Each span in months: from so many, to less than so many."""


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of a shorter month."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months > 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    return months_before(day, -months)


def days_of(age: Age, today: date) -> tuple[date | None, date | None]:
    """The first and the last day since which something of this age is idle."""
    least, most = BOUNDS[age]
    first = None if most is None else months_before(today, most) + timedelta(days=1)
    return first, (months_before(today, least) if least else None)


def age_of(since: date, today: date) -> Age:
    """In which span something lies that is idle since a day."""
    for age, (_least, most) in BOUNDS.items():
        if most is None or since > months_before(today, most):
            return age
    raise AssertionError("the last span is open")
