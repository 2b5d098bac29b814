"""QR symbols: which version a text needs, and its modules as pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, Literal

import qrcode
from qrcode import constants, util

QUIET: Final = 4
"""Modules of white that must stay on each side."""

_MASK: Final = 0
"""Trying all eight masks takes ten times as long. Of the eight this one has the
least penalty on usual label payloads, and every symbol is read back in the tests."""

_Mode = Literal[1, 2, 4]
"""Numeric, alphanumeric or bytes, as the standard numbers them."""

_DARK_IS_BLACK = bytes([255, 0]) + bytes(254)


class Correction(StrEnum):
    """How much of a symbol may be missing: about 7, 15, 25 and 30 per cent.

    ``AUTO`` takes H where its modules are still large, else Q, and M only where a
    Q symbol would be too fine to print.
    """

    AUTO = "auto"
    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


_LEVELS = {
    Correction.L: constants.ERROR_CORRECT_L,
    Correction.M: constants.ERROR_CORRECT_M,
    Correction.Q: constants.ERROR_CORRECT_Q,
    Correction.H: constants.ERROR_CORRECT_H,
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A square of ``modules`` × ``modules`` pixels, one byte each, 0 is black."""

    modules: int
    pixels: bytes


def module_count(payload: str, correction: Correction) -> int:
    """Modules on a side, without the quiet zone."""
    return 17 + 4 * _version(_mode(payload), len(payload), correction)


def draw_symbol(payload: str, correction: Correction) -> Symbol:
    """The QR symbol of a plain ASCII text."""
    mode = _mode(payload)
    code = qrcode.QRCode(
        version=_version(mode, len(payload), correction),
        error_correction=_LEVELS[correction],
        mask_pattern=_MASK,
    )
    code.add_data(util.QRData(payload.encode("ascii"), mode, check_data=False))
    code.make(fit=False)
    rows = [bytes(map(bool, row)) for row in code.modules]
    pixels = b"".join(rows).translate(_DARK_IS_BLACK)
    return Symbol(len(code.modules), pixels)


def symbol_path(payload: str, correction: Correction = Correction.M) -> tuple[int, str]:
    """A symbol as the path of an SVG, and its side with the quiet zone, in modules."""
    symbol = draw_symbol(payload, correction)
    side = symbol.modules
    runs = []
    for row in range(side):
        dark = symbol.pixels[row * side : (row + 1) * side]
        column = 0
        while column < side:
            if dark[column]:
                column += 1
                continue
            end = column
            while end < side and not dark[end]:
                end += 1
            wide = end - column
            runs.append(f"M{column + QUIET} {row + QUIET}h{wide}v1h-{wide}z")
            column = end
    return side + 2 * QUIET, "".join(runs)


def _mode(payload: str) -> _Mode:
    return util.optimal_mode(payload.encode("ascii"))


@lru_cache(maxsize=1024)
def _version(mode: _Mode, length: int, correction: Correction) -> int:
    """The smallest version that holds ``length`` characters of one mode."""
    code = qrcode.QRCode(error_correction=_LEVELS[correction])
    code.add_data(util.QRData(b"0" * length, mode, check_data=False))
    return int(code.best_fit())
