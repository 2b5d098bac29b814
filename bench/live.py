"""How soon after a commit open pages are told, and what keeping them open costs.

    python bench/live.py [sqlite] [postgresql] [--streams 1 40] [--changes 60]

The server that ships runs in two processes; this one writes to the ledger and listens
on every stream. Seconds are from the end of the commit to the event's arrival. With a
Chromium at hand a page of its own is looked at as well: until the event has come and
the page shows what is new.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from databases import describe, fresh_database
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import sync_playwright

from registry.access.actor import Actor
from registry.app import create_app
from registry.auth import actions as auth
from registry.auth.rules import SCOPES
from registry.catalogue.actions import TypeDraft, add_type
from registry.config import Settings
from registry.journal.news import counters
from registry.ledger import actions as ledger
from registry.ledger.rules.drafts import AssetDraft
from registry.organisation import actions as organisation
from registry.organisation import queries as organised
from registry.store import migrations
from registry.store.db import db, make_engine, session

ROOT = Path(__file__).parent.parent
SECRET = "a secret that only this measurement knows about"
PASSWORD = "paper-lantern-42"
EACH = 2
"""Streams of one person, so that however the kernel spreads them nobody is refused."""


def settings_for(url: str) -> Settings:
    """An installation that hashes quickly; nothing here is about passwords."""
    return Settings(
        database_url=url,
        secret_key=SECRET,
        public_url="http://127.0.0.1",
        argon2_memory_kib=8,
        argon2_rounds=1,
        worker_in_process=False,
    ).checked()


class School:
    """An asset that moves to and fro between two rooms, and people who look on."""

    def __init__(self, app: Flask, settings: Settings, people: int) -> None:
        self.app = app
        house = organisation.found_institution("bench", name="测量学校")
        self.system = Actor.system(house.id)
        root = organised.root_department(house.id)
        kind = add_type(self.system, TypeDraft(name="投影仪"))
        draft = AssetDraft(item_type_id=kind.id, department_id=root.id)
        [self.asset] = ledger.register(self.system, draft)
        self.rooms = [
            organisation.add_place(self.system, name).id for name in ("甲", "乙")
        ]
        self.tokens, self.session = [], ""
        for number in range(people):
            draft = organisation.PersonDraft(f"第{number}人", root.id)
            person = organisation.add_person(self.system, draft)
            organisation.grant_role(self.system, person.id, "asset_office", root.id)
            auth.create_credential(
                *(self.system, settings, person.id, f"user{number}", PASSWORD),
                must_change=False,
            )
            actor = organised.actor_of_person(house.id, person.id, self.system.door)
            token, _ = auth.create_token(actor, "bench", list(SCOPES))
            self.tokens.append(token)
        self.session, _ = auth.sign_in(settings, house.id, "user0", PASSWORD)

    def change(self) -> float:
        """Move the asset; when the commit was over."""
        self.rooms.reverse()
        ledger.move(self.system, self.asset, self.rooms[0])
        return time.perf_counter()


class Ear(threading.Thread):
    """One open stream: when each event came."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self.came: dict[int, float] = {}
        self.begun = threading.Event()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {"Authorization": f"Bearer {token}"}
        self.connection.connect()
        self.socket = self.connection.sock
        self.connection.request("GET", "/api/v1/events/stream", headers=headers)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.status
        self.start()

    def run(self) -> None:
        """Note when each entry arrives, until the server ends it."""
        try:
            for line in self.answer:
                if line.startswith(b"event: hello"):
                    self.begun.set()
                if line.startswith(b"data: ") and b'"verb":"move"' in line:
                    position = json.loads(line[6:])["position"]
                    self.came[position] = time.perf_counter()
        except (OSError, http.client.HTTPException):
            return

    def stop(self) -> None:
        """Go away."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.join(10)
        self.connection.close()


@contextmanager
def server(url: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The shipped server on a free port: two processes, 128 threads each."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")},
        "PYTHONPATH": str(ROOT),
        "REGISTRY_DATABASE_URL": url,
        "REGISTRY_SECRET_KEY": SECRET,
        "REGISTRY_PUBLIC_URL": "http://127.0.0.1",
        "REGISTRY_WORKER_IN_PROCESS": "0",
    }
    words = [sys.executable, "-m", "registry", "serve", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        [*words, "--workers", "2", "--threads", "128"], env=environment, **quiet
    )
    try:
        _until_ready(port)
        yield port, process
    finally:
        process.terminate()
        process.wait()


def _until_ready(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that answer."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(each) for each in children.read_text().split()]


def seconds_of_cpu(pids: list[int]) -> float:
    """What processes have used so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def megabytes(pids: list[int]) -> float:
    """What processes hold in memory of their own."""
    total = 0
    for pid in pids:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += sum(
            int(line.split()[1])
            for line in text.splitlines()
            if line.startswith("Private_")
        )
    return total / 1024


