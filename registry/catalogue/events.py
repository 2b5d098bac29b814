"""What has happened in the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemTypesMerged:
    """One item type was declared to be another."""

    institution_id: int
    merged_id: int
    into_id: int
