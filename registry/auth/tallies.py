"""Counting in memory first, for what many ask and nobody is to ask without end.

Whoever looks at a label is not to wait for a write. So each process counts by itself
and only every so many tries, a step, adds them to the database, where it learns what
the other processes have counted. What the others have not yet told is less than a step
each: one step is kept back for it, so that two processes together never pass more than
the limit, and each further one less than a step more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from registry.auth.throttling import Limit, count, hit, refuse

SHARE = 20
"""A step is a twentieth of the limit."""
MOST_KNOWN = 10_000
"""Callers remembered at once; those who asked longest ago are forgotten first."""


@dataclass(slots=True)
class _Tally:
    window_ends: int
    told: int = 0
    """Tries of all processes, as the database knew at the last step."""
    own: int = 0
    """Tries of this process since."""


class Tallies:
    """What one process has counted of its callers in their present windows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Tally] = OrderedDict()

    def hit(self, limit: Limit, *parts: object) -> None:
        """Count one try; Throttled if it is one too many. Seldom writes.

        Small limits are counted as exactly as ``hit`` of throttling does.
        """
        step = limit.most // SHARE
        if step <= 1:
            hit(limit, *parts)
            return
        most = limit.most - (step - 1)
        with self._lock:
            tally = self._tally(limit.key(*parts), limit.window_ends())
            if tally.told + tally.own >= most:
                refuse(tally.window_ends)
            tally.own += 1
            if tally.own < step:
                return
            owed, tally.own = tally.own, 0
            tally.told += owed
        try:
            told = count(limit, *parts, tries=owed)
        except BaseException:
            with self._lock:
                tally.told, tally.own = tally.told - owed, tally.own + owed - 1
            raise
        with self._lock:
            tally.told = max(tally.told, told)
        if told > most:
            refuse(tally.window_ends)

    def _tally(self, key: str, window_ends: int) -> _Tally:
        tally = self._kept.get(key)
        if tally is None or tally.window_ends != window_ends:
            tally = self._kept[key] = _Tally(window_ends)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KNOWN:
            self._kept.popitem(last=False)
        return tally
