"""Having read what one was told, and saying when one wants it by mail."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing
from registry.notifications import queries
from registry.notifications.models import Notice, NoticeWish
from registry.notifications.states import MailWish
from registry.store.transaction import transaction


def read(actor: Actor, notice_id: int) -> Notice:
    """Note that one has read a notice; Missing for somebody else's."""
    with transaction() as session:
        actor.require(Permission.OWN_NOTICES)
        found = queries.notice(actor, notice_id)
        if found.read_at is None:
            found.read_at = now()
        session.flush()
        return found


def read_all(actor: Actor, up_to: int | None = None) -> int:
    """Note that one has read all notices, those that came later apart; how many."""
    with transaction() as session:
        actor.require(Permission.OWN_NOTICES)
        query = sa.update(Notice).where(
            Notice.institution_id == actor.institution_id,
            Notice.person_id == actor.person_id,
            Notice.read_at.is_(None),
        )
        if up_to is not None:
            query = query.where(Notice.id <= up_to)
        done = session.execute(
            query.values(read_at=now()).execution_options(synchronize_session=False)
        )
        session.expire_all()
        return int(getattr(done, "rowcount", 0))


def wish_mail(actor: Actor, wish: str, hour: int | None = None) -> tuple[MailWish, int]:
    """Say when one wants notices by mail: now, daily, weekly or never; at what hour.

    Without an hour it stays what it was. Raises Invalid.
    """
    with transaction() as session:
        actor.require(Permission.OWN_NOTICES)
        if actor.person_id is None:
            raise Missing(what="people")
        if wish not in set(MailWish):
            raise Invalid.field("mail", "not_a_choice", found=wish[:40])
        if hour is not None and not 0 <= hour <= 23:
            raise Invalid.field("hour", "out_of_range", least=0, most=23)
        key = (actor.institution_id, actor.person_id)
        found = session.get(NoticeWish, key)
        if found is None:
            found = NoticeWish(institution_id=key[0], person_id=key[1])
            session.add(found)
        found.mail = wish
        if hour is not None:
            found.hour = hour
        session.flush()
        return MailWish(wish), found.hour
