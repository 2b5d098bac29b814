"""The one place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment in UTC, aware, to the microsecond."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """Today's date in a named time zone such as ``Asia/Shanghai``."""
    return now().astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """The moment at which a day begins in a named time zone."""
    return datetime.combine(day, time(0), ZoneInfo(zone))


def isoformat(moment: datetime) -> str:
    """A moment as written into entries: UTC, always with six decimals and a Z."""
    whole = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{whole.isoformat(timespec='microseconds')}Z"
