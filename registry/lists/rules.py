"""Which columns a list shows for somebody, and in what order."""

from __future__ import annotations

from collections.abc import Sequence

MOST_KEPT = 30
LONGEST_NAME = 60
LONGEST_QUERY = 4_000


def known_ones(chosen: Sequence[str], known: Sequence[str]) -> list[str]:
    """What was chosen and is still there, each once, in the order chosen."""
    return [key for key in dict.fromkeys(chosen) if key in known]


def usual_order(chosen: Sequence[str], known: Sequence[str]) -> list[str]:
    """Every column: those chosen first, as they were put, then the others."""
    first = known_ones(chosen, known)
    return [*first, *(key for key in known if key not in first)]


def moved(keys: Sequence[str], key: str, by: int) -> list[str]:
    """The same with one of them so many places further on, or back; ends are ends."""
    order = list(keys)
    if key not in order:
        return order
    at = order.index(key)
    order.insert(max(0, min(len(order) - 1, at + by)), order.pop(at))
    return order
