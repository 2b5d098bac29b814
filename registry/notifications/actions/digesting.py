"""Beginning the summaries that are due: one for each person and period, for ever.

A row that cannot be there twice says that it was begun, in the transaction that puts
its mail into the outbox. From there on it is a mail like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from registry.kernel.clock import now
from registry.notifications.models import Delivery, Digest, Notice, NoticeWish
from registry.notifications.models.notices import DIGEST
from registry.notifications.rules.timing import SPANS, period_of
from registry.notifications.states import Channel, DeliveryState, MailWish
from registry.organisation.models import Person
from registry.organisation.queries import institutions
from registry.store.transaction import transaction
from registry.waiting.queries import calendar_of

AT_ONCE = 500


def begin_digests() -> int:
    """Begin every summary that is due; how many. A duty of the installation."""
    begun = 0
    for house in institutions():
        while True:
            made = _begin(house.id)
            begun += made
            if made < AT_ONCE:
                break
    return begun


def _begin(institution_id: int) -> int:
    """Begin some of one institution's, in a transaction of their own."""
    with transaction() as session:
        moment, calendar = now(), calendar_of(institution_id)
        due = {
            (str(wish), hour): period
            for wish in (MailWish.DAILY, MailWish.WEEKLY)
            for hour in range(24)
            if (period := period_of(wish, hour, moment, calendar)) is not None
        }
        if not due:
            return 0
        rows = session.execute(
            sa.select(NoticeWish.person_id, NoticeWish.mail, NoticeWish.hour)
            .join(Person, Person.id == NoticeWish.person_id)
            .where(
                NoticeWish.institution_id == institution_id,
                Person.left_on.is_(None),
                Person.email != "",
                sa.or_(*(_still_due(*key, period) for key, period in due.items())),
            )
            .order_by(NoticeWish.person_id)
            .limit(AT_ONCE)
            .with_for_update(of=NoticeWish, skip_locked=True)
        ).all()
        before = _last(institution_id, [person_id for person_id, _, _ in rows])
        for person_id, mail, hour in rows:
            wish = MailWish(mail)
            since = before.get(person_id, moment - SPANS[wish])
            _add(institution_id, person_id, wish, due[mail, hour], since)
        session.flush()
        return len(rows)


def _still_due(wish: str, hour: int, period: date) -> sa.ColumnElement[bool]:
    done = sa.exists().where(
        Digest.institution_id == NoticeWish.institution_id,
        Digest.person_id == NoticeWish.person_id,
        Digest.wish == wish,
        Digest.period == period,
    )
    return sa.and_(NoticeWish.mail == wish, NoticeWish.hour == hour, ~done)


def _last(institution_id: int, people: Iterable[int]) -> dict[int, datetime]:
    """When the last summary of each was begun."""
    with transaction() as session:
        rows = session.execute(
            sa.select(Digest.person_id, sa.func.max(Digest.created_at))
            .where(
                Digest.institution_id == institution_id, Digest.person_id.in_(people)
            )
            .group_by(Digest.person_id)
        )
        return {person_id: moment for person_id, moment in rows}  # noqa: C416 - typed


def _add(
    institution_id: int, person_id: int, wish: MailWish, period: date, since: datetime
) -> None:
    with transaction() as session:
        moment = now()
        notice = Notice(
            institution_id=institution_id,
            person_id=person_id,
            kind=DIGEST,
            facts={"wish": str(wish), "since": since.isoformat()},
            subject_kind=DIGEST,
            subject_id=person_id,
            created_at=moment,
            read_at=moment,
        )
        session.add(notice)
        session.flush()
        session.add_all(
            [
                Digest(
                    institution_id=institution_id,
                    person_id=person_id,
                    wish=str(wish),
                    period=period,
                    since=since,
                    created_at=moment,
                    notice_id=notice.id,
                ),
                Delivery(
                    institution_id=institution_id,
                    notice_id=notice.id,
                    person_id=person_id,
                    channel=str(Channel.MAIL),
                    state=str(DeliveryState.WAITING),
                    next_at=moment,
                    created_at=moment,
                ),
            ]
        )
