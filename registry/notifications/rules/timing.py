"""When a mail goes out, how long its sending is tried, and when it is given up."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from registry.notifications.states import MailWish

GATHERED = timedelta(minutes=2)
"""How long further notices of the same person are waited for, to go as one mail."""
DIGEST_AT = time(7, 30)
"""When the daily mail goes out, by the institution's clock."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=2)
PATIENCE = timedelta(days=3)
"""After so long without success a delivery has failed, and somebody must look."""


def first_try(wish: MailWish, moment: datetime, zone: str) -> datetime:
    """When a notice made at a moment is to go out by mail."""
    if wish is MailWish.NOW:
        return moment + GATHERED
    local = moment.astimezone(ZoneInfo(zone))
    morning = datetime.combine(local.date(), DIGEST_AT, local.tzinfo)
    if morning <= local:
        morning = datetime.combine(
            local.date() + timedelta(days=1), DIGEST_AT, local.tzinfo
        )
    return morning


def next_try(attempts: int, moment: datetime, created_at: datetime) -> datetime | None:
    """When to try again after so many attempts; None when it is to be given up."""
    if moment - created_at >= PATIENCE:
        return None
    doubled: int = 2 ** min(max(attempts - 1, 0), 10)
    return moment + min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
