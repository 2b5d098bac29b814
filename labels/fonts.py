"""The font: where its file is, how wide each character is, which it can draw."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]
from PIL import ImageFont

from labels.errors import FontUnusable

ENVIRONMENT = "LABELS_FONT"
Font = str | os.PathLike[str] | None
"""A font file; none means the configured one, or the one shipped."""

EM = 1000
"""Widths are thousandths of the type size, as in PDF."""

ASCENT, DESCENT = 0.92, 0.26
"""The band of a line above and below its baseline, in type sizes."""

_WIDEST, _TALLEST, _DEEPEST, _OVERHANG = 1.0, 1.10, 0.31, 0.08
_STAND_INS = ("□", "■", "?")
_NEEDED = frozenset(range(ord(" "), ord("~") + 1))


def font_path(font: Font = None) -> str:
    """The font file to draw with: as given, as configured, or the one shipped.

    ``LABELS_FONT`` in the environment names another file. A face of a collection
    is chosen with its number behind ``#``: ``NotoSansCJK-Regular.ttc#2``.
    """
    if font is not None:
        return os.fspath(font)
    return os.environ.get(ENVIRONMENT) or str(pylopdf_fonts_zh_cn.sans_path())


@dataclass(frozen=True, eq=False)
class Face:
    """One font face, measured."""

    path: str
    number: int
    widths: dict[int, int]
    _probe: ImageFont.FreeTypeFont
    _seen: dict[str, str] = field(default_factory=dict)

    def printable(self, text: str) -> str:
        """The text with a sign in place of each character the font cannot draw."""
        seen = self._seen
        try:
            return "".join([seen[char] for char in text])
        except KeyError:
            for char in text:
                if char not in seen:
                    seen[char] = char if self._draws(char) else self.stand_in
            return self.printable(text)

    def width(self, text: str) -> int:
        """Thousandths of the type size."""
        widths = self.widths
        return sum([widths[ord(char)] for char in text])

    @property
    def stand_in(self) -> str:
        return next(sign for sign in _STAND_INS if ord(sign) in self.widths)

    @property
    def ellipsis(self) -> str:
        return "…" if ord("…") in self.widths else "..."

    def _draws(self, char: str) -> bool:
        """Whether the glyph is there and keeps to the band of a line of text."""
        if ord(char) not in self.widths:
            return False
        left, top, right, bottom = self._probe.getbbox(char, anchor="ls")
        wide = self.widths[ord(char)]
        return (
            wide <= _WIDEST * EM
            and -top <= _TALLEST * EM
            and bottom <= _DEEPEST * EM
            and left >= -_OVERHANG * EM
            and right <= wide + _OVERHANG * EM
        )


def face(font: Font = None) -> Face:
    """The measured face of a font file; kept for the life of the process."""
    path, _, number = font_path(font).partition("#")
    return _measured(path, int(number) if number.isdigit() else 0)


@lru_cache(maxsize=4)
def _measured(path: str, number: int) -> Face:
    try:
        with (
            Path(path).open("rb") as file,
            TTFont(file, fontNumber=number, lazy=True) as font,
        ):
            cmap, metrics = font.getBestCmap() or {}, font["hmtx"].metrics
            scale = EM / font["head"].unitsPerEm
        widths = {
            point: round(scale * metrics[name][0] + 0.001)
            for point, name in cmap.items()
        }
        probe = ImageFont.truetype(
            path, EM, index=number, layout_engine=ImageFont.Layout.BASIC
        )
    except (OSError, TTLibError, KeyError) as error:
        raise FontUnusable(name=Path(path).name) from error
    if not _NEEDED.issubset(widths):
        raise FontUnusable(name=Path(path).name)
    return Face(path, number, widths, probe)
