"""How many streams a process keeps open, so that requests are always answered.

A stream holds a thread for as long as it is open. Whoever finds no seat is told to ask
from time to time instead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from registry.kernel.errors import Busy

EACH = 4
"""Streams of one person in one process: as many browsers, or programmes."""
PATIENCE_SECONDS = 2.0
"""How long a browser's new stream waits for its old one to give up the last seat."""
RETRY_AFTER = 60


class NoStreamLeft(Busy):
    """All streams of this process, or of this person in it, are in use."""

    code = "no_stream_left"


class Seat:
    """Leave to keep one stream open; ``leave`` it in any case, twice is no matter."""

    def __init__(self, seats: Seats, person_id: int | None, key: str | None) -> None:
        self._seats, self.person_id, self.key = seats, person_id, key
        self._end: Callable[[], None] | None = None
        self.is_replaced = False

    def leave(self) -> None:
        """Give the seat back."""
        self._seats.take_back(self)

    def on_replaced(self, end: Callable[[], None]) -> None:
        """Have a function called when the same browser opens another stream."""
        self._end = end
        if self.is_replaced:
            end()

    def replace(self) -> None:
        """Have the stream end, for another of the same browser."""
        self.is_replaced = True
        if self._end is not None:
            self._end()


class Seats:
    """The seats of one process, counted exactly: a seat is taken until it is left."""

    def __init__(
        self, most: int = 0, count: Callable[[int], None] = lambda taken: None
    ) -> None:
        self.most = most
        self._count = count
        self._taken: set[Seat] = set()
        self._changed = threading.Condition()

    @property
    def taken(self) -> int:
        """How many are taken."""
        return len(self._taken)

    def take(self, person_id: int | None, key: str | None = None) -> Seat:
        """A seat, or NoStreamLeft. ``key`` names the browser: its older stream ends."""
        with self._changed:
            is_known = self._replace(key)
            self._changed.wait_for(self._has_room, PATIENCE_SECONDS if is_known else 0)
            if not self._has_room() or self._of(person_id) >= EACH:
                raise NoStreamLeft(retry_after=RETRY_AFTER)
            seat = Seat(self, person_id, key)
            self._taken.add(seat)
            self._count(self.taken)
            return seat

    def take_back(self, seat: Seat) -> None:
        """A seat is free again."""
        with self._changed:
            self._taken.discard(seat)
            self._count(self.taken)
            self._changed.notify_all()

    def _has_room(self) -> bool:
        return len(self._taken) < self.most

    def _of(self, person_id: int | None) -> int:
        own = [seat for seat in self._taken if seat.person_id == person_id]
        return sum(not seat.is_replaced for seat in own)

    def _replace(self, key: str | None) -> bool:
        older = [seat for seat in self._taken if key is not None and seat.key == key]
        for seat in older:
            seat.replace()
        return bool(older)


def seats_for(threads: int, wished: int = 0) -> int:
    """How many streams a process with so many threads may keep: at most half."""
    half = threads // 2
    return min(half, wished) if wished else half
