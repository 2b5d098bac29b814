"""Server-sent events: what one reader may see, for as long as they may see it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from flask import Flask, Response, current_app, request
from flask import session as cookie
from sqlalchemy.exc import SQLAlchemyError

from registry.access.actor import Actor
from registry.auth.queries import Visit, visit_of_session, visit_of_token
from registry.journal.lines import Heard, Listener
from registry.journal.news import Event, News
from registry.web.base.live import Live, current_live
from registry.web.base.logs import log
from registry.web.base.seats import Seat
from registry.web.base.sessions import TOKEN, bearer_token, caller, current_actor
from registry.web.base.settings import current_settings

RECHECK_SECONDS = 5.0
"""How often a stream asks whether its session still lives, and what it may see."""
BEAT_SECONDS = 15.0
"""How often a stream says that it is still there."""
RETRY_MILLISECONDS = 3000
UNSURE_SECONDS = 60.0
"""How long a stream waits for a database that cannot say who is reading."""
MOST_POSITION = 2**62

HEADERS = {
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
}


class _Unsure:
    """The database cannot say just now."""


UNSURE: Final = _Unsure()


def asked_position() -> int | None:
    """From where on a stream is asked for: what was heard last, else ``after``.

    What is no position at all asks for everything from now on.
    """
    for given in (request.headers.get("Last-Event-ID"), request.args.get("after")):
        if given and given.isascii() and given.isdigit():
            return min(int(given[:20]), MOST_POSITION)
    return None


def sse(event: str, data: Mapping[str, Any], position: int | None = None) -> str:
    """One server-sent event; with a position one resumes from there."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    number = f"id: {position}\n" if position is not None else ""
    return f"event: {event}\n{number}data: {text}\n\n"


Render = Callable[[Sequence[Event], int], Iterator[str]]
"""(what the reader is told, the position reached) → server-sent events."""


def as_topics(events: Sequence[Event], position: int) -> Iterator[str]:
    """For pages: that something of these topics has happened."""
    if events:
        topics = sorted({topic for event in events for topic in event.topics})
        yield sse("news", {"position": position, "topics": topics}, position)


def one_by_one(events: Sequence[Event], position: int) -> Iterator[str]:
    """For programmes: each event by itself."""
    for event in events:
        yield sse("entry", asdict(event), event.position)


def open_stream(render: Render) -> Response:
    """A stream of what the caller may see; NoStreamLeft if there are too many."""
    live, actor = current_live(), current_actor()
    seat = live.seats.take(actor.person_id, _browser(actor))
    stream = Stream(live, seat, actor, _reader_again(), render, asked_position())
    answer = Response(stream.pieces(), mimetype="text/event-stream", headers=HEADERS)
    answer.call_on_close(seat.leave)
    return answer


def _browser(actor: Actor) -> str | None:
    """What tells one browser's streams from another's: its session."""
    return None if caller().by_token else f"session:{actor.session_id}"


Again = Callable[[], Actor | _Unsure | None]


def _reader_again() -> Again:
    """A function that looks up anew who reads: None once the session has ended."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings, bearer, token = current_settings(), bearer_token(), cookie.get(TOKEN, "")
    door = current_actor().door

    def visit() -> Visit | None:
        if bearer is not None:
            return visit_of_token(bearer)
        return visit_of_session(settings, token)

    def again() -> Actor | _Unsure | None:
        try:
            with app.app_context():
                found = visit()
        except SQLAlchemyError as error:
            log.warning("stream_unsure", exc_info=error)
            return UNSURE
        if found is None or not found.is_settled:
            return None
        return found.actor.through(door)

    return again


class Stream:
    """One open stream: what its reader may see, for as long as they may see it.

    While it waits it holds a thread and nothing else.
    """

    def __init__(
        self,
        live: Live,
        seat: Seat,
        actor: Actor,
        again: Again,
        render: Render,
        after: int | None,
    ) -> None:
        self._live, self._seat, self._again, self._render = live, seat, again, render
        self._actor, self._after = actor, after
        self._pending: list[News] = []
        self._checked = self._beaten = self._sure = time.monotonic()
        self._is_sure = True

    def pieces(self) -> Iterator[str]:
        """The stream's text, until session, browser or server ends it."""
        listener = self._live.follower.listen(
            self._actor.institution_id, self._after, self._actor.person_id
        )
        try:
            self._seat.on_replaced(listener.end)
            yield f"retry: {RETRY_MILLISECONDS}\n\n"
            yield from self._telling(listener)
        finally:
            listener.close()
            self._seat.leave()

    def _telling(self, listener: Listener) -> Iterator[str]:
        while True:
            heard = listener.wait(self._pause())
            if self._seat.is_replaced:
                yield sse("replaced", {})
                return
            if heard.ended:
                return
            if not self._look_again(heard):
                yield sse("ended", {})
                return
            if time.monotonic() - self._sure > UNSURE_SECONDS:
                return
            yield from self._told(heard)

    def _pause(self) -> float:
        due = min(self._checked + RECHECK_SECONDS, self._beaten + BEAT_SECONDS)
        return max(0.0, due - time.monotonic())

    def _look_again(self, heard: Heard) -> bool:
        """Whether somebody still reads; whoever it is may see other things now."""
        moment = time.monotonic()
        is_due = moment >= self._checked + RECHECK_SECONDS
        if not is_due and not self._live.touches_rights(heard.news):
            return True
        found = self._again()
        self._is_sure = not isinstance(found, _Unsure)
        self._checked = time.monotonic()
        if found is None:
            return False
        if isinstance(found, _Unsure):
            self._checked -= RECHECK_SECONDS - 1.0
        else:
            self._actor, self._sure = found, self._checked
        return True

    def _told(self, heard: Heard) -> Iterator[str]:
        if heard.begun:
            start = heard.news[0].position - 1 if heard.news else heard.position
            own = list(self._live.follower.topics)
            yield sse("hello", {"position": start, "own": own}, start)
        if heard.reset:
            self._pending.clear()
            yield sse("reset", {"position": heard.position}, heard.position)
        self._pending += heard.news
        if self._is_sure and self._pending:
            news, self._pending = self._pending, []
            yield from self._render(
                self._live.told(self._actor, news), news[-1].position
            )
        if heard.marked:
            yield sse("own", {"topics": list(heard.marked)})
        moment = time.monotonic()
        if moment >= self._beaten + BEAT_SECONDS:
            self._beaten = moment
            reached = None if self._pending else heard.position
            yield sse("beat", {"position": reached}, reached)
