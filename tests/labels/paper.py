"""Printed labels looked at again: which cell a symbol lies in, where the ink is."""

from __future__ import annotations

import io
from collections.abc import Iterable

import zxingcpp
from PIL import Image, ImageChops

import labels
from tests.harness.reading import pdf_pages


def sheet_pdf(made: Iterable[labels.Label], sheet: labels.Sheet, **how) -> bytes:
    out = io.BytesIO()
    labels.draw_sheet_pdf(made, sheet, out=out, **how)
    return out.getvalue()


def roll_pdf(made: Iterable[labels.Label], roll: labels.Roll, **how) -> bytes:
    out = io.BytesIO()
    labels.draw_roll_pdf(made, roll, out=out, **how)
    return out.getvalue()


def symbols(image: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(
        image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCodeModel2
    )


def read_cells(
    document: bytes, sheet: labels.Sheet, dots_per_inch: int = 200
) -> list[dict[int, str]]:
    """Page by page the text of the symbol in each cell."""
    scale = dots_per_inch / 25.4
    pages = pdf_pages(document, dots_per_inch=dots_per_inch)
    return [
        {_cell(found, sheet, scale): found.text for found in symbols(page)}
        for page in pages
    ]


def _cell(found: zxingcpp.Barcode, sheet: labels.Sheet, scale: float) -> int:
    place = found.position
    x = (place.top_left.x + place.bottom_right.x) / 2 / scale
    y = (place.top_left.y + place.bottom_right.y) / 2 / scale
    [cell] = [
        cell
        for cell in range(1, sheet.cells + 1)
        for left, top in [sheet.corner(cell)]
        if left <= x <= left + sheet.width and top <= y <= top + sheet.height
    ]
    return cell


def in_order(pages: list[dict[int, str]]) -> list[str]:
    return [cells[cell] for cells in pages for cell in sorted(cells)]


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def ink_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The smallest box around all that is not white: left, top, right, bottom."""
    return ImageChops.invert(image.convert("L")).getbbox()
