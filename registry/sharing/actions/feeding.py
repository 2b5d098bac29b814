"""Giving oneself a secret calendar address, and taking it back."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.organisation.events import PersonLeft
from registry.sharing.actions.standing import somebody
from registry.sharing.models import CalendarFeed
from registry.sharing.queries.feeds import digest_of
from registry.store.db import session as current_session
from registry.store.transaction import transaction


def make_feed(actor: Actor) -> str:
    """A new secret for one's calendar; the one before it no longer works."""
    with transaction() as session:
        actor.require(Permission.CALENDAR_FEED)
        person = somebody(actor)
        _revoke(actor.institution_id, person.id)
        secret = secrets.token_urlsafe(32)
        made = CalendarFeed(
            institution_id=actor.institution_id,
            person_id=person.id,
            digest=digest_of(secret),
            made_at=now(),
        )
        session.add(made)
        session.flush()
        record(actor, "calendar_feed", made.id, "create", {}, is_new=True)
        return secret


def drop_feed(actor: Actor) -> None:
    """Let one's calendar address work no longer; repeating it changes nothing."""
    with transaction():
        actor.require(Permission.CALENDAR_FEED)
        person = somebody(actor)
        for feed_id in _revoke(actor.institution_id, person.id):
            record(actor, "calendar_feed", feed_id, "revoke", {})


def _revoke(institution_id: int, person_id: int) -> list[int]:
    return list(
        current_session().scalars(
            sa.update(CalendarFeed)
            .where(
                CalendarFeed.institution_id == institution_id,
                CalendarFeed.person_id == person_id,
                CalendarFeed.revoked_at.is_(None),
            )
            .values(revoked_at=now())
            .returning(CalendarFeed.id)
            .execution_options(synchronize_session=False)
        )
    )


def end_feed(event: PersonLeft) -> None:
    """Whoever has left is told of no due dates any more."""
    with transaction():
        _revoke(event.institution_id, event.person_id)
