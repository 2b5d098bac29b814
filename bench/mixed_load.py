"""A city at work for ten minutes: who waits how long, and what happens beyond that.

    python bench/mixed_load.py [--database postgresql --size 3000000 --schools 100]
        [--minutes 10] [--times 1.0] [--folder DIR] [--most-minutes 45]

The shipped server with two processes; whoever asks shares the cores with it. Requests
come by chance, so many a second, whatever the server does: what is late counts from
when it was due. ``--times 1`` is the busiest hour of a city of 500 schools (rates in
``RATES``). Then three times as much for half a minute, and as before; then one school
that asks as fast as it can, beside the others. ``--folder`` keeps the city for the next
run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import re
import signal
import statistics
import tempfile
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from cities import PASSWORD, City, School, city_in
from ledgers import SECRET
from loading import cpu_seconds, free_port, memory_mb
from serving import served, the_registry

RATES = {
    "scan, API": 33.0,
    "label page": 20.0,
    "list, search": 13.0,
    "idle hint": 4.0,
    "hand in a request": 0.5,
    "keep": 2.0,
    "give back": 2.0,
    "move": 2.0,
    "register": 1.0,
    "count one": 20.0,
    "count 100": 5.0,
    "sign in": 1.0,
}
"""A second, of the busiest hour of a city: SECURITY's figures, writes a third."""
WORDS = ["投影", "tyy", "投影仪 12室", "GZ0000", "品牌7", "职工1", "显微镜"]
NEEDED = ["投影仪", "显微镜", "打印机", "办公椅", "空调", "书柜"]
LATE_AFTER = 20.0
"""Seconds of silence after which an answer is given up."""
FULL = 3.0
WARM_SECONDS = 30.0
OVERLOAD_SECONDS, AFTERWARDS_SECONDS, NEIGHBOUR_SECONDS = 30.0, 60.0, 30.0
GREEDY_CLIENTS = 24
NOT_NOW = {429, 503}

Answer = tuple[int, Any]


@dataclass
class Told:
    """What was answered: of each act when, after how many milliseconds, with what."""

    rows: list[tuple[str, float, float, int]] = field(default_factory=list)

    def note(self, act: str, at: float, milliseconds: float, status: int) -> None:
        self.rows.append((act, at, milliseconds, status))

    def good(self, act: str | None = None) -> list[float]:
        """Milliseconds of what was done, or found to be somebody else's."""
        return [
            ms
            for name, _, ms, status in self.rows
            if act in (None, name) and (status < 400 or status == 409)
        ]

    def statuses(self, act: str | None = None) -> Counter[int]:
        return Counter(each[3] for each in self.rows if act in (None, each[0]))


