"""Servers, databases and connections that end at random moments, under mixed load.

    python bench/faults.py kill [--database sqlite] [--points 1000]
    python bench/faults.py restart [--points 50]
    python bench/faults.py cut [--points 200]
    python bench/faults.py unwritable [--points 100]
    python bench/faults.py full [--database sqlite] [--points 50]   (as root, on Linux)

``kill`` ends the server, or one of its two processes, with SIGKILL; ``restart`` has
PostgreSQL crash (SIGQUIT, as ``pg_ctl -m immediate``) and start again; ``cut`` cuts all
connections to it, every other time with ``pg_terminate_backend``; ``unwritable`` lets
no file of SQLite's grow beyond some size for a while (EFBIG); ``full`` fills the small
disk on which the database is, all of it, and makes room again. Meanwhile people
register, move, keep, give back, report and bring in sheets. Whatever was acknowledged
must be there, once, and whatever was not must be acknowledged when it is sent again;
the ledger must be proved whole. Anything else ends the run with 1.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from databases import fresh_database
from ledgers import application

from registry.access.actor import Actor
from registry.ledger.verifying import verify
from registry.store.db import db
from registry.store.holding import file_of
from tests.factories.organisation import make_institution
from tests.harness.application import settings_for
from tests.harness.cutting import Cutter, terminate
from tests.harness.forked_server import ForkedServer
from tests.harness.mixed_work import Crew, Office, settle
from tests.harness.postgresql import DURABLE, PostgreSQL

PEOPLE = 6
PROVE_EVERY = 100
"""Points after which all stop and everything is proved."""
SMALL_SQLITE_MIB = 96
SMALL_POSTGRESQL_MIB = 256
"""Room for what a run writes, and soon full."""
SMALL_LOGS = {"max_wal_size": "48MB", "min_wal_size": "32MB"}
LONGEST_SECONDS = 1.2
"""How long work goes on before a fault, at most."""


@dataclass
class Found:
    """What a run came to."""

    points: int = 0
    acknowledged: int = 0
    answers: dict[int | str, int] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    """What those were told who were told to come back."""
    faults: list[str] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    """Seconds until it answered again."""


def open_office(url: str) -> Office:
    """A school with people at work, in a fresh database."""
    with application(url):
        house = make_institution("faults")
        office = settle(house, settings_for(url), PEOPLE)
        db.session.commit()
    return office


def prove(url: str, office: Office, crew: Crew, found: Found) -> None:
    """Look for everything that was acknowledged, and prove the ledger."""
    with application(url):
        with db.engine.connect() as connection:
            found.faults += crew.missing(connection)
            if connection.dialect.name == "sqlite":
                for check in ("integrity_check", "foreign_key_check"):
                    rows = connection.exec_driver_sql(f"PRAGMA {check}").fetchall()
                    found.faults += [str(row) for row in rows if row != ("ok",)]
        found.faults += [str(each) for each in verify(Actor.system(1))]
    found.faults += crew.faults
    found.acknowledged += crew.acknowledged
    for each in crew.all:
        found.refusals.update(each.refusals)
    for answer, times in crew.answers.items():
        found.answers[answer] = found.answers.get(answer, 0) + times


Fault = Callable[[], float]
"""Does it; the seconds until work went on."""


def strike(
    url: str, office: Office, server: ForkedServer, points: int, fault: Fault
) -> Found:
    """So many faults at random moments of work; what came of it."""
    found = Found()
    while found.points < points and not found.faults:
        with Crew(office, lambda: server.url) as crew:
            for _ in range(min(PROVE_EVERY, points - found.points)):
                time.sleep(random.uniform(0, LONGEST_SECONDS))
                found.back.append(fault())
                found.points += 1
            crew.end()
        prove(url, office, crew, found)
        print(
            f"{found.points:,} points, {found.acknowledged:,} acknowledged, "
            f"{len(found.faults)} faults",
            flush=True,
        )
    return found


@contextmanager
def serving(url: str) -> Iterator[ForkedServer]:
    """A server that can be killed; what it said is kept if the run fails."""
    log = Path(tempfile.mkstemp(prefix="faults-", suffix=".log")[1])
    with ForkedServer(url, log) as server:
        server.start()
        yield server
    print(f"what it said: {log}", flush=True)


def kill(database: str, points: int) -> Found:
    """Kill the server, or one of its two processes first."""
    with fresh_database(database) as url:
        office = open_office(url)
        with serving(url) as server:

            def fault() -> float:
                if random.random() < 0.25:
                    server.kill_a_worker()
                    time.sleep(random.uniform(0, LONGEST_SECONDS / 2))
                server.kill()
                return server.start()

            return strike(url, office, server, points, fault)


@contextmanager
def durable_postgresql(
    keep: Path | None = None, **settings: str
) -> Iterator[PostgreSQL]:
    """A PostgreSQL of our own, as an installation would have it."""
    there = PostgreSQL(DURABLE | settings, "/tmp", keep)
    try:
        yield there
    finally:
        there.stop()


def restart(points: int) -> Found:
    """Have PostgreSQL crash and start again; the server goes on."""
    with durable_postgresql() as there:
        office = open_office(there.url)
        with serving(there.url) as server:

            def fault() -> float:
                there.crash()
                time.sleep(random.uniform(0, 0.5))
                begun = time.monotonic()
                there.start_again()
                while not server.is_ready():
                    time.sleep(0.02)
                return time.monotonic() - begun

            return strike(there.url, office, server, points, fault)


def cut(points: int) -> Found:
    """Cut connections, by the server's own hand and between it and us."""
    with durable_postgresql() as there:
        office = open_office(there.url)
        cutter = Cutter(there.url)
        turns = iter(range(points))
        with serving(cutter.url) as server:

            def fault() -> float:
                begun = time.monotonic()
                if next(turns) % 2:
                    cutter.cut()
                else:
                    terminate(there.url)
                while not server.is_ready():
                    time.sleep(0.02)
                return time.monotonic() - begun

            found = strike(there.url, office, server, points, fault)
        cutter.close()
    return found


