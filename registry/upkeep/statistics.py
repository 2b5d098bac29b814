"""Counting what SQLite holds, so that it knows which index to look things up by.

PostgreSQL does so by itself. SQLite never does, and takes every institution for one of
ten rows: at 100,000 things a scan took ten times as long as with counted rows. It reads
what was counted when a connection is opened, so connections are opened anew at times.
"""

from __future__ import annotations

import sqlalchemy as sa

from registry.journal.models import Entry
from registry.store.db import session
from registry.store.transaction import transaction

FEWEST = 5_000
"""Entries below which nothing is gained, and few would be taken for all there are."""
GROWN = 1.3
"""Rows are counted again when there are so many times as many."""
LOOK = "PRAGMA analysis_limit = 10000"
"""So many rows of an index are counted at most: half a second at 300,000 things."""


class Statistics:
    """When this process last counted, by the number of entries there were."""

    def __init__(self) -> None:
        self.counted = 0

    def refresh(self) -> bool:
        """Count if there is much more than the last time; whether that was done."""
        if session().get_bind().dialect.name != "sqlite":
            return False
        entries = session().scalar(sa.select(sa.func.max(Entry.id))) or 0
        if entries < max(FEWEST, self.counted * GROWN):
            return False
        with transaction() as writing:
            writing.execute(sa.text(LOOK))
            writing.execute(sa.text("ANALYZE"))
        self.counted = entries
        return True
