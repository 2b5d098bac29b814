"""Long work: who is told how it ended, beginning again, progress, slow printers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.jobs import queries, running
from registry.jobs.actions import begin_again, cancel, enqueue
from registry.jobs.errors import NotAgain
from registry.jobs.models import Job, JobState
from registry.jobs.running import Run, claim_next, give_up_on_lost, run_next
from registry.kernel.clock import now
from registry.kernel.errors import Missing
from registry.labelling.actions import add_printer
from registry.labelling.models import PrintRun
from registry.labelling.rules import Choice
from registry.labelling.running import KIND as LABELS
from registry.labelling.running import arguments_of
from registry.ledger import running as ledger_running
from registry.ledger import verifying
from registry.ledger.running import KIND as VERIFY
from registry.notifications.models import Notice
from registry.organisation.models import Institution
from registry.store.db import db, session
from tests.factories.ledger import make_assets
from tests.factories.organisation import actor_of, make_colleague


@pytest.fixture
def office(institution: Institution) -> Actor:
    return actor_of(make_colleague(institution, Role.ASSET_OFFICE))


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The handlers there are, to which a test adds its own."""
    monkeypatch.setattr(running, "HANDLERS", dict(running.HANDLERS))
    monkeypatch.setattr(running, "AGAIN", {*running.AGAIN, "good", "bad"})
    return running.HANDLERS


def told(actor: Actor) -> list[tuple[str, int]]:
    rows = session().execute(
        sa.select(Notice.kind, Notice.subject_id)
        .where(Notice.person_id == actor.person_id, Notice.subject_kind == "job")
        .order_by(Notice.id)
    )
    return [(kind, subject_id) for kind, subject_id in rows]


def test_who_asked_is_told_of_failures_and_of_what_took_long(
    office: Actor, handlers: dict[str, Any], clock: Any
) -> None:
    def fails(run: Run) -> dict[str, Any]:
        raise ZeroDivisionError

    handlers |= {"good": lambda run: {}, "bad": fails, "once": fails}
    short = enqueue(office, "good", title="短")
    assert run_next()
    bad = enqueue(office, "bad", title="坏")
    assert run_next()
    long = enqueue(office, "good", title="长")
    clock.shift(timedelta(minutes=5))
    assert run_next()
    assert told(office) == [("job_failed", bad.id), ("job_done", long.id)]
    stopped = enqueue(office, "bad")
    cancel(office, stopped.id)
    assert not run_next()
    assert len(told(office)) == 2

    handlers["bad"] = lambda run: {"well": True}
    again = begin_again(office, bad.id)
    assert (again.state, again.refusal, again.finished_at) == ("waiting", None, None)
    assert run_next()
    found = queries.job(office, bad.id)
    assert (found.state, found.result) == (JobState.DONE, {"well": True})
    once = enqueue(office, "once")
    assert run_next()
    for job_id in (short.id, found.id, once.id):
        with pytest.raises(NotAgain):
            begin_again(office, job_id)
    with pytest.raises(Missing):
        begin_again(Actor(office.institution_id, 987_654), stopped.id)


def test_a_job_whose_workers_keep_dying_ends_and_says_so(
    office: Actor, clock: Any
) -> None:
    lost = enqueue(office, VERIFY)
    for _try in range(running.MOST_ATTEMPTS):
        assert claim_next() is not None
        assert give_up_on_lost() == 0
        clock.shift(running.LEASE * 2)
    assert claim_next() is None
    assert run_next()
    assert queries.job(office, lost.id).state == JobState.FAILED
    assert told(office) == [("job_failed", lost.id)]
    assert not run_next()


def test_a_proof_says_how_far_it_is_keeps_its_lease_and_stops_when_asked(
    office: Actor, institution: Institution, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    make_assets(institution, 6)
    monkeypatch.setattr(verifying, "TOLD_EVERY", 2)
    job = enqueue(office, VERIFY)
    seen: list[tuple[int, int, str, bool]] = []
    moved = Run.progress_apart

    def watched(run: Run, done: int, total: int, stage: str = "") -> None:
        clock.shift(timedelta(seconds=50))
        moved(run, done, total, stage)
        with db.engine.connect() as outside:
            row = outside.execute(sa.select(Job).where(Job.id == job.id)).one()
        seen.append((row.done, row.total, row.stage, row.leased_until > now()))
        if len(seen) == 3:
            cancel_apart(job.id)

    monkeypatch.setattr(Run, "progress_apart", watched)
    assert run_next()
    assert queries.job(office, job.id).state == JobState.CANCELLED
    assert [each[0] for each in seen] == sorted({each[0] for each in seen})
    assert {each[1:] for each in seen} == {(seen[0][1], "proving", True)}
    monkeypatch.setattr(Run, "progress_apart", moved)
    begin_again(office, job.id)
    assert run_next()
    assert queries.job(office, job.id).result["findings"] == []
    assert ledger_running.report(office)["count"] == 0


def cancel_apart(job_id: int) -> None:
    """As another process would ask a job to stop."""
    engine = db.engine.execution_options(sqlite_begin="IMMEDIATE")
    with engine.begin() as connection:
        connection.execute(
            sa.update(Job).where(Job.id == job_id).values(cancel_asked=True)
        )


class SlowPrinter:
    """A label printer that takes its time, while others write to the database."""

    def __init__(self, url: str) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = url
        self.taken = b""
        self.wrote = False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _peer = self.listener.accept()
        with connection:
            while part := connection.recv(65_536):
                if not self.taken:
                    self._write()
                self.taken += part

    def _write(self) -> None:
        engine = sa.create_engine(self.url)
        with engine.begin() as other:
            other.execute(sa.text("UPDATE institutions SET contact = '8001'"))
        engine.dispose()
        self.wrote = True

    def close(self) -> None:
        self.thread.join(30)
        self.listener.close()


@pytest.fixture
def printer(database_url: str, context: Any) -> Iterator[SlowPrinter]:
    made = SlowPrinter(
        database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    )
    yield made
    made.close()


def test_a_slow_printer_keeps_nobody_waiting_and_a_dead_one_prints_nothing(
    institution: Institution, office: Actor, printer: SlowPrinter
) -> None:
    named = add_printer(office, "一号", "127.0.0.1", port=printer.port)
    assets = make_assets(institution, 3)
    told_to = arguments_of(
        "assets",
        [each.id for each in assets],
        Choice(),
        "https://zc.example.edu.cn",
        named.id,
    )
    job = enqueue(office, LABELS, title="打印", arguments=told_to)
    assert run_next()
    printer.thread.join(30)
    assert printer.wrote, "others could not write while the printer took its time"
    assert printer.taken.count(b"^XA") == 3
    found = queries.job(office, job.id)
    assert (found.state, found.stage, found.done, found.total) == (
        JobState.DONE,
        "sending",
        3,
        3,
    )
    [run] = session().scalars(sa.select(PrintRun))
    assert (run.printer_id, run.count) == (named.id, 3)
    printer.listener.close()
    dead = enqueue(office, LABELS, title="打印", arguments=told_to)
    assert run_next()
    refusal = queries.job(office, dead.id).refusal or {}
    assert refusal["code"] == "printer_unreachable"
    assert told(office) == [("job_failed", dead.id)]
    assert session().query(PrintRun).count() == 1
