"""10,000 claims on 1,000 things over HTTP at two processes: who wins, and how fast.

    python bench/racing.py [--database sqlite] [--things 1000] [--clients 10]

All clients wait at a barrier before each thing and then ask for it at once, half of
them to hold it, half for its transfer. Exactly one may win, the others get 409.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from databases import fresh_database

from registry.access.actor import Actor
from registry.app import create_app
from registry.config import Settings
from registry.ledger.models import Claim
from registry.ledger.verifying import verify
from registry.store import migrations
from registry.store.db import db, make_engine
from tests.factories.auth import make_token
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    make_department,
    make_institution,
    make_person,
)

SECRET = "a secret that only this measurement knows"
QUICK = {"argon2_memory_kib": 8, "argon2_rounds": 1}


def settle(
    url: str, things: int, clients: int
) -> tuple[list[int], list[str], list[int]]:
    """Idle things of one department, and people of others with their tokens."""
    migrations.upgrade(make_engine(url))
    settings = Settings(database_url=url, secret_key=SECRET, **QUICK).checked()
    app = create_app(settings)
    with app.app_context():
        house = make_institution("racing")
        giving = make_department(house, "仓库")
        ids: list[int] = []
        while len(ids) < things:
            count = min(500, things - len(ids))
            made = make_assets(house, count, department_id=giving.id, state="idle")
            ids += [each.id for each in made]
        homes = [make_department(house) for _ in range(clients)]
        people = [make_person(house, department=home) for home in homes]
        tokens = [make_token(settings, each) for each in people]
        targets = [home.id for home in homes]
        db.session.remove()
        db.engine.dispose()
    return ids, tokens, targets


@contextmanager
def serving(url: str) -> Iterator[int]:
    """The server that ships, with two processes; its port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    environment = os.environ | {
        "REGISTRY_DATABASE_URL": url,
        "REGISTRY_SECRET_KEY": SECRET,
        "REGISTRY_ARGON2_MEMORY_KIB": "8",
        "REGISTRY_ARGON2_ROUNDS": "1",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "registry", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def race(
    port: int, ids: list[int], tokens: list[str], targets: list[int]
) -> tuple[float, list[float], Counter[int], Counter[int]]:
    """Seconds in all, milliseconds of each claim, answers, and winners by thing."""
    barrier = threading.Barrier(len(tokens))
    took: list[float] = []
    answers: Counter[int] = Counter()
    winners: Counter[int] = Counter()
    lock = threading.Lock()

    def client(at: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        path = "/api/v1/transfers" if at % 2 else "/api/v1/holds"
        headers = {
            "Authorization": f"Bearer {tokens[at]}",
            "Content-Type": "application/json",
        }
        for asset_id in ids:
            body: dict[str, object] = {"asset_ids": [asset_id]}
            if at % 2:
                body["to_department_id"] = targets[at]
            sent = json.dumps(body)
            barrier.wait()
            begun = time.perf_counter()
            connection.request("POST", path, sent, headers)
            answer = connection.getresponse()
            answer.read()
            with lock:
                took.append((time.perf_counter() - begun) * 1000)
                answers[answer.status] += 1
                winners[asset_id] += answer.status == 201

    threads = [threading.Thread(target=client, args=[at]) for at in range(len(tokens))]
    begun = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return time.perf_counter() - begun, took, answers, winners


def main() -> None:
    """Race, judge, and say how fast it was."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    asked.add_argument("--things", type=int, default=1_000)
    asked.add_argument("--clients", type=int, default=10)
    given = asked.parse_args()
    with fresh_database(given.database) as url:
        ids, tokens, targets = settle(url, given.things, given.clients)
        with serving(url) as port:
            seconds, took, answers, winners = race(port, ids, tokens, targets)
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            live = sa.select(Claim.asset_id).where(Claim.ended_at.is_(None))
            claims = Counter(connection.scalars(live))
        engine.dispose()
        app = create_app(
            Settings(database_url=url, secret_key=SECRET, **QUICK).checked()
        )
        with app.app_context():
            faults = len(list(verify(Actor.system(1))))
            db.session.remove()
            db.engine.dispose()
    centiles = statistics.quantiles(took, n=100)
    doubles = sum(count > 1 for count in (winners | claims).values())
    row = {
        "database": given.database,
        "claims": f"{len(took):,}",
        "seconds": f"{seconds:.1f}",
        "claims/s": f"{len(took) / seconds:,.0f}",
        "p50 ms": f"{centiles[49]:.1f}",
        "p99 ms": f"{centiles[98]:.1f}",
        "winners": f"{sum(winners.values()):,}",
        "doubles": str(doubles),
        "answers": ", ".join(f"{key}: {answers[key]:,}" for key in sorted(answers)),
        "faults": str(faults),
    }
    print("|", " | ".join(row), "|")
    print("|", " | ".join("---" for _ in row), "|")
    print("|", " | ".join(row.values()), "|")


if __name__ == "__main__":
    main()
