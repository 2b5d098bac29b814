"""Trees of departments and places as pages show them: nested, with sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from registry.organisation.models import Department, Place

OPEN_LEVELS = 2
"""So many levels stand open at first, if the tree is not small."""
SMALL = 60
"""A tree of so many stands open altogether."""


def sums_below(
    rows: Sequence[Department] | Sequence[Place], own: Mapping[int, int]
) -> dict[int, int]:
    """For each node what it and everything below it have together."""
    found: dict[int, int] = dict.fromkeys((row.id for row in rows), 0)
    for row in rows:
        for part in row.path.strip("/").split("/"):
            if int(part) in found:
                found[int(part)] += own.get(row.id, 0)
    return found


def nested(
    rows: Sequence[Department] | Sequence[Place],
    address: Callable[[int], str],
    note: Callable[[Any], str],
) -> list[dict[str, Any]]:
    """Rows in tree order as the nodes of ``departments/_tree.html``."""
    nodes: dict[int, dict[str, Any]] = {}
    tops: list[dict[str, Any]] = []
    for row in rows:
        depth = row.path.count("/") - 1
        nodes[row.id] = {
            "label": row.name,
            "url": address(row.id),
            "note": note(row),
            "open": len(rows) <= SMALL or depth < OPEN_LEVELS,
            "children": [],
        }
        above = nodes.get(row.parent_id or 0)
        (above["children"] if above else tops).append(nodes[row.id])
    return tops
