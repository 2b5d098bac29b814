"""Two imports at the same moment, in two server processes, while a room is counted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audits.models import Audit, AuditItem, AuditRecord
from registry.audits.queries import sums_of
from registry.config import Settings
from registry.interchange import actions
from registry.interchange.queries import import_of
from registry.jobs.models import Job, JobState
from registry.ledger.models import Asset
from registry.ledger.verifying import verify
from registry.organisation.models import Institution, Person, Place
from tests.factories.audits import Campus, make_campus, scans
from tests.factories.auth import make_token
from tests.factories.catalogue import make_type
from tests.factories.organisation import actor_of
from tests.harness.depth import deep
from tests.harness.server import Serve
from tests.registry.audits.test_races import delivery
from tests.registry.interchange import meeting
from tests.registry.sharing.test_http_races import volley

pytestmark = pytest.mark.slow
MEETING = Path(meeting.__file__)
HEAD = "资产编号,资产名称,序列号,数量,使用部门,保管人,存放地点,使用状况\n"
EACH = deep(60, 240)
SHARED = deep(40, 160)
COUNTED = 20
PATIENCE_SECONDS = 60


def rows(campus: Campus, first: int, room: Place) -> list[str]:
    """Rows of one file: new things with new people and places, and counted ones."""
    new = [
        f"R{number:04},投影仪,SN{number:04},1,教务处,新来{number % 9},"
        f"新楼 / {number % 5},在用"
        for number in range(first, first + EACH)
    ]
    counted = [
        f"{each.number},{each.item_type.name},,1,{campus.home.name},"
        f"{campus.keeper.name},{room.full_name},在用"
        for each in campus.things
    ]
    return new + counted


def two_imports(
    serve: Serve,
    institution: Institution,
    settings: Settings,
    context: Session,
    folder: Path,
    **fault: str,
) -> Iterator[str]:
    """What went wrong when two files with much in common came in at once."""
    campus = make_campus(institution)
    kind = make_type(institution)
    for _ in range(COUNTED):
        campus.add(1, campus.room, item_type_id=kind.id)
    found = campus.begin()
    office = actor_of(campus.office)
    token = make_token(settings, campus.counter)
    files = (
        rows(campus, 0, campus.store),
        rows(campus, EACH - SHARED, campus.other)[::-1],
    )
    imports = []
    for lines in files:
        text = HEAD + "\n".join(lines)
        made = actions.take_checked(office, "ledger", "台账.csv", text.encode())
        imports.append(made.id)
        actions.confirm(office, made.id)
    context.commit()
    folder.mkdir()
    url = serve("--workers", "2", program=MEETING, MEETING=str(folder), **fault).url
    meeting.meet(folder, "phones", meeting.TOGETHER)
    answers = []
    for start in range(0, COUNTED, 5):
        batch = scans(campus.things[start : start + 5], campus.room)
        answers += volley(url, [delivery(token, found, batch)])
        yield from _conserves(campus, found, context)
    yield from (f"answered {status}" for status, _ in answers if status != 200)
    yield from _ended(context)
    yield from _conserves(campus, found, context)
    yield from _all_there(campus, found, context, imports)


def _conserves(campus: Campus, found: Audit, context: Session) -> Iterator[str]:
    """The equation of the audit, whenever one looks."""
    context.rollback()
    sums = sums_of(campus.system, found)
    parts = sums.pending + sums.here + sums.elsewhere + sums.missing + sums.excused
    if (sums.expected, parts) != (COUNTED, COUNTED):
        yield f"{sums}"


def _ended(context: Session) -> Iterator[str]:
    """Wait until both imports are over."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        context.rollback()
        states = Counter(
            context.scalars(sa.select(Job.state).where(Job.kind == "import_apply"))
        )
        if not {JobState.WAITING, JobState.RUNNING} & set(states):
            break
        assert time.monotonic() < give_up, states
        time.sleep(0.1)
    if states != {JobState.DONE: 2}:
        yield f"ended {states}"


def _all_there(
    campus: Campus, found: Audit, context: Session, imports: list[int]
) -> Iterator[str]:
    """Every row of both files is in, each thing, person and place once."""
    context.expire_all()
    numbers = Counter(
        context.scalars(sa.select(Asset.asset_number).where(Asset.serial != ""))
    )
    if len(numbers) != 2 * EACH - SHARED or set(numbers.values()) != {1}:
        yield f"{len(numbers)} numbers, {max(numbers.values(), default=0)} of one"
    names = Counter(
        context.scalars(sa.select(Person.name).where(Person.name.startswith("新来")))
    )
    if len(names) != 9 or set(names.values()) != {1}:
        yield f"{names}"
    told: Counter[str] = Counter()
    for each in imports:
        counts = import_of(actor_of(campus.office), each).counts.get("by_kind", {})
        told.update(counts)
        if sum(counts.values()) != EACH + COUNTED:
            yield f"of {EACH + COUNTED} rows {counts}"
    if told["registered"] != len(numbers):
        yield f"{told}"
    places = {
        context.get_one(Asset, each.id, populate_existing=True).place_id
        for each in campus.things
    }
    if not places <= {campus.store.id, campus.other.id}:
        yield "a counted thing was not moved"
    kept = context.scalar(
        sa.select(sa.func.count()).where(AuditRecord.audit_id == found.id)
    )
    here = context.scalar(
        sa.select(sa.func.count()).where(
            AuditItem.audit_id == found.id, AuditItem.outcome == "here"
        )
    )
    if (kept, here) != (COUNTED, COUNTED):
        yield f"kept {kept} records, {here} here"
    yield from (str(each) for each in verify(campus.system))


def test_two_imports_at_once_bring_in_everything_once(
    serve: Serve,
    institution: Institution,
    settings: Settings,
    context: Session,
    tmp_path: Path,
) -> None:
    wrong = two_imports(serve, institution, settings, context, tmp_path / "meeting")
    assert list(wrong) == []


@pytest.mark.whole_only
def test_imports_that_do_not_take_turns_are_caught(
    serve: Serve,
    institution: Institution,
    settings: Settings,
    context: Session,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "meeting"
    assert list(
        two_imports(serve, institution, settings, context, folder, CARELESS="turns")
    )
