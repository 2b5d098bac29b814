"""Hours and days off as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from registry.kernel.errors import Invalid
from registry.waiting.rules.calendar import DAY, Span

MOST_SPANS = 4
MOST_LINES = 400

_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
_BETWEEN = re.compile(r"[,，、;；\s]+")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
OFF_WORDS = ("休", "放假", "假", "off", "holiday")
ON_WORDS = ("班", "上班", "补班", "调班", "work", "working")


def read_spans(text: str, *, field: str = "hours") -> tuple[Span, ...]:
    """``8:00-12:00 13:30-17:30`` as spans, in order; empty for a day off.

    Raises Invalid for what is no time, ends before it begins or overlaps.
    """
    rest = _SPAN.sub("", text)
    if _BETWEEN.sub("", rest):
        raise Invalid.field(field, "bad_hours", found=rest.strip()[:40])
    spans = sorted(_span(found, field) for found in _SPAN.finditer(text))
    if len(spans) > MOST_SPANS:
        raise Invalid.field(field, "too_many", most=MOST_SPANS)
    for (_, ends), (begins, _) in pairwise(spans):
        if begins < ends:
            raise Invalid.field(field, "hours_overlap")
    return tuple(spans)


def _span(found: re.Match[str], field: str) -> Span:
    hours = [int(each) for each in found.groups()]
    begins, ends = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if hours[1] > 59 or hours[3] > 59 or not begins < ends <= DAY:
        raise Invalid.field(field, "bad_hours", found=found[0])
    return begins, ends


def write_spans(spans: Sequence[Span]) -> str:
    """Spans as ``08:00-12:00 13:30-17:30``; empty for a day off."""
    return " ".join(f"{_clock(begins)}-{_clock(ends)}" for begins, ends in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def clean_week(texts: Mapping[int, str]) -> dict[int, tuple[Span, ...]]:
    """The hours of a week by weekday (0 is Monday); Invalid if nobody ever works."""
    week = {
        day: spans
        for day in range(7)
        if (spans := read_spans(texts.get(day, ""), field=f"day_{day}"))
    }
    if not week:
        raise Invalid.field("day_0", "no_working_hours")
    return week


def read_day_lines(text: str) -> list[tuple[date, str, bool]]:
    """(day, name, whether one works) of lines such as ``2026-10-01 国庆节 休``.

    Raises Invalid, naming the line.
    """
    lines = [line.strip() for line in text.splitlines()]
    numbered = [(n, line) for n, line in enumerate(lines, start=1) if line]
    if len(numbered) > MOST_LINES:
        raise Invalid.field("lines", "too_many", most=MOST_LINES)
    if not numbered:
        raise Invalid.field("lines", "required")
    found = [_day_line(number, line) for number, line in numbered]
    days = [day for day, _, _ in found]
    for number, day in enumerate(days):
        if day in days[:number]:
            raise Invalid.field("lines", "day_twice", day=day.isoformat())
    return found


def _day_line(number: int, line: str) -> tuple[date, str, bool]:
    match = _DAY.match(line)
    words = _BETWEEN.split(line[match.end() :].strip()) if match else []
    last = words[-1].casefold() if words else ""
    if match is None or last not in (*OFF_WORDS, *ON_WORDS):
        raise Invalid.field("lines", "bad_day_line", line=number, found=line[:40])
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise Invalid.field(
            "lines", "bad_day_line", line=number, found=line[:40]
        ) from error
    return day, " ".join(words[:-1])[:60], last in ON_WORDS
