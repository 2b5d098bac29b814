"""Dates as people write them, and which of day and month a file writes first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from registry.interchange.rules.grid import Cell
from registry.interchange.rules.text import unguarded

EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)
_EPOCH = date(1899, 12, 30)
_SERIALS = range(7_306, 73_051)
"""Day numbers of spreadsheets taken for dates: 1920 to 2099."""

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_TIME = re.compile(
    r"(?<=[\d日号])(?:t|\s+|(?<=[日号]))\d{1,2}(?::\d{1,2}|[时点]\d{0,2}分?)"
    r"(?::\d{1,2}|\d{1,2}秒)?(?:[.,]\d+)?\s*(?:[ap]m|z|[+-]\d\d:?\d\d)?$"
)
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+|\s*\(?(?:星期|周)[一二三四五六日天]\)?$"
)
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*(?:[-./\\年_、·]|\s)\s*(\d{1,2})\s*(?:(?:[-./\\月_、·]|\s)\s*(\d{1,2})?)?"
    r"\s*[日号.]?"
)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)?")
_YEAR_POINT_MONTH = re.compile(r"((?:19|20|21)\d\d)\.(0?[2-9]|1[0-2])")
"""2019.3 typed as a number is March; 2019.1 may be January or October, so neither."""
_YEAR = re.compile(r"(\d{4})\s*年?")
_SHORT = re.compile(
    r"(\d{1,2})\s*([-./\\年])\s*(\d{1,2})\s*[-./\\月]\s*(\d{4}|\d{1,2})\s*日?"
)
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-./\\]\s*(\d{4})")
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s\-./]*(?:of\s+)?)?(?P<month>[a-z]{3,9})"
    r"[.,]?[\s\-./]*(?:(?P<later>\d{1,2})(?:st|nd|rd|th)?(?:,\s*|[\s\-./]+))?"
    r"(?P<year>\d{4}|'?\d{2})"
)
_YEAR_NAMED = re.compile(r"(\d{4})[\s\-./]+([a-z]{3,9})[\s\-./]+(\d{1,2})")


class DateOrder(StrEnum):
    """Which number of ``3/4/05`` is the year, the month, the day."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"
    YEAR_FIRST = "ymd"


def date_of(cell: Cell, order: DateOrder = DateOrder.MONTH_FIRST) -> date | None:
    """The day a cell names, or None. A month without a day is its first day."""
    if isinstance(cell, str):
        return _date_of_text(cell, order)
    if isinstance(cell, datetime):
        return _within(cell.date())
    if isinstance(cell, date):
        return _within(cell)
    return None if isinstance(cell, bool) else _date_of_number(cell)


def _within(day: date | None) -> date | None:
    return day if day and EARLIEST <= day <= LATEST else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return _within(date(year, month, day))
    except ValueError:
        return None


def _date_of_number(number: float) -> date | None:
    if not 0 < number < 100_000_000:
        return None
    if number == int(number) and (
        1_900 <= number <= 2_199 or 190_001 <= number <= 219_912 or number >= 10_000_000
    ):
        return _date_of_digits(str(int(number)))
    if found := _YEAR_POINT_MONTH.fullmatch(str(number)):
        return _day(int(found[1]), int(found[2]), 1)
    return _date_of_serial(number)


def _date_of_serial(number: float) -> date | None:
    if int(number) not in _SERIALS:
        return None
    return _EPOCH + timedelta(days=int(number))


def _date_of_digits(digits: str) -> date | None:
    if found := _YEAR.fullmatch(digits):
        return _day(int(found[1]), 1, 1)
    found = _DIGITS.fullmatch(digits)
    return _day(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None


def plain_date(text: str) -> str:
    """The text of a date made narrow, without its time of day and day of the week."""
    plain = unicodedata.normalize("NFKC", unguarded(text)).strip().casefold()
    plain = plain.replace("−", "-").replace("–", "-").replace("—", "-")
    return _WEEKDAY.sub("", _TIME.sub("", _WEEKDAY.sub("", plain))).strip()


@lru_cache(maxsize=32_768)
def _date_of_text(text: str, order: DateOrder) -> date | None:
    if len(text) > 60:
        return None
    plain = plain_date(text)
    if not plain.isascii() and any(c.isdigit() and not c.isascii() for c in plain):
        return None
    if found := _YEAR_FIRST.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3] or 1))
    if found := _SHORT.fullmatch(plain):
        return _date_of_short(found, order)
    return _date_of_rest(plain)


def _date_of_rest(plain: str) -> date | None:
    if plain.replace(".0", "", 1).isdigit():
        digits = plain.removesuffix(".0")
        return _date_of_digits(digits) or _date_of_serial(int(digits[:9]))
    if found := _YEAR.fullmatch(plain):
        return _day(int(found[1]), 1, 1)
    if found := _MONTH_YEAR.fullmatch(plain):
        return _day(int(found[2]), int(found[1]), 1)
    if found := _YEAR_NAMED.fullmatch(plain):
        return _day(int(found[1]), _month(found[2]), int(found[3]))
    if (found := _NAMED.fullmatch(plain)) and not (found["day"] and found["later"]):
        day = int(found["day"] or found["later"] or 1)
        year = _full_year(found["year"].lstrip("'"))
        return _day(year, _month(found["month"]), day)
    return None


def _month(name: str) -> int:
    """The number of a month named in full or short; 0 for anything else."""
    return next((n for n, full in enumerate(_MONTHS, 1) if full.startswith(name)), 0)


def _full_year(text: str) -> int:
    """Two digits mean 1969 to 2068, as everywhere in computing."""
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1_900 if year > 68 else 2_000)


def _date_of_short(found: re.Match[str], order: DateOrder) -> date | None:
    first, mark, second, last = found.groups()
    if mark == "年":
        return _day(_full_year(first), int(second), int(last))
    if len(last) == 4 and (mark == "." or order is DateOrder.DAY_FIRST):
        return _day(int(last), int(second), int(first))
    if len(last) == 4:
        return _day(int(last), int(first), int(second))
    if order is DateOrder.YEAR_FIRST or len(last) == 1 or int(first) > 31:
        return _day(_full_year(first), int(second), int(last))
    if order is DateOrder.DAY_FIRST:
        return _day(_full_year(last), int(second), int(first))
    return _day(_full_year(last), int(first), int(second))


def is_open(cell: Cell) -> bool:
    """Whether the order of the file decides what this date means."""
    if not isinstance(cell, str):
        return False
    found = _SHORT.fullmatch(plain_date(cell))
    return bool(found) and found[2] != "年"  # type: ignore[index]


def order_of(
    cells: Iterable[Cell], today: date, preference: Iterable[DateOrder]
) -> tuple[DateOrder, bool]:
    """The order in which most of the dates make sense, and whether that was proved.

    ``preference`` decides where the dates leave it open.
    """
    texts = [cell for cell in cells if is_open(cell)]
    orders = list(preference)
    read = {order: [date_of(text, order) for text in texts] for order in orders}
    sense = {
        order: sum(1 for day in days if day and day <= today)
        for order, days in read.items()
    }
    best = max(orders, key=lambda order: sense[order])
    rivals = [sense[order] for order in orders if read[order] != read[best]]
    return best, sense[best] > max(rivals, default=sense[best])
