"""A follower hears each entry once, in order, whoever wrote it and whenever it came."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.journal.following import SHORTEST_REST, Follower
from registry.journal.lines import Heard, Listener
from registry.journal.models import Entry, Position
from registry.journal.news import Hole, counters, read_news
from registry.organisation.models import Institution
from registry.store.db import session
from registry.store.transaction import transaction
from tests.factories.organisation import make_institution
from tests.harness.sources import ROOT

PATIENCE = 60
SAMPLE = Path(__file__).with_name("listening.py")
_subjects = itertools.count(1)

Follow = Callable[..., Follower]


@pytest.fixture
def follow(engine: sa.Engine) -> Iterator[Follow]:
    """``follow(backlog=5)``: a follower on this test's database."""
    made: list[Follower] = []

    def make(**options: Any) -> Follower:
        made.append(Follower(options.pop("connect", engine.connect), **options))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def write(institution_id: int, times: int = 1, kind: str = "thing") -> None:
    """So many entries in one transaction, each of a subject of its own."""
    with transaction():
        for _ in range(times):
            system = Actor.system(institution_id)
            record(system, kind, next(_subjects), "make", is_new=True)


def last_of(institution_id: int) -> int:
    return counters(session().connection(), [institution_id])[institution_id]


def positions(listener: Listener, last: int) -> list[int]:
    """What is heard until a position has been reached."""
    found: list[int] = []
    while listener.position < last:
        heard = listener.wait(PATIENCE)
        assert heard.news or heard.begun or heard.reset, "nothing comes any more"
        found += [each.position for each in heard.news]
    return found


def begin(listener: Listener) -> Heard:
    heard = listener.wait(PATIENCE)
    assert heard.begun
    return heard


def start_listening(url: str, *numbers: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SAMPLE), url, *map(str, numbers)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_entries_of_many_writers_are_heard_once_and_in_order_in_another_process(
    app: Flask, database_url: str, institution: Institution
) -> None:
    """Eight writers, two institutions, transactions that end in any order."""
    other = make_institution()
    houses = (institution.id, other.id)
    begun = {house: last_of(house) for house in houses}
    session().commit()
    written: dict[int, set[int]] = {house: set() for house in houses}
    plan = {index: random.Random(index) for index in range(8)}
    counts = {
        index: [(choose.choice(houses), choose.randint(1, 3)) for _ in range(15)]
        for index, choose in plan.items()
    }
    last = {
        house: begun[house]
        + sum(n for each in counts.values() for own, n in each if own == house)
        for house in houses
    }
    listeners = [
        start_listening(database_url, house, begun[house], last[house])
        for house in houses
    ]

    def write_all(index: int) -> None:
        with app.app_context():
            for house, count in counts[index]:
                with transaction():
                    for _ in range(count):
                        subject = next(_subjects)
                        written[house].add(subject)
                        record(
                            Actor.system(house), "thing", subject, "make", is_new=True
                        )
                    time.sleep(plan[index].random() / 200)

    writers = [threading.Thread(target=write_all, args=[index]) for index in plan]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    for house, listener in zip(houses, listeners, strict=True):
        lines = listener.communicate(timeout=PATIENCE * 3)[0].splitlines()
        heard = [line.split() for line in lines]
        assert listener.returncode == 0
        assert [int(at) for at, _, _ in heard] == list(
            range(begun[house] + 1, last[house] + 1)
        )
        assert {int(subject) for _, _, subject in heard} == written[house]


def insert_entry(connection: sa.Connection, house: int, subject: int) -> None:
    """An entry as a transaction ends: the counter locked, and held until commit."""
    last = connection.scalar(
        sa.update(Position)
        .where(Position.institution_id == house)
        .values(last=Position.last + 1)
        .returning(Position.last)
    )
    columns = {column.name for column in Entry.__table__.columns}
    sample = connection.execute(sa.select(Entry.__table__).limit(1)).one()._mapping
    values = {name: sample[name] for name in columns - {"id"}}
    values |= {"institution_id": house, "position": last, "number": 1}
    values |= {"subject_kind": "thing", "subject_id": subject}
    connection.execute(sa.insert(Entry.__table__).values(**values))


