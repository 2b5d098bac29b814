"""Imports as jobs: checked and applied while whoever asked does something else."""

from __future__ import annotations

from typing import Any

from registry.access.actor import Actor, Door
from registry.interchange import actions
from registry.interchange.actions.importing import APPLY_JOB, CHECK_JOB
from registry.interchange.actions.undoing import UNDO_JOB
from registry.jobs.running import Run, handler
from registry.organisation.queries import actor_of_person


def _actor(run: Run) -> Actor:
    job = run.job
    return actor_of_person(job.institution_id, job.person_id, Door(job.door))


@handler(CHECK_JOB, again=True)
def check(run: Run) -> dict[str, Any]:
    """Read a file and say what would come of it."""
    found = actions.check(_actor(run), run.job.arguments["import"])
    return {"import": found.id}


@handler(APPLY_JOB, again=True)
def apply(run: Run) -> dict[str, Any]:
    """Bring a confirmed import in, going on where an earlier try was cut off."""
    return actions.apply(_actor(run), run.job.arguments["import"], run.progress)


@handler(UNDO_JOB, again=True)
def undo(run: Run) -> dict[str, Any]:
    """Take an import back."""
    return actions.undo(_actor(run), run.job.arguments["import"], run.progress)
