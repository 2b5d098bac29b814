"""People at work on a server that may die: what was acknowledged to them is kept.

Each of them registers, moves, keeps, gives back, reports and brings in sheets, over
HTTP and with a key for each write. What is not answered is sent again with its key
until it is. ``missing`` then looks into the database for all that was acknowledged.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from registry.access.roles import Role
from registry.config import Settings
from registry.interchange.models import Import
from registry.ledger.models import Asset, Claim, LabelReport
from registry.organisation.models import Institution
from registry.organisation.queries import root_department
from tests.factories.auth import make_token
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_colleague, make_place

HEAD = "资产编号,资产名称,型号,数量,原值,取得日期,使用部门,使用状况"
SHEET_ROWS = 60
OWN = 6
"""Things that each of them moves and keeps, and nobody else does."""
ANSWER_SECONDS = 30.0
PAUSE_SECONDS = 0.02
LATER, TOO_OFTEN = 503, 429
"""Not now, it may be asked again at once; and: not for minutes, it is given up."""


@dataclass(frozen=True)
class Office:
    """Whom there is, and what they work on: plain values, of no session."""

    institution_id: int
    tokens: list[str]
    own: list[list[tuple[int, str]]]
    """For each of them, things by id and code."""
    item_type_id: int
    department_id: int
    department: str
    place_ids: list[int]


def settle(institution: Institution, settings: Settings, people: int) -> Office:
    """An office of so many people, made through the product's own actions."""
    top = root_department(institution.id)
    kind = make_type(institution)
    places = [make_place(institution, f"{number}室").id for number in range(6)]
    tokens, own = [], []
    for _ in range(people):
        person = make_colleague(institution, Role.ASSET_OFFICE, department=top)
        tokens.append(make_token(settings, person))
        made = make_assets(institution, OWN, item_type_id=kind.id, state="idle")
        own.append([(each.id, each.code) for each in made])
    return Office(institution.id, tokens, own, kind.id, top.id, top.name, places)


@dataclass
class Done:
    """What was acknowledged to one of them."""

    serials: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    kept: dict[int, int | None] = field(default_factory=dict)
    """Things and the hold on them; None once it was given back."""
    imports: dict[int, list[str]] = field(default_factory=dict)
    """Imports that were confirmed, and the numbers that they bring."""

    def __len__(self) -> int:
        moved = sum(self.versions.values())
        return len(self.serials) + len(self.words) + moved + len(self.kept)


class Stopped(Exception):
    """Whoever works is to stop, and what was under way may be left unanswered."""


