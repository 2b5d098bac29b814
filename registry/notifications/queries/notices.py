"""Reading one's own notices, and the deliveries that failed."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.errors import Missing
from registry.kernel.pages import PAGE_SIZE
from registry.notifications.models import Delivery, Notice, NoticeWish
from registry.notifications.models.notices import DIGEST, USUAL_HOUR
from registry.notifications.states import DeliveryState, MailWish
from registry.store.db import session

MOST_COUNTED = 100


def notices_of(
    actor: Actor,
    *,
    unread: bool = False,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> list[Notice]:
    """The actor's own notices, newest first; those older than notice ``before``."""
    query = _own(actor)
    if unread:
        query = query.where(Notice.read_at.is_(None))
    if before is not None:
        query = query.where(Notice.id < before)
    return list(session().scalars(query.order_by(Notice.id.desc()).limit(limit)))


def count_unread(actor: Actor) -> int:
    """How many notices the actor has not read, counted up to a hundred."""
    if actor.person_id is None:
        return 0
    ids = (
        _own(actor)
        .where(Notice.read_at.is_(None))
        .with_only_columns(Notice.id)
        .limit(MOST_COUNTED)
    )
    return session().scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


def _own(actor: Actor) -> sa.Select[Notice]:
    return sa.select(Notice).where(
        Notice.institution_id == actor.institution_id,
        Notice.person_id == actor.person_id,
        Notice.kind != DIGEST,
    )


def notice(actor: Actor, notice_id: int) -> Notice:
    """One of the actor's own notices; Missing otherwise."""
    found = session().scalar(_own(actor).where(Notice.id == notice_id))
    if found is None:
        raise Missing(what="notices")
    return found


def mail_wish(institution_id: int, person_id: int | None) -> tuple[MailWish, int]:
    """When somebody wants their notices by mail, and at what hour a summary."""
    found = (
        session()
        .execute(
            sa.select(NoticeWish.mail, NoticeWish.hour).where(
                NoticeWish.institution_id == institution_id,
                NoticeWish.person_id == person_id,
            )
        )
        .one_or_none()
    )
    return (MailWish(found.mail), found.hour) if found else (MailWish.NOW, USUAL_HOUR)


@dataclass(frozen=True)
class Outbox:
    """How the outbox stands: how many wait, and how many failed."""

    waiting: int
    failed: int


def outbox(actor: Actor) -> Outbox:
    """How many deliveries wait and how many failed in the actor's institution."""
    actor.require(Permission.MAIL_MANAGE)
    rows = session().execute(
        sa.select(Delivery.state, sa.func.count())
        .where(
            Delivery.institution_id == actor.institution_id,
            Delivery.state.in_((DeliveryState.WAITING, DeliveryState.FAILED)),
        )
        .group_by(Delivery.state)
    )
    counts: dict[str, int] = {state: count for state, count in rows}  # noqa: C416 - typed
    return Outbox(
        waiting=counts.get(DeliveryState.WAITING, 0),
        failed=counts.get(DeliveryState.FAILED, 0),
    )


def failed_deliveries(
    actor: Actor, *, before: int | None = None, limit: int = PAGE_SIZE
) -> list[Delivery]:
    """The deliveries that were given up, newest first, with person and notice."""
    actor.require(Permission.MAIL_MANAGE)
    query = (
        sa.select(Delivery)
        .where(
            Delivery.institution_id == actor.institution_id,
            Delivery.state == DeliveryState.FAILED,
        )
        .options(joinedload(Delivery.person), joinedload(Delivery.notice))
    )
    if before is not None:
        query = query.where(Delivery.id < before)
    return list(session().scalars(query.order_by(Delivery.id.desc()).limit(limit)))
