"""Moving a ledger into another database, such as from SQLite to PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from registry.backup.actions.creating import create
from registry.backup.actions.proving import Report, findings_of
from registry.backup.actions.restoring import restore
from registry.backup.errors import InUse
from registry.store.holding import is_in_use, no_writers


def move(database_url: str, to_url: str, folder: Path) -> Report:
    """Bring all of a database into another, empty one; both are proved afterwards.

    Nobody may work on either. The old one stays as it is; a backup of it stays in the
    folder. Raises InUse, NotEmpty, NoRoom, NoDatabase.
    """
    if is_in_use(database_url):
        raise InUse
    with no_writers(database_url):
        made = create(database_url, folder, is_noted=False)
        if findings := findings_of(database_url):
            return Report(made.path, made.seal, made.manifest, tuple(findings))
        return restore(made.path, to_url)
