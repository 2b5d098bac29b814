"""Who hears of sign-ins and tokens: who manages those, and whose token it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.auth.models import ApiToken
from registry.journal.news import Event, News, Telling


def tell_credential(actor: Actor, news: News) -> Event | None:
    """Whoever manages sign-ins sees them on the pages of people."""
    if not actor.may(Permission.CREDENTIAL_MANAGE):
        return None
    return news.told("people")


def tell_owner(actor: Actor, news: News) -> Event | None:
    """A token is its owner's own affair."""
    if news.about is None or actor.person_id != news.about:
        return None
    return news.told("tokens")


def look_at_tokens(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, int]:
    """By position, whose the tokens are."""
    rows = connection.execute(
        sa.select(ApiToken.id, ApiToken.person_id).where(
            ApiToken.institution_id == institution_id,
            ApiToken.id.in_({entry.subject_id for entry in entries}),
        )
    )
    owners = {token_id: person_id for token_id, person_id in rows}  # noqa: C416 - typed
    return {
        entry.position: owners[entry.subject_id]
        for entry in entries
        if entry.subject_id in owners
    }


TELLINGS = (
    Telling("credential", tell_credential, changes_rights=True),
    Telling("api_token", tell_owner, look_at_tokens, changes_rights=True),
)
