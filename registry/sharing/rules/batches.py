"""Which of many suspects somebody is asked about now, so that nobody is flooded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Suspect:
    """A thing one might ask about, and how urgently."""

    asset_id: int
    likeness: tuple[int, int | None]
    """Item type and place: things alike in both are one question to whoever looks."""
    weight: int
    since: date
    cost_fen: int


def chosen(suspects: Iterable[Suspect], room: int) -> list[Suspect]:
    """The suspects to ask one person about who has room for so many different things.

    What tells most comes first, then what cost most, then what lies longest. Equal
    things in one place are one thing to decide, however many they are.
    """
    alike: dict[tuple[int, int | None], list[Suspect]] = {}
    for each in suspects:
        alike.setdefault(each.likeness, []).append(each)
    piles = sorted(alike.values(), key=_urgency)
    return [each for pile in piles[: max(0, room)] for each in _in_order(pile)]


def _urgency(pile: list[Suspect]) -> tuple[int, int, date, int]:
    return (
        -max(each.weight for each in pile),
        -sum(each.cost_fen for each in pile),
        min(each.since for each in pile),
        min(each.asset_id for each in pile),
    )


def _in_order(pile: list[Suspect]) -> list[Suspect]:
    return sorted(pile, key=lambda each: each.asset_id)
