"""How labels are to look, apart from their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labels.errors import RunRefused
from labels.symbols import Correction

MOST_BORDER = 15.0


@dataclass(frozen=True, slots=True)
class Style:
    """Choices that hold for a whole run.

    ``institution`` is where its name stands, ``outline`` draws the edge of each
    label for sheets that are cut by hand. ``border`` is how near to the edge of the
    paper the printer cannot print: labels of a sheet that reach into it keep that
    much white on all sides.
    """

    institution: Literal["header", "footer"] = "header"
    correction: Correction = Correction.AUTO
    outline: bool = False
    border: float = 4.2

    def __post_init__(self) -> None:
        if not 0 <= self.border <= MOST_BORDER:
            raise RunRefused("border_out_of_range", least=0, most=MOST_BORDER)
        object.__setattr__(self, "correction", Correction(self.correction))


PLAIN = Style()
