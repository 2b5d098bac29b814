"""Why a thing need not be found: what its entries since the baseline date say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from registry.audits.states import Excuse

MOVING = ("move", "reassign", "correct", "register", "dispose")
"""Verbs after which a thing is elsewhere, new, or gone."""
WHERE = ("place", "department", "state", "cost_fen", "item_type", "custodian")


Told = tuple[int, str, Mapping[str, Any]]
"""An entry of a thing as far as it matters here: number, verb, what it changed."""


def excuse_of(entries: Iterable[Told]) -> tuple[Excuse, int] | None:
    """The excuse that entries since the baseline give, if any.

    What was entered since was not in the books then; else the last move counts.
    """
    found: tuple[Excuse, int] | None = None
    for number, verb, changes in entries:
        if verb == "register":
            return (Excuse.REGISTERED, number)
        if "place" in changes or "department" in changes:
            found = (Excuse.MOVED, number)
    return found


def standing_before(entries: Iterable[Told], first: int) -> dict[str, Any]:
    """Where and what a thing was before its entry ``first``: ids for references."""
    found: dict[str, Any] = dict.fromkeys(WHERE)
    for number, _, changes in entries:
        if number >= first:
            break
        for field in WHERE:
            if field in changes:
                value = changes[field]
                found[field] = value["id"] if isinstance(value, dict) else value
    return found