class Colleague(threading.Thread):
    """One who works without a break; ``faults`` are answers that should not be."""

    def __init__(
        self,
        office: Office,
        number: int,
        where: Callable[[], str],
        *,
        imports: bool = False,
    ) -> None:
        super().__init__(name=f"colleague-{number}", daemon=True)
        self.office, self.number, self.where = office, number, where
        self.chance = random.Random(uuid.uuid4().int)
        self.done = Done()
        self.answers: Counter[int | str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.faults: list[str] = []
        self.milliseconds: list[float] = []
        self.stopping = threading.Event()
        self.dropping = threading.Event()
        self.acts = [self.bring_in] if imports else self._small_acts()

    def _small_acts(self) -> list[Callable[[], None]]:
        return [self.register, self.move, self.move, self.keep_or_give, self.report]

    @property
    def acknowledged(self) -> int:
        """How many writes were acknowledged."""
        return sum(self.answers[each] for each in (200, 201, 202))

    def run(self) -> None:
        """Work until told to stop; the last act is brought to its end."""
        try:
            while not self.stopping.is_set():
                self.chance.choice(self.acts)()
            for asset_id in [each for each, hold in self.done.kept.items() if hold]:
                self.give_back(asset_id)
        except Stopped:
            return
        except Exception as error:
            told = "".join(traceback.format_exception(error))
            self.faults.append(f"{self.name} gave up: {told}")

    def register(self) -> None:
        """Enter a new thing."""
        serial = f"K{self.number}-{uuid.uuid4().hex[:12]}"
        body = {
            "item_type_id": self.office.item_type_id,
            "department_id": self.office.department_id,
            "serial": serial,
        }
        if self.write("POST", "/assets", body):
            self.done.serials.append(serial)

    def move(self) -> None:
        """Move a thing of one's own."""
        asset_id, _ = self.chance.choice(self.office.own[self.number])
        place = self.chance.choice(self.office.place_ids)
        found = self.ask("GET", f"/assets/{asset_id}")
        if not found or (found["place"] or {}).get("id") == place:
            return
        version = int(found["version"])
        answer = self.write(
            "POST", f"/assets/{asset_id}/move", {"place_id": place}, version=version
        )
        if answer:
            self.done.places[asset_id] = place
            self.done.versions[asset_id] = version + 1

    def keep_or_give(self) -> None:
        """Have a thing kept for oneself, or give it back."""
        asset_id, _ = self.chance.choice(self.office.own[self.number])
        hold = self.done.kept.get(asset_id)
        if hold is None:
            made = self.write("POST", "/holds", {"asset_ids": [asset_id]})
            if made:
                self.done.kept[asset_id] = made["items"][0]["id"]
        else:
            self.give_back(asset_id)

    def give_back(self, asset_id: int) -> None:
        """Give back what was kept."""
        hold = self.done.kept[asset_id]
        if self.write("POST", f"/holds/{hold}/release", {}):
            self.done.kept[asset_id] = None

    def report(self) -> None:
        """Tell of a problem from a label, as a stranger who walks past it."""
        _, code = self.chance.choice(self.office.own[self.number])
        words = f"坏了 {uuid.uuid4().hex}"
        body = {"kind": "problem", "words": words}
        if self.write("POST", f"/labels/{code}/reports", body, known=False):
            self.done.words.append(words)

    def bring_in(self) -> None:
        """Bring a sheet in and have it taken over; others wait for it meanwhile."""
        batch = uuid.uuid4().hex[:8]
        numbers = [f"DR{batch}-{row:03d}" for row in range(SHEET_ROWS)]
        rows = [
            f"{number},书柜,S-{row % 7},1,{100 + row}.50,2024-03-01,"
            f"{self.office.department},在用"
            for row, number in enumerate(numbers)
        ]
        made = self.write("POST", "/imports?kind=ledger", "\n".join([HEAD, *rows]))
        if not made:
            return
        if self.wait_for(made["id"], "checked") and self.write(
            "POST", f"/imports/{made['id']}/confirm", {}
        ):
            self.done.imports[made["id"]] = numbers
            self.wait_for(made["id"], "done")

    def wait_for(self, import_id: int, state: str) -> bool:
        """Until an import is in a state; what failed is begun again."""
        while not self.dropping.is_set():
            found = self.ask("GET", f"/imports/{import_id}")
            if found and found["state"] == state:
                return True
            job = self.ask("GET", f"/jobs/{found['job_id']}") if found else None
            if job and job["state"] == "failed":
                self.write("POST", f"/jobs/{job['id']}/again", {})
            time.sleep(0.1)
        raise Stopped

    def ask(self, method: str, path: str) -> dict[str, Any] | None:
        """Read something, as often as it takes."""
        return self.write(method, path, None)

    def write(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        version: int | None = None,
        known: bool = True,
    ) -> dict[str, Any] | None:
        """Send until it is answered; the answer, or None if it was refused."""
        headers = {"Connection": "close"}
        if known:
            token = self.office.tokens[self.number]
            headers["Authorization"] = f"Bearer {token}"
        else:
            headers["X-Forwarded-For"] = "10." + ".".join(
                str(self.chance.randrange(1, 250)) for _ in range(3)
            )
        if method != "GET":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        while not self.dropping.is_set():
            begun = time.perf_counter()
            try:
                status, answer = self.send(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                self.answers[type(error).__name__] += 1
                time.sleep(PAUSE_SECONDS * 5)
                continue
            self.milliseconds.append((time.perf_counter() - begun) * 1000)
            self.answers[status] += method != "GET"
            if status == LATER:
                self.refusals[answer.get("code", "")] += 1
                time.sleep(PAUSE_SECONDS)
                continue
            if status == TOO_OFTEN:
                return None
            if status < 300:
                return answer
            self.faults.append(f"{method} {path}: {status} {answer}")
            return None
        raise Stopped

    def send(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        """One request on a connection of its own."""
        host = urlsplit(self.where()).netloc
        data, more = None, {}
        if isinstance(body, str):
            data, more["Content-Type"] = _multipart(body)
        elif body is not None:
            data, more["Content-Type"] = json.dumps(body).encode(), "application/json"
        talk = http.client.HTTPConnection(host, timeout=ANSWER_SECONDS)
        try:
            talk.request(method, f"/api/v1{path}", data, headers | more)
            answer = talk.getresponse()
            read = answer.read()
        finally:
            talk.close()
        kind = answer.headers.get("Content-Type", "")
        return answer.status, json.loads(read) if "json" in kind else {}


def _multipart(sheet: str) -> tuple[bytes, str]:
    """A form with one file, and its media type."""
    edge = "edge-of-a-part"
    head = (
        f"--{edge}\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n"
        "Content-Type: text/csv\r\n\r\n"
    )
    whole = f"{head}{sheet}\r\n--{edge}--\r\n".encode()
    return whole, f"multipart/form-data; boundary={edge}"


def missing(connection: sa.Connection, done: Iterable[Done]) -> list[str]:
    """What was acknowledged and is not there, or is there twice, in words.

    Everybody has stopped and all that they sent is answered.
    """
    return [fault for each in done for fault in _missing_of(connection, each)]


def _missing_of(connection: sa.Connection, done: Done) -> Iterator[str]:
    yield from _not_once(connection, Asset.serial, done.serials)
    yield from _not_once(connection, LabelReport.words, done.words)
    for asset_id, place in done.places.items():
        asset = sa.select(Asset.place_id, Asset.version).where(Asset.id == asset_id)
        found = connection.execute(asset).one()
        if found.place_id != place:
            yield f"thing {asset_id} stands in {found.place_id}, not in {place}"
    for asset_id, hold in done.kept.items():
        live = sa.select(sa.func.count()).where(
            Claim.asset_id == asset_id, Claim.ended_at.is_(None)
        )
        count = connection.scalar(live)
        if count != (hold is not None):
            yield f"thing {asset_id} has {count} claims; its hold is {hold}"
    for import_id, numbers in done.imports.items():
        yield from _not_once(connection, Asset.asset_number, numbers)
        state = sa.select(Import.state).where(Import.id == import_id)
        if connection.scalar(state) != "done":
            yield f"import {import_id} is {connection.scalar(state)}"


def _not_once(
    connection: sa.Connection, column: Any, values: list[str]
) -> Iterator[str]:
    for start in range(0, len(values), 500):
        part = values[start : start + 500]
        asked = sa.select(column).where(column.in_(part))
        there = Counter(connection.scalars(asked))
        for value in part:
            if there[value] != 1:
                yield f"{column.key} {value} is there {there[value]} times"


class Crew:
    """Several at work at once, on whichever server there is just now."""

    def __init__(
        self, office: Office, where: Callable[[], str], *, importers: int = 1
    ) -> None:
        count = len(office.tokens)
        self.all = [
            Colleague(office, number, where, imports=number >= count - importers)
            for number in range(count)
        ]

    def __enter__(self) -> Crew:
        for each in self.all:
            each.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.end(0)

    def end(self, patience: float = 120) -> None:
        """Let everybody finish what they are at; a fault of whoever cannot."""
        for each in self.all:
            each.stopping.set()
        give_up = time.monotonic() + patience
        for each in self.all:
            each.join(max(0.0, give_up - time.monotonic()))
        for each in self.all:
            if each.is_alive():
                each.dropping.set()
                each.join(ANSWER_SECONDS + 5)
                if patience:
                    each.faults.append(f"{each.name} was never answered")

    @property
    def acknowledged(self) -> int:
        """How many writes were acknowledged to them in all."""
        return sum(each.acknowledged for each in self.all)

    @property
    def faults(self) -> list[str]:
        """Answers that should not have been."""
        return [fault for each in self.all for fault in each.faults]

    @property
    def answers(self) -> Counter[int | str]:
        """What was answered to writes, and connections that broke."""
        total: Counter[int | str] = Counter()
        for each in self.all:
            total.update(each.answers)
        return total

    def missing(self, connection: sa.Connection) -> list[str]:
        """What was acknowledged to them and is not there."""
        return missing(connection, [each.done for each in self.all])
