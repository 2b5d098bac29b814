"""The words of one label in their column, for each kind of label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labels.column import Column, Paragraph, set_column
from labels.fitting import BAND, Paper, between, code_size
from labels.fonts import DESCENT, EM
from labels.label import Kind
from labels.marks import HAIRLINE, Box, LineMark, Mark, TextMark, text_mark
from labels.typeset import cut

LEAST_TITLE, LEAST_FIELD = 2.1, 1.8
_LEAST_COLUMN = 8.0
_ROOM_FOR_TWO = 20.0
_LEAST_ROW, _MOST_ROW = 4.0, 9.0


@dataclass(frozen=True, slots=True)
class Words:
    """Marks, and whether some text had to be cut or left out."""

    marks: list[Mark]
    shortened: bool


def set_words(paper: Paper, room: Box, *, with_code: bool) -> Words:
    """Name and fields in their column, and the code at its foot if it needs one."""
    white = 0.7 * paper.pad
    inner = Box(room.x, room.y + white, room.width, room.height - 2 * white)
    code: list[Mark] = []
    if with_code:
        size = code_size(paper, inner.width)
        code.append(code_mark(paper, inner.x, inner.bottom - DESCENT * size, size))
        inner = Box(inner.x, inner.y, inner.width, inner.height - BAND * size)
    if inner.width < _LEAST_COLUMN or inner.height < LEAST_TITLE:
        return Words(code, bool(paper.label.title or paper.label.lines))
    words = _BY_KIND[paper.label.kind](paper, inner)
    return Words(code + words.marks, words.shortened)


def code_mark(paper: Paper, x: float, y: float, size: float) -> TextMark:
    """The code in print, from ``x`` on the baseline ``y``, but never left of 0."""
    wide = paper.face.width(paper.label.code) * size / EM
    return TextMark(paper.label.code, max(0.0, x), y, size, wide, bold=True)


def _asset(paper: Paper, room: Box) -> Words:
    title = _title(paper, between(2.4, 0.105 * paper.height, 6.0), most=3)
    column = set_column(
        [title, *_fields(paper)], paper.face, room.width, room.height, spread=0.7
    )
    top = room.y + (room.height - column.height) / 2
    return Words(_marks(column, room.x, top), column.shortened)


def _place(paper: Paper, room: Box) -> Words:
    """The place's name as large as it goes, to be read from the corridor."""
    fields = set_column(_fields(paper), paper.face, room.width, 0.42 * room.height)
    white = 0.05 * room.height if fields.lines else 0.0
    title = _title(paper, between(3.0, 0.3 * room.height, 24.0), most=3)
    above = room.height - fields.height - white
    name = set_column([title], paper.face, room.width, above)
    top = room.y + (above - name.height) / 2
    marks = _marks(name, room.x, top)
    marks += _marks(fields, room.x, top + name.height + white)
    return Words(marks, name.shortened or fields.shortened)


def _blank(paper: Paper, room: Box) -> Words:
    """Lines to write on, each with its caption; what is known stands above."""
    title = _title(paper, 0.09 * paper.height, most=2)
    half = 0.5 * room.height
    known = set_column([title, *_fields(paper)], paper.face, room.width, half)
    captions = [caption for caption, value in paper.label.lines if not value]
    captions = captions or [""] * (2 if room.height > _ROOM_FOR_TWO else 1)
    free = Box(room.x, room.y + known.height, room.width, room.height - known.height)
    rows = max(1, min(len(captions), int(free.height / _LEAST_ROW)))
    marks = _marks(known, room.x, room.y) + _writing_lines(paper, captions[:rows], free)
    return Words(marks, known.shortened or rows < len(captions))


_BY_KIND = {Kind.ASSET: _asset, Kind.PLACE: _place, Kind.BLANK: _blank}


def _writing_lines(paper: Paper, captions: Sequence[str], room: Box) -> list[Mark]:
    """A rule for each caption, in the middle of the room."""
    step = min(_MOST_ROW, room.height / len(captions))
    size = between(LEAST_FIELD, 0.34 * step, 3.0)
    top = room.y + (room.height - len(captions) * step) / 2
    marks: list[Mark] = []
    for row, caption in enumerate(captions, start=1):
        y = top + row * step - DESCENT * size
        marks += _writing_line(paper, caption, room, y, size)
    return marks


def _writing_line(
    paper: Paper, caption: str, room: Box, y: float, size: float
) -> list[Mark]:
    """A caption of up to half the width, and a rule for the rest of it."""
    if not caption:
        return [LineMark(room.x, y, room.right, y, HAIRLINE)]
    shown = paper.face.printable(caption)
    text = cut(shown, paper.face, int(room.width * EM / size / 2))
    wide = paper.face.width(text) * size / EM
    return [
        TextMark(text, room.x, y, size, wide),
        LineMark(room.x + wide + 0.5 * size, y, room.right, y, HAIRLINE),
    ]


def _title(paper: Paper, size: float, most: int) -> Paragraph:
    text = paper.face.printable(paper.label.title)
    return Paragraph(text, size, LEAST_TITLE, bold=True, most=most, evened=True)


def _fields(paper: Paper) -> list[Paragraph]:
    size = between(2.0, 0.07 * paper.height, 3.6)
    show = paper.face.printable
    return [
        Paragraph(show(value), size, LEAST_FIELD, caption=show(caption))
        for caption, value in paper.label.lines
        if value
    ]


def _marks(column: Column, x: float, y: float) -> list[Mark]:
    return [text_mark(line, x, y) for line in column.lines]
