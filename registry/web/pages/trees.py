"""Trees of departments and places as pages show them: nested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from registry.ledger.queries.counting import Tally
from registry.organisation.models import Department, Place
from registry.words import _, format_number

OPEN_LEVELS = 2
"""So many levels stand open at first, if the tree is not small."""
SMALL = 60
"""A tree of so many stands open altogether."""


def tally_words(found: Tally) -> list[str]:
    """How many there are and how many of them lie idle; nothing is not said."""
    words = []
    if found.count:
        words.append(_("%(count)s 件", count=format_number(found.count)))
    if found.idle:
        words.append(_("闲置 %(count)s 件", count=format_number(found.idle)))
    return words


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
