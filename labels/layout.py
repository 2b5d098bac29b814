"""Where everything stands on one label: millimetres in, marks out, nothing drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from labels.column import Column, Paragraph, set_column
from labels.errors import LabelTooSmall
from labels.fonts import ASCENT, DESCENT, EM, Face
from labels.label import Kind, Label
from labels.marks import (
    Box,
    Drawing,
    LineMark,
    Mark,
    SymbolMark,
    TextMark,
    edges,
    text_mark,
)
from labels.roll import USUAL_DOT, Roll
from labels.sheet import Sheet
from labels.style import Style
from labels.symbols import QUIET, Correction, draw_symbol, module_count
from labels.typeset import cut

LEAST_MODULE = 0.33
ROOMY_MODULE = 0.55
"""From here on up a finer symbol with more correction is worth having."""
LEAST_DOTS = 2

LEAST_TITLE, LEAST_FIELD, LEAST_CODE, LEAST_INSTITUTION = 2.1, 1.8, 1.8, 1.7
_BAND = ASCENT + DESCENT
_LOW = 17.0
"""Below this height everything but symbol, name and code has to stand back."""
_SYMBOL_SHARE = 0.42
_INK = 0.78
"""The part of a symbol's block within its quiet zone, at least."""
_LEAST_COLUMN = 8.0
_HAIRLINE = 0.15
_ROOM_FOR_TWO = 20.0


@dataclass(frozen=True, slots=True)
class _Paper:
    """What one label is composed from."""

    label: Label
    face: Face
    style: Style
    dot: float | None
    width: float
    height: float

    @property
    def pad(self) -> float:
        return _between(0.8, 0.045 * min(self.width, self.height), 2.2)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A symbol with its quiet zone around it."""

    mark: SymbolMark
    block: Box

    @property
    def ink(self) -> Box:
        return Box(self.mark.x, self.mark.y, self.mark.side, self.mark.side)


def compose(
    label: Label,
    width: float,
    height: float,
    face: Face,
    style: Style,
    dot: float | None = None,
) -> Drawing:
    """One label of the given size, its top left corner at 0, 0.

    ``dot`` is the size of a printer dot: modules are then whole dots, so that each
    prints equally wide.
    """
    paper = _Paper(label, face, style, dot, width, height)
    strip, body = _institution(paper)
    wide = width >= 1.2 * body.height
    marks, shortened = _side_by_side(paper, body) if wide else _stacked(paper, body)
    return Drawing(width, height, (*strip, *marks), shortened)


def compose_for_sheet(label: Label, sheet: Sheet, face: Face, style: Style) -> Drawing:
    """One label as large as a cell of a sheet, keeping off the paper's edge."""
    x, y = sheet.inset(style.border)
    inner = compose(label, sheet.width - 2 * x, sheet.height - 2 * y, face, style)
    marks = inner.moved(x, y).marks if x or y else inner.marks
    if style.outline:
        marks = (*edges(Box(0, 0, sheet.width, sheet.height), 0.6), *marks)
    return Drawing(sheet.width, sheet.height, marks, inner.shortened)


def compose_for_roll(
    label: Label, roll: Roll, face: Face, style: Style, dot: float = USUAL_DOT
) -> Drawing:
    """One label on a roll, laid out for the dots of its printer."""
    return compose(label, roll.width_mm, roll.height_mm, face, style, dot)


def _between(low: float, value: float, high: float) -> float:
    return max(low, min(value, high))


# -- the institution's strip ---------------------------------------------------------


def _institution(paper: _Paper) -> tuple[list[Mark], Box]:
    """Its name over (or under) a hairline, and the room that is left."""
    whole = Box(0, 0, paper.width, paper.height)
    if not paper.label.institution or paper.height < _LOW:
        return [], whole
    text = paper.face.printable(paper.label.institution)
    room = paper.width - 2 * paper.pad
    size = _between(LEAST_INSTITUTION, 0.066 * paper.height, 3.4)
    size = max(LEAST_INSTITUTION, min(size, _size_to_fit(paper.face, text, room)))
    text = cut(text, paper.face, int(room * EM / size))
    wide = paper.face.width(text) * size / EM
    above = 0.6 * paper.pad
    strip = _dots_up(above + _BAND * size + 0.1 * size, paper.dot)
    header = paper.style.institution == "header"
    top = above if header else paper.height - strip + 0.1 * size
    rule = strip if header else paper.height - strip
    marks: list[Mark] = [
        TextMark(text, (paper.width - wide) / 2, top + ASCENT * size, size, wide),
        LineMark(paper.pad, rule, paper.width - paper.pad, rule, _HAIRLINE),
    ]
    body_top = strip if header else 0.0
    return marks, Box(0, body_top, paper.width, paper.height - strip)


def _size_to_fit(face: Face, text: str, width: float) -> float:
    return width * EM / max(1, face.width(text))


# -- the symbol ----------------------------------------------------------------------


