"""Bringing a copy back: beside what is there, and in its place once it is proved."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from registry.backup.actions.creating import (
    fsync_folder,
    full_disk_told,
    require_room,
)
from registry.backup.actions.proving import (
    ROOM_PER_BYTE,
    Report,
    bring_in,
    look_through,
)
from registry.backup.archive import opened
from registry.backup.errors import InUse, NotEmpty
from registry.kernel.clock import now
from registry.store.db import passing_engine
from registry.store.holding import BESIDE, Schema, file_of, is_empty, is_in_use


def restore(path: Path, database_url: str, *, replace_it: bool = False) -> Report:
    """Bring a backup into a database, up to this version's schema, and prove it.

    What the database holds is refused, or with ``replace_it`` set aside and kept; a
    database somebody works on is refused in any case. With findings nothing has been
    put in the database's place. Raises NotEmpty, InUse, Unreadable, TooNew, NoRoom.
    """
    target = file_of(database_url)
    _require_free(database_url, target, replace_it=replace_it)
    report = look_through(path)
    if report.findings:
        return report
    if target is not None:
        return _into_file(report, target)
    return _into_schema(report, database_url)


def _require_free(database_url: str, target: Path | None, *, replace_it: bool) -> None:
    if target is not None and not target.exists():
        return
    if is_in_use(database_url):
        raise InUse
    if not replace_it and not is_empty(database_url):
        raise NotEmpty


def _stamp() -> str:
    return f"{now():%Y%m%dt%H%M%S}"


def _into_file(report: Report, target: Path) -> Report:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = report.manifest.size if report.manifest else 0
    require_room(target.parent, size * ROOM_PER_BYTE)
    beside = target.with_name(f".{target.name}.restoring")
    _remove(beside)
    try:
        with full_disk_told(target.parent), opened(report.path) as archive:
            beside.touch(mode=0o600)
            findings, passed_over = bring_in(archive, f"sqlite:///{beside}")
        report = replace(report, findings=findings, passed_over=passed_over)
        if findings:
            return report
        kept = _put_in_place(beside, target)
    finally:
        _remove(beside)
    return replace(report, set_aside=kept)


def _put_in_place(beside: Path, target: Path) -> str:
    """Give a proved file its name; what had it keeps all its rows under another."""
    kept = ""
    if target.exists():
        database_url = f"sqlite:///{target}"
        if is_in_use(database_url):
            raise InUse
        if not is_empty(database_url):
            aside = target.with_name(f"{target.name}.before-{_stamp()}")
            target.rename(aside)
            kept = str(aside)
    for each in BESIDE:
        target.with_name(f"{target.name}{each}").unlink(missing_ok=True)
    beside.replace(target)
    fsync_folder(target.parent)
    return kept


def _remove(path: Path) -> None:
    for each in ("", *BESIDE):
        path.with_name(f"{path.name}{each}").unlink(missing_ok=True)


def _into_schema(report: Report, database_url: str) -> Report:
    aside = f"before_{_stamp()}"
    had_rows = not is_empty(database_url)
    with passing_engine(database_url) as engine:
        schema = Schema(engine)
        schema.begin_anew(aside)
        try:
            with opened(report.path) as archive:
                findings, passed_over = bring_in(archive, database_url)
        except BaseException:
            with suppress(Exception):
                schema.bring_back(aside)
            raise
        if findings:
            schema.bring_back(aside)
        elif not had_rows:
            schema.drop(aside)
    report = replace(report, findings=findings, passed_over=passed_over)
    return replace(report, set_aside=aside if had_rows and not findings else "")