def read_by_id(connection: sa.Connection, after: int) -> list[Any]:
    """What a follower would read that trusts the database's own numbering."""
    query = sa.select(Entry.id, Entry.subject_id).where(Entry.id > after)
    return list(connection.execute(query.order_by(Entry.id)))


def test_who_commits_later_with_an_earlier_number_is_missed_by_number_not_by_position(
    engine: sa.Engine, institution: Institution, follow: Follow
) -> None:
    """The mistake that positions are there for, made on purpose beside them."""
    if engine.dialect.name == "sqlite":
        pytest.skip("here one writer at a time takes numbers")
    other = make_institution()
    session().commit()
    slow, quick, naive = engine.connect(), engine.connect(), engine.connect()
    reached = max(each.id for each in read_by_id(naive, 0))
    naive.rollback()
    follower = follow()
    listeners = {e.id: follower.listen(e.id, None) for e in (institution, other)}
    for each in listeners.values():
        begin(each)
    insert_entry(slow, institution.id, 901)
    insert_entry(quick, other.id, 902)
    quick.commit()
    seen = read_by_id(naive, reached)
    naive.rollback()
    reached = max(each.id for each in seen)
    slow.commit()
    seen += read_by_id(naive, reached)
    assert [each.subject_id for each in seen] == [902]
    for house, subject in ((institution.id, 901), (other.id, 902)):
        [news] = listeners[house].wait(PATIENCE).news
        assert news.subject_id == subject
    for each in (slow, quick, naive):
        each.close()


def test_nothing_is_missed_or_repeated_between_two_listenings(
    institution: Institution, follow: Follow
) -> None:
    follower, reached, found = follow(), 0, []
    for times in (3, 1, 4):
        write(institution.id, times)
        listener = follower.listen(institution.id, reached)
        found += positions(listener, last_of(institution.id))
        reached = listener.position
        listener.close()
        write(institution.id, 2)
    listener = follower.listen(institution.id, reached)
    found += positions(listener, last_of(institution.id))
    assert found == list(range(1, last_of(institution.id) + 1))


def test_whoever_comes_with_an_older_position_hears_what_lies_between(
    institution: Institution, follow: Follow
) -> None:
    follower = follow()
    write(institution.id, 5)
    last = last_of(institution.id)
    here = follower.listen(institution.id, None)
    begin(here)
    older = follower.listen(institution.id, last - 4)
    assert positions(older, last) == list(range(last - 3, last + 1))
    write(institution.id)
    assert positions(here, last + 1) == positions(older, last + 1) == [last + 1]


@pytest.mark.parametrize("after", [0, 10**9])
def test_from_too_far_back_or_from_no_such_position_one_reads_anew(
    institution: Institution, follow: Follow, after: int
) -> None:
    write(institution.id, 30)
    listener = follow(backlog=20).listen(institution.id, after)
    heard = begin(listener)
    assert heard.reset
    assert heard.news == ()
    assert heard.position == last_of(institution.id)
    write(institution.id)
    assert positions(listener, heard.position + 1) == [heard.position + 1]


def test_whoever_is_slow_reads_anew_and_costs_no_memory(
    institution: Institution, follow: Follow
) -> None:
    follower = follow(backlog=10)
    slow = follower.listen(institution.id, None)
    quick = follower.listen(institution.id, None)
    begin(slow)
    begin(quick)
    for _ in range(8):
        write(institution.id, 3)
        positions(quick, last_of(institution.id))
    [line] = follower._lines.values()
    assert len(line.news) <= 10
    assert slow.wait(PATIENCE).reset
    assert slow.position == last_of(institution.id)


def test_more_at_once_than_anybody_keeps_is_read_anew(
    institution: Institution, follow: Follow
) -> None:
    listener = follow(backlog=10).listen(institution.id, None)
    begin(listener)
    write(institution.id, 40)
    heard = listener.wait(PATIENCE)
    assert heard.reset
    assert heard.position == last_of(institution.id)


