"""When the last backup was made, and when one was last brought back on trial."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from registry.backup.models import BackupRun
from registry.backup.states import RunKind
from registry.store.db import session


def last_run(kind: RunKind) -> datetime | None:
    """When it was last done; None if never."""
    return session().scalar(
        sa.select(sa.func.max(BackupRun.at)).where(BackupRun.kind == kind)
    )
