"""The preview is what prints: same page, same places, pixel by pixel."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageFilter

import labels
from labels.errors import NothingToDraw, RunRefused
from tests.harness.reading import pdf_pages
from tests.labels.paper import ink_box, picture, roll_pdf, sheet_pdf, symbols
from tests.labels.samples import asset_label, asset_labels, blank_label, place_label

DPI = 127  # five pixels to the millimetre
FINER = 3
LIKE = 42


def printed(document):
    """Pages as a printer of three times the resolution puts ink on them."""
    for page in pdf_pages(document, dots_per_inch=FINER * DPI):
        yield page.reduce(FINER)


def worst_difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of grey once both are a little out of focus.

    Two renderers differ in how they round a glyph to pixels, not in where it is.
    """
    assert abs(one.width - other.width) <= 1
    assert abs(one.height - other.height) <= 1
    size = (min(one.width, other.width), min(one.height, other.height))
    soft = [
        image.convert("L").crop((0, 0, *size)).filter(ImageFilter.GaussianBlur(3))
        for image in (one, other)
    ]
    return ImageChops.difference(*soft).getextrema()[1]


def mixed(count):
    for number, label in enumerate(asset_labels(count)):
        kinds = {3: place_label(), 5: blank_label(title="待登记")}
        yield kinds.get(number % 7, label)


@pytest.mark.parametrize("name", ["L7160", "3474", "5267"])
def test_the_preview_of_a_sheet_is_the_printed_page(name):
    sheet = labels.sheets()[name]
    how = {"start_cell": 2, "offset": (1.5, -0.7)}
    document = sheet_pdf(mixed(sheet.cells + 5), sheet, **how)
    for number, page in enumerate(printed(document), start=1):
        seen = labels.draw_preview_png(
            mixed(sheet.cells + 5), sheet, number, dpi=DPI, cells=False, **how
        )
        assert worst_difference(picture(seen), page) < LIKE
    assert number == 2


@pytest.mark.parametrize("name", labels.rolls())
def test_the_preview_of_a_roll_is_the_printed_page(name):
    made = [*asset_labels(2), place_label(), blank_label()]
    roll = labels.rolls()[name]
    pages = printed(roll_pdf(made, roll))
    for number, page in enumerate(pages, start=1):
        seen = labels.draw_preview_png(made, roll, number, dpi=DPI)
        assert worst_difference(picture(seen), page) < LIKE


def test_a_shift_of_half_a_millimetre_would_be_noticed():
    sheet = labels.sheets()["L7160"]
    page = next(printed(sheet_pdf(mixed(21), sheet)))
    seen = labels.draw_preview_png(
        mixed(21), sheet, dpi=DPI, cells=False, offset=(0.5, 0.0)
    )
    assert worst_difference(picture(seen), page) > 1.5 * LIKE


def test_the_dots_of_a_label_printer_lie_where_the_preview_shows_them():
    roll = labels.Roll(60, 40)
    for label in mixed(8):
        dots = picture(labels.draw_png(label, roll, 203)).convert("L")
        seen = picture(labels.draw_preview_png([label], roll, dpi=200))
        assert worst_difference(seen.resize(dots.size), dots) < 2 * LIKE


def test_every_symbol_of_a_preview_on_the_screen_can_be_scanned():
    sheet = labels.sheets()["3474"]
    seen = labels.draw_preview_png(asset_labels(24), sheet, dpi=110)
    assert {found.text for found in symbols(picture(seen))} == {
        label.payload for label in asset_labels(24)
    }


def test_cell_edges_are_shown_for_orientation_only():
    sheet = labels.sheets()["L7160"]
    plain = picture(labels.draw_preview_png([asset_label()], sheet, cells=False))
    marked = picture(labels.draw_preview_png([asset_label()], sheet, start_cell=1))
    left, top, right, bottom = ink_box(marked)
    assert ink_box(plain)[2] < sheet.page_width / 25.4 * 96 / 2
    assert right > sheet.page_width / 25.4 * 96 * 0.9
    assert min(plain.getextrema()) == 0
    assert ImageChops.lighter(plain, marked).getextrema() == plain.getextrema()
    assert bottom - top > left


def test_a_page_beyond_the_last_label_is_refused():
    sheet = labels.sheets()["L7160"]
    for medium in (sheet, labels.Roll(60, 40)):
        with pytest.raises(NothingToDraw):
            labels.draw_preview_png([asset_label()], medium, 2)


@pytest.mark.parametrize("dpi", [0, 39, 201, 10**9, -1, True, 96.5])
def test_a_preview_has_a_resolution_within_bounds(dpi):
    with pytest.raises(RunRefused) as refusal:
        labels.draw_preview_png([asset_label()], labels.Roll(60, 40), dpi=dpi)
    assert refusal.value.facts == {"least": 40, "most": 200}
