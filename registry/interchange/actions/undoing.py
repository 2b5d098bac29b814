"""Taking an import back by correcting entries; what was changed since stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor, Door
from registry.access.permissions import Permission
from registry.interchange.actions.importing import LEDGER, NotNow, still_may
from registry.interchange.queries import import_of
from registry.interchange.states import ImportState
from registry.journal.models import Entry
from registry.kernel.errors import Refused
from registry.ledger import actions as ledger
from registry.store.db import session
from registry.store.transaction import attempt, transaction
from registry.words import gettext as _

BATCH = 200
UNDO_JOB = "import_undo"


def undo(actor: Actor, import_id: int, progress: Any = None) -> dict[str, int]:
    """Take back every entry of an import, the newest first, by entries that say so.

    Things it registered are withdrawn and give their numbers back; entries that were
    built upon since are left as they are and counted as kept.
    """
    found = import_of(actor, import_id)
    actor.require(Permission.ASSET_CORRECT)
    if found.state != ImportState.DONE or found.kind != LEDGER:
        raise NotNow(state=found.state)
    worker = replace(actor, door=Door.IMPORT)
    entries = _entries(actor, found.document or "")
    counts: Counter[str] = Counter()
    for start in range(0, len(entries), BATCH):
        with transaction():
            still_may(actor, Permission.ASSET_CORRECT)
            for asset_id, number in entries[start : start + BATCH]:
                counts[_take_back(worker, asset_id, number, found.document)] += 1
        if progress is not None:
            progress(min(start + BATCH, len(entries)), len(entries), "undoing")
    with transaction() as writing:
        row = import_of(actor, import_id)
        row.move("undo")
        row.counts = {**row.counts, "undone": dict(counts)}
        writing.flush()
    return dict(counts)


def _entries(actor: Actor, document: str) -> list[tuple[int, int]]:
    rows = session().execute(
        sa.select(Entry.subject_id, Entry.number)
        .where(
            Entry.institution_id == actor.institution_id,
            Entry.document == document,
            Entry.subject_kind == "asset",
            Entry.verb != "correct",
        )
        .order_by(Entry.position.desc())
    )
    return [(asset_id, number) for asset_id, number in rows]


def _take_back(worker: Actor, asset_id: int, number: int, document: str | None) -> str:
    """Take one entry back inside the batch's transaction; what came of it."""
    reason = _("撤销导入 %(document)s", document=document)
    try:
        with attempt():
            if number == 1:
                ledger.withdraw(worker, asset_id, reason=reason, document=document)
            else:
                ledger.correct(
                    worker, asset_id, number, reason=reason, document=document
                )
    except Refused:
        return "kept"
    return "withdrawn" if number == 1 else "corrected"
