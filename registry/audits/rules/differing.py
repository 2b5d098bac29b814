"""What differs between ledger and shelf, and what may be ruled about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.audits.states import Cause, FindingKind, Ruling
from registry.ledger.states import AssetState


class Group(StrEnum):
    """How differences are put before whoever rules on them."""

    MISSING = "missing"
    NOT_FOUND = "not_found"
    ELSEWHERE = "elsewhere"
    BACK = "back"
    """The ledger has it as missing, and somebody has seen it."""
    DISPOSED = "disposed"
    """The ledger has it as disposed of, and somebody has seen it."""
    UNLISTED = "unlisted"
    SURPLUS = "surplus"
    UNKNOWN = "unknown"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Differing:
    """One difference as it is now: what the ledger says and what was seen."""

    kind: FindingKind
    asset_id: int | None = None
    item_type_id: int | None = None
    department_id: int | None = None
    place_id: int | None = None
    found_place_id: int | None = None
    record_key: str | None = None
    code: str = ""
    count: int = 1
    condition: str | None = None
    words: str = ""
    was: str | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it this difference and no other, however often one looks."""
        if self.asset_id is not None:
            return (str(self.kind), "asset", self.asset_id)
        if self.item_type_id is not None:
            return (str(self.kind), "heap", self.item_type_id, self.place_id)
        return (str(self.kind), "record", self.record_key)

    @property
    def facts(self) -> tuple[Any, ...]:
        """What a ruling was made on: if it changes, it has to be ruled again."""
        return (self.found_place_id, self.count, self.condition)


def group_of(kind: str, was: str | None) -> Group:
    """Among which a difference is shown."""
    if kind in (FindingKind.ELSEWHERE, FindingKind.UNLISTED):
        if was == AssetState.MISSING:
            return Group.BACK
        if was == AssetState.DISPOSED:
            return Group.DISPOSED
    return Group(kind)


RULINGS: Mapping[Group, tuple[Ruling, ...]] = {
    Group.MISSING: (Ruling.MARK_MISSING, Ruling.MOVE, Ruling.EXCUSE),
    Group.NOT_FOUND: (Ruling.MARK_MISSING, Ruling.MOVE, Ruling.EXCUSE),
    Group.ELSEWHERE: (Ruling.MOVE, Ruling.EXCUSE),
    Group.BACK: (Ruling.PUT_BACK, Ruling.EXCUSE),
    Group.DISPOSED: (Ruling.EXCUSE,),
    Group.UNLISTED: (Ruling.MOVE, Ruling.EXCUSE),
    Group.SURPLUS: (Ruling.REGISTER, Ruling.EXCUSE),
    Group.UNKNOWN: (Ruling.REGISTER, Ruling.EXCUSE),
    Group.CONDITION: (Ruling.SET_CONDITION, Ruling.EXCUSE),
}
"""What may be ruled about a difference; the first is what is proposed."""

PROPOSED_CAUSES: Mapping[Ruling, Cause] = {
    Ruling.MARK_MISSING: Cause.LOST,
    Ruling.MOVE: Cause.MOVED_UNRECORDED,
    Ruling.REGISTER: Cause.NEVER_ENTERED,
    Ruling.SET_CONDITION: Cause.WEAR,
    Ruling.PUT_BACK: Cause.MOVED_UNRECORDED,
}
"""What usually is the cause of what is ruled so."""

LOOKED_FOR = (FindingKind.MISSING, FindingKind.NOT_FOUND)
SAYS_WHY = (Ruling.MARK_MISSING, Ruling.REGISTER, Ruling.EXCUSE)
"""Rulings that need words besides a cause: what is lost, gained or let be."""


def may_rule(group: Group, was: str | None) -> tuple[Ruling, ...]:
    """The rulings that fit; what is missing in the ledger is not marked so again."""
    if was == AssetState.MISSING:
        return tuple(r for r in RULINGS[group] if r != Ruling.MARK_MISSING)
    return RULINGS[group]


def needs_two(kind: str, ruling: str | None) -> bool:
    """Whether somebody else than who ruled has to approve.

    What is written off or gained takes two; so does letting go of looking for it.
    """
    if ruling in (Ruling.MARK_MISSING, Ruling.REGISTER):
        return True
    return ruling == Ruling.EXCUSE and kind in LOOKED_FOR
