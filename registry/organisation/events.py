"""What has happened in the organisation that others follow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonLeft:
    """Somebody has left the institution."""

    institution_id: int
    person_id: int
