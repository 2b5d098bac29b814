"""Turns of one process: so many requests are at work, some wait, the others come later.

Beyond a handful at once a process is not faster, all only wait longer. When others wait
as well, whoever's department has the fewest at work is next, so that nobody who asks
without end keeps the others waiting. Where nobody said how many threads there are,
there are no turns.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g, request

from registry.kernel.addresses import connection_of
from registry.kernel.errors import Busy
from registry.web.base.bodies import bodies_of
from registry.web.base.live import live_of
from registry.web.base.routes import access_asked
from registry.web.base.sessions import LIVE

PATIENCE_SECONDS = 1.5
"""How long a request waits for its turn."""
MOST_AT_WORK, LEAST_AT_WORK = 16, 4
FEWEST = 2
"""Turns that one department may have in any case."""
STREAM = "/stream"
SHARE = 4
"""One department has no more than a quarter of the turns."""
SPARE = 8
"""Threads that only say that others are at work."""
MOST_KNOWN = 10_000
EXTENSION = "registry_crowd"
TURN = "registry.turn"
"""Where in a request's environment its turn is kept."""


class Crowded(Busy):
    """So many ask at once that one more would only wait."""

    code = "crowded"


@dataclass(eq=False)
class Turn:
    """A request at work, or waiting for it, and of which group it is."""

    group: str
    number: int
    is_given: bool = False


@dataclass
class Crowd:
    """Who is at work in this process, and who waits; no limit while ``most`` is 0."""

    most: int = 0
    waiting_room: Callable[[], int] = lambda: 0
    patience: float = PATIENCE_SECONDS
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _at_work: Counter[str] = field(default_factory=Counter)
    _waiting: list[Turn] = field(default_factory=list)
    _count: int = 0

    def enter(self, group: str) -> Turn:
        """A turn, perhaps after a while; Crowded if there is none."""
        with self._changed:
            self._count += 1
            turn = Turn(group, self._count)
            if self._has_room(turn) and not self._waiting:
                return self._give(turn)
            if not self._may_wait(turn):
                raise Crowded
            self._waiting.append(turn)
            self._hand_out()
            end = time.monotonic() + self.patience
            while not turn.is_given:
                if not self._changed.wait(max(0.0, end - time.monotonic())):
                    break
            if turn.is_given:
                return turn
            self._waiting.remove(turn)
            raise Crowded

    def leave(self, turn: Turn) -> None:
        """The request is answered; whose turn is next has it."""
        with self._changed:
            self._at_work[turn.group] -= 1
            self._at_work += Counter()
            self._hand_out()

    @property
    def at_work(self) -> int:
        """How many are at work."""
        return self._at_work.total()

    def _give(self, turn: Turn) -> Turn:
        turn.is_given = True
        self._at_work[turn.group] += 1
        return turn

    def _hand_out(self) -> None:
        """Give turns to who waits: the group with the fewest at work, then in order."""
        while fitting := [each for each in self._waiting if self._has_room(each)]:
            chosen = min(fitting, key=lambda t: (self._at_work[t.group], t.number))
            self._waiting.remove(chosen)
            self._give(chosen)
        self._changed.notify_all()

    def _has_room(self, turn: Turn) -> bool:
        most_of_one = max(FEWEST, self.most // SHARE)
        return self.at_work < self.most and self._at_work[turn.group] < most_of_one

    def _may_wait(self, turn: Turn) -> bool:
        """Whether there is a place to wait; one group has no more than half of them."""
        room = self.waiting_room()
        own = sum(each.group == turn.group for each in self._waiting)
        return len(self._waiting) < room and own < max(1, room // 2)


class Acquaintances:
    """Which department asks, by what requests bring along: known from the last one."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, str] = OrderedDict()
        self._lock = threading.Lock()

    def group(self) -> str:
        """The group of the present request, before anything is looked up for it."""
        with self._lock:
            found = self._known.get(_mark())
        return found or f"address {connection_of(request.remote_addr or '')}"

    def learn(self) -> None:
        """Note who has asked, once it is known."""
        visit = getattr(g.get("caller"), "visit", None)
        if visit is None:
            return
        actor = visit.actor
        with self._lock:
            self._known[_mark()] = f"{actor.institution_id} {actor.department_id}"
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)


def _mark() -> int:
    """What tells requests of one person from others', not to be read back."""
    brought = request.headers.get("Authorization") or request.headers.get("Cookie", "")
    return hash(brought)


def _takes_a_turn() -> bool:
    """Whether a request keeps the process busy; streams have seats of their own."""
    access = access_asked()
    is_stream = request.path.startswith(LIVE) or request.path.endswith(STREAM)
    return not is_stream and (access is None or not access.unread)


def init_crowding(app: Flask) -> None:
    """Give each request its turn; until ``open_to`` says how many, all at once."""
    crowd, known = Crowd(), Acquaintances()
    app.extensions[EXTENSION] = crowd

    def wait() -> None:
        if crowd.most and _takes_a_turn():
            request.environ[TURN] = crowd.enter(known.group())

    def go(_error: Any = None) -> None:
        turn = request.environ.pop(TURN, None)
        if turn is not None:
            known.learn()
            crowd.leave(turn)

    app.before_request(wait)
    app.teardown_request(go)


def open_to(app: Flask, threads: int) -> None:
    """Say how many threads answer this process's requests, for turns and bodies."""
    crowd: Crowd = app.extensions[EXTENSION]
    crowd.most = max(LEAST_AT_WORK, min(MOST_AT_WORK, threads // 4))
    seats = live_of(app).seats
    spare = min(SPARE, threads // 8)
    crowd.waiting_room = lambda: max(0, threads - crowd.most - spare - seats.taken)
    bodies_of(app).share(crowd.most)
