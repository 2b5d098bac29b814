"""Trying whether a copy would come back, without touching anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from registry.backup.actions.creating import names_in, note_run
from registry.backup.actions.proving import (
    Report,
    bring_in,
    look_through,
    throwaway_file,
)
from registry.backup.archive import opened
from registry.backup.errors import NoneThere
from registry.backup.rules import newest
from registry.backup.states import RunKind
from registry.kernel.clock import now
from registry.store.db import passing_engine
from registry.store.holding import Schema, file_of


def drill(database_url: str, source: Path) -> Report:
    """Bring a backup, or the newest one of a folder, into a throwaway database.

    That is of the same kind as the one in use: for PostgreSQL a schema of its own in
    it. A trial that passed is noted. Raises NoneThere, Unreadable, TooNew, NoRoom.
    """
    path = newest_of(source) if source.is_dir() else source
    report = look_through(path)
    if report.findings:
        return report
    with _throwaway(database_url, report) as trial, opened(path) as archive:
        findings, passed_over = bring_in(archive, trial)
    if not findings:
        note_run(database_url, RunKind.DRILL, path, report.seal)
    return replace(report, findings=findings, passed_over=passed_over)


def newest_of(folder: Path) -> Path:
    """The newest backup of a folder; NoneThere if there is none."""
    found = newest(names_in(folder))
    if found is None:
        raise NoneThere(place=str(folder))
    return folder / found


@contextmanager
def _throwaway(database_url: str, report: Report) -> Iterator[str]:
    if file_of(database_url) is not None:
        with throwaway_file(report) as trial:
            yield trial
        return
    with (
        passing_engine(database_url) as engine,
        Schema(engine).throwaway(f"trial_{now():%Y%m%dt%H%M%S%f}") as trial,
    ):
        yield trial
