"""Who hears of changes to departments, places, people and their roles."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.news import Event, News, Telling


def _to_colleagues(topic: str) -> Telling:
    def tell(actor: Actor, news: News) -> Event | None:
        """Every colleague may list these."""
        if not actor.reads("organisation"):
            return None
        return news.told(topic)

    kind = topic.removesuffix("s")
    return Telling(kind, tell, changes_rights=kind == "department")


def tell_person(actor: Actor, news: News) -> Event | None:
    """Whoever may list people hears of them and of their roles."""
    if not actor.may(Permission.PERSON_LIST):
        return None
    return news.told("people")


TELLINGS = (
    _to_colleagues("departments"),
    _to_colleagues("places"),
    Telling("person", tell_person, changes_rights=True),
    Telling("role_grant", tell_person, changes_rights=True),
)
