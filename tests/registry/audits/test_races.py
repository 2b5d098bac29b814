"""Phones that send at the same moment, at two server processes: each record once.

Every race is judged by a function that names what went wrong. The server that ships
comes through all of them; one with a fault planted (``careless_audit.py``) is caught.
"""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.audits import actions
from registry.audits.actions import syncing
from registry.audits.actions.ending import content_hash
from registry.audits.models import Audit, AuditItem, AuditRecord
from registry.audits.queries import sums_of
from registry.audits.states import Standing
from registry.config import Settings
from registry.kernel.clock import now
from registry.ledger import actions as ledger
from registry.ledger.verifying import verify
from registry.organisation.models import Institution
from tests.factories.audits import Campus, make_campus, scan, scans, settle
from tests.factories.auth import make_token
from tests.factories.organisation import actor_of
from tests.harness.depth import deep
from tests.harness.server import Serve, ShippedServer
from tests.registry.sharing.test_http_races import Shot, volley

CARELESS = Path(__file__).with_name("careless_audit.py")
PHONES = 6
AT_THE_END = 20
"""So many phones send while the office closes."""
BATCH = 25
LATER = 503
slow = pytest.mark.slow


@dataclass
class Field:
    """A campus, and what phones need to send to a server."""

    institution: Institution
    settings: Settings
    context: Session
    app: Flask
    campus: Campus = field(init=False)

    def begin(self, count: int) -> Audit:
        """A running audit of so many things in one room of a campus of its own."""
        self.campus = make_campus(self.institution)
        self.campus.add(count, self.campus.room)
        found = self.campus.begin()
        self.context.commit()
        return found

    def tokens(self, count: int = PHONES) -> list[str]:
        """So many phones: two people with several each."""
        people = itertools.cycle((self.campus.counter, self.campus.second))
        made = [make_token(self.settings, next(people)) for _ in range(count)]
        self.context.commit()
        return made

    def fresh(self) -> Session:
        """The session as if it had seen nothing yet."""
        self.context.rollback()
        self.context.expire_all()
        return self.context


@pytest.fixture
def room(
    institution: Institution, settings: Settings, context: Session, app: Flask
) -> Field:
    return Field(institution, settings, context, app)


@pytest.fixture
def careless(serve: Serve) -> Callable[[str], Any]:
    """``careless("forgets")``: the server that ships, with a fault planted in it."""
    return lambda fault: serve(program=CARELESS, CARELESS=fault)


def delivery(token: str, found: Audit, records: list[Any], walk: str = "") -> Shot:
    body = {"walk_id": walk or str(uuid.uuid4()), "records": records}
    return token, f"/audits/{found.id}/records", body, {}


def sent(url: str, shots: Sequence[Shot], *also: Callable[[], Any]) -> list[Any]:
    """All at the same moment; whoever is told "later" sends again, as phones do."""
    answers = volley(url, shots, *also)
    while later := [at for at, (status, _) in enumerate(answers) if status == LATER]:
        for at in later:
            [answers[at]] = volley(url, [shots[at]])
    return answers


def sent_twice(url: str, room: Field) -> list[str]:
    """The same delivery at the same moment from several windows, and once more."""
    found = room.begin(BATCH)
    [token] = room.tokens(1)
    walk = str(uuid.uuid4())
    records = scans(room.campus.things[-BATCH:], room.campus.room)
    shot = delivery(token, found, records, walk)
    answers = sent(url, [shot] * PHONES) + sent(url, [shot])
    wrong = [f"answered {status}" for status, _ in answers if status != 200]
    told = [
        Counter((each["id"], each["verdict"]) for each in body["results"])
        for status, body in answers
        if status == 200
    ]
    if any(each != told[0] for each in told):
        wrong.append("answered differently")
    accepted = Counter(
        each["id"]
        for status, body in answers
        if status == 200
        for each in body["results"]
        if each["outcome"] == "accepted"
    )
    if set(accepted.values()) != {1} or len(accepted) != BATCH:
        wrong.append("not accepted exactly once")
    kept = room.fresh().scalar(
        sa.select(sa.func.count()).where(AuditRecord.audit_id == found.id)
    )
    times = set(
        room.context.scalars(
            sa.select(AuditItem.times).where(AuditItem.audit_id == found.id)
        )
    )
    if kept != BATCH or times != {1}:
        wrong.append(f"kept {kept}, counted {times} times")
    return wrong


def two_rooms(url: str, room: Field) -> list[str]:
    """Two people see each thing at the same moment, in two rooms."""
    found = room.begin(BATCH)
    first, second = room.tokens(2)
    things = room.campus.things[-BATCH:]
    answers = sent(
        url,
        [
            delivery(first, found, scans(things, room.campus.room)),
            delivery(second, found, scans(things[::-1], room.campus.other)),
        ],
    )
    wrong = [f"answered {status}" for status, _ in answers if status != 200]
    rows = (
        room.fresh()
        .scalars(sa.select(AuditItem).where(AuditItem.audit_id == found.id))
        .all()
    )
    kept = room.context.scalar(
        sa.select(sa.func.count()).where(AuditRecord.audit_id == found.id)
    )
    if kept != 2 * BATCH:
        wrong.append(f"kept {kept} records")
    if not all(each.is_disputed and each.times == 2 for each in rows):
        wrong.append("two rooms and no dispute")
    sums = sums_of(room.campus.system, found)
    if sums.here + sums.elsewhere != sums.expected or sums.expected != BATCH:
        wrong.append(f"{sums}")
    return wrong