def unwritable(points: int) -> Found:
    """Have writes fail from some place of SQLite's files on, then let them pass."""
    with fresh_database("sqlite") as url:
        office = open_office(url)
        file = file_of(url)
        assert file is not None
        with serving(url) as server:

            def fault() -> float:
                largest = max(each.stat().st_size for each in file.parent.iterdir())
                server.may_write_up_to(random.randint(0, largest))
                time.sleep(random.uniform(0, LONGEST_SECONDS))
                assert server.is_ready(), "reading goes on"
                server.may_write_up_to(-1)
                return 0.0

            return strike(url, office, server, points, fault)


@contextmanager
def small_disk(mebibytes: int) -> Iterator[Path]:
    """A disk of its own that is soon full; only root may have one."""
    with tempfile.TemporaryDirectory(prefix="faults-disk-") as name:
        size = f"size={mebibytes}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", name], check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on a disk at all; what takes it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as written, suppress(OSError):
        while True:
            written.write(bytes(65_536))
    return ballast


def full_for_a_while(
    disk: Path,
    server: ForkedServer,
    worsen: Callable[[], None] = lambda: None,
    restart: Callable[[], None] = lambda: None,
) -> float:
    """Fill a disk while people work, make room; the seconds until all is well."""
    ballast = fill(disk)
    worsen()
    time.sleep(random.uniform(0, LONGEST_SECONDS * 2))
    ballast.unlink()
    begun = time.monotonic()
    restart()
    while not server.is_ready():
        time.sleep(0.02)
    return time.monotonic() - begun


def full_sqlite(points: int) -> Found:
    """Fill the disk on which SQLite's file is."""
    with small_disk(SMALL_SQLITE_MIB) as disk:
        url = f"sqlite:///{disk}/registry.db"
        office = open_office(url)
        with serving(url) as server:

            def fault() -> float:
                return full_for_a_while(disk, server)

            return strike(url, office, server, points, fault)


def full_postgresql(points: int) -> Found:
    """Fill the disk on which PostgreSQL has everything, its log of writes too.

    Where it cannot go on it ends itself; then it is started again, as a service
    manager would, once there is room.
    """
    ended, turns = 0, iter(range(points))
    with (
        small_disk(SMALL_POSTGRESQL_MIB) as disk,
        durable_postgresql(disk / "cluster", **SMALL_LOGS) as there,
    ):
        office = open_office(there.url)

        def worsen() -> None:
            """Every other time have it need a new file of its log at once."""
            if next(turns) % 2:
                with suppress(psycopg.Error), psycopg.connect(there.url) as own:
                    own.autocommit = True
                    for _ in range(4):
                        own.execute("SELECT pg_switch_wal()")
                        own.execute("CHECKPOINT")

        def restart() -> None:
            nonlocal ended
            if there.process.poll() is not None:
                ended += 1
                there.start_again()

        with serving(there.url) as server:

            def fault() -> float:
                return full_for_a_while(disk, server, worsen, restart)

            found = strike(there.url, office, server, points, fault)
    print(f"PostgreSQL ended itself {ended} times")
    return found


def told(name: str, database: str, found: Found, seconds: float) -> str:
    """The table of a run."""
    answers = ", ".join(f"{key}: {found.answers[key]:,}" for key in found.answers)
    centiles = statistics.quantiles(found.back, n=20) if len(found.back) > 1 else [0]
    return (
        "| fault | database | points | acknowledged | lost or half | answers "
        "| s to be back (p50, worst) | s |\n|---|---|---|---|---|---|---|---|\n"
        f"| {name} | {database} | {found.points:,} | {found.acknowledged:,} "
        f"| {len(found.faults)} | {answers} "
        f"| {centiles[len(centiles) // 2]:.1f}, {max(found.back):.1f} "
        f"| {seconds:,.0f} |\n503 said: {dict(found.refusals)}"
    )


POINTS = {"kill": 1_000, "restart": 50, "cut": 200, "unwritable": 100, "full": 50}


def main() -> None:
    """Print the table; 1 if anything was lost, half done or answered wrongly."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("fault", choices=POINTS)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--points", type=int)
    wanted = parser.parse_args()
    points = wanted.points or POINTS[wanted.fault]
    print(f"load before: {os.getloadavg()[0]:.2f}", flush=True)
    begun = time.monotonic()
    if wanted.fault == "unwritable":
        database = "sqlite"
        found = unwritable(points)
    elif wanted.fault == "full":
        database = wanted.database
        found = {"sqlite": full_sqlite, "postgresql": full_postgresql}[database](points)
    elif wanted.fault == "kill":
        database = wanted.database
        found = kill(database, points)
    else:
        database = "postgresql"
        found = {"restart": restart, "cut": cut}[wanted.fault](points)
    print(told(wanted.fault, database, found, time.monotonic() - begun))
    for each in found.faults[:20]:
        print(each)
    if found.faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
