"""When a mail goes out, how long its sending is tried, and when it is given up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from registry.notifications.states import MailWish
from registry.waiting.rules.calendar import Calendar

GATHERED = timedelta(minutes=2)
"""How long further notices of the same person are waited for, to go as one mail."""
SPANS = {MailWish.DAILY: timedelta(days=3), MailWish.WEEKLY: timedelta(days=7)}
"""How far back the first summary of somebody looks: over a weekend, or a week."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=2)
PATIENCE = timedelta(days=3)
"""After so long without success a delivery has failed, and somebody must look."""


def period_of(
    wish: MailWish, hour: int, moment: datetime, calendar: Calendar
) -> date | None:
    """The period whose summary is due now; None while none is.

    A daily one goes out on each working day, a weekly one on the first working day of
    the week, not before its hour. One that was missed goes out later in its period.
    """
    local = moment.astimezone(ZoneInfo(calendar.zone))
    day = local.date()
    if local.hour < hour or not calendar.is_working(day):
        return None
    if wish is MailWish.DAILY:
        return day
    if wish is MailWish.WEEKLY:
        return day - timedelta(days=day.weekday())
    return None


def next_try(attempts: int, moment: datetime, created_at: datetime) -> datetime | None:
    """When to try again after so many attempts; None when it is to be given up."""
    if moment - created_at >= PATIENCE:
        return None
    doubled: int = 2 ** min(max(attempts - 1, 0), 10)
    return moment + min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
