"""Every label printed can be read: pages rendered to pixels, read by another hand."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from PIL import Image

import labels
from labels.symbols import Correction, draw_symbol
from tests.harness.depth import deep
from tests.harness.reading import pdf_pages, qr_texts
from tests.harness.sources import ROOT
from tests.labels.paper import (
    in_order,
    ink_box,
    picture,
    read_cells,
    roll_pdf,
    sheet_pdf,
    symbols,
)
from tests.labels.samples import asset_label, asset_labels, blank_label, place_label

SHEETS = {
    "5267": 240,
    "3651": 200,
    "L4770": 200,
    "5160": 150,
    "3474": 120,
    "L7160": 63,
    "L7163": 28,
}


def payloads(made):
    return [label.payload for label in made]


@pytest.mark.parametrize("name", SHEETS)
def test_every_one_of_a_thousand_labels_is_read_in_its_cell(name):
    sheet = labels.sheets()[name]
    made = list(asset_labels(SHEETS[name], seed=int(name.strip("L"))))
    pages = read_cells(sheet_pdf(made, sheet), sheet)
    assert in_order(pages) == payloads(made)
    assert [sorted(cells) for cells in pages[:-1]] == [
        list(range(1, sheet.cells + 1)) for _ in pages[:-1]
    ]


def test_they_are_a_thousand():
    assert sum(SHEETS.values()) > 1000


THOUSANDS = """
import re, sys
from pathlib import Path
import labels
from tests.labels.samples import asset_labels
with open(sys.argv[1], "wb") as out:
    labels.draw_sheet_pdf(asset_labels(2_500), labels.sheets()["L7160"], out=out)
# Of this program alone: the other peak is inherited from whoever started it.
status = Path("/proc/self/status").read_text()
print(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""


@pytest.mark.slow
def test_thousands_of_labels_are_drawn_in_bounded_memory_and_each_is_read(tmp_path):
    """Ten thousand are drawn by ``bench/label_printing.py``: the same bound, longer."""
    file = tmp_path / "labels.pdf"
    done = subprocess.run(
        [sys.executable, "-c", THOUSANDS, str(file)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    assert int(done.stdout) / 1024 <= 120
    pages = read_cells(file.read_bytes(), labels.sheets()["L7160"])
    assert in_order(pages) == payloads(asset_labels(2_500))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", sorted(set(labels.sheets()) - set(SHEETS))[:: deep(3, 1)]
)
def test_every_label_of_every_other_known_sheet_is_read(name):
    sheet = labels.sheets()[name]
    made = list(asset_labels(sheet.cells + 1, seed=99))
    assert in_order(read_cells(sheet_pdf(made, sheet), sheet)) == payloads(made)


@pytest.mark.parametrize("name", labels.rolls())
def test_every_page_of_a_roll_is_read(name):
    made = [*asset_labels(6), place_label(), blank_label()]
    document = roll_pdf(made, labels.rolls()[name])
    pages = list(pdf_pages(document, dots_per_inch=203))
    assert [qr_texts(page) for page in pages] == [[text] for text in payloads(made)]


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("name", labels.rolls())
def test_every_picture_for_a_label_printer_is_read(name, dpi):
    for label in [asset_label(), place_label(), blank_label()]:
        drawn = picture(labels.draw_png(label, labels.rolls()[name], dpi))
        assert drawn.mode == "1"
        assert [found.text for found in symbols(drawn)] == [label.payload]


def test_labels_cut_by_hand_from_plain_paper_are_read():
    style = labels.Style(outline=True, institution="footer")
    sheet = labels.sheets()["3651"]
    made = list(asset_labels(40))
    pages = read_cells(sheet_pdf(made, sheet, style=style), sheet)
    assert in_order(pages) == payloads(made)


def test_copies_of_a_label_follow_one_another():
    made = list(asset_labels(10))
    sheet = labels.sheets()["L7160"]
    pages = read_cells(sheet_pdf(made, sheet, copies=3), sheet)
    assert in_order(pages) == [text for text in payloads(made) for _ in range(3)]


def test_a_part_used_sheet_is_filled_from_its_first_free_cell():
    made = list(asset_labels(30))
    sheet = labels.sheets()["L7160"]
    document = sheet_pdf(made, sheet, start_cell=20)
    pages = read_cells(document, sheet)
    assert [sorted(cells) for cells in pages] == [
        [20, 21],
        list(range(1, 22)),
        list(range(1, 8)),
    ]
    assert in_order(pages) == payloads(made)


def test_used_cells_stay_white():
    sheet = labels.sheets()["L7160"]
    document = sheet_pdf(asset_labels(2), sheet, start_cell=20)
    page = next(pdf_pages(document, dots_per_inch=100))
    _, top, _, _ = ink_box(page)
    assert top / 100 * 25.4 >= sheet.corner(20)[1]


@pytest.mark.parametrize("correction", ["L", "M", "Q", "H"])
def test_the_correction_asked_for_is_the_one_printed(correction):
    style = labels.Style(correction=labels.Correction(correction))
    drawn = labels.draw_png(asset_label(), labels.Roll(70, 50), 300, style=style)
    [found] = symbols(picture(drawn))
    assert found.ec_level == correction


def test_a_label_has_at_least_correction_q_where_there_is_room():
    for name in ("50x30", "60x40", "70x50", "100x70"):
        drawn = labels.draw_png(asset_label(), labels.rolls()[name], 203)
        [found] = symbols(picture(drawn))
        assert found.ec_level in ("Q", "H")


def test_a_label_with_a_tenth_of_its_symbol_gone_is_read():
    drawn = picture(labels.draw_png(asset_label(), labels.Roll(60, 40), 300))
    [found] = symbols(drawn)
    corner, side = found.position.top_left, found.position.bottom_right
    wide = side.x - corner.x
    hole = round(0.32 * wide)
    x, y = corner.x + round(0.4 * wide), corner.y + round(0.4 * wide)
    drawn.paste(1, (x, y, x + hole, y + hole))
    assert [again.text for again in symbols(drawn)] == [asset_label().payload]


@pytest.mark.parametrize("correction", [each for each in Correction if each != "auto"])
def test_a_symbol_of_any_length_and_alphabet_is_read_under_the_one_mask(correction):
    chance = random.Random(3)
    alphabets = ["0123456789", "ABC-$/:%*+.0189", "abcXYZ~!?&=%_/#@019"]
    for length in (1, 2, 7, 25, 36, 47, 90, 200):
        for alphabet in alphabets:
            payload = "".join(chance.choices(alphabet, k=length))
            assert read_symbol(payload, correction) == payload


def read_symbol(payload, correction):
    symbol = draw_symbol(payload, correction)
    image = Image.frombytes("L", (symbol.modules,) * 2, symbol.pixels)
    framed = Image.new("L", (symbol.modules + 8,) * 2, 255)
    framed.paste(image, (4, 4))
    [found] = symbols(framed.resize((4 * framed.width,) * 2, Image.Resampling.NEAREST))
    return found.text
