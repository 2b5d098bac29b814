"""That a thing was scanned by a colleague: the day of it, and no more.

Looking a label up changes nothing, and is not to wait for a write. So scans are kept in
memory, once a thing and day, and written together half a minute later, after an answer
has gone out. A process that is killed loses half a minute of them: one more question
may be asked about a thing, no entry is missing.
"""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import structlog
from flask import Flask, Response, current_app

from registry.kernel.clock import now, today
from registry.ledger.models import Asset
from registry.sharing.actions import note_scans
from registry.web.base.sessions import caller
from registry.web.base.stopping import on_stop

WRITE_AFTER = timedelta(seconds=30)
MOST_REMEMBERED = 50_000
EXTENSION = "registry_scans"

log = structlog.get_logger("registry.web")

Key = tuple[int, int]


class ScanNotes:
    """The scans of one process that are still to be written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: dict[Key, date] = {}
        self._since: datetime | None = None
        self._known: dict[Key, date] = {}

    def note(self, key: Key, day: date) -> None:
        """Keep a scan of (institution, asset), unless it is known of this day."""
        with self._lock:
            if self._known.get(key) == day:
                return
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = day
            self._pending[key] = day
            self._since = self._since or now()

    @property
    def is_due(self) -> bool:
        """Whether the oldest has waited long enough to be written."""
        since = self._since
        return since is not None and now() - since >= WRITE_AFTER

    def write(self) -> None:
        """Write what is pending; what cannot be written now is tried again later."""
        with self._lock:
            taken, self._pending, self._since = self._pending, {}, None
        if not taken:
            return
        try:
            note_scans(taken)
        except Exception:
            log.exception("scans_not_written", count=len(taken))
            with self._lock:
                self._pending = taken | self._pending
                self._since = self._since or now()


def init_scans(app: Flask) -> None:
    """Have scans written after answers, and once more when the process stops."""
    app.extensions[EXTENSION] = ScanNotes()
    app.after_request(_write_afterwards)
    on_stop(lambda: _write(app))


def note_scan(asset: Asset) -> None:
    """Note that a colleague in a session of theirs has scanned a thing.

    Programmes with a token do not count: one that looks at all labels every night would
    make everything seem used.
    """
    found = caller()
    if found.visit is None or found.by_token or found.house is None:
        return
    if asset.institution_id != found.visit.actor.institution_id:
        return
    notes: ScanNotes = current_app.extensions[EXTENSION]
    notes.note((asset.institution_id, asset.id), today(found.house.time_zone))


def _write_afterwards(answer: Response) -> Response:
    notes: ScanNotes = current_app.extensions[EXTENSION]
    if notes.is_due and not answer.is_streamed:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        answer.call_on_close(lambda: _write(app))
    return answer


def _write(app: Flask) -> None:
    notes: ScanNotes = app.extensions[EXTENSION]
    with app.app_context():
        notes.write()
