"""Roll labels: one after another on a strip, each its own page or picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from labels.errors import RollRefused
from labels.sheet import measures

DOTS_PER_MM = {203: 8.0, 300: 300 / 25.4, 600: 600 / 25.4}
"""What printers call 203 dpi is eight dots to the millimetre."""
USUAL_DOT = 1 / DOTS_PER_MM[203]

_RANGES = {
    "width_mm": (15.0, 220.0),
    "height_mm": (10.0, 300.0),
    "gap_mm": (0.0, 30.0),
}


@dataclass(frozen=True, slots=True)
class Roll:
    """The size of one label as it is read, and the gap to the next."""

    width_mm: float
    height_mm: float
    gap_mm: float = 2.0

    def __post_init__(self) -> None:
        for field, (least, most) in _RANGES.items():
            value = getattr(self, field)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or not least <= value <= most:
                raise RollRefused(
                    "roll_out_of_range", field=field, least=least, most=most
                )

    @property
    def name(self) -> str:
        return f"{self.width_mm:g}x{self.height_mm:g}"


def rolls() -> dict[str, Roll]:
    """The common sizes by name: ``60x40`` is 60 mm wide and 40 mm high."""
    return dict(_known())


@cache
def _known() -> dict[str, Roll]:
    known = (Roll(one["width"], one["height"]) for one in measures()["roll"])
    return {roll.name: roll for roll in known}
