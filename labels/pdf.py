"""Print runs as PDF: labels on sheets, labels on a roll, the calibration page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from labels.calibration import calibration_page
from labels.document import Document
from labels.errors import LabelError, NothingToDraw
from labels.fonts import Font, face
from labels.label import Label
from labels.layout import compose_for_roll, compose_for_sheet
from labels.marks import Drawing
from labels.roll import Roll
from labels.run import Drawn, Progress, check_offset, copied, pages
from labels.sheet import Sheet
from labels.style import PLAIN, Style

_REPORT_EVERY = 25


def draw_sheet_pdf(
    labels: Iterable[Label],
    sheet: Sheet,
    *,
    out: BinaryIO,
    start_cell: int = 1,
    offset: tuple[float, float] = (0.0, 0.0),
    copies: int = 1,
    style: Style = PLAIN,
    font: Font = None,
    progress: Progress | None = None,
) -> Drawn:
    """Labels on sheets, from ``start_cell`` of the first one on.

    ``offset`` shifts everything right and down by millimetres, to make up for the
    printer. Labels are read as they are drawn; ``out`` is written only when all of
    them are.
    """
    x, y = check_offset(offset)
    done = shortened = 0
    with Document(face(font)) as document:
        for cells in pages(copied(labels, copies), sheet, start_cell):
            document.add_page(sheet.page_width, sheet.page_height)
            for cell, label in cells:
                done += 1
                drawing = _in_cell(document, label, sheet, style, done)
                left, top = sheet.corner(cell)
                document.put(drawing, left + x, top + y)
                shortened += drawing.shortened
            if progress:
                progress(done)
        return _finish(document, out, done, shortened)


def draw_roll_pdf(
    labels: Iterable[Label],
    roll: Roll,
    *,
    out: BinaryIO,
    copies: int = 1,
    style: Style = PLAIN,
    font: Font = None,
    progress: Progress | None = None,
) -> Drawn:
    """One page of the roll's size for each label."""
    done = shortened = 0
    with Document(face(font)) as document:
        for done, label in enumerate(copied(labels, copies), start=1):
            with _naming(done, label):
                drawing = compose_for_roll(label, roll, document.face, style)
            document.add_page(roll.width_mm, roll.height_mm)
            document.put(drawing)
            shortened += drawing.shortened
            if progress and done % _REPORT_EVERY == 0:
                progress(done)
        if progress and done % _REPORT_EVERY:
            progress(done)
        return _finish(document, out, done, shortened)


def draw_calibration_pdf(
    sheet: Sheet,
    language: str = "zh",
    *,
    out: BinaryIO,
    offset: tuple[float, float] = (0.0, 0.0),
    font: Font = None,
) -> None:
    """A page that shows by how much a printer is off, and what to do about it.

    ``language`` is "zh" or "en". With the offset in use it shows what is still off.
    """
    x, y = check_offset(offset)
    with Document(face(font)) as document:
        document.add_page(sheet.page_width, sheet.page_height)
        document.put(calibration_page(sheet, language, document.face), x, y)
        document.write(out)


def _in_cell(
    document: Document, label: Label, sheet: Sheet, style: Style, number: int
) -> Drawing:
    with _naming(number, label):
        return compose_for_sheet(label, sheet, document.face, style)


@contextmanager
def _naming(number: int, label: Label) -> Iterator[None]:
    """A refusal says which label of the run it is about; the first is 1."""
    try:
        yield
    except LabelError as refusal:
        refusal.facts.update(label=number, label_code=label.code)
        raise


def _finish(document: Document, out: BinaryIO, done: int, shortened: int) -> Drawn:
    if not done:
        raise NothingToDraw()
    document.write(out)
    return Drawn(document.pages, done, shortened)
