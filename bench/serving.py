"""Looking things up over HTTP: scans, lists and search, beside bare Flask.

    python bench/serving.py [--sizes 10000 100000] [--seconds 4] [--database sqlite]

The shipped server with two processes; clients share the two cores with it. Bare Flask,
and Flask with one Flask-SQLAlchemy select of the same table, are served by the same
server in the same run: the ratios are what can be compared between machines.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from databases import fresh_database
from ledgers import SECRET, Ledger, make_ledger
from loading import Figures, free_port, memory_mb, requests_for, run, wait_for

HERE = Path(__file__).parent
CLIENTS = (1, 8, 32)
WORKERS = 2
STRANGERS = 5_000


Running = tuple[int, float]


@contextmanager
def served(command: list[str], port: int, **environment: str) -> Iterator[Running]:
    """A server of its own: its process id, and seconds until it answered."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": f"{HERE}:{HERE.parent}", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield process.pid, time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(timeout=30)


def the_registry(port: int) -> list[str]:
    """The command that serves the registry as it ships."""
    command = [sys.executable, "-m", "registry", "serve"]
    return [*command, "--port", str(port), "--workers", str(WORKERS)]


def bare(name: str, port: int) -> list[str]:
    """The command that serves bare Flask in the same way."""
    return [
        str(Path(sys.executable).parent / "granian"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(WORKERS), "--blocking-threads", "64", "--no-access-log"),
        f"bare:{name}",
    ]


def row(what: str, size: str, found: Figures) -> str:
    """A line of the table."""
    figures = f"{found.p50:.1f} | {found.p95:.1f} | {found.p99:.1f}"
    fails = f" ({found.failures} failed)" if found.failures else ""
    return (
        f"| {what} | {size} | {found.clients} | {figures} | "
        f"{found.per_second:,.0f}{fails} | {found.cpu_ms:.2f} |"
    )


def head() -> str:
    """The head of the table."""
    return (
        "| what | assets | clients | p50 ms | p95 | p99 | req/s | server cpu ms |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|"
    )


def measure_bare(ledger: Ledger, seconds: float) -> None:
    """Bare Flask, and with one select of the measured ledger."""
    for name, paths in (
        ("plain", ["/"]),
        ("selecting", [f"/asset?text={code}" for code in ledger.codes]),
    ):
        port = free_port()
        with served(bare(name, port), port, BARE_DATABASE_URL=ledger.url) as (pid, _):
            asked = requests_for(port, paths)
            run(port, asked, clients=4, seconds=1, server=pid)
            for clients in CLIENTS:
                found = run(port, asked, clients=clients, seconds=seconds, server=pid)
                print(row(f"Flask, {name}", "", found), flush=True)


def paths_of(ledger: Ledger) -> dict[str, list[str]]:
    """What is asked of the registry, by name."""
    v1 = "/api/v1"
    words = ["投影", "tyy", "投影仪 12室", "GZ0000", "品牌7", "职工1", "显微镜"]
    return {
        "scan, API": [f"{v1}/scan?text={code}" for code in ledger.codes],
        "label, public": [f"{v1}/labels/{code}" for code in ledger.codes],
        "list of 50": [f"{v1}/assets?limit=50"],
        "list of 50, by cost": [f"{v1}/assets?limit=50&sort=cost"],
        "list of 50, idle": [f"{v1}/assets?limit=50&state=idle&sort=since"],
        "search, 50": [f"{v1}/assets?limit=50&q={quote(word)}" for word in words],
    }


def measure_registry(ledger: Ledger, size: int, seconds: float) -> None:
    """Everything that is looked up, on the shipped server."""
    port = free_port()
    environment = {
        "REGISTRY_DATABASE_URL": ledger.url,
        "REGISTRY_SECRET_KEY": SECRET,
        "REGISTRY_WORKER_IN_PROCESS": "0",
        "REGISTRY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REGISTRY_PROXIES": "1",
    }
    with served(the_registry(port), port, **environment) as (pid, started):
        fresh = memory_mb(pid)
        for what, paths in paths_of(ledger).items():
            asked = requests_for(port, paths, _signed(ledger))
            if what == "label, public":
                asked = _from_everywhere(port, paths)
            run(port, asked, clients=4, seconds=1, server=pid)
            many = CLIENTS if what.startswith("scan") else (1, 8)
            for clients in many:
                found = run(port, asked, clients=clients, seconds=seconds, server=pid)
                print(row(what, f"{size:,}", found), flush=True)
        loaded = memory_mb(pid)
    print(
        f"\n{size:,} assets: entered in {ledger.seconds:.1f} s "
        f"({size / ledger.seconds:,.0f} a second); server answering after "
        f"{started:.2f} s; memory of its processes in MB, fresh "
        f"{_listed(fresh)}, afterwards {_listed(loaded)}.\n",
        flush=True,
    )


def _from_everywhere(port: int, paths: list[str]) -> list[bytes]:
    """Strangers' requests, each from an address of its own: one may ask so often."""
    return [
        request
        for number in range(STRANGERS)
        for request in requests_for(
            port,
            [paths[number % len(paths)]],
            {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"},
        )
    ]


def _signed(ledger: Ledger) -> dict[str, str]:
    return {"Authorization": f"Bearer {ledger.token}", "Accept": "application/json"}


def _listed(figures: list[float]) -> str:
    return ", ".join(f"{each:.0f}" for each in figures)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--database", default="sqlite")
    wanted = parser.parse_args()
    print(f"{wanted.database}; load before: {os.getloadavg()[0]:.2f}\n\n{head()}")
    for number, size in enumerate(wanted.sizes):
        with fresh_database(wanted.database) as url:
            ledger = make_ledger(url, size)
            if number == 0:
                measure_bare(ledger, wanted.seconds)
            measure_registry(ledger, size, wanted.seconds)


if __name__ == "__main__":
    main()
