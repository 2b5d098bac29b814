"""Reading jobs: one's own, and the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.jobs.models import Job, JobFile, JobState
from registry.kernel.errors import Missing
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows


def job(actor: Actor, job_id: int) -> Job:
    """A job of the actor's own (administrators see everyone's), as it stands now."""
    found = session().scalar(
        sa.select(Job)
        .where(Job.id == job_id, Job.institution_id == actor.institution_id)
        .execution_options(populate_existing=True)
    )
    if found is None or not _is_theirs(actor, found):
        raise Missing(what="jobs")
    return found


def _is_theirs(actor: Actor, found: Job) -> bool:
    own = actor.person_id is not None and found.person_id == actor.person_id
    return own or _sees_all(actor)


def _sees_all(actor: Actor) -> bool:
    return actor.is_system or actor.holds(Role.ADMINISTRATOR)


def is_at_work(job_id: int) -> bool:
    """Whether a job waits or runs; whoever asks has been let in."""
    state = session().scalar(sa.select(Job.state).where(Job.id == job_id))
    return state in (JobState.WAITING, JobState.RUNNING)


JOB_ORDERS: Orders = {"newest": Order(falling=True)}


@dataclass(frozen=True)
class JobFilter:
    """What a list of jobs is narrowed to."""

    text: str = ""
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    everybody: bool = False
    """Everybody's, for an administrator; of others it narrows nothing."""


def job_rows(actor: Actor, wanted: JobFilter, sort: str) -> Rows[Job]:
    """The actor's own jobs; an administrator may ask for everybody's."""
    query = sa.select(Job).where(Job.institution_id == actor.institution_id)
    if not (wanted.everybody and _sees_all(actor)):
        query = query.where(Job.person_id == actor.person_id)
    where = [
        Job.title.icontains(word, autoescape=True) for word in wanted.text.split()[:8]
    ]
    if wanted.states:
        where.append(Job.state.in_(wanted.states))
    if wanted.kinds:
        where.append(Job.kind.in_(wanted.kinds))
    return Rows(query, Job.id, tuple(where))


def jobs_of(actor: Actor, kind: str | None = None, limit: int = 50) -> list[Job]:
    """The actor's own jobs, newest first."""
    query = sa.select(Job).where(
        Job.institution_id == actor.institution_id, Job.person_id == actor.person_id
    )
    if kind is not None:
        query = query.where(Job.kind == kind)
    return list(session().scalars(query.order_by(Job.id.desc()).limit(limit)))


def file_of(found: Job, role: str) -> JobFile:
    """A file of a job with its content."""
    stored = session().scalar(
        sa.select(JobFile)
        .where(
            JobFile.institution_id == found.institution_id,
            JobFile.job_id == found.id,
            JobFile.role == role,
        )
        .options(undefer(JobFile.content))
    )
    if stored is None:
        raise Missing(what="job_files")
    return stored


def files_of(found: Job) -> list[JobFile]:
    """The files of a job without their content."""
    return list(
        session().scalars(
            sa.select(JobFile)
            .where(
                JobFile.institution_id == found.institution_id,
                JobFile.job_id == found.id,
            )
            .order_by(JobFile.id)
        )
    )


def oldest_waiting() -> datetime | None:
    """Since when the longest-waiting job has been waiting, for readiness checks."""
    return session().scalar(
        sa.select(sa.func.min(Job.created_at)).where(Job.state == JobState.WAITING)
    )