def _fit_symbol(paper: _Paper, side: float) -> tuple[Correction, int, float]:
    """The correction, modules and module size for a block of at most ``side``."""
    wanted = paper.style.correction
    if wanted is not Correction.AUTO:
        tries = [(wanted, LEAST_MODULE)]
    else:
        tries = [
            (Correction.H, ROOMY_MODULE),
            (Correction.Q, LEAST_MODULE),
            (Correction.M, LEAST_MODULE),
        ]
    for correction, least in tries:
        modules = module_count(paper.label.payload, correction)
        module = _whole_dots(side / (modules + 2 * QUIET), paper.dot)
        if module >= least and module >= LEAST_DOTS * (paper.dot or 0):
            return correction, modules, module
    raise LabelTooSmall(
        "symbol_too_fine",
        module=round(module, 3),
        least=LEAST_MODULE,
        width=paper.width,
        height=paper.height,
    )


def _whole_dots(length: float, dot: float | None) -> float:
    return length if dot is None else int(length / dot + 1e-6) * dot


def _dots_up(length: float, dot: float | None) -> float:
    return length if dot is None else math.ceil(length / dot - 1e-6) * dot


def _symbol_side(paper: _Paper, side: float) -> float:
    _, modules, module = _fit_symbol(paper, side)
    return (modules + 2 * QUIET) * module


def _place_symbol(paper: _Paper, x: float, y: float, side: float) -> _Placed:
    """The symbol at the top left of a block ``side`` wide and high."""
    correction, modules, module = _fit_symbol(paper, side)
    symbol = draw_symbol(paper.label.payload, correction)
    x, y = _whole_dots(x, paper.dot), _whole_dots(y, paper.dot)
    quiet = QUIET * module
    mark = SymbolMark(symbol, x + quiet, y + quiet, modules * module)
    outer = (modules + 2 * QUIET) * module
    return _Placed(mark, Box(x, y, outer, outer))


# -- the two arrangements ------------------------------------------------------------


def _side_by_side(paper: _Paper, body: Box) -> tuple[list[Mark], bool]:
    """Symbol on the left with the code under it, words on the right."""
    code_size = _code_size_under(paper, body)
    below = _BAND * code_size + 0.5 * paper.pad if code_size else 0.0
    side = min(body.height - below, max(_SYMBOL_SHARE * body.width, 0.0))
    if body.height < _LOW and _too_fine(paper, side):
        side = body.height - below
    side = _symbol_side(paper, side)
    placed = _place_symbol(paper, 0, _symbol_top(paper, body, side, below), side)
    marks: list[Mark] = [placed.mark]
    if code_size:
        marks.append(_code_under(paper, placed, code_size))
    left = placed.block.right
    room = Box(left, body.y, paper.width - paper.pad - left, body.height)
    words, shortened = _words(paper, room, bool(code_size))
    return marks + words, shortened


def _symbol_top(paper: _Paper, body: Box, side: float, below: float) -> float:
    """The black of symbol and code in the middle of its height, as far as the quiet
    zone lets it."""
    _, modules, _ = _fit_symbol(paper, side)
    quiet = side * QUIET / (modules + 2 * QUIET)
    spare = body.height - side - below
    if not below:
        return body.y + spare / 2
    return body.y + max(0.0, (spare - quiet) / 2)


def _stacked(paper: _Paper, body: Box) -> tuple[list[Mark], bool]:
    """Symbol in the middle above, then the code, then the words."""
    inner = body.width - 2 * paper.pad
    side = _symbol_side(paper, min(body.width, 0.52 * body.height))
    snug = _size_to_fit(paper.face, paper.label.code, _INK * side)
    size = _code_size(paper, _INK * side if snug >= LEAST_CODE else inner)
    placed = _place_symbol(paper, (body.width - side) / 2, body.y, side)
    code = _code_under(paper, placed, size)
    top = code.box.bottom
    room = Box(paper.pad, top, inner, body.bottom - top)
    words, shortened = _words(paper, room, True)
    return [placed.mark, code, *words], shortened


def _too_fine(paper: _Paper, side: float) -> bool:
    try:
        _fit_symbol(paper, side)
    except LabelTooSmall:
        return True
    return False


# -- the code in print ---------------------------------------------------------------


def _code_size(paper: _Paper, width: float) -> float:
    """The size at which the code fills ``width``; it is never cut."""
    fitting = _size_to_fit(paper.face, paper.label.code, width)
    size = min(_most_code(paper), fitting)
    if size < LEAST_CODE:
        raise LabelTooSmall("code_too_fine", size=round(size, 2), least=LEAST_CODE)
    return size


def _most_code(paper: _Paper) -> float:
    return _between(2.2, 0.1 * paper.height, 4.6)


def _code_size_under(paper: _Paper, body: Box) -> float:
    """The size of the code under the symbol, or 0 where there is no room for it."""
    if body.height < _LOW:
        return 0.0
    most = _most_code(paper)
    room = min(_SYMBOL_SHARE * body.width, body.height - _BAND * most)
    try:
        side = _symbol_side(paper, room)
    except LabelTooSmall:
        return 0.0
    size = min(most, _size_to_fit(paper.face, paper.label.code, _INK * side))
    return size if size >= LEAST_CODE else 0.0


