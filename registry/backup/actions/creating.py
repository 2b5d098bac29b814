"""Making a copy while everybody goes on working."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from registry.backup.archive import Writer, lines_of, piled, set_seal
from registry.backup.errors import NoDatabase, NoRoom
from registry.backup.models import BackupRun
from registry.backup.rules import (
    LEDGER,
    LEFT_OUT,
    ORDER_OF_LEDGER,
    PRODUCT,
    Heads,
    Manifest,
    Table,
    name_of,
    newest,
    outlived,
)
from registry.backup.states import RunKind
from registry.kernel.clock import isoformat, now
from registry.kernel.errors import Busy
from registry.store import migrations
from registry.store.copying import Reading, reading
from registry.store.db import apart, passing_engine
from registry.store.holding import file_of, size_of
from registry.store.transaction import transaction

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What the system says when a disk or somebody's share of it is full."""
ABANDONED_AFTER = 24 * 3600.0
"""Seconds after which an unfinished file is nobody's any more."""
UNFINISHED = ".part"


@dataclass(frozen=True)
class Made:
    """A backup that was made, and which older ones gave way to it."""

    path: Path
    manifest: Manifest
    seal: str
    size: int
    removed: tuple[str, ...]


def create(
    database_url: str,
    folder: Path,
    *,
    keep: int = 0,
    settings: Mapping[str, Any] | None = None,
    is_noted: bool = True,
) -> Made:
    """Write a backup into a folder; of older ones so many stay, or all with 0.

    What was committed before it began is in it, what came later is not. The file has
    its name only once it is whole and on the disk; older ones go only after that. The
    database is told of it unless ``is_noted`` is off. Raises NoDatabase, NoRoom.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name_of(now())
    with copied(database_url) as engine:
        require_room(folder, _expected_size(folder, engine))
        with _written_beside(path) as file:
            manifest = write(engine, file, settings or {})
            seal = set_seal(file)
    size = path.stat().st_size
    if is_noted:
        note_run(database_url, RunKind.BACKUP, path, seal)
    gone = tuple(outlived(names_in(folder), keep))
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return Made(path, manifest, seal, size, gone)


@contextmanager
def copied(database_url: str) -> Iterator[Engine]:
    """An engine on a database that has tables; NoDatabase if it has none."""
    path = file_of(database_url)
    if path is not None and not path.exists():
        raise NoDatabase
    with passing_engine(database_url) as engine:
        if migrations.current(engine) is None:
            raise NoDatabase
        yield engine


def write(engine: Engine, file: IO[bytes], settings: Mapping[str, Any]) -> Manifest:
    """Write all of a database as of now; the seal is still to be set."""
    writer = Writer(file)
    try:
        with reading(engine) as source:
            manifest = _write_all(writer, source, engine.dialect.name, settings)
        writer.close(manifest)
    except BaseException:
        writer.abandon()
        raise
    return manifest


def _write_all(
    writer: Writer, source: Reading, database: str, settings: Mapping[str, Any]
) -> Manifest:
    began, tables, heads = isoformat(now()), [], None
    for shape in source.shapes():
        if shape.name in LEFT_OUT:
            continue
        watched = None
        if shape.name == LEDGER:
            shape = replace(shape, order=ORDER_OF_LEDGER)
            watched = heads = Heads(shape.columns)
        empty = Table(shape.name, shape.columns, shape.blobs, shape.order, 0, ())
        tables.append(_write_table(writer, source, empty, watched))
    return Manifest(
        version=version(PRODUCT),
        schema=source.revision,
        database=database,
        created_at=began,
        heads=heads.found() if heads else (),
        tables=tuple(tables),
        settings=settings,
    )


def _write_table(
    writer: Writer, source: Reading, table: Table, heads: Heads | None
) -> Table:
    count = _Count()
    rows = count.over(source.rows(table.shape))
    if heads is not None:
        rows = heads.watch(rows)
    name = f"tables/{table.name}"
    parts = [writer.put(f"{name}.jsonl", lines_of(rows), packed=True)]
    if table.blobs:
        bytes_ = piled(source.blobs(table.shape))
        parts.append(writer.put(f"{name}.bin", bytes_, packed=False))
    return replace(table, rows=count.rows, parts=tuple(parts))


class _Count:
    rows = 0

    def over(self, rows: Iterator[Any]) -> Iterator[Any]:
        for row in rows:
            self.rows += 1
            yield row


def names_in(folder: Path) -> list[str]:
    """The names of what lies in a folder."""
    return [each.name for each in folder.iterdir()]


def _expected_size(folder: Path, engine: Engine) -> int:
    """How large it will be: a quarter more than the last one, or as the database."""
    last = newest(names_in(folder))
    if last is None:
        return size_of(engine)
    return (folder / last).stat().st_size * 5 // 4


def require_room(folder: Path, needed: int) -> None:
    """NoRoom unless so many bytes fit on the folder's disk."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(place=str(folder), needed_bytes=needed, free_bytes=free)


@contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """A disk that is full in the middle of it becomes NoRoom."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        free = shutil.disk_usage(folder).free
        raise NoRoom("disk_became_full", place=str(folder), free_bytes=free) from error


@contextmanager
def _written_beside(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name once it is whole and on the disk; else it is gone."""
    _sweep(path.parent)
    beside = path.with_name(f".{path.name}{UNFINISHED}")
    with full_disk_told(path.parent):
        try:
            made = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "r+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.rename(path)
            fsync_folder(path.parent)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def _sweep(folder: Path) -> None:
    """Remove what a run that was killed has left."""
    for each in folder.glob(f".registry-*{UNFINISHED}"):
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > ABANDONED_AFTER:
                each.unlink()


def fsync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can do that."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def note_run(database_url: str, kind: RunKind, path: Path, seal: str) -> None:
    """Have the database know that it was done, if it has the table and is free."""
    with passing_engine(database_url) as engine:
        if migrations.current(engine) != migrations.head():
            return
    with (
        suppress(Busy, DBAPIError),
        apart(database_url),
        transaction() as session,
    ):
        run = BackupRun(
            kind=str(kind),
            at=now(),
            file=path.name,
            seal=seal,
            size=path.stat().st_size,
        )
        session.add(run)