class Person:
    """Somebody of the city with a connection, who does one thing after the other."""

    def __init__(self, port: int, city: City, seed: object) -> None:
        self.port, self.city = port, city
        self.chance = random.Random(str(seed))
        self.talk: http.client.HTTPConnection | None = None
        self.kept: list[tuple[School, int]] = []
        self.stranger = ".".join(str(self.chance.randrange(1, 250)) for _ in range(3))

    def school(self) -> School:
        return self.chance.choice(self.city.schools)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request; 599 if the server does not answer it."""
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if isinstance(body, dict):
            body = json.dumps(body)
            sent["Content-Type"] = "application/json"
        if method != "GET" and token:
            sent["Idempotency-Key"] = uuid.uuid4().hex
        for _again in range(2):
            is_new = self.talk is None
            if self.talk is None:
                self.talk = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=LATE_AFTER
                )
            try:
                self.talk.request(method, path, body, sent)
                answer = self.talk.getresponse()
                return answer.status, answer.headers, answer.read()
            except (OSError, http.client.HTTPException):
                self.talk.close()
                self.talk = None
                if is_new:
                    break
        return 599, http.client.HTTPMessage(), b""

    def api(self, method: str, path: str, body: Any = None, **how: Any) -> Answer:
        status, headers, read = self.ask(method, f"/api/v1{path}", body, **how)
        is_json = "json" in headers.get("Content-Type", "")
        return status, json.loads(read) if is_json and read else {}

    def from_anywhere(self) -> dict[str, str]:
        last = self.chance.randrange(1, 250)
        return {"X-Forwarded-For": f"10.{self.stranger.rpartition('.')[0]}.{last}"}

    def scan(self) -> int:
        school = self.school()
        code = self.chance.choice(school.codes)
        return self.api("GET", f"/scan?text={code}", token=school.tokens[0])[0]

    def label(self) -> int:
        code = self.chance.choice(self.school().labels)
        return self.ask("GET", f"/A/{code}", headers=self.from_anywhere())[0]

    def look(self) -> int:
        query = self.chance.choice(
            ["limit=50", "limit=50&sort=cost", "limit=50&state=idle&sort=since"]
            + [f"limit=50&q={quote(word)}" for word in WORDS]
        )
        return self.api("GET", f"/assets?{query}", token=self.school().tokens[0])[0]

    def hint(self) -> int:
        word = quote(self.chance.choice(NEEDED))
        return self.api("GET", f"/idle-matches?text={word}", token=self.asking())[0]

    def asking(self) -> str:
        return self.school().tokens[1]

    def hand_in(self) -> int:
        token = self.asking()
        lines = [{"text": self.chance.choice(NEEDED), "quantity": 2}]
        body = {"lines": lines, "purpose": "教学"}
        status, made = self.api("POST", "/purchase-requests", body, token=token)
        if status != 201:
            return status
        where = f"/purchase-requests/{made['id']}"
        status = self.api("POST", f"{where}/submit", {}, token=token)[0]
        self.api("POST", f"{where}/withdraw", {"reason": "测量"}, token=token)
        return status

    def keep(self) -> int:
        school = self.school()
        asked = {"asset_ids": [self.chance.choice(school.idle)]}
        status, made = self.api("POST", "/holds", asked, token=school.tokens[0])
        if status == 201:
            self.kept.append((school, made["items"][0]["id"]))
        return status

    def give_back(self) -> int:
        if not self.kept and self.keep() != 201:
            return 409
        school, hold = self.kept.pop()
        return self.api("POST", f"/holds/{hold}/release", {}, token=school.tokens[0])[0]

    def move(self) -> int:
        school = self.school()
        asset_id = self.chance.choice(school.in_use)
        token = school.tokens[0]
        status, found = self.api("GET", f"/assets/{asset_id}", token=token)
        if status != 200:
            return status
        now = (found.get("place") or {}).get("id")
        place = self.chance.choice([each for each in school.place_ids if each != now])
        version = {"If-Match": f'"{found["version"]}"'}
        status = self.api(
            "POST",
            f"/assets/{asset_id}/move",
            {"place_id": place},
            token=token,
            headers=version,
        )[0]
        return 409 if status == 412 else status

    def register(self) -> int:
        school = self.school()
        body = {
            "item_type_id": school.item_type_id,
            "department_id": school.department_id,
            "serial": uuid.uuid4().hex,
        }
        return self.api("POST", "/assets", body, token=school.tokens[0])[0]

    def count(self, many: int) -> int:
        school = self.chance.choice([s for s in self.city.schools if s.audit_id])
        at = datetime.now(UTC).isoformat()
        records = [
            {
                "id": str(uuid.uuid4()),
                "kind": "scan",
                "at": at,
                "code": code,
                "place_id": place_id,
            }
            for code, place_id in self.chance.sample(
                school.labelled, min(many, len(school.labelled))
            )
        ]
        return self.api(
            "POST",
            f"/audits/{school.audit_id}/records",
            {"walk_id": str(uuid.uuid4()), "records": records},
            token=school.tokens[0],
        )[0]

    def sign_in(self) -> int:
        school, sent = self.school(), self.from_anywhere()
        status, headers, page = self.ask("GET", "/sign-in", headers=sent)
        if status != 200:
            return status
        found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
        cookie = headers.get("Set-Cookie", "").partition(";")[0]
        sent |= {
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{self.port}/sign-in",
        }
        form = {
            "csrf_token": found[1].decode() if found else "",
            "house": school.slug,
            "name": school.sign_in_name,
            "password": PASSWORD,
        }
        return self.ask("POST", "/sign-in", urlencode(form), headers=sent)[0]

    def acts(self) -> dict[str, Callable[[], int]]:
        return {
            "scan, API": self.scan,
            "label page": self.label,
            "list, search": self.look,
            "idle hint": self.hint,
            "hand in a request": self.hand_in,
            "keep": self.keep,
            "give back": self.give_back,
            "move": self.move,
            "register": self.register,
            "count one": lambda: self.count(1),
            "count 100": lambda: self.count(100),
            "sign in": self.sign_in,
        }


def _paced(
    port: int, city: City, rates: dict[str, float], seconds: float, out: Any
) -> None:
    """Ask at these rates for so long, in one process; what was told goes to ``out``."""
    signal.alarm(0)
    told, threads = Told(), []
    begun = time.perf_counter() + 0.5
    for act, rate in rates.items():
        dues = iter(_arrivals(act, rate, seconds))
        many = max(2, min(200, round(rate * 3)))
        for number in range(many):
            threads.append(
                threading.Thread(
                    target=_keep_pace,
                    args=(Person(port, city, f"{act} {number} {os.getpid()}"), act),
                    kwargs={
                        "dues": dues,
                        "begun": begun,
                        "end": begun + seconds,
                        "told": told,
                    },
                    daemon=True,
                )
            )
    _at_once(threads, seconds)
    out.put(told.rows)


def _arrivals(act: str, rate: float, seconds: float) -> list[float]:
    """When each request is due: as chance has it, since people do not wait in step."""
    chance, at, dues = random.Random(f"{act} {rate}"), 0.0, list[float]()
    while (at := at + chance.expovariate(rate)) < seconds:
        dues.append(at)
    return dues


def _at_once(threads: list[threading.Thread], seconds: float) -> None:
    """Let all work for so long; whoever is still waiting then is left behind."""
    for each in threads:
        each.start()
    for each in threads:
        each.join(seconds + 3 * LATE_AFTER)


def _keep_pace(
    person: Person,
    act: str,
    *,
    dues: Iterator[float],
    begun: float,
    end: float,
    told: Told,
) -> None:
    do = person.acts()[act]
    for after in dues:
        due = begun + after
        if (early := due - time.perf_counter()) > 0:
            time.sleep(early)
        if time.perf_counter() > end + LATE_AFTER:
            told.note(act, due - begun, LATE_AFTER * 1_000, 599)
            continue
        status = do()
        late = time.perf_counter() - due
        told.note(act, due - begun, late * 1_000, status)


def _greedy(port: int, city: City, seconds: float, out: Any) -> None:
    """One school asks as fast as it is answered, with many hands."""
    signal.alarm(0)
    told, alone = Told(), City(city.size, city.schools[:1], 0)
    begun = time.perf_counter()

    def ask(number: int) -> None:
        person = Person(port, alone, f"greedy {number}")
        acts = [person.scan, person.look, person.look, person.register, person.keep]
        while (at := time.perf_counter() - begun) < seconds:
            status = person.chance.choice(acts)()
            told.note("greedy", at, 0, status)
            if status in NOT_NOW:
                time.sleep(0.02)

    threads = [
        threading.Thread(target=ask, args=[n], daemon=True)
        for n in range(GREEDY_CLIENTS)
    ]
    _at_once(threads, seconds)
    out.put(told.rows)


def asked(
    port: int,
    city: City,
    rates: dict[str, float],
    seconds: float,
    *,
    greedy: bool = False,
) -> tuple[Told, Told]:
    """What was told to all, and what to the greedy one, if there is one."""
    context = multiprocessing.get_context("fork")
    queue, greedy_queue = context.Queue(), context.Queue()
    others = City(city.size, city.schools[1:] if greedy else city.schools, 0)
    parts: list[dict[str, float]] = [{}, {}]
    for number, act in enumerate(sorted(rates, key=lambda each: -rates[each])):
        parts[number % 2][act] = rates[act]
    workers = [
        context.Process(target=_paced, args=(port, others, part, seconds, queue))
        for part in parts
        if part
    ]
    if greedy:
        workers.append(
            context.Process(target=_greedy, args=(port, city, seconds, greedy_queue))
        )
    for each in workers:
        each.start()
    told = Told()
    for _ in range(len(workers) - greedy):
        told.rows += queue.get()
    theirs = Told(greedy_queue.get() if greedy else [])
    for each in workers:
        each.join()
    return told, theirs


def centiles(times: list[float]) -> tuple[float, float, float]:
    """p50, p95 and p99."""
    if len(times) < 2:
        return (times[0],) * 3 if times else (0.0, 0.0, 0.0)
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[94], cuts[98]


def limits(
    port: int, city: City, server: int, database: int, seconds: float
) -> dict[str, str]:
    """Of each act, asked by one alone: where its time goes."""
    found = {}
    for act in RATES:
        person = Person(port, city, f"alone {act}")
        do = person.acts()[act]
        do()
        before = cpu_seconds(server), cpu_seconds(database) if database else 0.0
        begun, times = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            do()
            times += 1
        took = time.perf_counter() - begun
        ours = (cpu_seconds(server) - before[0]) / times * 1_000
        theirs = (cpu_seconds(database) - before[1]) / times * 1_000 if database else 0
        whole = took / times * 1_000
        rest = max(0.0, whole - ours - theirs)
        most = max((ours, "Python"), (theirs, "database"), (rest, "disk, waiting"))
        figures = f"{whole:.1f} = {ours:.1f} + {theirs:.1f} + {rest:.1f}"
        found[act] = f"{figures} | {most[1]}"
    return found


def table(told: Told, rates: dict[str, float], seconds: float, alone: Any) -> str:
    """A line for each act."""
    lines = [
        "| act | asked a second | done | p50 ms | p95 | p99 | not done "
        "| alone: ms = Python + database + rest | most of it |",
        "|---|---:|---:|---:|---:|---:|---|---|---|",
    ]
    for act, rate in rates.items():
        times = told.good(act)
        p50, p95, p99 = centiles(times)
        bad = {
            status: count
            for status, count in sorted(told.statuses(act).items())
            if status >= 400 and status != 409
        }
        said = ", ".join(f"{status}: {count:,}" for status, count in bad.items())
        lines.append(
            f"| {act} | {rate:.1f} | {len(times) / seconds:.1f} | {p50:.0f} "
            f"| {p95:.0f} | {p99:.0f} | {said or 0} | {alone.get(act, ' | ')} |"
        )
    return "\n".join(lines)


def in_words(told: Told, seconds: float) -> str:
    """All acts together."""
    p50, p95, p99 = centiles(told.good())
    said = ", ".join(f"{k}: {v:,}" for k, v in sorted(told.statuses().items()))
    done = len(told.good()) / seconds
    return (
        f"{done:.0f} a second; p50 {p50:.0f} ms, p95 {p95:.0f}, p99 {p99:.0f}; {said}"
    )


def recovered_after(told: Told, bar: float) -> float | None:
    """Seconds until p95 of five seconds is below a bar, and stays there."""
    windows: dict[int, list[float]] = defaultdict(list)
    for _, at, milliseconds, status in told.rows:
        windows[int(at // 5)].append(
            milliseconds if status < 400 or status == 409 else LATE_AFTER * 1_000
        )
    slow = [w for w, times in windows.items() if centiles(times)[1] > bar]
    last = max(slow, default=-1)
    return None if last == max(windows, default=0) else (last + 1) * 5.0


def measure(url: str, city: City, given: argparse.Namespace, database: int) -> None:
    """Print everything."""
    port = free_port()
    environment = {
        "REGISTRY_DATABASE_URL": url,
        "REGISTRY_SECRET_KEY": SECRET,
        "REGISTRY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REGISTRY_PROXIES": "1",
    }
    rates = {act: rate * given.times for act, rate in RATES.items()}
    if not any(each.audit_id for each in city.schools):
        rates = {a: r for a, r in rates.items() if not a.startswith("count")}
    with served(the_registry(port), port, **environment) as (server, _):
        warm = {act: rate / 2 for act, rate in rates.items()}
        asked(port, city, warm, given.warm)
        alone = limits(port, city, server, database, given.alone)
        seconds, before = given.minutes * 60, sum(memory_mb(server))
        used = cpu_seconds(server), cpu_seconds(database) if database else 0.0
        told, _ = asked(port, city, rates, seconds)
        python = (cpu_seconds(server) - used[0]) / seconds
        behind = (cpu_seconds(database) - used[1]) / seconds if database else 0.0
        after = sum(memory_mb(server))
        print(f"\n{table(told, rates, seconds, alone)}\n")
        print(
            f"All: {in_words(told, seconds)}. Of the two cores the server took "
            f"{python:.2f}, the database {behind:.2f}. Memory of all its processes "
            f"{before:.0f} MB before, {after:.0f} MB after "
            f"({(after / before - 1) * 100:+.0f} %).",
            flush=True,
        )
        normal = centiles(told.good())[1]
        thrice = {act: rate * FULL for act, rate in rates.items()}
        told, _ = asked(port, city, thrice, given.overload)
        print(f"\nThree times as much: {in_words(told, given.overload)}.", flush=True)
        told, _ = asked(port, city, rates, given.afterwards)
        back = recovered_after(told, max(2 * normal, 500))
        print(
            f"As before again: {in_words(told, given.afterwards)}; "
            f"{'never' if back is None else f'after {back:.0f} s'} as fast as before.",
            flush=True,
        )
        half = {act: rate / 2 for act, rate in rates.items()}
        quiet, _ = asked(port, city, half, given.neighbour)
        beside, theirs = asked(port, city, half, given.neighbour, greedy=True)
        slower = centiles(beside.good())[1] / max(1, centiles(quiet.good())[1])
        print(
            f"\nHalf as much: {in_words(quiet, given.neighbour)}.\n"
            f"Beside one school that asks with {GREEDY_CLIENTS} hands "
            f"({in_words(theirs, given.neighbour).partition(';')[0]}; "
            f"{dict(theirs.statuses())}): {in_words(beside, given.neighbour)}; "
            f"p95 {slower:.1f} times.",
            flush=True,
        )


def main() -> None:
    """Make or open the city, and load it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--size", type=int, default=300_000)
    parser.add_argument("--schools", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--times", type=float, default=1.0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--most-minutes", type=float, default=45.0)
    parser.add_argument("--alone", type=float, default=2.0)
    parser.add_argument("--warm", type=float, default=WARM_SECONDS)
    parser.add_argument("--overload", type=float, default=OVERLOAD_SECONDS)
    parser.add_argument("--afterwards", type=float, default=AFTERWARDS_SECONDS)
    parser.add_argument("--neighbour", type=float, default=NEIGHBOUR_SECONDS)
    given = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(round(given.most_minutes * 60))
    with _folder(given.folder) as folder:
        print(f"{given.database}; load before: {os.getloadavg()[0]:.2f}", flush=True)
        opened = city_in(folder, given.database, given.size, given.schools)
        with opened as (url, city, database):
            print(
                f"{city.size:,} things of {len(city.schools)} schools, entered in "
                f"{city.seconds:.0f} s",
                flush=True,
            )
            measure(url, city, given, database)


def _too_long(*_signal: object) -> None:
    raise TimeoutError("it takes longer than it may: --most-minutes")


@contextmanager
def _folder(wished: Path | None) -> Iterator[Path]:
    if wished is not None:
        yield wished
        return
    with tempfile.TemporaryDirectory(prefix="registry-city-") as made:
        yield Path(made)


if __name__ == "__main__":
    main()
