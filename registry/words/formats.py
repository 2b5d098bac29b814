"""How amounts, numbers, sizes and times are written for a reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from registry.words.catalogue import _
from registry.words.languages import CHINESE, current_language, current_time_zone

Width = Literal["short", "medium", "full"]
"""Short lines up in tables, medium reads in sentences, full is for evidence."""

_DATES = {
    CHINESE: {"short": "yyyy-MM-dd", "medium": "y年M月d日", "full": "y年M月d日EEEE"},
    "en": {"short": "yyyy-MM-dd", "medium": "d MMM y", "full": "EEEE, d MMMM y"},
}
_MOMENTS = {
    CHINESE: {
        "short": "yyyy-MM-dd HH:mm",
        "medium": "y年M月d日 HH:mm",
        "full": "yyyy-MM-dd HH:mm:ss xxx",
    },
    "en": {
        "short": "yyyy-MM-dd HH:mm",
        "medium": "d MMM y, HH:mm",
        "full": "yyyy-MM-dd HH:mm:ss xxx",
    },
}
_UNITS = ("KB", "MB", "GB", "TB")


@cache
def _locale_of(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def _locale() -> Locale:
    return _locale_of(current_language())


def format_money(fen: int, currency: str = "CNY") -> str:
    """An amount with its currency sign and groups: ``¥1,234.50``."""
    amount = Decimal(fen).scaleb(-2)
    written = numbers.format_currency(amount, currency, locale=_locale())
    # Abroad the yuan's sign is told from the yen's; here nobody takes it for yen.
    return written.replace("CN¥", "¥")


def format_amount(fen: int, currency: str = "CNY") -> str:
    """An amount in whole units, for figures: ``¥1,235``."""
    whole = (Decimal(fen) / 100).quantize(Decimal(1))
    pattern = _locale().currency_formats["standard"].pattern.replace(".00", "")
    written = numbers.format_currency(
        whole, currency, pattern, locale=_locale(), currency_digits=False
    )
    return written.replace("CN¥", "¥")


def format_number(number: int | float | Decimal) -> str:
    """A number with groups: ``12,345``."""
    return numbers.format_decimal(number, locale=_locale())


def format_size(size: int) -> str:
    """A number of bytes in the largest unit that keeps it above one: ``1.5 MB``."""
    if size < 1024:
        return f"{format_number(size)} B"
    power = min((size.bit_length() - 1) // 10, len(_UNITS))
    amount = numbers.format_decimal(size / 1024**power, "#,##0.#", locale=_locale())
    return f"{amount} {_UNITS[power - 1]}"


def format_list(items: Iterable[str]) -> str:
    """Things beside each other: ``甲、乙``."""
    return _("、").join(items)


def format_date(day: date, width: Width = "medium") -> str:
    """A calendar day: ``2026年11月3日``, or ``2026-11-03`` when short.

    Of a moment it is the day the reader has then. The moment must be aware.
    """
    if isinstance(day, datetime):
        day = _local(day).date()
    pattern = _DATES[current_language()][width]
    return dates.format_date(day, pattern, locale=_locale())


def format_datetime(
    moment: datetime, tz: str | None = None, width: Width = "medium"
) -> str:
    """A moment to the minute in a zone, the reader's own unless one is named.

    ``full`` adds seconds and the distance from UTC. The moment must be aware.
    """
    pattern = _MOMENTS[current_language()][width]
    return dates.format_datetime(_local(moment, tz), pattern, locale=_locale())


def _local(moment: datetime, tz: str | None = None) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    return moment.astimezone(ZoneInfo(tz or current_time_zone()))
