"""Where everything stands on one label: millimetres in, marks out, nothing drawn."""

from __future__ import annotations

from labels.errors import LabelTooSmall
from labels.fitting import (
    BAND,
    INK,
    LEAST_CODE,
    Fit,
    Paper,
    between,
    code_size,
    fit_symbol,
    most_code,
    place_symbol,
    size_to_fit,
)
from labels.fonts import ASCENT, EM, Face
from labels.label import Label
from labels.marks import HAIRLINE, Box, Drawing, LineMark, Mark, TextMark, edges
from labels.roll import USUAL_DOT, Roll
from labels.sheet import Sheet
from labels.style import Style
from labels.typeset import cut
from labels.wording import Words, code_mark, set_words

LEAST_INSTITUTION, MOST_INSTITUTION = 1.7, 3.4
_LOW = 17.0
"""Below this height everything but symbol, name and code has to stand back."""
_SYMBOL_SHARE = 0.42
_EDGE_GREY = 0.6


def compose(
    label: Label,
    width: float,
    height: float,
    face: Face,
    style: Style,
    dot: float | None = None,
) -> Drawing:
    """One label of the given size, its top left corner at 0, 0; LabelTooSmall.

    ``dot`` is the size of a printer dot: modules are then whole dots, so that each
    prints equally wide.
    """
    paper = Paper(label, face, style, dot, width, height)
    strip, body = _institution(paper)
    wide = width >= 1.2 * body.height
    rest = _side_by_side(paper, body) if wide else _stacked(paper, body)
    marks = (*strip.marks, *rest.marks)
    return Drawing(width, height, marks, strip.shortened or rest.shortened)


def compose_for_sheet(label: Label, sheet: Sheet, face: Face, style: Style) -> Drawing:
    """One label as large as a cell of a sheet, keeping off the paper's edge."""
    x, y = sheet.inset(style.border)
    inner = compose(label, sheet.width - 2 * x, sheet.height - 2 * y, face, style)
    marks = inner.moved(x, y).marks if x or y else inner.marks
    if style.outline:
        marks = (*edges(Box(0, 0, sheet.width, sheet.height), _EDGE_GREY), *marks)
    return Drawing(sheet.width, sheet.height, marks, inner.shortened)


def compose_for_roll(
    label: Label, roll: Roll, face: Face, style: Style, dot: float = USUAL_DOT
) -> Drawing:
    """One label on a roll, laid out for the dots of its printer."""
    return compose(label, roll.width_mm, roll.height_mm, face, style, dot)


def _institution(paper: Paper) -> tuple[Words, Box]:
    """Its name over (or under) a hairline, and the room that is left."""
    if not paper.label.institution or paper.height < _LOW:
        return Words([], False), Box(0, 0, paper.width, paper.height)
    whole = paper.face.printable(paper.label.institution)
    room = paper.width - 2 * paper.pad
    usual = between(LEAST_INSTITUTION, 0.066 * paper.height, MOST_INSTITUTION)
    fitting = size_to_fit(paper.face, whole, room)
    size = between(LEAST_INSTITUTION, fitting, usual)
    text = cut(whole, paper.face, int(room * EM / size))
    white = 0.6 * paper.pad
    high = paper.dots_up(white + (BAND + 0.1) * size)
    if paper.style.institution == "header":
        top, rule, body = white, high, high
    else:
        top, rule, body = paper.height - white - BAND * size, paper.height - high, 0.0
    wide = paper.face.width(text) * size / EM
    left = (paper.width - wide) / 2
    marks: list[Mark] = [
        TextMark(text, left, top + ASCENT * size, size, wide),
        LineMark(paper.pad, rule, paper.width - paper.pad, rule, HAIRLINE),
    ]
    free = Box(0, body, paper.width, paper.height - high)
    return Words(marks, text != whole), free


def _side_by_side(paper: Paper, body: Box) -> Words:
    """Symbol on the left with the code under it, words on the right."""
    size = _code_size_under(paper, body)
    below = BAND * size + 0.5 * paper.pad if size else 0.0
    fit = _fit_beside(paper, body, body.height - below)
    top = _symbol_top(body, fit, below)
    symbol, block = place_symbol(paper, fit, 0, top)
    marks: list[Mark] = [symbol]
    if size:
        marks.append(_code_under(paper, block, size))
    wide = paper.width - paper.pad - block.right
    room = Box(block.right, body.y, wide, body.height)
    words = set_words(paper, room, with_code=not size)
    return Words(marks + words.marks, words.shortened)


def _fit_beside(paper: Paper, body: Box, height: float) -> Fit:
    """The symbol in its share of the width, or as high as it can be on a low label."""
    side = min(height, _SYMBOL_SHARE * body.width)
    try:
        return fit_symbol(paper, side)
    except LabelTooSmall:
        if body.height >= _LOW:
            raise
        return fit_symbol(paper, height)


def _symbol_top(body: Box, fit: Fit, below: float) -> float:
    """The black of symbol and code in the middle of its height, as far as the quiet
    zone lets it."""
    spare = body.height - fit.block - below
    if not below:
        return body.y + spare / 2
    return body.y + max(0.0, (spare - fit.quiet) / 2)


def _stacked(paper: Paper, body: Box) -> Words:
    """Symbol in the middle above, then the code, then the words."""
    inner = body.width - 2 * paper.pad
    fit = fit_symbol(paper, min(body.width, 0.52 * body.height))
    snug = size_to_fit(paper.face, paper.label.code, INK * fit.block)
    size = code_size(paper, INK * fit.block if snug >= LEAST_CODE else inner)
    symbol, block = place_symbol(paper, fit, (body.width - fit.block) / 2, body.y)
    code = _code_under(paper, block, size)
    top = code.box.bottom
    room = Box(paper.pad, top, inner, body.bottom - top)
    words = set_words(paper, room, with_code=False)
    return Words([symbol, code, *words.marks], words.shortened)


def _code_size_under(paper: Paper, body: Box) -> float:
    """The size of the code under the symbol, or 0 where there is no room for it."""
    if body.height < _LOW:
        return 0.0
    room = min(_SYMBOL_SHARE * body.width, body.height - BAND * most_code(paper))
    try:
        return code_size(paper, INK * fit_symbol(paper, room).block)
    except LabelTooSmall:
        return 0.0


def _code_under(paper: Paper, block: Box, size: float) -> TextMark:
    wide = paper.face.width(paper.label.code) * size / EM
    left = block.x + (block.width - wide) / 2
    return code_mark(paper, left, block.bottom + ASCENT * size, size)
