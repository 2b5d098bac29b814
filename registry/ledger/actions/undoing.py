"""Taking a document back by correcting entries; what was changed since stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from registry.access.actor import Actor, Door
from registry.access.permissions import Permission
from registry.jobs.actions import enqueue
from registry.jobs.models import Job
from registry.jobs.queries import is_at_work
from registry.kernel.clock import now
from registry.kernel.errors import Forbidden, Refused
from registry.ledger.actions.asking import still_may
from registry.ledger.actions.changing import correct, withdraw
from registry.ledger.actions.documents import MOST_AT_ONCE
from registry.ledger.errors import NotUndoable
from registry.ledger.queries.documents import (
    count_back,
    count_left,
    document_of,
    entries_left,
)
from registry.store.transaction import attempt, transaction
from registry.words import gettext as _

BATCH = 200
UNDOABLE = frozenset({"basket", "bulk"})
"""Documents taken back here; an import and a transfer have ways of their own."""
UNDO_JOB = "document_undo"

Progress = Callable[[int, int, str], None]


def undo_document(actor: Actor, document_id: int) -> Job | None:
    """Take back all that was changed under a document, as far as nobody built upon it.

    At once for some hundreds of entries; beyond, by a job, which is given back. Raises
    NotUndoable.
    """
    with transaction() as session:
        actor.require(Permission.ASSET_CORRECT)
        found = document_of(actor, document_id, lock=True)
        if found.kind not in UNDOABLE or found.undone_at is not None:
            raise NotUndoable(number=found.number)
        if found.undo_job_id is not None and is_at_work(found.undo_job_id):
            raise NotUndoable(number=found.number)
        if count_left(actor, found.number) <= MOST_AT_ONCE:
            carry_out_undo(actor, document_id)
            return None
        title = _("撤销单据 %(number)s", number=found.number)
        job = enqueue(actor, UNDO_JOB, title=title, arguments={"document": found.id})
        found.undo_job_id = job.id
        session.flush()
        return job


def carry_out_undo(
    actor: Actor, document_id: int, progress: Progress | None = None
) -> dict[str, int]:
    """Do it, batch by batch; what an earlier try has taken back is passed over."""
    actor.require(Permission.ASSET_CORRECT)
    found = document_of(actor, document_id)
    if found.undone_at is not None:
        return dict(found.undone or {})
    # Counted before: the entries of a running transaction are written at its end.
    before = count_back(found)
    reason = _("撤销单据 %(number)s", number=found.number)
    counts = take_back(actor, found.number, reason, progress=progress)
    told = {"corrected": before + counts["corrected"], "kept": counts["kept"]}
    with transaction() as session:
        found = document_of(actor, document_id, lock=True)
        if found.undone_at is None:
            found.undone, found.undone_at = told, now()
            found.undone_by_id = actor.person_id
            session.flush()
        return dict(found.undone or {})


def take_back(
    actor: Actor,
    document: str,
    reason: str,
    *,
    door: Door | None = None,
    progress: Progress | None = None,
) -> Counter[str]:
    """Take back every entry of a document, the newest first, by entries that say so.

    Things registered under it are withdrawn and give their numbers back; entries that
    were built upon since are left as they are and counted as kept. Each batch is a
    transaction that asks anew whether the actor may; what has been taken back by an
    earlier try is not looked at again.
    """
    actor.require(Permission.ASSET_CORRECT)
    entries = entries_left(actor, document)
    counts: Counter[str] = Counter()
    for start in range(0, len(entries), BATCH):
        with transaction():
            worker = still_may(actor, Permission.ASSET_CORRECT)
            worker = worker if door is None else replace(worker, door=door)
            for asset_id, number in _in_order(entries[start : start + BATCH]):
                counts[_take_back(worker, asset_id, number, reason, document)] += 1
        if progress is not None:
            progress(min(start + BATCH, len(entries)), len(entries), "undoing")
    return counts


def _in_order(entries: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """By asset, since rows are locked in that order; of one asset the newest first."""
    return sorted(entries, key=lambda each: (each[0], -each[1]))


def _take_back(
    worker: Actor, asset_id: int, number: int, reason: str, document: str
) -> str:
    """Take one entry back inside the batch's transaction; what came of it."""
    try:
        with attempt():
            if number == 1:
                withdraw(worker, asset_id, reason=reason, document=document)
            else:
                correct(worker, asset_id, number, reason=reason, document=document)
    except Forbidden:
        # Somebody who may take all of it back is to do it, not half of it left.
        raise
    except Refused:
        return "kept"
    return "withdrawn" if number == 1 else "corrected"
