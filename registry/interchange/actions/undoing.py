"""Taking an import back by correcting entries; what was changed since stays."""

from __future__ import annotations

from registry.access.actor import Actor, Door
from registry.access.permissions import Permission
from registry.interchange.actions.importing import LEDGER, NotNow
from registry.interchange.queries import import_of
from registry.interchange.states import ImportState
from registry.ledger.actions.undoing import Progress, take_back
from registry.store.transaction import transaction
from registry.words import gettext as _

UNDO_JOB = "import_undo"


def undo(
    actor: Actor, import_id: int, progress: Progress | None = None
) -> dict[str, int]:
    """Take back every entry of an import, the newest first, by entries that say so."""
    found = import_of(actor, import_id)
    actor.require(Permission.ASSET_CORRECT)
    if found.state != ImportState.DONE or found.kind != LEDGER:
        raise NotNow(state=found.state)
    document = found.document or ""
    reason = _("撤销导入 %(document)s", document=document)
    counts = take_back(actor, document, reason, door=Door.IMPORT, progress=progress)
    with transaction() as writing:
        row = import_of(actor, import_id)
        row.move("undo")
        row.counts = {**row.counts, "undone": dict(counts)}
        writing.flush()
    return dict(counts)
