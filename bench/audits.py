"""What an audit costs: taking records, and planning, closing and reporting a large one.

    python bench/audits.py [sqlite] [postgresql] [--things 5000] [--records 5000]
        [--phones 4] [--batch 200]

An audit of so many things in rooms of a hundred is planned and frozen; phones then
bring scans at once, each in a process of its own, in deliveries of ``batch``; the walk
is ended, one thing in a thousand is missing, ruled, approved and written, the audit is
closed, and its report drawn as PDF and as a workbook. How soon a walk stands on a
phone, and answers, is measured by ``walk.py``.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from databases import describe, fresh_database
from live import School, settings_for

from registry.access.actor import Actor
from registry.app import create_app
from registry.audits import actions
from registry.audits.actions import Delivery, Plan, Ruled
from registry.audits.actions.ending import content_hash
from registry.audits.models import Audit, AuditFinding, AuditItem
from registry.audits.queries import sums_of
from registry.audits.queries.loading import load
from registry.audits.queries.overview import overview
from registry.audits.queries.reporting import reported
from registry.interchange.rules.fields import Kind
from registry.interchange.sheets.writing import Column, TableSheet, open_workbook
from registry.kernel.clock import isoformat, now, today
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft
from registry.organisation import actions as organisation
from registry.organisation import queries as organised
from registry.organisation.models import Person
from registry.reports.auditing import paper, sheets
from registry.store import migrations
from registry.store.db import db, make_engine, session

ROOM = 100
MISSING_OF = 1_000
"""One thing in so many is not found."""


def in_parts(rows: Sequence[Any], size: int) -> Iterator[list[Any]]:
    """Some at a time."""
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])


@contextmanager
def timed(told: list[tuple[str, float]], what: str) -> Iterator[None]:
    """Notes how many seconds something took."""
    begun = time.perf_counter()
    yield
    told.append((what, time.perf_counter() - begun))


def furnished(school: School, things: int) -> None:
    """So many things, a hundred in each room."""
    root = organised.root_department(school.system.institution_id)
    asset = session().get_one(Asset, school.asset)
    for number in range(-(-things // ROOM)):
        place = organisation.add_place(school.system, f"{number:04} 室")
        draft = AssetDraft(
            item_type_id=asset.item_type_id, department_id=root.id, place_id=place.id
        )
        ledger.register(school.system, draft, count=min(ROOM, things - number * ROOM))


def scans(audit_id: int, share: int, phones: int, most: int) -> list[dict[str, Any]]:
    """What one phone scans: every so manieth room, all but one thing in a thousand."""
    rows = session().execute(
        sa.select(AuditItem.code, AuditItem.place_id, AuditItem.asset_id)
        .where(
            AuditItem.audit_id == audit_id,
            AuditItem.place_id % phones == share,
            AuditItem.asset_id % MISSING_OF != 0,
        )
        .order_by(AuditItem.place_id, AuditItem.asset_id)
        .limit(most)
    )
    at = isoformat(now())
    return [
        {
            "id": str(uuid.uuid4()),
            "kind": "scan",
            "at": at,
            "code": code,
            "place_id": place_id,
        }
        for code, place_id, _ in rows
    ]


def phone(
    url: str, house: int, audit_id: int, how: tuple[int, int, int, int], go: Any
) -> None:
    """One phone: reads what it will scan, waits for the others, brings all of it."""
    share, phones, most, batch = how
    app = create_app(settings_for(url))
    with app.app_context():
        actor = Actor.system(house)
        made = scans(audit_id, share, phones, most)
        db.session.remove()
        walk = str(uuid.uuid4())
        go.wait()
        for part in in_parts(made, batch):
            actions.take_records(actor, audit_id, Delivery(walk, part))
            db.session.remove()
        go.wait()


def brought(url: str, house: int, audit_id: int, asked: Any) -> tuple[int, float]:
    """All phones at once; how many records in how many seconds."""
    context = multiprocessing.get_context("spawn")
    go = context.Barrier(asked.phones + 1)
    most = asked.records // asked.phones
    processes = [
        context.Process(
            target=phone,
            args=(url, house, audit_id, (at, asked.phones, most, asked.batch), go),
        )
        for at in range(asked.phones)
    ]
    for each in processes:
        each.start()
    go.wait()
    begun = time.perf_counter()
    go.wait()
    took = time.perf_counter() - begun
    for each in processes:
        each.join()
    return asked.records, took


def settled(lead: Actor, office: Actor, audit_id: int) -> int:
    """Everything that differs ruled by one and approved by another; how many."""
    ids = list(
        session().scalars(
            sa.select(AuditFinding.id)
            .where(AuditFinding.audit_id == audit_id, AuditFinding.state == "open")
            .order_by(AuditFinding.id)
        )
    )
    lost = Ruled("mark_missing", "lost", "全校找过，没有找到")
    for part in in_parts(ids, 500):
        actions.rule(lead, part, lost)
        actions.approve(office, part)
    return len(ids)


def drawn_as_book(found: Any) -> int:
    """The workbook of a report; how many bytes."""
    out = io.BytesIO()
    with open_workbook(out) as workbook:
        for each in sheets(found):
            columns = [Column(c.label, Kind(c.kind), c.width) for c in each.columns]
            sheet = TableSheet(workbook, each.title, columns)
            for row in each.rows():
                sheet.write(row)
    return len(out.getvalue())


def measure(kind: str, asked: Any) -> None:
    """Everything on one database."""
    with fresh_database(kind) as url:
        engine = make_engine(url)
        migrations.upgrade(engine)
        print(f"\n{describe(engine)}, {asked.things} things")
        engine.dispose()
        app = create_app(settings_for(url))
        told: list[tuple[str, float]] = []
        with app.app_context():
            school = School(app, settings_for(url), 2)
            system = school.system
            furnished(school, asked.things)
            zone = organised.institution(system.institution_id).time_zone
            with timed(told, "plan"):
                made = actions.plan(system, Plan("测量盘点", today(zone)))
            with timed(told, "freeze the list"):
                actions.freeze(system, made.id)
            audit_id, house = made.id, system.institution_id
            with timed(told, "what a phone loads"):
                load(system, audit_id)
            db.session.remove()
            count, took = brought(url, house, audit_id, asked)
            told.append((f"take {count} records of {asked.phones} phones", took))
            rest = [
                each
                for at in range(asked.phones)
                for each in scans(audit_id, at, asked.phones, asked.things)
            ]
            with timed(told, f"then one phone, {len(rest)} records"):
                for part in in_parts(rest, asked.batch):
                    delivery = Delivery(str(uuid.uuid4()), part)
                    actions.take_records(system, audit_id, delivery)
                    db.session.remove()
            with timed(told, "end the walk, gather differences"):
                actions.end_walk(system, audit_id)
            lead, office = (
                organised.actor_of_person(house, person_id, system.door)
                for person_id in session().scalars(
                    sa.select(Person.id).order_by(Person.id).limit(2)
                )
            )
            with timed(told, "rule and approve differences"):
                count = settled(lead, office, audit_id)
            with timed(told, "close and hash"):
                actions.close(system, audit_id)
            with timed(told, "figures of the report"):
                found = reported(system, audit_id)
            with timed(told, "report as PDF"):
                paper(found, "测量学校")
            with timed(told, "report as a workbook"):
                drawn_as_book(found)
            with timed(told, "prove the hash again"):
                row = session().get_one(Audit, audit_id)
                assert content_hash(row) == row.hash
            with timed(told, "overview of all audits"):
                overview(system)
            print(sums_of(system, row), f"{count} differences")
            db.session.remove()
            db.engine.dispose()
        print("| what | seconds | a second |\n|---|---|---|")
        for what, took in told:
            count = next((int(each) for each in what.split() if each.isdigit()), 0)
            rate = f"{count / took:,.0f}" if count else ""
            print(f"| {what} | {took:.2f} | {rate} |")


def main() -> None:
    """Read what to measure from the command line."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("kinds", nargs="*", default=["sqlite"])
    read.add_argument("--things", type=int, default=5_000)
    read.add_argument("--records", type=int, default=4_000)
    read.add_argument("--phones", type=int, default=4)
    read.add_argument("--batch", type=int, default=200)
    asked = read.parse_args()
    for kind in asked.kinds:
        measure(kind, asked)


if __name__ == "__main__":
    main()
