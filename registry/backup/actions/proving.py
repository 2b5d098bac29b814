"""Proving a copy: byte for byte, row for row, and by replaying its ledger."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from registry.access.actor import Actor
from registry.backup.actions.creating import full_disk_told, require_room
from registry.backup.archive import (
    Archive,
    Damage,
    lines_of,
    opened,
    part_of,
    piled,
    seal_of,
)
from registry.backup.errors import TooNew, Unreadable
from registry.backup.rules import LEDGER, Heads, Manifest, Table
from registry.journal.verifying import Finding
from registry.ledger.verifying import verify as findings_of_ledger
from registry.organisation.queries import institutions
from registry.store import migrations
from registry.store.copying import (
    Reading,
    broken_references,
    reading,
    writing,
)
from registry.store.db import apart, passing_engine

ROOM_PER_BYTE = 2
"""A database with its indexes takes at most so many times what its rows take."""


@dataclass(frozen=True)
class Report:
    """What was found of a backup; nothing, where all is well."""

    path: Path
    seal: str
    manifest: Manifest | None
    findings: tuple[Finding, ...] = ()
    passed_over: tuple[str, ...] = ()
    """Tables in the backup that are none of ours; they were not brought back."""
    set_aside: str = ""
    """Where what was there before is kept now."""


def verify(path: Path, *, quick: bool = False) -> Report:
    """Read all of a backup again and prove it; no database server is needed.

    Quickly: every byte and the order of the ledger. Else it is brought into a throwaway
    database besides, compared row by row, and its ledger replayed.
    Raises Unreadable, TooNew, NoRoom.
    """
    report = look_through(path)
    if report.findings or quick:
        return report
    with throwaway_file(report) as database_url, opened(path) as archive:
        findings, passed_over = bring_in(archive, database_url)
    return Report(path, report.seal, report.manifest, findings, passed_over)


def look_through(path: Path) -> Report:
    """Every byte of a backup read again, and the order of its ledger."""
    seal, is_sealed = seal_of(path)
    try:
        with opened(path) as archive:
            damaged = archive.damaged_parts()
            findings = [Finding("backup_part_damaged", each) for each in damaged]
            if not is_sealed:
                findings.insert(0, Finding("backup_changed", path.name))
            if not findings:
                require_known(archive)
                findings += _findings_of_heads(archive)
            return Report(path, seal, archive.manifest, tuple(findings))
    except Unreadable:
        if not is_sealed:
            cut = Finding("backup_changed", path.name)
            return Report(path, seal, None, (cut,))
        raise


def require_known(archive: Archive) -> None:
    """TooNew if this version does not know the schema of a backup."""
    manifest = archive.manifest
    if not migrations.knows(manifest.schema):
        raise TooNew(file=archive.path.name, version=manifest.version)


def _findings_of_heads(archive: Archive) -> Iterator[Finding]:
    for table in archive.manifest.tables:
        if table.name != LEDGER:
            continue
        heads = Heads(table.columns)
        for _ in heads.watch(archive.rows(table)):
            pass
        for institution_id, position in heads.gaps:
            yield Finding(
                "position_gap", f"position {position}", f"institution {institution_id}"
            )
        if heads.found() != archive.manifest.heads:
            yield Finding("ledger_ends_otherwise", table.name)


@contextmanager
def throwaway_file(report: Report) -> Iterator[str]:
    """The address of an SQLite database that is not there yet, gone after the block."""
    with tempfile.TemporaryDirectory(prefix="registry-trial-") as folder:
        size = report.manifest.size if report.manifest else 0
        require_room(Path(folder), size * ROOM_PER_BYTE)
        with full_disk_told(Path(folder)):
            yield f"sqlite:///{Path(folder) / 'trial.db'}"


def bring_in(
    archive: Archive, database_url: str
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Fill an empty database from a backup, bring it up to date, and prove it.

    Gives what is wrong with it, and the tables that were passed over. Unreadable, if
    the rows in the backup are none.
    """
    require_known(archive)
    with passing_engine(database_url) as engine:
        migrations.upgrade(engine, archive.manifest.schema)
        with reading(engine) as target:
            tables = [t for t in archive.manifest.tables if target.has(t.shape)]
        _fill(engine, archive, tables)
        findings = [
            *(Finding("reference_broken", name) for name in broken_references(engine)),
            *differences(engine, tables),
        ]
        migrations.upgrade(engine)
    findings += findings_of(database_url)
    ours = {table.name for table in tables}
    passed_over = (t.name for t in archive.manifest.tables if t.name not in ours)
    return tuple(findings), tuple(passed_over)


def _fill(engine: Engine, archive: Archive, tables: list[Table]) -> None:
    with writing(engine) as filling:
        for table in tables:
            try:
                filling.fill(table.shape, archive.whole_rows(table))
            except DBAPIError:
                raise
            except Damage as error:
                raise Unreadable(file=archive.path.name) from error


def differences(engine: Engine, tables: list[Table]) -> Iterator[Finding]:
    """Tables whose rows are not, cell by cell, those of a backup."""
    with reading(engine) as found:
        for table in tables:
            if not _is_same(found, table):
                yield Finding("copy_differs", table.name)


def _is_same(found: Reading, table: Table) -> bool:
    shape = table.shape
    lines, *rest = table.parts
    if part_of(lines.name, lines_of(found.rows(shape))) != lines:
        return False
    return all(part_of(p.name, piled(found.blobs(shape))) == p for p in rest)


def findings_of(database_url: str) -> list[Finding]:
    """What is wrong with the ledgers of a database, replayed against its rows."""
    with apart(database_url):
        return [
            finding
            for each in institutions()
            for finding in findings_of_ledger(Actor.system(each.id))
        ]