def cut(connection: sa.Connection) -> None:
    """Break a connection, as a database that restarts does."""
    if connection.dialect.name == "sqlite":
        sa.event.listen(connection, "before_cursor_execute", _fail)
        return
    driver: Any = connection.connection.dbapi_connection
    with connection.engine.connect() as other:
        other.execute(sa.select(sa.func.pg_terminate_backend(driver.info.backend_pid)))


def _fail(*_: Any) -> None:
    raise sa.exc.OperationalError("", {}, Exception("disk I/O error"))


def test_the_follower_goes_on_after_the_database_has_been_away(
    engine: sa.Engine, institution: Institution, follow: Follow
) -> None:
    made: list[sa.Connection] = []
    tries: list[float] = []
    lags: list[float] = []

    def connect() -> sa.Connection:
        tries.append(time.monotonic())
        if 1 < len(tries) < 5:
            raise sa.exc.OperationalError("", {}, Exception("away"))
        made.append(engine.connect())
        return made[-1]

    listener = follow(connect=connect, late=lags.append).listen(institution.id, None)
    begin(listener)
    cut(made[0])
    write(institution.id, 2)
    last = last_of(institution.id)
    assert positions(listener, last) == [last - 1, last]
    assert len(made) == 2
    gaps = [later - sooner for sooner, later in itertools.pairwise(tries[1:])]
    assert all(gap >= SHORTEST_REST for gap in gaps)
    assert max(lags) > 0


def until(happened: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


def test_nobody_follows_while_nobody_listens(
    institution: Institution, follow: Follow
) -> None:
    follower = follow(linger=0)
    assert not follower.is_running
    listener = follower.listen(institution.id, None)
    begin(listener)
    assert follower.is_running
    listener.close()
    assert until(lambda: not follower.is_running)
    write(institution.id)
    again = follower.listen(institution.id, listener.position)
    assert positions(again, last_of(institution.id)) == [last_of(institution.id)]


def test_everybody_stops_waiting_when_the_process_stops(
    institution: Institution, follow: Follow
) -> None:
    stopping = threading.Event()
    follower = follow(over=stopping.is_set)
    listener = follower.listen(institution.id, None)
    begin(listener)
    stopping.set()
    assert listener.wait(PATIENCE).ended
    assert until(lambda: not follower.is_running)
    late = follower.listen(institution.id, None)
    assert late.wait(PATIENCE).ended


def test_a_look_that_fails_has_everybody_read_anew_and_harms_nobody_else(
    institution: Institution, follow: Follow
) -> None:
    other = make_institution()

    def look(connection: Any, house: int, entries: Any) -> Any:
        raise ZeroDivisionError

    follower = follow(looks={"odd": look})
    listeners = [follower.listen(each.id, None) for each in (institution, other)]
    for each in listeners:
        begin(each)
    write(institution.id, kind="odd")
    assert listeners[0].wait(PATIENCE).reset
    write(institution.id)
    assert len(listeners[0].wait(PATIENCE).news) == 1
    write(other.id)
    assert len(listeners[1].wait(PATIENCE).news) == 1


def test_a_hole_in_the_positions_is_noticed(
    engine: sa.Engine, institution: Institution
) -> None:
    write(institution.id, 3)
    last = last_of(institution.id)
    with engine.connect() as connection:
        assert len(read_news(connection, institution.id, 0, last, {})) == last
        with pytest.raises(Hole):
            read_news(connection, institution.id, 0, last + 1, {})


def test_marks_tell_those_whose_they_are_and_whoever_comes_soon_after(
    institution: Institution, follow: Follow
) -> None:
    marks = {1: "a", 2: "a"}

    def read_marks(connection: Any, people: Any) -> Any:
        return {person: marks[person] for person in people}

    follower = follow(marks={"notices": read_marks})
    assert follower.topics == ("notices",)
    one = follower.listen(institution.id, None, 1)
    two = follower.listen(institution.id, None, 2)
    assert begin(one).marked == begin(two).marked == ("notices",)
    marks[1] = "b"
    write(institution.id)
    heard: set[str] = set()
    while not heard:
        heard |= set(one.wait(PATIENCE).marked)
    write(institution.id)
    positions(two, last_of(institution.id))
    assert two.wait(0).marked == ()
    again = follower.listen(institution.id, one.position, 1)
    assert begin(again).marked == ("notices",)
