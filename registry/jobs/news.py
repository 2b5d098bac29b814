"""Whether anything has changed in somebody's own long jobs."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from registry.jobs.models import Job, JobState

UNFINISHED = (JobState.WAITING, JobState.RUNNING)


def marks_of_jobs(
    connection: sa.Connection, people: Mapping[int, int]
) -> dict[int, str]:
    """For each person a text that differs once a job of theirs has come further."""
    rows = connection.execute(
        sa.select(
            Job.person_id,
            sa.func.max(Job.id),
            sa.func.sum(sa.case((Job.state.in_(UNFINISHED), 1), else_=0)),
            sa.func.sum(Job.done),
            sa.func.max(Job.finished_at),
        )
        .where(
            Job.institution_id.in_(set(people.values())), Job.person_id.in_(set(people))
        )
        .group_by(Job.person_id)
    )
    return {person_id: str(tuple(mark)) for person_id, *mark in rows}
