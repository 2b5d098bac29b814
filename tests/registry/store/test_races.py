"""Writers at the same moment below all features: schema, duties, numbers, positions.

Every race is judged by a function that names what went wrong; with a fault planted in
what holds it, the same function must find something.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections import Counter
from contextlib import nullcontext, suppress
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.journal import actions as journal
from registry.journal.models import Entry
from registry.journal.queries import last_position
from registry.kernel.clock import now
from registry.kernel.errors import Conflict
from registry.ledger.actions import registering
from registry.ledger.models import NumberSeries
from registry.ledger.verifying import verify
from registry.organisation.models import Institution
from registry.store import migrations
from registry.store import transaction as store
from registry.store.db import make_engine, session
from registry.store.transaction import transaction
from registry.upkeep import actions as upkeep
from registry.upkeep.models import Duty
from tests.harness.sources import load_every_model
from tests.registry.sharing.test_races import at_once

UP_TO = "0008"
"""Enough steps for two to be at it at once."""
WRITERS = 8
TURNS = 6


class Thrown(Exception):
    """What ends a transaction that had almost been done."""


def brought_up_at_once(database_url: str) -> list[str]:
    """R23: two processes bring one empty database up."""
    reading, writing = os.pipe()
    children = []
    for _ in range(2):
        child = os.fork()
        if not child:
            try:
                engine = make_engine(database_url)
                os.close(writing)
                os.read(reading, 1)  # ends when the parent closes its end: together
                migrations.upgrade(engine, UP_TO)
                os._exit(0)
            except BaseException:
                os._exit(1)
        children.append(child)
    os.close(reading)
    os.close(writing)
    codes = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children]
    wrong = [f"ended with {code}" for code in codes if code]
    engine = make_engine(database_url)
    if migrations.current(engine) != UP_TO:
        wrong.append(f"came to {migrations.current(engine)}")
    engine.dispose()
    return wrong


def test_of_two_processes_that_bring_a_schema_up_one_waits_for_the_other(
    empty_database_url: str,
) -> None:
    load_every_model()
    assert brought_up_at_once(empty_database_url) == []
    assert brought_up_at_once(empty_database_url) == []


@pytest.mark.whole_only
def test_processes_that_do_not_wait_are_caught(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_every_model()
    monkeypatch.setattr(migrations, "_alone", nullcontext)
    assert brought_up_at_once(empty_database_url)


@pytest.fixture
def met() -> threading.Barrier:
    """Where those with a planted fault meet between looking and writing."""
    return threading.Barrier(WRITERS)


def taken_at_once(app: Flask) -> list[str]:
    """R17: every process looks what is due, the first time and once it is due again."""
    wrong = []
    for turn in ("first", "next"):
        with transaction() as writing:
            writing.execute(sa.update(Duty).values(due_at=now()))
        look = partial(upkeep.take_turn, "a duty", timedelta(hours=1))
        told = Counter(repr(result) for _, result in at_once(app, *[look] * WRITERS))
        if told != {"True": 1, "False": WRITERS - 1}:
            wrong.append(f"{turn}: {told}")
    return wrong


def test_of_all_who_see_a_duty_due_one_does_it(
    app: Flask,
    context: Session,
    monkeypatch: pytest.MonkeyPatch,
    met: threading.Barrier,
) -> None:
    assert taken_at_once(app) == []

    def look_first(name: str, every: timedelta) -> bool:
        duty = session().get_one(Duty, name)
        is_due = duty.due_at <= now()
        session().rollback()
        met.wait()
        with transaction() as writing:
            writing.execute(sa.update(Duty).values(due_at=now() + every))
        return is_due

    monkeypatch.setattr(upkeep, "take_turn", look_first)
    assert taken_at_once(app)


def numbered_at_once(app: Flask, house: int, series: str) -> list[str]:
    """R13: many things get a number at once, the first of a year among them."""
    outcomes = at_once(
        app, *[partial(registering.next_number, house, series)] * WRITERS
    )
    given = sorted(str(result) for _, result in outcomes)
    wanted = [f"{series}-{number:06d}" for number in range(1, WRITERS + 1)]
    return [] if given == wanted else given


def test_no_number_is_given_twice_or_left_out(
    app: Flask,
    institution: Institution,
    monkeypatch: pytest.MonkeyPatch,
    met: threading.Barrier,
) -> None:
    house = institution.id
    session().commit()
    for year in ("2031", "2032"):
        assert numbered_at_once(app, house, year) == []

    def look_first(house: int, series: str) -> str:
        found = session().get(NumberSeries, (house, series))
        last = (found.last if found else 0) + 1
        session().rollback()
        met.wait()
        return f"{series}-{last:06d}"

    monkeypatch.setattr(registering, "next_number", look_first)
    assert numbered_at_once(app, house, "2033")


def appended_at_once(app: Flask, system: Actor) -> list[str]:
    """R21: writers on subjects of their own and on one of all; every third throws."""
    before = last_position(system.institution_id)
    session().rollback()
    own = itertools.count(1_000 + before * WRITERS)
    done: list[int] = []

    def write() -> None:
        for turn in range(TURNS):
            subjects = [next(own), next(own), 7]
            with suppress(Thrown, Conflict), transaction() as writing:
                writing.info["thrown"] = turn % 3 == 2
                for subject in subjects:
                    journal.record(system, "thing", subject, "make")
            if turn % 3 != 2 and session().scalar(
                sa.select(Entry.id).where(Entry.subject_id == subjects[0])
            ):
                done.append(len(subjects))

    wrong = [str(end) for end in at_once(app, *[write] * WRITERS) if end[0] != "done"]
    session().rollback()
    rows = session().scalars(
        sa.select(Entry.number)
        .where(Entry.subject_kind == "thing", Entry.subject_id == 7)
        .order_by(Entry.position)
    )
    numbers = list(rows)
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append(f"of one subject {numbers}")
    after = last_position(system.institution_id)
    if after != before + sum(done):
        wrong.append(f"{sum(done)} entries, from {before} to {after}")
    return wrong + [str(each) for each in verify(system)]


def test_writers_of_the_ledger_leave_no_gap_whoever_throws(
    app: Flask, institution: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = Actor.system(institution.id)
    session().commit()

    def throw(writing: Session) -> None:
        if writing.info.get("thrown"):
            raise Thrown

    monkeypatch.setattr(store, "_finalisers", [*store._finalisers, throw])
    assert appended_at_once(app, system) == []
    numbers = itertools.count(last_position(system.institution_id) + 1)
    session().rollback()

    def from_memory(_writing: Session, _house: int, count: int) -> int:
        return [next(numbers) for _ in range(count)][-1]

    monkeypatch.setattr(journal, "_lock_positions", from_memory)
    assert appended_at_once(app, system)
