"""The latest news of an institution in one bounded line, and who listens to it.

Nobody has a queue of their own: a listener is a position in the line, and whoever
falls out of it is told to read everything anew.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from registry.journal.news import News


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener has got by waiting."""

    position: int = 0
    news: tuple[News, ...] = ()
    marked: tuple[str, ...] = ()
    """Topics beside the journal that have changed for the listener's person."""
    begun: bool = False
    """The first answer: from here on nothing is missed."""
    reset: bool = False
    """Too far behind: everything is to be read anew, and then from this position on."""
    ended: bool = False


@dataclass(eq=False)
class Line:
    """All news of one institution from after ``begun`` up to ``seen``.

    It is changed by the follower alone, while holding ``told``.
    """

    institution_id: int
    told: threading.Condition
    begun: int = 0
    seen: int = -1
    """-1 until it has been looked at for the first time."""
    news: deque[News] = field(default_factory=deque)
    listeners: set[Listener] = field(default_factory=set)
    left_at: float = 0.0
    """When the last listener so far has gone."""

    @property
    def is_new(self) -> bool:
        """Whether nothing has been read for it yet."""
        return self.seen < 0

    def start_over(self, at: int) -> None:
        """Forget everything: who is not at this position reads anew."""
        self.news.clear()
        self.begun = self.seen = at

    def append(self, news: Iterable[News], most: int) -> None:
        """What has come since; of more than ``most`` the oldest are dropped."""
        self.news.extend(news)
        while len(self.news) > most:
            self.begun = self.news.popleft().position
        if self.news:
            self.seen = self.news[-1].position

    def prepend(self, news: Sequence[News], begun: int) -> None:
        """What lies before, for somebody who comes with an older position."""
        self.news.extendleft(reversed(news))
        self.begun = begun

    def after(self, position: int) -> tuple[News, ...]:
        """What lies after a position in the line."""
        return tuple(islice(self.news, position - self.begun, None))


class Listener:
    """Somebody who waits for news; ``close`` it in any case."""

    def __init__(self, line: Line, after: int | None, person_id: int | None) -> None:
        self._line = line
        self.person_id = person_id
        self.position = -1 if after is None else after
        self.from_now = after is None
        self.is_placed = False
        """Whether the follower has looked since: then the line reaches back to it."""
        self.is_ended = False
        self.marked: set[str] = set()
        self._is_new = True

    @property
    def institution_id(self) -> int:
        """Whose journal it is."""
        return self._line.institution_id

    def wait(self, seconds: float) -> Heard:
        """What has happened since; nothing, if nothing does for so many seconds."""
        end = time.monotonic() + seconds
        with self._line.told:
            while (heard := self._heard()) is None:
                left = end - time.monotonic()
                if left <= 0:
                    return Heard(self.position)
                self._line.told.wait(left)
            return heard

    def end(self) -> None:
        """Have whoever waits here stop waiting."""
        with self._line.told:
            self.is_ended = True
            self._line.told.notify_all()

    def close(self) -> None:
        """Listen no longer."""
        with self._line.told:
            self._line.listeners.discard(self)
            self._line.left_at = time.monotonic()

    def _heard(self) -> Heard | None:
        if self.is_ended:
            return Heard(self.position, ended=True)
        if not self.is_placed:
            return None
        line, begun, self._is_new = self._line, self._is_new, False
        marked, self.marked = tuple(sorted(self.marked)), set()
        if not line.begun <= self.position <= line.seen:
            self.position = line.seen
            return Heard(line.seen, marked=marked, begun=begun, reset=True)
        news = line.after(self.position)
        self.position = line.seen
        if news or marked or begun:
            return Heard(line.seen, news, marked, begun)
        return None
