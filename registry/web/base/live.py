"""Telling open pages and programmes what happens, as far as each reader may see.

To have a further kind of entry told, put a ``Telling`` into ``TELLINGS`` of
``registry.app``: the kind, who is told what of it, and what must be looked up to
decide. What changes for a person beside the journal has a function of marks in
``MARKS`` there, under its topic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, current_app

from registry.access.actor import Actor
from registry.journal.following import BACKLOG, Follower
from registry.journal.marks import Marks
from registry.journal.news import Event, News, Telling, counters, read_news
from registry.store.db import db, session
from registry.web.base import stopping
from registry.web.base.metrics import note_lag, note_streams
from registry.web.base.seats import Seats


@dataclass(frozen=True, slots=True)
class Since:
    """What has happened since a position, as one reader may see it."""

    position: int
    """Everything up to here is in the events, or there is nothing to see in it."""
    events: tuple[Event, ...] = ()
    reset: bool = False
    """Too long ago: read everything anew."""
    more: bool = False
    """There is more after the position."""


class Live:
    """The follower of a process, the seats for streams, and who is told what."""

    def __init__(
        self,
        app: Flask,
        tellings: Iterable[Telling],
        marks: Mapping[str, Marks],
    ) -> None:
        self.tellings = {telling.kind: telling for telling in tellings}
        self.looks = {
            telling.kind: telling.look
            for telling in self.tellings.values()
            if telling.look is not None
        }
        self.marks = dict(marks)
        self.seats = Seats(count=lambda taken: note_streams(app, taken))
        self.follower = Follower(
            lambda: _own_connection(app),
            looks=self.looks,
            marks=self.marks,
            over=stopping.is_stopping,
            late=lambda seconds: note_lag(app, seconds),
        )

    def tell(self, actor: Actor, news: News) -> Event | None:
        """What a reader is told of an entry; None if nothing."""
        telling = self.tellings.get(news.kind)
        return telling.tell(actor, news) if telling is not None else None

    def told(self, actor: Actor, news: Iterable[News]) -> list[Event]:
        """What a reader is told of some entries."""
        return [e for each in news if (e := self.tell(actor, each)) is not None]

    def touches_rights(self, news: Iterable[News]) -> bool:
        """Whether any of these entries may have changed what readers may see."""
        return any(
            (telling := self.tellings.get(each.kind)) is not None
            and telling.changes_rights
            for each in news
        )

    def since(self, actor: Actor, after: int | None, limit: int) -> Since:
        """What happened after a position, or nothing but where the journal is now."""
        here = actor.institution_id
        connection = session().connection()
        last = counters(connection, [here]).get(here, 0)
        if after is None:
            return Since(last)
        if not 0 <= last - after <= BACKLOG:
            return Since(last, reset=True)
        end = min(last, after + limit)
        news = read_news(connection, here, after, end, self.looks)
        return Since(end, tuple(self.told(actor, news)), more=end < last)

    def own(self, actor: Actor) -> dict[str, str]:
        """For each topic beside the journal a text that differs after a change."""
        if actor.person_id is None:
            return {}
        person = {actor.person_id: actor.institution_id}
        connection = session().connection()
        return {
            topic: _digest(marks(connection, person).get(actor.person_id, ""))
            for topic, marks in self.marks.items()
        }


def init_live(
    app: Flask, tellings: Iterable[Telling], marks: Mapping[str, Marks]
) -> None:
    """Give an application its follower, which begins once somebody listens."""
    app.extensions["registry_live"] = Live(app, tellings, marks)


def live_of(app: Flask) -> Live:
    """The live part of an application."""
    found: Live = app.extensions["registry_live"]
    return found


def current_live() -> Live:
    """The live part of the running application."""
    return live_of(current_app)


def _own_connection(app: Flask) -> sa.Connection:
    """A connection that is no request's: it leaves the pool for good."""
    with app.app_context():
        connection = db.engine.connect()
    connection.detach()
    return connection


def _digest(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()[:16]
