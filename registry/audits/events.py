"""What has happened in audits, past tense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SeenUnused:
    """Somebody who counted a thing saw that nobody uses it."""

    institution_id: int
    asset_id: int
    audit_number: str
