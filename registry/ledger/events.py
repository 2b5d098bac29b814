"""What has happened in the ledger, past tense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AssetsRegistered:
    """New assets are in the ledger."""

    institution_id: int
    asset_ids: tuple[int, ...]


@dataclass(frozen=True)
class AssetChanged:
    """An entry was added to an asset's chain."""

    institution_id: int
    asset_id: int
    verb: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class AssetTurnedIdle:
    """Something can now serve somebody else."""

    institution_id: int
    asset_id: int
    item_type_id: int


@dataclass(frozen=True)
class ReportMade:
    """Somebody reported a problem or a find from a label."""

    institution_id: int
    report_id: int
    asset_id: int
