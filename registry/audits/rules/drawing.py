"""Drawing a sample to count again: stated, repeatable, and nobody's choice.

``hash``: the things with the smallest SHA-256 of seed and asset id are drawn. Whoever
knows the seed can draw again and must get the same; nobody can know before.
``spread``: the same within each place, so that every place is looked at again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum


class Method(StrEnum):
    """How a sample is drawn."""

    HASH = "hash"
    SPREAD = "spread"


def drawn(
    things: Iterable[tuple[int, int | None]], *, seed: str, percent: int, method: str
) -> list[int]:
    """The ids drawn of (asset id, place id) pairs, in order of id; at least one."""
    known = list(things)
    if method == Method.SPREAD:
        heaps: dict[int | None, list[int]] = defaultdict(list)
        for asset_id, place_id in known:
            heaps[place_id].append(asset_id)
        groups = list(heaps.values())
    else:
        groups = [[asset_id for asset_id, _ in known]]
    found = [
        each
        for group in groups
        for each in sorted(group, key=lambda a: _lot(seed, a))[: _share(group, percent)]
    ]
    return sorted(found)


def _share(group: list[int], percent: int) -> int:
    """So many of a group: rounded up, so that a sample is never smaller than said."""
    return -(-len(group) * percent // 100)


def _lot(seed: str, asset_id: int) -> str:
    return hashlib.sha256(f"{seed}:{asset_id}".encode()).hexdigest()
