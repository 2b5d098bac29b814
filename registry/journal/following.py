"""Following the journal: one thread a process reads on and tells all who listen.

Positions are in the order of commits and have no gaps (decision 2), so whoever has
read up to one has missed nothing before it, whichever process wrote it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import structlog

from registry.journal.lines import Line, Listener
from registry.journal.marks import KnownMarks, Marks
from registry.journal.news import Look, News, counters, read_news
from registry.kernel.clock import now

BACKLOG = 2_000
"""So many entries back one may resume; from further back everything is read anew."""
LINGER_SECONDS = 30.0
"""How long the thread goes on, and a line is kept, after the last listener has gone."""
PAUSE_SECONDS = {"sqlite": 0.2, "postgresql": 0.25}
SHORTEST_REST, LONGEST_REST = 0.5, 5.0
"""Seconds between attempts while the database cannot be reached."""
SLICE_SECONDS = 0.25

log = structlog.get_logger("registry.following")


class Follower:
    """Reads on for everybody in this process, while anybody listens."""

    def __init__(
        self,
        connect: Callable[[], sa.Connection],
        *,
        looks: Mapping[str, Look] | None = None,
        marks: Mapping[str, Marks] | None = None,
        over: Callable[[], bool] = lambda: False,
        late: Callable[[float], None] = lambda seconds: None,
        backlog: int = BACKLOG,
        linger: float = LINGER_SECONDS,
    ) -> None:
        """``connect`` gives a connection of the follower's own, which it closes.

        ``over`` says that the process stops; ``late`` is told how many seconds behind
        the ledger listeners are.
        """
        self._connect, self._over, self._late = connect, over, late
        self._looks, self._backlog = dict(looks or {}), backlog
        self._marks, self._linger = KnownMarks(marks or {}, linger), linger
        self._told = threading.Condition()
        self._lines: dict[int, Line] = {}
        self._thread: threading.Thread | None = None
        self._is_stopped = False
        self._wake = threading.Event()
        self._version: int | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics beside the journal."""
        return self._marks.topics

    @property
    def is_running(self) -> bool:
        """Whether the thread lives."""
        return self._thread is not None

    def listen(
        self, institution_id: int, after: int | None, person_id: int | None = None
    ) -> Listener:
        """Somebody who hears what comes after a position, or after now."""
        with self._told:
            line = self._lines.get(institution_id)
            if line is None:
                line = Line(institution_id, self._told)
                self._lines[institution_id] = line
            listener = Listener(line, after, person_id)
            line.listeners.add(listener)
            if self._thread is None:
                self._is_stopped = False
                self._thread = threading.Thread(
                    target=self._run, name="registry-following", daemon=True
                )
                self._thread.start()
        self._wake.set()
        return listener

    def stop(self) -> None:
        """End the thread and everybody's waiting; listening anew begins anew."""
        with self._told:
            thread, self._is_stopped = self._thread, True
        self._wake.set()
        if thread is not None:
            thread.join(timeout=LONGEST_REST)

    def _run(self) -> None:
        connection: sa.Connection | None = None
        rest, well = SHORTEST_REST, time.monotonic()
        while not self._is_done():
            try:
                if connection is None:
                    connection, self._version = self._connect(), None
                self._look(connection)
                rest, well = SHORTEST_REST, time.monotonic()
                self._wake.wait(PAUSE_SECONDS[connection.dialect.name])
                self._wake.clear()
            except Exception as error:  # whatever it is, pages must go on following
                log.warning("follower_stumbled", exc_info=error)
                _close(connection)
                connection = None
                self._late(time.monotonic() - well)
                self._rest(rest)
                rest = min(rest * 2, LONGEST_REST)
        _close(connection)
        self._late(0.0)

    def _is_done(self) -> bool:
        """Whether to end; then everybody who waits is told, under the same lock."""
        with self._told:
            oldest = time.monotonic() - self._linger
            for line in list(self._lines.values()):
                if not line.listeners and line.left_at < oldest:
                    del self._lines[line.institution_id]
            if self._lines and not self._is_stopped and not self._over():
                return False
            for line in self._lines.values():
                for listener in line.listeners:
                    listener.is_ended = True
            self._lines.clear()
            self._thread = None
            self._told.notify_all()
            return True

    def _rest(self, seconds: float) -> None:
        """Wait, come what may, unless it is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (self._over() or self._is_stopped):
            time.sleep(SLICE_SECONDS)

    def _look(self, connection: sa.Connection) -> None:
        """Read on for every line, if there is anything to read or anybody has come."""
        with self._told:
            lines = list(self._lines.values())
            listeners = [each for line in lines for each in line.listeners]
            newcomers = {each for each in listeners if not each.is_placed}
        version = _data_version(connection)
        if version is not None and version == self._version and not newcomers:
            return
        try:
            last = counters(connection, [line.institution_id for line in lines])
            for line in lines:
                self._read_on(
                    connection,
                    line,
                    last.get(line.institution_id, 0),
                    newcomers & line.listeners,
                )
            self._look_at_marks(connection, listeners, newcomers)
        finally:
            connection.rollback()
        self._version = version
        with self._told:
            for each in newcomers:
                each.is_placed = True
            self._told.notify_all()

    def _read_on(
        self, connection: sa.Connection, line: Line, last: int, newcomers: set[Listener]
    ) -> None:
        """Bring a line up to the institution's last position, and back to newcomers.

        Where that cannot be, the line starts over and all who listen read anew.
        """
        reach = [
            each.position
            for each in newcomers
            if not each.from_now and 0 <= last - each.position <= self._backlog
        ]
        with self._told:
            if line.is_new or not 0 <= last - line.seen <= self._backlog:
                line.start_over(min(reach, default=last))
        try:
            back = min([*reach, line.begun])
            earlier = self._read(connection, line, back, line.begun)
            later = self._read(connection, line, line.seen, last)
        except sa.exc.SQLAlchemyError:
            raise
        except Exception:  # a look that fails, or a hole in the positions
            log.exception("follower_reads_anew", institution=line.institution_id)
            with self._told:
                line.start_over(last)
            return
        with self._told:
            if earlier:
                line.prepend(earlier, back)
            line.append(later, self._backlog)
            for each in newcomers:
                each.position = last if each.from_now else each.position
        if later:
            self._late(max(0.0, (now() - later[-1].at).total_seconds()))

    def _read(
        self, connection: sa.Connection, line: Line, after: int, last: int
    ) -> list[News]:
        return read_news(connection, line.institution_id, after, last, self._looks)

    def _look_at_marks(
        self,
        connection: sa.Connection,
        listeners: Sequence[Listener],
        newcomers: set[Listener],
    ) -> None:
        is_told = connection.dialect.name == "sqlite"
        if not (is_told or newcomers or self._marks.is_due()):
            return
        people = {
            each.person_id: each.institution_id
            for each in listeners
            if each.person_id is not None
        }
        changed = self._marks.compare(connection, people)
        with self._told:
            for each in listeners:
                if each.person_id is None:
                    continue
                each.marked |= changed.get(each.person_id, set())
                if each in newcomers:
                    each.marked |= self._marks.lately(each.person_id)


def _data_version(connection: sa.Connection) -> int | None:
    """SQLite's count of commits by others; None where there is no such thing."""
    if connection.dialect.name != "sqlite":
        return None
    driver: Any = connection.connection.dbapi_connection
    return int(driver.execute("PRAGMA data_version").fetchone()[0])


def _close(connection: sa.Connection | None) -> None:
    """Let go of a connection, whatever has become of it."""
    if connection is not None:
        try:
            connection.close()
        except Exception as error:  # it is gone anyway
            log.debug("connection_not_closed", exc_info=error)
