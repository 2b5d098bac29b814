"""What happened to how somebody signs in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SecondFactorChanged:
    """Somebody's second factor was set, renewed, removed or reset."""

    institution_id: int
    person_id: int
    verb: str
