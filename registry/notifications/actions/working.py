"""Telling whoever asked for long work how it ended, after they have gone on."""

from __future__ import annotations

from registry.jobs.events import JobEnded
from registry.jobs.models import JobState
from registry.notifications.actions.noticing import notify

LONG_SECONDS = 30
"""Who waited no longer than this saw the end themselves."""


def tell_of_job(event: JobEnded) -> None:
    """Who asked hears that it failed, or that what took long is done."""
    failed = event.state == JobState.FAILED
    was_long = event.state == JobState.DONE and event.seconds >= LONG_SECONDS
    if event.person_id is None or not (failed or was_long):
        return
    notify(
        event.institution_id,
        [event.person_id],
        "job_failed" if failed else "job_done",
        subject=("job", event.job_id),
        facts={"title": event.title},
    )
