"""A ledger of a few rows that pages of the gallery follow, and that a test changes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, render_template, request

TOPICS = ["assets"]


@dataclass
class Feed:
    """What the rows are, who listens, and how the server behaves just now."""

    position: int = 100
    rows: list[tuple[int, str]] = field(default_factory=list)
    mood: str = "well"
    """well, full (no streams), away (no answers), ended (no session)."""
    open: int = 0
    most_open: int = 0
    asked: list[float] = field(default_factory=list)
    """When a page asked for itself."""
    looks: int = 0
    news: dict[int, list[str]] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def reset(self) -> None:
        """As it was in the beginning."""
        with self.changed:
            self.position = 100
            self.rows = [(number, f"投影仪 {number} 号") for number in range(1, 31)]
            self.mood = "well"
            self.most_open = self.looks = 0
            self.asked.clear()
            self.news.clear()
            self.changed.notify_all()

    def change(self, *rows: tuple[int, str], topics: list[str] = TOPICS) -> int:
        """Rows are so from now on; an empty text takes a row away."""
        with self.changed:
            for number, text in rows:
                known = dict(self.rows)
                if number in known:
                    known[number] = text
                    self.rows = [each for each in known.items() if each[1]]
                else:
                    self.rows = [(number, text), *self.rows]
            self.position += 1
            self.news[self.position] = topics
            self.changed.notify_all()
            return self.position

    def be(self, mood: str) -> None:
        """Behave otherwise from now on."""
        with self.changed:
            self.mood = mood
            self.changed.notify_all()

    def wait(self, after: int) -> list[int]:
        """The positions after one, as soon as there are any or the mood changes."""
        with self.changed:
            self.changed.wait_for(
                lambda: self.position > after or self.mood != "well", 0.5
            )
            return list(range(after + 1, self.position + 1))

    def pieces(self, after: int) -> Iterator[str]:
        """A stream, as the registry sends one."""
        with self.changed:
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            mine = after
        try:
            yield "retry: 300\n\n"
            yield sse("hello", {"position": after, "own": []})
            while self.mood == "well":
                for number in self.wait(mine):
                    news = {"position": number, "topics": self.news[number]}
                    yield sse("news", news, number)
                    mine = number
                yield ": still there\n\n"
            if self.mood == "ended":
                yield sse("ended", {})
        finally:
            with self.changed:
                self.open -= 1
                self.changed.notify_all()


def sse(event: str, data: dict[str, Any], number: int | None = None) -> str:
    """One event."""
    mark = f"id: {number}\n" if number else ""
    return f"event: {event}\n{mark}data: {json.dumps(data)}\n\n"


STATUSES = {"full": 503, "away": 502, "ended": 401}


def add_feed(app: Flask) -> Feed:
    """Serve the feed, and a page that follows it."""
    feed = Feed()
    feed.reset()

    @app.get("/live")
    def stream() -> Response:
        if feed.mood != "well":
            return Response(status=STATUSES[feed.mood])
        after = request.headers.get("Last-Event-ID") or request.args["after"]
        return Response(feed.pieces(int(after)), mimetype="text/event-stream")

    @app.get("/live/news")
    def news() -> Any:
        feed.looks += 1
        if feed.mood in {"away", "ended"}:
            return Response(status=STATUSES[feed.mood])
        after = int(request.args["after"])
        came = {t for n, each in feed.news.items() if n > after for t in each}
        return jsonify(
            position=feed.position, topics=sorted(came), reset=False, more=False, own={}
        )

    @app.get("/following")
    def following() -> Any:
        if "X-Unattended" in request.headers:
            feed.asked.append(time.monotonic())
            if feed.mood in {"away", "ended"}:
                return Response(status=STATUSES[feed.mood])
        with feed.changed:
            position, rows = feed.position, list(feed.rows)
        shown = [{"id": number, "name": text} for number, text in rows]
        return render_template("_following.html", position=position, rows=shown)

    return feed
