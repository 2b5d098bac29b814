"""Working time: how much of it lies between two moments, and when some of it is over.

Local days are those of the institution's zone; lengths are measured in real time, so
that the night clocks change takes nothing from anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Span = tuple[int, int]
"""Minutes after midnight, from and to: (480, 720) is eight to twelve."""

DAY = 24 * 60
FURTHEST = 1_100
"""Days looked ahead for working time; beyond them a calendar has none."""

MORNING_AND_AFTERNOON: tuple[Span, ...] = ((480, 720), (810, 1050))
OFFICE_WEEK = dict.fromkeys(range(5), MORNING_AND_AFTERNOON)
"""Monday to Friday, 8:00–12:00 and 13:30–17:30, until an institution says otherwise."""


@dataclass(frozen=True)
class Pause:
    """Days that do not count, such as a vacation; first and last included."""

    first: date
    last: date


@dataclass(frozen=True)
class Calendar:
    """When an institution works.

    A dated exception goes before a pause, a pause before the week: somebody who works
    on one day of the vacation works on that day.
    """

    zone: str = "Asia/Shanghai"
    week: Mapping[int, Sequence[Span]] = field(default_factory=OFFICE_WEEK.copy)
    exceptions: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    pauses: Sequence[Pause] = ()

    def spans_on(self, day: date) -> Sequence[Span]:
        """The working spans of a day, in order; none on a day off."""
        if day in self.exceptions:
            return self.exceptions[day]
        if any(pause.first <= day <= pause.last for pause in self.pauses):
            return ()
        return self.week.get(day.weekday(), ())

    def is_working(self, day: date) -> bool:
        """Whether anybody is expected at work on a day."""
        return bool(self.spans_on(day))


def working_time_between(
    calendar: Calendar, start: datetime, end: datetime
) -> timedelta:
    """How much working time lies between two moments; none if they are turned round."""
    total = timedelta(0)
    for opens, closes in _openings(calendar, start):
        if opens >= end:
            break
        total += max(timedelta(0), min(closes, end) - max(opens, start))
    return total


def after_working_time(
    calendar: Calendar, start: datetime, allowed: timedelta
) -> datetime:
    """When so much working time after a moment is over.

    A calendar without working time for three years counts real time instead, so that
    nothing waits for ever because somebody deleted all hours.
    """
    left = allowed
    for opens, closes in _openings(calendar, start):
        begins = max(opens, start)
        if closes - begins >= left:
            return begins + left
        left -= max(timedelta(0), closes - begins)
    return start + allowed


def _openings(
    calendar: Calendar, start: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The working spans that end after a moment, in order, as moments in UTC."""
    zone = ZoneInfo(calendar.zone)
    first = start.astimezone(zone).date()
    for ahead in range(FURTHEST):
        day = first + timedelta(days=ahead)
        for opens, closes in calendar.spans_on(day):
            span = _moment(day, opens, zone), _moment(day, closes, zone)
            if span[1] > max(start, span[0]):
                yield span


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    midnight = datetime(day.year, day.month, day.day)
    local = midnight + timedelta(minutes=minutes)
    return local.replace(tzinfo=zone).astimezone(UTC)
