"""How large the symbol and the printed code become on one label, or why they cannot."""

from __future__ import annotations

import math
from dataclasses import dataclass

from labels.errors import LabelTooSmall
from labels.fonts import ASCENT, DESCENT, EM, Face
from labels.label import Label
from labels.marks import Box, SymbolMark
from labels.style import Style
from labels.symbols import QUIET, Correction, draw_symbol, module_count

LEAST_MODULE = 0.33
LEAST_DOTS = 2
ROOMY_MODULE = 0.55
"""From here on up a finer symbol with more correction is worth having."""

LEAST_CODE, MOST_CODE = 1.8, 4.6
BAND = ASCENT + DESCENT
"""The height of a line of type, in type sizes."""

INK = 0.78
"""The part of a symbol's block within its quiet zone, at least."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What one label is composed from: its words, its size, the printer's dot."""

    label: Label
    face: Face
    style: Style
    dot: float | None
    width: float
    height: float

    @property
    def pad(self) -> float:
        """White along the edges."""
        return between(0.8, 0.045 * min(self.width, self.height), 2.2)

    def dots_down(self, length: float) -> float:
        """The length in whole dots, not longer."""
        if self.dot is None:
            return length
        return math.floor(length / self.dot + 1e-6) * self.dot

    def dots_up(self, length: float) -> float:
        """The length in whole dots, not shorter."""
        if self.dot is None:
            return length
        return math.ceil(length / self.dot - 1e-6) * self.dot


@dataclass(frozen=True, slots=True)
class Fit:
    """A symbol of a certain size: the side of a module, and how many there are."""

    correction: Correction
    modules: int
    module: float

    @property
    def quiet(self) -> float:
        return QUIET * self.module

    @property
    def block(self) -> float:
        """A side with the quiet zone."""
        return (self.modules + 2 * QUIET) * self.module


def between(low: float, value: float, high: float) -> float:
    """The value, kept within bounds."""
    return max(low, min(value, high))


def fit_symbol(paper: Paper, side: float) -> Fit:
    """The best symbol for a block of at most ``side``; LabelTooSmall."""
    for correction, least in _tries(paper.style.correction):
        modules = module_count(paper.label.payload, correction)
        module = paper.dots_down(side / (modules + 2 * QUIET))
        if module >= least and module >= LEAST_DOTS * (paper.dot or 0):
            return Fit(correction, modules, module)
    raise LabelTooSmall(
        "symbol_too_fine",
        module=round(module, 3),
        least=LEAST_MODULE,
        width=paper.width,
        height=paper.height,
    )


def _tries(wanted: Correction) -> list[tuple[Correction, float]]:
    """Corrections in order of liking, and the finest module for which to take each."""
    if wanted is not Correction.AUTO:
        return [(wanted, LEAST_MODULE)]
    return [
        (Correction.H, ROOMY_MODULE),
        (Correction.Q, LEAST_MODULE),
        (Correction.M, LEAST_MODULE),
    ]


def place_symbol(paper: Paper, fit: Fit, x: float, y: float) -> tuple[SymbolMark, Box]:
    """The symbol with the corner of its block at ``x``, ``y``, and the block."""
    x, y = paper.dots_down(x), paper.dots_down(y)
    symbol = draw_symbol(paper.label.payload, fit.correction)
    side = fit.modules * fit.module
    mark = SymbolMark(symbol, x + fit.quiet, y + fit.quiet, side)
    return mark, Box(x, y, fit.block, fit.block)


def most_code(paper: Paper) -> float:
    """The largest type for the code on a label of this height."""
    return between(2.2, 0.1 * paper.height, MOST_CODE)


def code_size(paper: Paper, width: float) -> float:
    """The size at which the code fills ``width``; it is never cut. LabelTooSmall."""
    size = min(most_code(paper), size_to_fit(paper.face, paper.label.code, width))
    if size < LEAST_CODE:
        raise LabelTooSmall("code_too_fine", size=round(size, 2), least=LEAST_CODE)
    return size


def size_to_fit(face: Face, text: str, width: float) -> float:
    """The size of type at which the text is ``width`` wide."""
    return width * EM / max(1, face.width(text))
