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
from registry.ledger.queries.filtering import Filter
from registry.ledger.queries.finding import Found, find_label, find_scanned
from registry.ledger.queries.history import Line, history
from registry.ledger.queries.listing import (
    count_assets,
    counts_by_state,
    list_assets,
)
from registry.ledger.queries.sight import Sight, sight_of, visible_assets
from registry.ledger.queries.waiting import (
    open_reports,
    report,
    settled_reports,
    unknown_borrowers,
)

__all__ = [
    "Filter",
    "Found",
    "Line",
    "Sight",
    "asset",
    "asset_by_code",
    "asset_seen",
    "count_assets",
    "counts_by_state",
    "find_label",
    "find_scanned",
    "first_photos",
    "found_set",
    "history",
    "list_assets",
    "open_reports",
    "photo",
    "photo_ids",
    "photos_of",
    "report",
    "settled_reports",
    "sight_of",
    "unknown_borrowers",
    "visible_assets",
]
