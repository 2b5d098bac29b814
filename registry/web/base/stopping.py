"""Whether this process has been asked to stop, for whoever answers for a long time.

A stream that asks here, and waits here instead of sleeping, ends by itself when the
server stops; one that does not is cut off some seconds later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

_stopping = threading.Event()
_told: list[Callable[[], None]] = []


def is_stopping() -> bool:
    """Whether open streams and loops should now end."""
    return _stopping.is_set()


def wait(seconds: float) -> bool:
    """Wait so long, but no longer than until the process stops; whether it does."""
    return _stopping.wait(seconds)


def on_stop(tell: Callable[[], None]) -> None:
    """Have a function called once when the process is asked to stop."""
    _told.append(tell)


def stop() -> None:
    """Have everything that waits here end."""
    _stopping.set()
    while _told:
        _told.pop()()


def resume() -> None:
    """Go on after all; for tests, which stop more than once in one process."""
    _stopping.clear()
