"""Turns of one process: so many requests are at work, some wait, the others come later.

Beyond a handful at once a process is not faster, all only wait longer. When others wait
as well, whoever's department has the fewest at work is next, and one that asks without
end has what time the others leave. Where nobody said how many threads there are, there
are no turns.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Flask, g, request

from registry.kernel.addresses import connection_of
from registry.kernel.errors import Busy
from registry.web.base.bodies import WatchedBody, bodies_of
from registry.web.base.live import live_of
from registry.web.base.routes import access_asked
from registry.web.base.sessions import LIVE

PATIENCE_SECONDS = 1.0
"""How long a request waits for its turn."""
MOST_AT_WORK, LEAST_AT_WORK = 6, 4
FEWEST = 2
"""Turns that one department may have unless it asks without end."""
STREAM = "/stream"
SHARE, SHARE_ALONE = 4, 2
"""One department has no more than a quarter of the turns; half if nobody else asks."""
LATELY_SECONDS = 2.0
WITHOUT_END = 20
"""So often within that time asks no handful of people, but a programme or a crowd."""
PACE_SECONDS = 0.1
"""Who asks without end has a turn so often at least, however busy the others are; after
it they rest as long as it took, and no longer than this."""
SHORTEST_NAP = 0.002
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
    since: float = 0.0
    """When it was given."""
    look: threading.Event = field(default_factory=threading.Event)
    """Set where whoever waits for it is to look again."""


@dataclass
class Crowd:
    """Who is at work in this process, and who waits; no limit while ``most`` is 0."""

    most: int = 0
    waiting_room: Callable[[], int] = lambda: 0
    patience: float = PATIENCE_SECONDS
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_work: Counter[str] = field(default_factory=Counter)
    _waiting: list[Turn] = field(default_factory=list)
    _count: int = 0
    _came: deque[tuple[float, str]] = field(default_factory=deque)
    _lately: Counter[str] = field(default_factory=Counter)
    _served: dict[str, float] = field(default_factory=dict)
    """When each of those groups was last given a turn."""
    _rests: dict[str, float] = field(default_factory=dict)
    """Until when those that ask without end are not given another one."""

    def enter(self, group: str) -> Turn:
        """A turn, perhaps after a while; Crowded if there is none."""
        with self._lock:
            self._count += 1
            self._note(group, self.clock())
            turn = Turn(group, self._count)
            if not self._waiting and self._has_room(turn):
                return self._give(turn)
            if not self._may_wait(turn):
                raise Crowded
            self._waiting.append(turn)
        self._wait(turn)
        return turn

    def leave(self, turn: Turn) -> None:
        """The request is answered; whose turn is next has it."""
        with self._lock:
            group, now = turn.group, self.clock()
            self._end(group)
            if self._asks_without_end(group):
                self._rests[group] = now + min(now - turn.since, PACE_SECONDS)
            self._hand_out()
            self._nudge(group)

    @contextmanager
    def aside(self, turn: Turn) -> Iterator[None]:
        """While a request only waits for its sender: its turn is another's."""
        with self._lock:
            self._end(turn.group)
            self._hand_out()
        try:
            yield
        finally:
            with self._lock:  # without waiting: it is one more for a moment
                self._at_work[turn.group] += 1

    @property
    def at_work(self) -> int:
        """How many are at work."""
        return self._at_work.total()

    def _wait(self, turn: Turn) -> None:
        end = time.monotonic() + self.patience
        while True:
            with self._lock:
                if not turn.is_given:
                    self._hand_out()
                if turn.is_given:
                    return
                left = end - time.monotonic()
                if left <= 0:
                    self._waiting.remove(turn)
                    self._nudge(turn.group)
                    raise Crowded
                turn.look.clear()
                left = min(left, self._until_due(turn))
            turn.look.wait(left)

    def _give(self, turn: Turn) -> Turn:
        turn.is_given = True
        turn.since = self._served[turn.group] = self.clock()
        self._at_work[turn.group] += 1
        turn.look.set()
        return turn

    def _end(self, group: str) -> None:
        self._at_work[group] -= 1
        if not self._at_work[group]:
            del self._at_work[group]

    def _hand_out(self) -> None:
        """Give turns to who waits: the group with the fewest at work, then in order."""
        while fitting := [each for each in self._waiting if self._has_room(each)]:
            chosen = min(fitting, key=lambda t: (self._at_work[t.group], t.number))
            self._waiting.remove(chosen)
            self._give(chosen)

    def _nudge(self, group: str) -> None:
        if self._asks_without_end(group) and (first := self._first(group)) is not None:
            first.look.set()

    def _first(self, group: str) -> Turn | None:
        return next((each for each in self._waiting if each.group == group), None)

    def _note(self, group: str, now: float) -> None:
        self._came.append((now, group))
        self._lately[group] += 1
        while self._came[0][0] < now - LATELY_SECONDS:
            gone = self._came.popleft()[1]
            self._lately[gone] -= 1
            if not self._lately[gone]:
                del self._lately[gone]
                self._served.pop(gone, None)
                self._rests.pop(gone, None)

    def _asks_without_end(self, group: str) -> bool:
        """Whether it asks as fast as it is answered, and others ask as well."""
        return len(self._lately) > 1 and self._lately[group] > WITHOUT_END

    def _has_room(self, turn: Turn) -> bool:
        group, at_work = turn.group, self.at_work
        if self._asks_without_end(group):
            now = self.clock()
            is_due = not self._at_work[group] and now >= self._due(group)
            may_begin = at_work == 0 or (is_due and at_work < self.most)
            return may_begin and now >= self._rests.get(group, 0.0)
        share = SHARE if len(self._lately) > 1 else SHARE_ALONE
        most_of_one = max(FEWEST, self.most // share)
        return at_work < self.most and self._at_work[group] < most_of_one

    def _due(self, group: str) -> float:
        """From when on one that asks without end has a turn beside others at work."""
        return self._served.get(group, 0.0) + PACE_SECONDS

    def _until_due(self, turn: Turn) -> float:
        """Seconds after which a turn may be given though nobody leaves."""
        group = turn.group
        if not self._asks_without_end(group) or self._first(group) is not turn:
            return self.patience
        now = self.clock()
        rested = self._rests.get(group, 0.0) - now
        return max(SHORTEST_NAP, rested if rested > 0 else self._due(group) - now)

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
            turn = request.environ[TURN] = crowd.enter(known.group())
            body = request.environ.get("wsgi.input")
            if isinstance(body, WatchedBody):
                body.aside = partial(crowd.aside, turn)

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
    bodies_of(app).share(threads)
