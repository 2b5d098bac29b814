"""Long work of the ledger as jobs: proving it, changing many assets, taking back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from registry.access.actor import Actor, Door
from registry.jobs.running import Cancelled, Run, handler
from registry.journal.queries import last_position, last_seal
from registry.kernel.errors import Refused
from registry.ledger.actions.bulk import (
    CARRY_OUT_JOB,
    PLAN_JOB,
    carry_out_bulk,
    look_at_all,
    stop_bulk,
)
from registry.ledger.actions.undoing import UNDO_JOB, carry_out_undo
from registry.ledger.verifying import verify
from registry.organisation.queries import actor_of_person
from registry.store.db import session

KIND = "verify"
MOST_SHOWN = 50


def report(
    actor: Actor, progress: Callable[[int, int, str], None] | None = None
) -> dict[str, Any]:
    """What proving the actor's ledger finds: the first findings, and how many.

    ``progress`` is told how many entries of how many have been looked at.
    """
    position = last_position(actor.institution_id)
    seal = last_seal(actor.institution_id)
    shown, count = [], 0
    told = None if progress is None else partial(_tell, progress, position)
    for finding in verify(actor, told):
        count += 1
        if count <= MOST_SHOWN:
            shown.append(asdict(finding))
    return {
        "position": position,
        "seal": seal.hash if seal else None,
        "count": count,
        "findings": shown,
    }


def _tell(progress: Callable[[int, int, str], None], total: int, done: int) -> None:
    progress(min(done, total), total, "proving")


@handler(KIND, again=True)
def verify_as_job(run: Run) -> dict[str, Any]:
    """Prove the ledger for whoever asked."""
    return report(_actor(run), run.progress_apart)


def _actor(run: Run) -> Actor:
    job = run.job
    return actor_of_person(job.institution_id, job.person_id, Door(job.door))


@handler(PLAN_JOB)
def plan_as_job(run: Run) -> dict[str, Any]:
    """Look at what a change of thousands would do."""
    return _of_bulk(run, look_at_all)


@handler(CARRY_OUT_JOB)
def carry_out_as_job(run: Run) -> dict[str, Any]:
    """Carry out a change of thousands, going on where an earlier try was cut off."""
    return _of_bulk(run, carry_out_bulk)


def _of_bulk(run: Run, work: Callable[..., Any]) -> dict[str, Any]:
    """Work on a bulk change, which is told how it ended whatever happens."""
    job, bulk_id = run.job, run.job.arguments["bulk"]
    for_whom = Actor(job.institution_id, job.person_id, is_system=job.person_id is None)
    try:
        work(_actor(run), bulk_id, run.progress)
    except Cancelled:
        stop_bulk(for_whom, bulk_id)
        raise
    except Refused as refusal:
        stop_bulk(for_whom, bulk_id, refusal)
        raise
    except Exception:
        session().rollback()
        stop_bulk(for_whom, bulk_id)
        raise
    return {"bulk": bulk_id}


@handler(UNDO_JOB, again=True)
def undo_as_job(run: Run) -> dict[str, Any]:
    """Take a document back, going on where an earlier try was cut off."""
    document_id = run.job.arguments["document"]
    carry_out_undo(_actor(run), document_id, run.progress)
    return {"document": document_id}
