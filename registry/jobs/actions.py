"""Asking for long work, and stopping it; callers have checked who may."""

from __future__ import annotations

from typing import Any

from registry.access.actor import Actor
from registry.jobs.errors import NotAgain
from registry.jobs.models import Job, JobFile, JobState
from registry.jobs.queries import job as job_of
from registry.jobs.running import may_begin_again
from registry.kernel.clock import now
from registry.store.transaction import transaction


def enqueue(
    actor: Actor,
    kind: str,
    *,
    title: str = "",
    arguments: dict[str, Any] | None = None,
    files: dict[str, tuple[str, str, bytes]] | None = None,
) -> Job:
    """Queue a job; ``files`` are role → (name, media type, content)."""
    with transaction() as session:
        made = Job(
            institution_id=actor.institution_id,
            kind=kind,
            title=title[:200],
            person_id=actor.person_id,
            door=str(actor.door),
            arguments=arguments or {},
            created_at=now(),
        )
        session.add(made)
        session.flush()
        for role, (name, media_type, content) in (files or {}).items():
            keep_file(made, role, name, media_type, content)
        return made


def keep_file(
    found: Job, role: str, name: str, media_type: str, content: bytes
) -> JobFile:
    """Store a file with a job, in place of an earlier one of the same role."""
    with transaction() as session:
        for earlier in session.query(JobFile).filter_by(job_id=found.id, role=role):
            session.delete(earlier)
        session.flush()
        made = JobFile(
            institution_id=found.institution_id,
            job_id=found.id,
            role=role,
            name=name[:200],
            media_type=media_type,
            size=len(content),
            content=content,
        )
        session.add(made)
        session.flush()
        return made


def cancel(actor: Actor, job_id: int) -> Job:
    """Ask a job to stop; one that has not begun is over at once."""
    with transaction() as session:
        found = job_of(actor, job_id)
        found.cancel_asked = True
        if found.state == JobState.WAITING:
            found.state = JobState.CANCELLED
            found.finished_at = now()
        session.flush()
        return found


def begin_again(actor: Actor, job_id: int) -> Job:
    """Queue a job once more that failed or was stopped, of a kind that may be.

    Raises Missing for somebody else's; NotAgain.
    """
    with transaction() as session:
        found = job_of(actor, job_id)
        session.refresh(found, with_for_update=True)
        if not may_begin_again(found):
            raise NotAgain
        found.state = str(JobState.WAITING)
        found.attempts = found.done = 0
        found.cancel_asked = False
        found.refusal = found.finished_at = found.started_at = None
        session.flush()
        return found