def closed_while_sending(url: str, room: Field) -> list[str]:
    """Phones go on sending while the office closes: nothing lost, the late marked."""
    found = room.begin(BATCH)
    campus = room.campus
    things = campus.things[-BATCH:]
    campus.send(found, *scans(things, campus.room))
    actions.end_walk(actor_of(campus.lead), found.id)
    settle(campus, found)
    office = make_token(room.settings, campus.office)
    tokens = room.tokens(AT_THE_END)
    room.context.commit()
    batches = [scans(things, campus.room) for _ in tokens]
    shots: list[Shot] = [
        delivery(token, found, batch)
        for token, batch in zip(tokens, batches, strict=True)
    ]
    close: Shot = (office, f"/audits/{found.id}/close", {}, {})
    half = len(shots) // 2
    answers = sent(url, [*shots[:half], close, *shots[half:]])
    late = sent(url, [delivery(tokens[0], found, scans(things[:3], campus.room))])
    wrong = [f"answered {status}" for status, _ in answers + late if status != 200]
    session = room.fresh()
    row = session.get_one(Audit, found.id)
    standings = Counter(
        session.scalars(
            sa.select(AuditRecord.standing).where(
                AuditRecord.audit_id == found.id,
                AuditRecord.key.in_(
                    [each["id"] for batch in batches for each in batch]
                ),
            )
        )
    )
    if sum(standings.values()) != AT_THE_END * BATCH:
        wrong.append(f"kept {standings}")
    if set(standings) - {"counted", "late"}:
        wrong.append(f"marked {standings}")
    after = session.scalar(
        sa.select(sa.func.count()).where(
            AuditRecord.audit_id == found.id,
            AuditRecord.received_at > row.ended_at,
            AuditRecord.standing != "late",
        )
    )
    if after:
        wrong.append(f"{after} came late and count")
    if row.state != "closed" or content_hash(row) != row.hash:
        wrong.append("closed and not as it was closed")
    sums = sums_of(campus.system, row)
    if (sums.here, sums.expected) != (BATCH, BATCH):
        wrong.append(f"{sums}")
    return wrong


def moved_while_counted(url: str, room: Field) -> list[str]:
    """The ledger moves things while their room is counted."""
    found = room.begin(BATCH)
    campus = room.campus
    things = campus.things[-BATCH:]
    ids, store = [each.id for each in things], campus.store.id
    system = campus.system

    def move() -> None:
        with room.app.app_context():
            for asset_id in ids:
                ledger.move(system, asset_id, store)

    shots = [
        delivery(token, found, scans(things[at::2], campus.room))
        for at, token in enumerate(room.tokens(2))
    ]
    answers = sent(url, shots, move)
    wrong = [f"answered {status}" for status, _ in answers if status != 200]
    sums = sums_of(campus.system, room.fresh().get_one(Audit, found.id))
    if (sums.here, sums.expected) != (BATCH, BATCH):
        wrong.append(f"{sums}")
    wrong += [str(each) for each in verify(campus.system)]
    return wrong


@slow
def test_phones_that_send_at_once_lose_nothing_and_count_nothing_twice(
    room: Field, serve: Serve
) -> None:
    url = serve("--workers", "2").url
    for _ in range(deep(1, 3)):
        assert sent_twice(url, room) == []
        assert two_rooms(url, room) == []
    assert closed_while_sending(url, room) == []
    assert moved_while_counted(url, room) == []


@slow
@pytest.mark.whole_only
@pytest.mark.parametrize(
    ("fault", "races"),
    [
        ("forgets", [sent_twice]),
        ("drops", [two_rooms, moved_while_counted]),
        ("counts", [closed_while_sending]),
    ],
)
def test_a_careless_server_is_caught(
    room: Field,
    careless: Callable[[str], ShippedServer],
    fault: str,
    races: list[Callable[[str, Field], list[str]]],
) -> None:
    url = careless(fault).url
    assert all(race(url, room) for race in races)


def test_clocks_of_phones_and_of_the_server_decide_nothing(
    room: Field,
    clock: time_machine.Traveller,
    context: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = room.begin(4)
    campus = room.campus
    year = timedelta(days=365)
    for thing, shift in zip(
        campus.things, (year, -year, timedelta(0), timedelta(0)), strict=True
    ):
        record = scan(thing, campus.room)
        clock.shift(shift)
        at = scan(thing, campus.room)["at"]
        clock.shift(-shift)
        [told] = campus.send(found, record | {"at": at})
        assert (told.outcome, told.verdict) == ("accepted", "here")
        clock.shift(timedelta(minutes=-20))
    actions.end_walk(actor_of(campus.lead), found.id)
    closed = actions.close(actor_of(campus.office), found.id)
    clock.shift(timedelta(hours=-1))
    [late] = campus.send(found, scan(campus.things[0], campus.other))
    assert late.outcome == "late"
    row = context.get_one(Audit, found.id, populate_existing=True)
    received = context.scalars(
        sa.select(AuditRecord.received_at).where(AuditRecord.standing == "late")
    ).one()
    assert row.ended_at is not None
    assert received < row.ended_at  # so a clock could not have told it
    assert content_hash(row) == closed.hash
    assert sums_of(campus.system, row).here == 4

    def by_the_clock(_: Any, found: Audit, __: Any) -> Standing:
        over = found.ended_at is not None and found.ended_at <= now()
        return Standing.LATE if over else Standing.COUNTED

    monkeypatch.setattr(syncing, "_standing", by_the_clock)
    with pytest.raises(DBAPIError):  # the database itself takes nothing more
        campus.send(found, scan(campus.things[1], campus.other))
