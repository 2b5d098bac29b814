"""Reads of the ledger, narrowed to what the actor may see."""

from registry.ledger.queries.assets import (
    asset,
    asset_by_code,
    asset_seen,
    photo,
    photos_of,
)
from registry.ledger.queries.finding import Found, find_scanned
from registry.ledger.queries.history import Line, history
from registry.ledger.queries.listing import Filter, count_assets, list_assets
from registry.ledger.queries.sight import Sight, sight_of, visible_assets
from registry.ledger.queries.waiting import open_reports, unknown_borrowers

__all__ = [
    "Filter",
    "Found",
    "Line",
    "Sight",
    "asset",
    "asset_by_code",
    "asset_seen",
    "count_assets",
    "find_scanned",
    "history",
    "list_assets",
    "open_reports",
    "photo",
    "photos_of",
    "sight_of",
    "unknown_borrowers",
    "visible_assets",
]
