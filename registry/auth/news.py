"""Who hears that somebody's sign-in changed: those who manage sign-ins."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.news import Event, News, Telling


def tell_credential(actor: Actor, news: News) -> Event | None:
    """Whoever manages sign-ins sees them on the pages of people."""
    if not actor.may(Permission.CREDENTIAL_MANAGE):
        return None
    return Event(news.position, ("people",), news.kind, news.subject_id, news.verb)


def tell_nobody(actor: Actor, news: News) -> Event | None:
    """A token is its owner's own affair; but from now on it may be no more."""
    return None


TELLINGS = (
    Telling("credential", tell_credential, changes_rights=True),
    Telling("api_token", tell_nobody, changes_rights=True),
)
