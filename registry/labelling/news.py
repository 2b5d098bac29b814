"""Who hears that labels were printed: whoever may see what was printed."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.news import Event, News, Telling


def tell_print(actor: Actor, news: News) -> Event | None:
    """Whoever prints labels sees what others have printed."""
    if not actor.may(Permission.LABEL_PRINT):
        return None
    return news.told("labels")


TELLINGS = (Telling("print_run", tell_print),)