def _code_under(paper: _Paper, placed: _Placed, size: float) -> TextMark:
    wide = paper.face.width(paper.label.code) * size / EM
    x = placed.block.x + (placed.block.width - wide) / 2
    y = placed.block.bottom + ASCENT * size
    return TextMark(paper.label.code, max(0.0, x), y, size, wide, bold=True)


# -- the words -----------------------------------------------------------------------


def _words(paper: _Paper, room: Box, code_is_set: bool) -> tuple[list[Mark], bool]:
    """Name and fields in their column, with the code at its foot if it needs one."""
    marks: list[Mark] = []
    inner = Box(
        room.x,
        room.y + 0.7 * paper.pad,
        room.width,
        room.height - 1.4 * paper.pad,
    )
    if not code_is_set:
        size = _code_size(paper, inner.width)
        wide = paper.face.width(paper.label.code) * size / EM
        y = inner.bottom - DESCENT * size
        marks.append(TextMark(paper.label.code, inner.x, y, size, wide, bold=True))
        inner = Box(inner.x, inner.y, inner.width, inner.height - _BAND * size)
    if inner.width < _LEAST_COLUMN or inner.height < LEAST_TITLE:
        return marks, bool(paper.label.title)
    by_kind = {
        Kind.ASSET: _asset_words,
        Kind.PLACE: _place_words,
        Kind.BLANK: _blank_words,
    }
    words, shortened = by_kind[paper.label.kind](paper, inner)
    return marks + words, shortened


def _asset_words(paper: _Paper, room: Box) -> tuple[list[Mark], bool]:
    title = _title(paper, _between(2.4, 0.105 * paper.height, 6.0), most=3)
    column = set_column(
        [title, *_fields(paper)], paper.face, room.width, room.height, spread=0.7
    )
    return _centred(column, room), column.shortened


def _place_words(paper: _Paper, room: Box) -> tuple[list[Mark], bool]:
    """The place's name as large as it goes, to be read from the corridor."""
    fields = set_column(_fields(paper), paper.face, room.width, 0.42 * room.height)
    between = 0.05 * room.height if fields.lines else 0.0
    title = _title(paper, _between(3.0, 0.3 * room.height, 24.0), most=3)
    above = room.height - fields.height - between
    name = set_column([title], paper.face, room.width, above)
    top = room.y + (above - name.height) / 2
    below = top + name.height + between
    marks: list[Mark] = [text_mark(line, room.x, top) for line in name.lines]
    marks += [text_mark(line, room.x, below) for line in fields.lines]
    return marks, name.shortened or fields.shortened


def _blank_words(paper: _Paper, room: Box) -> tuple[list[Mark], bool]:
    """Lines to write on, each with its caption; what is known stands above."""
    known = set_column(
        [_title(paper, 0.09 * paper.height, most=2), *_fields(paper)],
        paper.face,
        room.width,
        0.5 * room.height,
    )
    captions = [caption for caption, value in paper.label.lines if not value]
    captions = captions or [""] * (2 if room.height > _ROOM_FOR_TWO else 1)
    free = Box(room.x, room.y + known.height, room.width, room.height - known.height)
    marks = [text_mark(line, room.x, room.y) for line in known.lines]
    return [*marks, *_writing_lines(paper, captions, free)], known.shortened


def _writing_lines(paper: _Paper, captions: Sequence[str], room: Box) -> list[Mark]:
    rows = max(1, min(len(captions), int(room.height / 4.0)))
    step = min(9.0, room.height / rows)
    size = _between(LEAST_FIELD, 0.34 * step, 3.0)
    top = room.y + (room.height - rows * step) / 2
    marks: list[Mark] = []
    for row, caption in enumerate(captions[:rows]):
        y = top + (row + 1) * step - DESCENT * size
        text = cut(
            paper.face.printable(caption), paper.face, int(room.width * EM / size / 2)
        )
        wide = paper.face.width(text) * size / EM
        left = room.x + wide + (0.5 * size if text else 0.0)
        if text:
            marks.append(TextMark(text, room.x, y, size, wide))
        marks.append(LineMark(left, y, room.right, y, _HAIRLINE))
    return marks


def _title(paper: _Paper, size: float, most: int) -> Paragraph:
    text = paper.face.printable(paper.label.title)
    return Paragraph(text, size, LEAST_TITLE, bold=True, most=most, evened=True)


def _fields(paper: _Paper) -> list[Paragraph]:
    size = _between(2.0, 0.07 * paper.height, 3.6)
    show = paper.face.printable
    return [
        Paragraph(show(value), size, LEAST_FIELD, caption=show(caption))
        for caption, value in paper.label.lines
        if value
    ]


def _centred(column: Column, room: Box) -> list[Mark]:
    top = room.y + (room.height - column.height) / 2
    return [text_mark(line, room.x, top) for line in column.lines]
