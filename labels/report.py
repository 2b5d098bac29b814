"""A report of many pages: a head, facts, tables whose heads repeat, and signatures.

A4 on its side, as such tables are filed. Rows are drawn as they come and none is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from labels.document import Document
from labels.fonts import ASCENT, EM, Face, Font, face
from labels.marks import HAIRLINE, Drawing, LineMark, Mark, TextMark
from labels.text import clean
from labels.typeset import cut, wrap

WIDTH, HEIGHT = 297.0, 210.0
MARGIN = 14.0
SIZE = 2.9
LEADING = 1.4
PAD = 0.9
GREY = 0.55
MOST_LINES = 3
"""So many lines a cell takes; what is longer is cut, and ends in "…"."""


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a table: its head and its share of the width."""

    label: str
    share: float = 1.0
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A titled table; ``empty`` stands where it has no rows."""

    heading: str
    columns: Sequence[ReportColumn]
    rows: Iterable[Sequence[str]]
    empty: str = ""
    total: Sequence[str] | None = None
    """A last row, in bold."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says. ``page`` is the words for a page, with ``%d`` in them."""

    institution: str
    title: str
    number: str
    facts: Sequence[tuple[str, str]]
    tables: Iterable[ReportTable]
    signatures: Sequence[str] = field(default_factory=tuple)
    foot: str = ""
    page: str = "%d"


def draw_report_pdf(report: Report, *, out: BinaryIO, font: Font = None) -> int:
    """Write the report as PDF; the number of its pages."""
    with Document(face(font)) as document:
        paper = _Paper(document, report)
        paper.head()
        for table in report.tables:
            paper.table(table)
        paper.sign()
        paper.end()
        document.write(out)
        return document.pages


class _Paper:
    """Pages in the making, one at a time."""

    def __init__(self, document: Document, report: Report) -> None:
        self.document = document
        self.face: Face = document.face
        self.report = report
        self.y = MARGIN
        self.floor = HEIGHT - MARGIN - 6
        self.marks: list[Mark] = []
        self.number = 0
        self._turn()

    def _turn(self) -> None:
        """The next page."""
        if self.number:
            self.end()
        self.number += 1
        self.document.add_page(WIDTH, HEIGHT)
        self.y = MARGIN

    def end(self) -> None:
        """Put what this page holds on paper, with its foot."""
        y = HEIGHT - MARGIN
        right = self.report.page % self.number
        width = self.face.width(self.face.printable(clean(right))) * SIZE / EM
        self._text(right, WIDTH - MARGIN - width, y)
        self._text(self.report.foot, MARGIN, y, WIDTH - 2 * MARGIN - width - 4)
        self.document.put(Drawing(WIDTH, HEIGHT, tuple(self.marks)))
        self.marks = []

    def head(self) -> None:
        """Institution, title, number, and the facts in two columns."""
        whole = WIDTH - 2 * MARGIN
        self._text(self.report.institution, MARGIN, self.y + 4, whole, size=3.6)
        self._text(self.report.title, MARGIN, self.y + 12, whole, size=6, bold=True)
        self._text(self.report.number, MARGIN, self.y + 18, whole, size=3.6)
        self.y += 21
        half = whole / 2
        for index, (caption, words) in enumerate(self.report.facts):
            left = MARGIN + (index % 2) * half
            self._text(caption, left, self.y + 3.6, 34, size=3.1)
            self._text(words, left + 35, self.y + 3.6, half - 38, size=3.1)
            if index % 2 or index == len(self.report.facts) - 1:
                self.y += 4.8
        self.y += 2

    def table(self, table: ReportTable) -> None:
        """A table, its head again on each page it reaches."""
        shares = sum(column.share for column in table.columns)
        unit = (WIDTH - 2 * MARGIN) / shares
        widths = [column.share * unit for column in table.columns]
        labels = [column.label for column in table.columns]
        if self.y + 24 > self.floor:
            self._turn()
        self.y += 3
        self._text(table.heading, MARGIN, self.y + 4, size=4, bold=True)
        self.y += 6.5
        self._row(table, widths, labels, bold=True)
        count = 0
        for row in table.rows:
            count += 1
            self._row(table, widths, row, again=labels)
        if not count and table.empty:
            self._text(table.empty, MARGIN, self.y + 4)
            self.y += 6
        if table.total is not None and count:
            self._row(table, widths, table.total, bold=True, again=labels)

    def _row(
        self,
        table: ReportTable,
        widths: Sequence[float],
        row: Sequence[str],
        *,
        bold: bool = False,
        again: Sequence[str] | None = None,
    ) -> None:
        cells = [
            self._lines(text, width) for text, width in zip(row, widths, strict=True)
        ]
        height = max(len(lines) for lines in cells) * SIZE * LEADING + 2 * PAD
        if self.y + height > self.floor:
            self._turn()
            if again is not None:
                self._row(table, widths, again, bold=True)
        top, x = self.y, MARGIN
        for column, width, lines in zip(table.columns, widths, cells, strict=True):
            for index, line in enumerate(lines):
                wide = self.face.width(line) * SIZE / EM
                shift = width - 2 * PAD - wide if column.is_number else 0.0
                base = top + PAD + SIZE * (ASCENT + index * LEADING)
                self.marks.append(
                    TextMark(line, x + PAD + shift, base, SIZE, wide, bold)
                )
            x += width
        self.y = top + height
        if bold and again is None:
            self._line(MARGIN, top, WIDTH - MARGIN, top, 0.3)
        thick = 0.3 if bold else HAIRLINE
        self._line(MARGIN, self.y, WIDTH - MARGIN, self.y, thick)

    def sign(self) -> None:
        """A line for each signature, three to a row."""
        if not self.report.signatures:
            return
        rows = -(-len(self.report.signatures) // 3)
        if self.y + 8 + rows * 13 > self.floor:
            self._turn()
        self.y += 8
        third = (WIDTH - 2 * MARGIN) / 3
        for index, caption in enumerate(self.report.signatures):
            x = MARGIN + (index % 3) * third
            base = self.y + (index // 3) * 13 + 6
            shown = self.face.printable(clean(caption))
            wide = self.face.width(shown) * 3.3 / EM
            self._text(caption, x, base, size=3.3)
            self._line(x + wide + 2, base + 1, x + third - 8, base + 1, 0.2)
        self.y += rows * 13

    def _lines(self, text: str, width: float) -> list[str]:
        limit = int((width - 2 * PAD) * EM / SIZE)
        lines = wrap(self.face.printable(clean(text)), self.face, limit)
        if len(lines) <= MOST_LINES:
            return lines or [""]
        last = cut("".join(lines[MOST_LINES - 1 :]), self.face, limit)
        return [*lines[: MOST_LINES - 1], last]

    def _line(self, x1: float, y1: float, x2: float, y2: float, thick: float) -> None:
        grey = GREY if thick == HAIRLINE else 0.0
        self.marks.append(LineMark(x1, y1, x2, y2, thick, grey))

    def _text(
        self,
        text: str,
        x: float,
        y: float,
        width: float = WIDTH - 2 * MARGIN,
        *,
        size: float = SIZE,
        bold: bool = False,
    ) -> None:
        limit = int(width * EM / size)
        shown = cut(self.face.printable(clean(text)), self.face, limit)
        if shown:
            wide = self.face.width(shown) * size / EM
            self.marks.append(TextMark(shown, x, y, size, wide, bold))
