"""Running jobs: one worker claims each, renews its lease, and another resumes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from registry.jobs.events import JobEnded
from registry.jobs.models import Job, JobState
from registry.kernel.clock import now
from registry.kernel.errors import Busy, Refused
from registry.store.db import db
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction
from registry.store.trouble import passing

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
REST = timedelta(seconds=5)
"""After the first attempt that the database cut off; after each further one longer."""
IDLE_SECONDS = 1.0

Handler = Callable[["Run"], dict[str, Any]]

HANDLERS: dict[str, Handler] = {}
AGAIN: set[str] = set()
"""Kinds of jobs that may be begun again after they failed: nothing is done twice."""

log = structlog.get_logger("registry.jobs")


class Cancelled(Exception):
    """The person who asked for the job has asked it to stop."""


class Run:
    """What a running job's handler is given: its job, and ways to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.job_id = job.id

    def progress(self, done: int, total: int, stage: str = "") -> None:
        """Say how far the work has come, and renew the lease; raises Cancelled."""
        with transaction() as session:
            asked = session.scalar(self._moved(done, total, stage))
        if asked:
            raise Cancelled

    def progress_apart(self, done: int, total: int, stage: str = "") -> None:
        """The same over a connection of its own, while rows are read from the session.

        Not inside a transaction of the session's own: it would wait for itself.
        """
        engine = db.engine.execution_options(sqlite_begin="IMMEDIATE")
        with engine.connect() as connection, connection.begin():
            asked = connection.scalar(self._moved(done, total, stage))
        if asked:
            raise Cancelled

    def _moved(self, done: int, total: int, stage: str) -> Any:
        return (
            sa.update(Job)
            .where(Job.id == self.job_id)
            .values(done=done, total=total, stage=stage, leased_until=now() + LEASE)
            .returning(Job.cancel_asked)
            .execution_options(synchronize_session=False)
        )


def handler(kind: str, *, again: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that carries out jobs of a kind.

    ``again`` says that one that failed may be begun again: it goes on where it was cut
    off, or what it does may be done twice.
    """

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        if again:
            AGAIN.add(kind)
        return function

    return register


def may_begin_again(found: Job) -> bool:
    """Whether a job is over without result, and begun again nothing is done twice."""
    over = found.state in (JobState.FAILED, JobState.CANCELLED)
    return over and found.kind in AGAIN


def claim_next() -> Job | None:
    """Take the next job that waits, or whose worker has died."""
    with transaction() as session:
        moment = now()
        found = session.scalar(
            sa.select(Job)
            .where(
                sa.or_(
                    Job.state == JobState.WAITING,
                    sa.and_(Job.state == JobState.RUNNING, Job.leased_until < moment),
                ),
                Job.attempts < MOST_ATTEMPTS,
            )
            .order_by(Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if found is None:
            return None
        found.state = JobState.RUNNING
        found.attempts += 1
        found.started_at = found.started_at or moment
        found.leased_until = moment + LEASE
        session.flush()
        return found


def give_up_on_lost() -> int:
    """End the jobs that were begun too often and whose last worker has died."""
    with transaction() as session:
        lost = session.scalars(
            sa.select(Job.id).where(
                Job.state == JobState.RUNNING,
                Job.leased_until < now(),
                Job.attempts >= MOST_ATTEMPTS,
            )
        ).all()
        for job_id in lost:
            facts = {"code": "incident", "facts": {}}
            _finish(job_id, JobState.FAILED, refusal=facts)
        return len(lost)


def run_next() -> bool:
    """Run one job to its end; False if none waits."""
    job = claim_next()
    if job is None:
        return give_up_on_lost() > 0
    job_id, kind, attempts = job.id, job.kind, job.attempts
    try:
        result = HANDLERS[kind](Run(job))
    except Cancelled:
        _finish(job_id, JobState.CANCELLED)
    except Busy as refusal:
        _fail(job_id, attempts, refusal)
    except Refused as refusal:
        facts = {"code": refusal.code, "facts": refusal.facts}
        _finish(job_id, JobState.FAILED, refusal=facts)
    except Exception as error:
        may_pass = passing(error)
        told = "job_failed" if may_pass is None else "job_cut_off"
        log.exception(told, job=job_id, kind=kind)
        current_session().rollback()
        _fail(job_id, attempts, may_pass)
    else:
        _finish(job_id, JobState.DONE, result=result)
    return True


def _fail(job_id: int, attempts: int, refusal: Busy | None) -> None:
    """End a job that stumbled; one that may go well later is left to be resumed."""
    if refusal is not None and refusal.code == Busy.code and attempts < MOST_ATTEMPTS:
        with transaction() as session:
            session.execute(
                sa.update(Job)
                .where(Job.id == job_id)
                .values(leased_until=now() + REST * attempts)
                .execution_options(synchronize_session=False)
            )
        return
    code = refusal.code if refusal is not None else "incident"
    _finish(job_id, JobState.FAILED, refusal={"code": code, "facts": {}})


def _finish(job_id: int, state: JobState, **values: Any) -> None:
    """Note how a job ended; whoever follows it is told in the same transaction."""
    with transaction() as session:
        moment = now()
        session.execute(
            sa.update(Job)
            .where(Job.id == job_id)
            .values(state=str(state), finished_at=moment, leased_until=None, **values)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
        found = session.get_one(Job, job_id)
        emit(
            JobEnded(
                institution_id=found.institution_id,
                job_id=found.id,
                person_id=found.person_id,
                kind=found.kind,
                title=found.title,
                state=str(state),
                seconds=(moment - found.created_at).total_seconds(),
                refusal=found.refusal,
            )
        )


class Worker:
    """A thread that runs jobs of an application until it is told to stop."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stopping = threading.Event()
        self.thread = threading.Thread(
            target=self._work, name="registry-jobs", daemon=True
        )

    def start(self) -> None:
        """Begin working."""
        self.thread.start()

    def stop(self) -> None:
        """Finish the job in hand and end."""
        self.stopping.set()
        self.thread.join(timeout=30)

    def _work(self) -> None:
        while not self.stopping.is_set():
            if not self._one():
                self.stopping.wait(IDLE_SECONDS)

    def _one(self) -> bool:
        with self.app.app_context():
            try:
                return run_next()
            except Exception:
                log.exception("worker_stumbled")
                return False
            finally:
                db.session.remove()
