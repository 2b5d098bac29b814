"""Backups made while somebody writes, each brought back, proved and compared.

    python bench/drills.py [--database sqlite] [--drills 5] [--size 300]

A drill: a backup under writing, all of it restored into an empty database, every row
compared, the ledger replayed; whatever was acknowledged before is in it. Then one bit
of the file is turned at a place drawn by lot, which must be found.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from databases import fresh_database
from ledgers import application, fill

from registry.access.actor import Actor
from registry.backup.actions import create, drill
from registry.backup.actions.proving import look_through
from registry.kernel.errors import Refused
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.store.db import db


def _write(url: str, acknowledged, stopping) -> None:
    """Note something on one thing after the other; count what was answered."""
    with application(url):
        ids = list(db.session.scalars(sa.select(Asset.id)))
        institution_id = db.session.scalar(sa.select(Asset.institution_id).limit(1))
        system = Actor.system(institution_id)
        while not stopping.is_set():
            note = {"note": f"{acknowledged.value + 1}"}
            ledger.amend(system, random.choice(ids), None, note)
            acknowledged.value += 1
            db.session.remove()
            time.sleep(0.005)


def _entries(made) -> int:
    return sum(head.position for head in made.manifest.heads)


def measure(url: str, drills: int) -> None:
    """Print how many drills passed, and how long they took."""
    context = multiprocessing.get_context("spawn")
    acknowledged, stopping = context.Value("q", 0), context.Event()
    writer = context.Process(target=_write, args=(url, acknowledged, stopping))
    passed = found = size = 0
    making, trying = [], []
    with tempfile.TemporaryDirectory(prefix="registry-drills-") as folder:
        first = _entries(create(url, Path(folder)))
        writer.start()
        while not acknowledged.value:
            time.sleep(0.1)
        for _ in range(drills):
            before, start = acknowledged.value, time.perf_counter()
            made = create(url, Path(folder), keep=1)
            making.append(time.perf_counter() - start)
            start = time.perf_counter()
            report = drill(url, made.path)
            trying.append(time.perf_counter() - start)
            passed += not report.findings and _entries(made) >= first + before
            found += _a_turned_bit_is_found(made.path)
            size = made.size
        stopping.set()
        writer.join()
    print(
        "| drills | equal and proved | turned bits found | written meanwhile | "
        "entries in the last | bytes | s to make (p50) | s to try (p50) |\n"
        "|---|---|---|---|---|---|---|---|\n"
        f"| {drills} | {passed} | {found} | {acknowledged.value:,} | "
        f"{_entries(made):,} | {size:,} | {statistics.median(making):.2f} | "
        f"{statistics.median(trying):.2f} |\n\nPeak memory: "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB."
    )
    if (passed, found) != (drills, drills):
        raise SystemExit(1)


def _a_turned_bit_is_found(path: Path) -> bool:
    whole = bytearray(path.read_bytes())
    whole[random.randrange(len(whole))] ^= 1 << random.randrange(8)
    path.write_bytes(whole)
    try:
        return bool(look_through(path).findings)
    except Refused:
        return True


def main() -> None:
    """Print the table; 1 if a drill failed or a turned bit was not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--drills", type=int, default=5)
    parser.add_argument("--size", type=int, default=300)
    wanted = parser.parse_args()
    print(f"{wanted.database}; load before: {os.getloadavg()[0]:.2f}")
    with fresh_database(wanted.database) as url:
        with application(url):
            fill(wanted.size)
        measure(url, wanted.drills)


if __name__ == "__main__":
    main()
