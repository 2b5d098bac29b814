"""Who hears of changes to item types and asset classes: every colleague."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.journal.news import Event, News, Telling


def tell_type(actor: Actor, news: News) -> Event | None:
    """Every colleague may look types and classes up."""
    if not actor.reads("catalogue"):
        return None
    return news.told("types")


TELLINGS = (Telling("item_type", tell_type), Telling("class_table", tell_type))
