"""How many bodies a process waits for at once, so that slow ones keep nobody waiting.

A body is read by the thread that answers. Whoever sends theirs drop by drop holds it;
if as many did as there are threads, nobody else would be answered. The turn of such a
request is another's meanwhile.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from flask import Flask

from registry.kernel.errors import Busy

LEAST, MOST = 2, 8
RETRY_AFTER = 10
EXTENSION = "registry_bodies"
PATIENCE_SECONDS = 0.25
"""How long one waits for a place: honest bodies are read in a moment."""


class Bodies:
    """The threads of one process that wait for bodies, counted exactly.

    ``most`` of all, ``each`` for one address; 0, as under a server whose turns are not
    known, is no limit.
    """

    def __init__(self) -> None:
        self.most = 0
        self.each = 0
        self._waiting: Counter[str] = Counter()
        self._changed = threading.Condition()

    def share(self, threads: int) -> None:
        """Let an eighth of the threads wait for bodies, half of those for one address.

        More than eight gain nothing: what is whole is there in a moment.
        """
        self.most = max(min(MOST, threads // 8), LEAST)
        self.each = self.most // 2

    @contextmanager
    def waiting(self, address: str) -> Iterator[None]:
        """While something of a body is waited for; Busy where too many do."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._has_place(address), PATIENCE_SECONDS
            ):
                raise Busy(retry_after=RETRY_AFTER)
            self._waiting[address] += 1
        try:
            yield
        finally:
            with self._changed:
                self._waiting[address] -= 1
                if not self._waiting[address]:
                    del self._waiting[address]
                self._changed.notify_all()

    def _has_place(self, address: str) -> bool:
        if not self.most:
            return True
        all_of_them = self._waiting.total() < self.most
        return all_of_them and self._waiting[address] < self.each


def bodies_of(app: Flask) -> Bodies:
    """What an application keeps of the bodies it waits for."""
    found: Bodies = app.extensions[EXTENSION]
    return found


class WatchedBody:
    """A body as the server gives it, whose reading takes one of the places."""

    def __init__(self, body: Any, bodies: Bodies, address: str) -> None:
        self._body, self._bodies, self._address = body, bodies, address
        self.aside: Callable[[], AbstractContextManager[None]] = nullcontext
        """What its request enters while it waits: it needs no turn for that."""
        self.is_begun = False
        """Whether anything of it was asked for."""

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all there are."""
        self.is_begun = True
        with self._bodies.waiting(self._address), self.aside():
            return self._read(size)

    def _read(self, size: int) -> bytes:
        read: bytes = self._body.read() if size < 0 else self._body.read(size)
        return read

    def readline(self, size: int = -1) -> bytes:
        """One line, or so much of it."""
        self.is_begun = True
        with self._bodies.waiting(self._address), self.aside():
            line: bytes = self._body.readline(size)
            return line

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Every line there is."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")
