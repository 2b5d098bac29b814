"""Running jobs: one worker claims each, renews its lease, and another resumes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from registry.jobs.models import Job, JobState
from registry.kernel.clock import now
from registry.kernel.errors import Refused
from registry.store.db import db
from registry.store.db import session as current_session
from registry.store.transaction import transaction

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
IDLE_SECONDS = 1.0

Handler = Callable[["Run"], dict[str, Any]]

HANDLERS: dict[str, Handler] = {}

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
            asked = session.scalar(
                sa.update(Job)
                .where(Job.id == self.job_id)
                .values(done=done, total=total, stage=stage, leased_until=now() + LEASE)
                .returning(Job.cancel_asked)
                .execution_options(synchronize_session=False)
            )
        if asked:
            raise Cancelled


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that carries out jobs of a kind."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return register


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


def run_next() -> bool:
    """Run one job to its end; False if none waits."""
    job = claim_next()
    if job is None:
        return False
    job_id, kind = job.id, job.kind
    try:
        result = HANDLERS[kind](Run(job))
    except Cancelled:
        _finish(job_id, JobState.CANCELLED)
    except Refused as refusal:
        facts = {"code": refusal.code, "facts": refusal.facts}
        _finish(job_id, JobState.FAILED, refusal=facts)
    except Exception:
        log.exception("job_failed", job=job_id, kind=kind)
        current_session().rollback()
        _finish(job_id, JobState.FAILED, refusal={"code": "incident", "facts": {}})
    else:
        _finish(job_id, JobState.DONE, result=result)
    return True


def _finish(job_id: int, state: JobState, **values: Any) -> None:
    with transaction() as session:
        session.execute(
            sa.update(Job)
            .where(Job.id == job_id)
            .values(state=str(state), finished_at=now(), leased_until=None, **values)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()


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
