"""What a summary tells one person: what waits, what falls due, what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.kernel.clock import now
from registry.notifications.models import Notice
from registry.notifications.models.notices import DIGEST
from registry.sharing.models import Hold, Loan, Wanted
from registry.sharing.queries import Card, PoolFilter, shop_window
from registry.sharing.queries.loans import open_loans_of
from registry.sharing.queries.wanting import WantedFilter, wanted_rows
from registry.sharing.queries.wishes import wishes_of
from registry.sharing.states import LoanState, WantedState
from registry.store.db import session
from registry.waiting.models import Wait
from registry.waiting.queries import calendar_of, count_waits_of, waited, waits_of

MOST = 15
AHEAD = timedelta(days=7)
"""What falls due within so many days is told."""


@dataclass(frozen=True)
class Summary:
    """How things are for one person, as plain rows."""

    waits: Sequence[tuple[Wait, timedelta]]
    """What waits for them, and for how much working time."""
    waits_in_all: int
    loans: Sequence[Loan]
    holds: Sequence[Hold]
    wanted: Sequence[Wanted]
    news: Sequence[Notice]
    """What they were told since and have not read, steps apart."""
    cards: Sequence[Card]
    idle_in_all: int
    """How many things in the pool turned idle since."""
    zone: str

    @property
    def says_something(self) -> bool:
        """Whether there is anything that is about the person themselves."""
        mine = (self.waits, self.loans, self.holds, self.wanted, self.news)
        return any(map(bool, mine))


def summary(actor: Actor, since: datetime) -> Summary:
    """What there is to tell an actor of themselves, and of the pool since a moment."""
    calendar = calendar_of(actor.institution_id)
    moment = now()
    zone = ZoneInfo(calendar.zone)
    soon = (moment + AHEAD).astimezone(zone).date()
    waits = waits_of(actor, MOST)
    pool = PoolFilter(idle_from=since.astimezone(zone).date())
    window = shop_window(actor, pool, sort="newest", size=5)
    return Summary(
        waits=[(each, waited(each, calendar)) for each in waits],
        waits_in_all=count_waits_of(actor),
        loans=[
            each
            for each in open_loans_of(actor)
            if each.state == LoanState.OUT and each.until_on <= soon
        ][:MOST],
        holds=[
            each.hold
            for each in wishes_of(actor)
            if each.hold.until is not None and each.hold.until <= moment + AHEAD
        ][:MOST],
        wanted=_ending(actor, soon),
        news=_news(actor, since),
        cards=window.page.rows,
        idle_in_all=window.things,
        zone=calendar.zone,
    )


def _ending(actor: Actor, soon: object) -> Sequence[Wanted]:
    wanted = WantedFilter(mine=True, states=(WantedState.OPEN,))
    rows = wanted_rows(actor, wanted, "newest").and_also(Wanted.until_on <= soon)
    return session().scalars(rows.select.order_by(Wanted.until_on).limit(MOST)).all()


def _news(actor: Actor, since: datetime) -> Sequence[Notice]:
    return (
        session()
        .scalars(
            sa.select(Notice)
            .where(
                Notice.institution_id == actor.institution_id,
                Notice.person_id == actor.person_id,
                Notice.created_at >= since,
                Notice.read_at.is_(None),
                Notice.wait_id.is_(None),
                Notice.kind != DIGEST,
            )
            .order_by(Notice.id.desc())
            .limit(MOST)
        )
        .all()
    )
