"""Proving the ledger as a job: for ledgers that take longer than one waits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from registry.access.actor import Actor, Door
from registry.jobs.running import Run, handler
from registry.journal.queries import last_position, last_seal
from registry.ledger.verifying import verify
from registry.organisation.queries import actor_of_person

KIND = "verify"
MOST_SHOWN = 50


def report(actor: Actor) -> dict[str, Any]:
    """What proving the actor's ledger finds: the first findings, and how many."""
    position = last_position(actor.institution_id)
    seal = last_seal(actor.institution_id)
    shown, count = [], 0
    for finding in verify(actor):
        count += 1
        if count <= MOST_SHOWN:
            shown.append(asdict(finding))
    return {
        "position": position,
        "seal": seal.hash if seal else None,
        "count": count,
        "findings": shown,
    }


@handler(KIND)
def verify_as_job(run: Run) -> dict[str, Any]:
    """Prove the ledger for whoever asked."""
    job = run.job
    actor = actor_of_person(job.institution_id, job.person_id, Door(job.door))
    return report(actor)
