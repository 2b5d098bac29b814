"""One page of paper that states something: a title, a number, a symbol, parts of text.

Type shrinks until all of it stands on one A4 page; what still has no room is left out,
and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from labels.document import Document
from labels.fonts import ASCENT, DESCENT, EM, Face, Font, face
from labels.label import check_payload
from labels.marks import HAIRLINE, Drawing, LineMark, Mark, SymbolMark, TextMark
from labels.symbols import QUIET, Correction, draw_symbol
from labels.text import clean
from labels.typeset import cut, wrap

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 18.0
SYMBOL = 34.0
SIZES = (3.9, 3.7, 3.5, 3.3, 3.1, 2.9, 2.7, 2.5)
"""Type sizes that are tried, the largest first; below the last nobody reads."""
LEADING = 1.45
GREY = 0.6
CAPTION = 0.19
"""The part of the width that captions of rows take."""


@dataclass(frozen=True, slots=True)
class Part:
    """A titled part: rows of caption and text; without a caption, text alone."""

    heading: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a page states. ``payload`` is what its symbol leads to."""

    institution: str
    title: str
    number: str
    payload: str
    parts: tuple[Part, ...]
    beside: tuple[tuple[str, str], ...] = ()
    """Rows beside the symbol: what one looks for first."""
    foot: str = ""
    more: str = "…"
    """What stands in place of what had no room."""

    def __post_init__(self) -> None:
        check_payload(self.payload)


def draw_statement_pdf(
    statement: Statement, *, out: BinaryIO, font: Font = None
) -> bool:
    """Write the page as PDF; whether something had no room. Raises PayloadRefused."""
    with Document(face(font)) as document:
        drawing = compose_statement(statement, document.face)
        document.add_page(WIDTH, HEIGHT)
        document.put(drawing)
        document.write(out)
    return drawing.shortened


def compose_statement(statement: Statement, face: Face) -> Drawing:
    """The page as marks, in the largest type in which all of it has room."""
    for size in SIZES:
        page = _Page(face, size)
        if page.set(statement):
            return page.drawing()
    page = _Page(face, SIZES[-1])
    page.set(statement, leave_out=True)
    return page.drawing()


class _Page:
    """A page in the making, in one size of type."""

    def __init__(self, face: Face, size: float) -> None:
        self.face = face
        self.size = size
        self.y = MARGIN
        self.floor = HEIGHT - MARGIN - 2 * size
        self.marks: list[Mark] = []
        self.shortened = False

    def drawing(self) -> Drawing:
        return Drawing(WIDTH, HEIGHT, tuple(self.marks), self.shortened)

    def set(self, statement: Statement, *, leave_out: bool = False) -> bool:
        """Put everything on the page; False as soon as something has no room."""
        self._head(statement)
        lines = list(self._lines(statement))
        room = self.floor - self.y
        needed = sum(height for height, _ in lines)
        if needed > room and not leave_out:
            return False
        if needed > room:
            self.shortened = True
            room -= 2 * self.size * LEADING
        for height, marks in lines:
            if height > room:
                self._text(statement.more, MARGIN, self.y + self.size * LEADING)
                break
            room -= height
            self.marks += [_down(mark, self.y) for mark in marks]
            self.y += height
        self._foot(statement)
        return True

    def _head(self, statement: Statement) -> None:
        left, right = MARGIN, WIDTH - MARGIN - SYMBOL
        symbol = draw_symbol(statement.payload, Correction.M)
        quiet = QUIET * SYMBOL / (symbol.modules + 2 * QUIET)
        self.marks.append(
            SymbolMark(symbol, right + quiet, MARGIN + quiet, SYMBOL - 2 * quiet)
        )
        width = right - left - 4
        y = MARGIN + 4
        self._text(statement.institution, left, y, 3.6, width=width)
        y += 9
        self._text(statement.title, left, y, 6.4, bold=True, width=width)
        y += 9
        self._text(statement.number, left, y, 5.2, bold=True, width=width)
        y += 7
        for caption, words in statement.beside:
            self._text(caption, left, y, 3.6, width=26)
            self._text(words, left + 27, y, 3.6, width=width - 27)
            y += 5.4
        self.y = max(y, MARGIN + SYMBOL) + 2

    def _lines(self, statement: Statement) -> Iterator[tuple[float, list[Mark]]]:
        """Every line below the head with its height, its marks as from 0 down."""
        for part in statement.parts:
            yield self._heading(part.heading)
            for caption, text in part.rows:
                yield from self._row(caption, text)

    def _heading(self, text: str) -> tuple[float, list[Mark]]:
        size = self.size * 1.12
        base = size * (1.1 + ASCENT)
        under = base + size * DESCENT + 0.8
        line = LineMark(MARGIN, under, WIDTH - MARGIN, under, 0.3)
        words = self._mark(text, MARGIN, base, size, bold=True)
        return under + 1.0, [words, line]

    def _row(self, caption: str, text: str) -> Iterator[tuple[float, list[Mark]]]:
        size, height = self.size, self.size * LEADING
        whole = WIDTH - 2 * MARGIN
        side = CAPTION * whole if caption else 0.0
        captions = self._wrapped(caption, side - 2) if caption else []
        texts = self._wrapped(text, whole - side)
        count = max(len(captions), len(texts), 1)
        for index in range(count):
            base = size * (0.15 + ASCENT)
            marks: list[Mark] = []
            if index < len(captions):
                marks.append(self._mark(captions[index], MARGIN, base, size))
            if index < len(texts):
                marks.append(self._mark(texts[index], MARGIN + side, base, size))
            last = index == count - 1
            if last:
                marks.append(
                    LineMark(MARGIN, height, WIDTH - MARGIN, height, HAIRLINE, GREY)
                )
            yield height + (0.5 if last else 0.0), marks

    def _wrapped(self, text: str, width: float) -> list[str]:
        printable = self.face.printable(clean(text))
        return wrap(printable, self.face, int(width * EM / self.size))

    def _foot(self, statement: Statement) -> None:
        y = HEIGHT - MARGIN
        size = 2.9
        self.marks.append(
            LineMark(MARGIN, y - 5, WIDTH - MARGIN, y - 5, HAIRLINE, GREY)
        )
        self._text(statement.foot, MARGIN, y - 1, size, width=WIDTH - 2 * MARGIN)

    def _text(
        self,
        text: str,
        x: float,
        y: float,
        size: float | None = None,
        *,
        bold: bool = False,
        width: float = WIDTH - 2 * MARGIN,
    ) -> None:
        size = size or self.size
        shown = cut(self.face.printable(clean(text)), self.face, int(width * EM / size))
        if shown:
            self.marks.append(self._mark(shown, x, y, size, bold=bold))

    def _mark(
        self, text: str, x: float, y: float, size: float, *, bold: bool = False
    ) -> TextMark:
        printable = self.face.printable(clean(text))
        width = self.face.width(printable) * size / EM
        return TextMark(printable, x, y, size, width, bold)


def _down(mark: Mark, by: float) -> Mark:
    return Drawing(0, 0, (mark,)).moved(0, by).marks[0]
