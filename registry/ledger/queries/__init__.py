"""Reads of the ledger, narrowed to what the actor may see."""

from registry.ledger.queries.assets import (
    asset,
    asset_by_code,
    asset_seen,
    first_photos,
    found_set,
    photo,
    photo_ids,
    photos_of,
)
from registry.ledger.queries.bulk import (
    bulk_change,
    bulk_change_seen,
    bulk_lines,
    bulk_of,
    by_department,
    by_place,
    open_changes,
    outcomes,
    reasons,
)
from registry.ledger.queries.documents import (
    WITH_PERSON,
    changed_under,
    document_numbered,
    document_of,
)
from registry.ledger.queries.filtering import Filter
from registry.ledger.queries.finding import Found, find_label, find_scanned
from registry.ledger.queries.history import Line, history
from registry.ledger.queries.listing import (
    count_assets,
    counts_by_state,
    list_assets,
)
from registry.ledger.queries.reports import open_reports, report
from registry.ledger.queries.sight import Sight, sight_of, visible_assets
from registry.ledger.queries.waiting import unknown_borrowers

__all__ = [
    "WITH_PERSON",
    "Filter",
    "Found",
    "Line",
    "Sight",
    "asset",
    "asset_by_code",
    "asset_seen",
    "bulk_change",
    "bulk_change_seen",
    "bulk_lines",
    "bulk_of",
    "by_department",
    "by_place",
    "changed_under",
    "count_assets",
    "counts_by_state",
    "document_numbered",
    "document_of",
    "find_label",
    "find_scanned",
    "first_photos",
    "found_set",
    "history",
    "list_assets",
    "open_changes",
    "open_reports",
    "outcomes",
    "photo",
    "photo_ids",
    "photos_of",
    "reasons",
    "report",
    "sight_of",
    "unknown_borrowers",
    "visible_assets",
]