def asked(port: int, token: str, times: int = 200) -> list[float]:
    """Seconds of ordinary requests on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}"}
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        connection.request("GET", "/api/v1/assets?limit=1", headers=headers)
        connection.getresponse().read()
        took.append(time.perf_counter() - begun)
    connection.close()
    return took


def listened(school: School, port: int, streams: int, changes: int) -> list[float]:
    """Seconds from commit to arrival, over all streams and changes."""
    tokens = [t for t in school.tokens for _ in range(EACH)][:streams]
    ears = [Ear(port, token) for token in tokens]
    for ear in ears:
        assert ear.begun.wait(60)
    committed: dict[int, float] = {}
    first = _position(school)
    choose = random.Random(7)
    for number in range(changes):
        committed[first + number + 1] = school.change()
        time.sleep(choose.uniform(0.05, 0.3))
    give_up = time.monotonic() + 60
    while any(len(ear.came) < changes for ear in ears):
        assert time.monotonic() < give_up, [len(ear.came) for ear in ears]
        time.sleep(0.05)
    took = [
        ear.came[position] - at for ear in ears for position, at in committed.items()
    ]
    for ear in ears:
        assert list(ear.came) == list(committed), "missed or out of order"
        ear.stop()
    return took


def _position(school: School) -> int:
    here = school.system.institution_id
    last = counters(session().connection(), [here])[here]
    session().rollback()
    return last


def shown(school: School, port: int, changes: int) -> list[tuple[float, float]]:
    """For a real page: seconds until its event has come, and until it shows it."""
    cookie = _cookie(school)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
        context.add_cookies([cookie])
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"/assets/{school.asset}")
        page.wait_for_selector("[data-live-sign=live]")
        took = []
        for _ in range(changes):
            time.sleep(6)
            page.evaluate("heard = []; changes = [];")
            at = time.time() + school.change() - time.perf_counter()
            while not page.evaluate("heard.length && changes.at(-1) > heard[0]"):
                time.sleep(0.05)
            heard, changed = page.evaluate("[heard[0], changes.at(-1)]")
            took.append((heard / 1000 - at, changed / 1000 - at))
        browser.close()
    return took


WATCH = """
window.heard = [];
window.changes = [];
const now = () => performance.timeOrigin + performance.now();
const Plain = window.EventSource;
window.EventSource = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("news", () => window.heard.push(now()));
  }
};
document.addEventListener("renewed", () => window.changes.push(now()));
"""


def _cookie(school: School) -> dict[str, str]:
    """What the browser of somebody who has signed in sends."""
    signer = SecureCookieSessionInterface().get_signing_serializer(school.app)
    value = signer.dumps({"token": school.session, "_permanent": True})
    return {"name": "registry", "value": value, "url": "http://127.0.0.1"}


def line(name: str, took: list[float]) -> str:
    """Median, 99th in a hundred and the worst, in milliseconds."""
    ordered = sorted(took)
    middle = statistics.median(ordered) * 1000
    late = ordered[int(len(ordered) * 0.99)] * 1000
    return f"| {name} | {middle:.1f} | {late:.1f} | {ordered[-1] * 1000:.0f} |"


def measure(kind: str, streams: list[int], changes: int) -> None:
    """Everything on one database."""
    with fresh_database(kind) as url:
        engine = make_engine(url)
        migrations.upgrade(engine)
        print(f"\n{describe(engine)}")
        engine.dispose()
        settings = settings_for(url)
        app = create_app(settings)
        with app.app_context():
            school = School(app, settings, (max(streams) + EACH - 1) // EACH)
            with server(url) as (port, process):
                _measure_at(school, port, workers(process), streams, changes)
            db.engine.dispose()


def _measure_at(
    school: School, port: int, pids: list[int], streams: list[int], changes: int
) -> None:
    print("| from commit to | p50 ms | p99 ms | worst ms |\n|---|---|---|---|")
    for count in streams:
        took = listened(school, port, count, changes)
        print(line(f"the event, {count} streams", took), flush=True)
    if shutil.which("chromium"):
        pairs = shown(school, port, 20)
        print(line("the event in Chromium", [heard for heard, _ in pairs]))
        print(line("the page showing it", [changed for _, changed in pairs]))
    most = max(streams)
    print("\n| ordinary requests | p50 ms | p99 ms | worst ms |\n|---|---|---|---|")
    asked(port, school.tokens[0])
    print(line("without streams", asked(port, school.tokens[0])))
    memory, before = megabytes(pids), seconds_of_cpu(pids)
    time.sleep(10)
    alone = seconds_of_cpu(pids) - before
    ears = [Ear(port, t) for t in school.tokens for _ in range(EACH)][:most]
    for ear in ears:
        ear.begun.wait(60)
    print(line(f"beside {most} streams", asked(port, school.tokens[0])))
    before = seconds_of_cpu(pids)
    time.sleep(10)
    open_ = seconds_of_cpu(pids) - before
    print(
        f"\n{most} streams that wait, two processes together: "
        f"{(open_ - alone) * 10:.1f} % of a core, "
        f"{megabytes(pids) - memory:.1f} MB"
    )
    for ear in ears:
        ear.stop()


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--streams", nargs="+", type=int, default=[1, 40])
    parser.add_argument("--changes", type=int, default=60)
    given = parser.parse_args()
    for kind in given.databases:
        measure(kind, given.streams, given.changes)


if __name__ == "__main__":
    main()
