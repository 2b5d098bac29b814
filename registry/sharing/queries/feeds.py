"""What stands in a calendar: until when somebody holds, borrows, looks for things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor, Door
from registry.kernel.errors import Missing
from registry.organisation import queries as organisation
from registry.organisation.models import Person
from registry.sharing.models import CalendarFeed, Hold, Loan, Wanted
from registry.sharing.queries.loans import open_loans_of
from registry.sharing.queries.wishes import wishes_of
from registry.sharing.states import WantedState
from registry.store.db import session


@dataclass(frozen=True)
class Dues:
    """Everything of one person that has a day, for a calendar."""

    person: Person
    loans: tuple[Loan, ...]
    holds: tuple[Hold, ...]
    wanted: tuple[Wanted, ...]
    zone: str

    def last_day(self, hold: Hold) -> str:
        """The last day of a hold, as it is where the institution is."""
        assert hold.until is not None
        moment = hold.until - timedelta(seconds=1)
        return moment.astimezone(ZoneInfo(self.zone)).date().isoformat()


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def has_feed(actor: Actor) -> bool:
    """Whether somebody has a calendar address that works."""
    return bool(
        session().scalar(
            sa.select(
                sa.exists().where(
                    CalendarFeed.institution_id == actor.institution_id,
                    CalendarFeed.person_id == actor.person_id,
                    CalendarFeed.revoked_at.is_(None),
                )
            )
        )
    )


def dues_of_secret(secret: str) -> Dues:
    """What the calendar of a secret holds; Missing for one that does not work."""
    feed = session().scalar(
        sa.select(CalendarFeed)
        .where(
            CalendarFeed.digest == digest_of(secret),
            CalendarFeed.revoked_at.is_(None),
        )
        .options(joinedload(CalendarFeed.person))
    )
    if feed is None or feed.person.left_on is not None:
        raise Missing(what="calendar_feeds")
    actor = organisation.actor_of_person(feed.institution_id, feed.person_id, Door.PAGE)
    wanted = session().scalars(
        sa.select(Wanted)
        .where(
            Wanted.institution_id == feed.institution_id,
            Wanted.person_id == feed.person_id,
            Wanted.state == WantedState.OPEN,
        )
        .order_by(Wanted.until_on, Wanted.id)
        .limit(100)
    )
    return Dues(
        person=feed.person,
        loans=tuple(open_loans_of(actor)),
        holds=tuple(
            each.hold for each in wishes_of(actor) if each.hold.until is not None
        ),
        wanted=tuple(wanted),
        zone=organisation.institution(feed.institution_id).time_zone,
    )
