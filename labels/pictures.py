"""Labels as pictures: for label printers dot by dot, for the screen as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from labels.bitmap import Raster, png
from labels.errors import NothingToDraw, RunRefused
from labels.fonts import Face, Font, face
from labels.label import Label
from labels.layout import compose_for_roll, compose_for_sheet
from labels.marks import Box, Drawing, LineMark, edges
from labels.printers import tspl, zpl
from labels.roll import DOTS_PER_MM, Roll
from labels.run import (
    MOST_COPIES,
    MOST_LABELS,
    check_count,
    check_offset,
    copied,
    page_of,
)
from labels.sheet import Sheet
from labels.style import PLAIN, Style

LEAST_PREVIEW_DPI, MOST_PREVIEW_DPI = 40, 200

_EDGE_GREY, _USED_GREY = 0.75, 0.9


def draw_png(
    label: Label, size: Roll, dpi: int = 203, *, style: Style = PLAIN, font: Font = None
) -> bytes:
    """One label in black and white, dot for dot as a label printer burns it."""
    return png(_dots(label, size, dpi, style, font).image, DOTS_PER_MM[dpi] * 25.4)


def draw_zpl(
    label: Label,
    roll: Roll,
    dpi: int = 203,
    *,
    copies: int = 1,
    style: Style = PLAIN,
    font: Font = None,
) -> bytes:
    """What a ZPL printer is sent for one label: a picture, so no font is needed."""
    check_count("copies", copies, MOST_COPIES)
    return zpl(_dots(label, roll, dpi, style, font).image, copies)


def draw_tspl(
    label: Label,
    roll: Roll,
    dpi: int = 203,
    *,
    copies: int = 1,
    style: Style = PLAIN,
    font: Font = None,
) -> bytes:
    """What a TSPL printer is sent for one label: a picture, so no font is needed."""
    check_count("copies", copies, MOST_COPIES)
    return tspl(_dots(label, roll, dpi, style, font).image, roll, copies)


def draw_preview_png(
    labels: Iterable[Label],
    medium: Sheet | Roll,
    page: int = 1,
    *,
    start_cell: int = 1,
    offset: tuple[float, float] = (0.0, 0.0),
    copies: int = 1,
    dpi: int = 96,
    style: Style = PLAIN,
    font: Font = None,
    cells: bool = True,
) -> bytes:
    """One page as it will be printed, as a grey picture for the screen.

    ``cells`` shows the edges of the labels in light grey and fills those before
    ``start_cell``; neither is printed. Of a roll, each label is a page.
    """
    check_count("dpi", dpi, MOST_PREVIEW_DPI, LEAST_PREVIEW_DPI)
    measured = face(font)
    if isinstance(medium, Roll):
        raster = _roll_page(copied(labels, copies), medium, page, dpi, style, measured)
        return png(raster.image, dpi)
    x, y = check_offset(offset)
    raster = _raster(medium.page_width, medium.page_height, dpi / 25.4, measured)
    if cells:
        raster.put(_cell_edges(medium, start_cell if page == 1 else 1))
    here = page_of(copied(labels, copies), medium, start_cell, page)
    if not here:
        raise NothingToDraw(page=page)
    for cell, label in here:
        drawing = compose_for_sheet(label, medium, measured, style)
        left, top = medium.corner(cell)
        raster.put(drawing, left + x, top + y)
    return png(raster.image, dpi)


def _dots(label: Label, roll: Roll, dpi: int, style: Style, font: Font) -> Raster:
    if dpi not in DOTS_PER_MM:
        raise RunRefused("dpi_unknown", known=list(DOTS_PER_MM))
    scale, measured = DOTS_PER_MM[dpi], face(font)
    raster = _raster(roll.width_mm, roll.height_mm, scale, measured, bits=True)
    raster.put(compose_for_roll(label, roll, measured, style, 1 / scale))
    return raster


def _raster(
    width: float, height: float, scale: float, measured: Face, bits: bool = False
) -> Raster:
    wide, high = round(width * scale), round(height * scale)
    return Raster(wide, high, scale, measured, bits)


def _roll_page(
    labels: Iterator[Label],
    roll: Roll,
    page: int,
    dpi: int,
    style: Style,
    measured: Face,
) -> Raster:
    check_count("page", page, MOST_LABELS)
    label = next(islice(labels, page - 1, None), None)
    if label is None:
        raise NothingToDraw(page=page)
    raster = _raster(roll.width_mm, roll.height_mm, dpi / 25.4, measured)
    raster.put(compose_for_roll(label, roll, measured, style))
    return raster


def _cell_edges(sheet: Sheet, start_cell: int) -> Drawing:
    """The label edges of a page; those already used are filled in grey."""
    marks: list[LineMark] = []
    for cell in range(1, sheet.cells + 1):
        box = Box(*sheet.corner(cell), sheet.width, sheet.height)
        if cell < start_cell:
            middle = box.x + box.width / 2
            marks.append(
                LineMark(middle, box.y, middle, box.bottom, box.width, _USED_GREY)
            )
        marks += edges(box, _EDGE_GREY)
    return Drawing(sheet.page_width, sheet.page_height, tuple(marks))
