"""The outbox: one sender takes what is due, and says what became of it.

Nothing is sent inside a transaction. A sender that dies leaves a lease behind, after
which another one sends the same batch again, under the same Message-ID.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.notifications.models import Delivery, Digest, Notice
from registry.notifications.models.notices import DIGEST
from registry.notifications.rules.timing import next_try
from registry.notifications.states import Channel, DeliveryState
from registry.organisation.models import Institution, Person
from registry.store.db import session as current_session
from registry.store.transaction import transaction

LEASE = timedelta(minutes=5)
MOST_IN_ONE = 30
KEPT = timedelta(days=365)
"""How long notices that were read are kept."""


@dataclass(frozen=True)
class Batch:
    """What goes to one person at once."""

    name: str
    institution: Institution
    person: Person
    notices: Sequence[Notice]
    delivery_ids: tuple[int, ...]
    attempts: int


def claim() -> Batch | None:
    """Take what is due for one person, under a lease; None if nothing is."""
    with transaction() as session:
        moment = now()
        ready = (
            Delivery.channel == Channel.MAIL,
            Delivery.state == DeliveryState.WAITING,
            sa.or_(Delivery.leased_until.is_(None), Delivery.leased_until < moment),
        )
        first = session.scalar(
            sa.select(Delivery)
            .where(*ready, Delivery.next_at <= moment)
            .order_by(Delivery.next_at, Delivery.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if first is None:
            return None
        together = session.scalars(
            sa.select(Delivery)
            .where(
                *ready,
                Delivery.institution_id == first.institution_id,
                Delivery.person_id == first.person_id,
                Delivery.next_at <= moment,
                Delivery.batch.is_(None)
                if first.batch is None
                else Delivery.batch == first.batch,
            )
            .where(_is_digest(first))
            .options(joinedload(Delivery.notice))
            .order_by(Delivery.id)
            .limit(MOST_IN_ONE)
            .with_for_update(of=Delivery, skip_locked=True)
        ).all()
        name = first.batch or secrets.token_hex(12)
        for each in together:
            each.batch = name
            each.attempts += 1
            each.leased_until = moment + LEASE
        session.flush()
        return Batch(
            name=name,
            institution=session.get_one(Institution, first.institution_id),
            person=session.get_one(Person, first.person_id),
            notices=[each.notice for each in together],
            delivery_ids=tuple(each.id for each in together),
            attempts=max(each.attempts for each in together),
        )


def _is_digest(first: Delivery) -> sa.ColumnElement[bool]:
    """A summary goes alone; other notices go together, without one."""
    if first.notice.kind == DIGEST:
        return Delivery.id == first.id
    about = sa.exists().where(Notice.id == Delivery.notice_id, Notice.kind == DIGEST)
    return ~about


def note_sent(batch: Batch) -> None:
    """Note that a batch is with the mail server, which has taken it over."""
    with transaction():
        _settle(batch, state=str(DeliveryState.SENT), sent_at=now(), trouble="")


def note_needless(batch: Batch) -> None:
    """Note that nobody is there to read a batch, so that nobody looks after it."""
    with transaction():
        _settle(batch, state=str(DeliveryState.DROPPED))


def note_trouble(batch: Batch, trouble: str, *, final: bool = False) -> None:
    """Note why a batch could not be sent; it is tried again, unless that is final."""
    with transaction() as session:
        moment = now()
        since = session.scalar(
            sa.select(sa.func.min(Delivery.created_at)).where(
                Delivery.id.in_(batch.delivery_ids)
            )
        )
        again = None if final else next_try(batch.attempts, moment, since or moment)
        if again is None:
            _settle(batch, state=str(DeliveryState.FAILED), trouble=trouble[:300])
        else:
            _settle(batch, next_at=again, trouble=trouble[:300])


def _settle(batch: Batch, **values: object) -> None:
    """Write the outcome to what is still waiting; a step may have ended meanwhile."""
    session = current_session()
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id.in_(batch.delivery_ids),
            Delivery.batch == batch.name,
            Delivery.state == DeliveryState.WAITING,
        )
        .values(leased_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def retry_failed(actor: Actor, delivery_ids: Sequence[int] | None = None) -> int:
    """Try failed deliveries again, all of them or some; how many."""
    with transaction() as session:
        actor.require(Permission.MAIL_MANAGE)
        moment = now()
        query = sa.update(Delivery).where(
            Delivery.institution_id == actor.institution_id,
            Delivery.state == DeliveryState.FAILED,
        )
        if delivery_ids is not None:
            query = query.where(Delivery.id.in_(delivery_ids))
        done = session.execute(
            query.values(
                state=str(DeliveryState.WAITING),
                next_at=moment,
                created_at=moment,
                attempts=0,
            ).execution_options(synchronize_session=False)
        )
        count = int(getattr(done, "rowcount", 0))
        session.expire_all()
        if count:
            told = {"count": count}
            record(actor, "institution", actor.institution_id, "retry_mail", told)
        return count


def forget_old_notices() -> None:
    """Forget what was read long ago, and its deliveries. A duty of the installation."""
    with transaction() as session:
        old = sa.select(Notice.id).where(
            Notice.read_at.is_not(None), Notice.created_at < now() - KEPT
        )
        for model, column in (
            (Delivery, Delivery.notice_id),
            (Digest, Digest.notice_id),
            (Notice, Notice.id),
        ):
            session.execute(
                sa.delete(model)
                .where(column.in_(old))
                .execution_options(synchronize_session=False)
            )
