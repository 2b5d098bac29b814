"""A column of paragraphs: wrapped, then shrunk, then cut, until it fits its height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from labels.fonts import ASCENT, DESCENT, EM, Face
from labels.typeset import cut, even, widest_piece, wrap

LEADING = 1.26
"""From one baseline to the next, in type sizes."""

_BAND = ASCENT + DESCENT
_SCALES = tuple(1.3 * 0.95**step for step in range(63))
_CAPTION_GAP = 0.6
_UNBROKEN = 0.75
"""Words are broken only once the type has shrunk to this part of its size."""
_WIDEST_CAPTIONS = 0.46


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text and how large it would like to be, and may become, in millimetres.

    ``caption`` stands in a column of its own to the left of all captioned texts.
    ``gap`` is the white before it, in its own type sizes, ``most`` the lines it may
    take. Where nothing else helps, paragraphs are dropped from the last one up.
    """

    text: str
    size: float
    least: float
    bold: bool = False
    caption: str = ""
    gap: float = 0.12
    most: int = 99
    evened: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of type: ``x`` from the column's left, baseline ``y`` from its top."""

    text: str
    size: float
    x: float
    y: float
    width: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Column:
    """The lines as set, the height they take, and whether any text was cut."""

    lines: tuple[Line, ...]
    height: float
    shortened: bool


@dataclass(slots=True)
class _Set:
    """A paragraph at one size: its lines, of which the first ``shown`` are drawn."""

    paragraph: Paragraph
    size: float
    indent: float
    limit: int
    lines: list[str]
    shown: int
    broken: bool

    @property
    def gap(self) -> float:
        return self.paragraph.gap * self.size

    @property
    def height(self) -> float:
        return (_BAND + (self.shown - 1) * LEADING) * self.size


def set_column(
    paragraphs: Sequence[Paragraph],
    face: Face,
    width: float,
    height: float,
    spread: float = 0.0,
) -> Column:
    """The paragraphs at the largest size at which they fit, else cut at the least.

    Height left over widens the gaps by up to ``spread`` type sizes each.
    """
    given = [part for part in paragraphs if part.text or part.caption]
    given = _captions_inline(given, face, width)
    captions = max((face.width(part.caption) for part in given), default=0)
    indent = captions / EM + _CAPTION_GAP

    def set_at(step: int) -> list[_Set]:
        scale = _SCALES[step]
        return [_set_one(part, face, width, scale, indent) for part in given]

    low, high = 0, len(_SCALES) - 1
    while low < high:
        middle = (low + high) // 2
        if _fits(set_at(middle), height):
            high = middle
        else:
            low = middle + 1
    sets = set_at(low)
    shortened = not _fits(sets, height) and _shorten(sets, height)
    return _place(sets, face, width, height, spread, shortened)


def _captions_inline(
    paragraphs: Sequence[Paragraph], face: Face, width: float
) -> list[Paragraph]:
    """Captions too wide for a column of their own run on into their text."""
    widest = max((face.width(part.caption) for part in paragraphs), default=0)
    smallest = min((part.least for part in paragraphs if part.caption), default=0)
    if widest * smallest / EM <= _WIDEST_CAPTIONS * width:
        return list(paragraphs)
    return [_run_on(part) if part.caption else part for part in paragraphs]


def _run_on(part: Paragraph) -> Paragraph:
    text = f"{part.caption} {part.text}".strip()
    return Paragraph(text, part.size, part.least, part.bold, "", part.gap, part.most)


def _set_one(
    part: Paragraph, face: Face, width: float, scale: float, indent: float
) -> _Set:
    size = max(part.least, part.size * scale)
    offset = indent * size if part.caption else 0.0
    limit = int((width - offset) * EM / size)
    lines = wrap(part.text, face, limit) or [""]
    broken = len(lines) > 1 and widest_piece(part.text, face) > limit
    return _Set(part, size, offset, limit, lines, len(lines), broken)


def _fits(sets: Sequence[_Set], height: float) -> bool:
    return _height(sets) <= height and all(map(_reads_well, sets))


def _reads_well(one: _Set) -> bool:
    """It keeps to its lines, words are whole, and a character fits in a line."""
    small = one.size <= max(_UNBROKEN * one.paragraph.size, one.paragraph.least)
    whole = one.limit >= EM and (small or not one.broken)
    return whole and len(one.lines) <= one.paragraph.most


def _height(sets: Sequence[_Set]) -> float:
    inner = sum(one.gap for one in sets[1:])
    return inner + sum(one.height for one in sets)


def _shorten(sets: list[_Set], height: float) -> bool:
    """Take lines from the longest texts, then whole texts from the end."""
    for one in sets:
        one.shown = min(one.shown, one.paragraph.most)
    while sets and _height(sets) > height:
        longest = max(reversed(sets), key=lambda one: one.shown)
        if longest.shown > 1:
            longest.shown -= 1
        else:
            sets.pop()
    return True


def _place(
    sets: Sequence[_Set],
    face: Face,
    width: float,
    height: float,
    spread: float,
    shortened: bool,
) -> Column:
    spare = (height - _height(sets)) / max(1, len(sets) - 1)
    lines: list[Line] = []
    top = 0.0
    for before, one in pairwise([None, *sets]):
        assert one is not None
        if before is not None:
            top += one.gap + max(0.0, min(spare, spread * one.size))
        lines += _lines(one, face, width, top)
        top += one.height
    return Column(tuple(lines), top, shortened)


def _lines(one: _Set, face: Face, width: float, top: float) -> list[Line]:
    size, part = one.size, one.paragraph
    placed = []
    for row, text in enumerate(_shown(one, face)):
        y = top + (ASCENT + row * LEADING) * size
        wide = face.width(text) * size / EM
        placed.append(Line(text, size, one.indent, y, wide, part.bold))
    if part.caption:
        caption = cut(part.caption, face, int((one.indent or width) * EM / size))
        wide = face.width(caption) * size / EM
        placed.append(Line(caption, size, 0.0, top + ASCENT * size, wide, False))
    return [line for line in placed if line.text]


def _shown(one: _Set, face: Face) -> list[str]:
    """The lines drawn, the last of them cut if more follow."""
    limit = one.limit
    if one.shown == len(one.lines):
        again = one.paragraph.evened and one.shown > 1
        return even(one.paragraph.text, face, limit) if again else one.lines
    kept, text = one.lines[: one.shown - 1], one.paragraph.text
    start = 0
    for line in kept:
        start = text.index(line, start) + len(line)
    return [*kept, cut(text[start:].lstrip(), face, limit)]
