"""What lies on the paper: text, lines and symbols at places in millimetres.

Every drawing - PDF, bitmap, preview - is made from the same marks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from labels.column import Line
from labels.fonts import ASCENT, DESCENT
from labels.symbols import Symbol

HAIRLINE = 0.15


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``x`` and ``y`` are its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class TextMark:
    """One line of type from ``x`` on the baseline ``y``, ``size`` to the em."""

    text: str
    x: float
    y: float
    size: float
    width: float
    bold: bool = False

    @property
    def box(self) -> Box:
        height = (ASCENT + DESCENT) * self.size
        return Box(self.x, self.y - ASCENT * self.size, self.width, height)


@dataclass(frozen=True, slots=True)
class LineMark:
    """A straight stroke ``thickness`` wide; ``grey`` is 0 for black, 1 for white."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float
    grey: float = 0.0


@dataclass(frozen=True, slots=True)
class SymbolMark:
    """A QR symbol without its quiet zone, drawn ``side`` wide and high."""

    symbol: Symbol
    x: float
    y: float
    side: float


Mark = TextMark | LineMark | SymbolMark


@dataclass(frozen=True, slots=True)
class Drawing:
    """All marks of one label or page; ``shortened`` if some text was cut."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    shortened: bool = False

    def moved(self, x: float, y: float) -> Drawing:
        """The same marks, further right and down."""
        marks = tuple(_moved(mark, x, y) for mark in self.marks)
        return Drawing(self.width, self.height, marks, self.shortened)


def _moved(mark: Mark, x: float, y: float) -> Mark:
    if not isinstance(mark, LineMark):
        return replace(mark, x=mark.x + x, y=mark.y + y)
    return replace(mark, x1=mark.x1 + x, y1=mark.y1 + y, x2=mark.x2 + x, y2=mark.y2 + y)


def text_mark(line: Line, x: float, y: float) -> TextMark:
    """A line of a column whose top left corner is at ``x``, ``y``."""
    return TextMark(line.text, x + line.x, y + line.y, line.size, line.width, line.bold)


def edges(box: Box, grey: float, thickness: float = HAIRLINE) -> tuple[LineMark, ...]:
    """The four sides of a box as hairlines."""
    left, top, right, bottom = box.x, box.y, box.right, box.bottom
    return (
        LineMark(left, top, right, top, thickness, grey),
        LineMark(left, bottom, right, bottom, thickness, grey),
        LineMark(left, top, left, bottom, thickness, grey),
        LineMark(right, top, right, bottom, thickness, grey),
    )
