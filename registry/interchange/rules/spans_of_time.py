"""Service lives and warranties: lengths of time as people write them."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from decimal import Decimal

from registry.interchange.rules.grid import Cell
from registry.interchange.rules.text import raw_text

MOST_MONTHS = 1_200

_LENGTH = re.compile(
    r"(?P<figure>[0-9]{1,4}(?:\.[0-9]{1,2})?)\s*"
    r"(?P<unit>年|个?月|years?|yrs?|y|months?|mos?|m|)"
)


def months_of(cell: Cell, *, in_months: bool = False) -> int | None:
    """A length of time in months, or None; a bare number is years unless told."""
    if isinstance(cell, bool | date):
        return None
    plain = unicodedata.normalize("NFKC", raw_text(cell)).strip().casefold()
    found = _LENGTH.fullmatch(plain)
    if not found:
        return None
    unit = found["unit"]
    counts_months = in_months if not unit else unit[-1] == "月" or unit[0] == "m"
    months = Decimal(found["figure"]) * (1 if counts_months else 12)
    whole = int(months)
    return whole if whole == months and 0 < whole <= MOST_MONTHS else None


def counts_months(header: str) -> bool:
    """Whether the bare numbers of a column are months."""
    return "月" in header or "month" in header.casefold()


def months_later(day: date, months: int) -> date | None:
    """The same day some months on, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > 2_199:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
