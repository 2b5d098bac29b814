"""How labels are to look, apart from their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labels.symbols import Correction


@dataclass(frozen=True, slots=True)
class Style:
    """Choices that hold for a whole run.

    ``institution`` is where its name stands, ``outline`` draws the edge of each
    label for sheets that are cut by hand.
    """

    institution: Literal["header", "footer"] = "header"
    correction: Correction = Correction.AUTO
    outline: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "correction", Correction(self.correction))


PLAIN = Style()
