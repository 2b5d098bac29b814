"""Print runs as PDF: their pages, fonts, places and limits."""

from __future__ import annotations

import gc
import io
import itertools
import math
from pathlib import Path

import pypdfium2
import pypdfium2.raw as raw
import pytest

import labels
from labels.errors import LabelTooSmall, NothingToDraw, RunRefused
from tests.harness.reading import pdf_pages, pdf_text
from tests.labels.paper import ink_box, roll_pdf, sheet_pdf
from tests.labels.samples import asset_label, asset_labels, blank_label, place_label
from tests.labels.test_layout import ODD

L7160 = labels.sheets()["L7160"]
MM = 25.4
OPEN_FILES = Path("/proc/self/fd")


def test_pages_have_the_size_of_the_paper():
    for name in ("L7160", "5160"):
        sheet = labels.sheets()[name]
        pdf = pypdfium2.PdfDocument(sheet_pdf([asset_label()], sheet))
        wide, high = pdf[0].get_size()
        assert wide / 72 * MM == pytest.approx(sheet.page_width, abs=0.01)
        assert high / 72 * MM == pytest.approx(sheet.page_height, abs=0.01)
        pdf.close()


def test_each_label_of_a_roll_is_a_page_of_its_size():
    pdf = pypdfium2.PdfDocument(roll_pdf(asset_labels(3), labels.Roll(60, 40)))
    assert len(pdf) == 3
    for page in pdf:
        wide, high = page.get_size()
        assert (wide / 72 * MM, high / 72 * MM) == pytest.approx((60, 40), abs=0.01)
    pdf.close()


def test_what_was_drawn_is_counted():
    long = asset_label(title="会议室专用投影仪" * 40)
    out = io.BytesIO()
    drawn = labels.draw_sheet_pdf(
        [asset_label(), long], L7160, out=out, start_cell=21, copies=2
    )
    assert drawn == labels.Drawn(pages=2, labels=4, shortened=2)


def test_text_can_be_searched_and_copied_with_rare_characters():
    text = pdf_text(sheet_pdf([asset_label(title="欧阳𬭎翃", lines=())], L7160))
    assert "欧阳𬭎翃" in text
    assert "K7Q4-M2XN-T" in text
    assert "江州市第三中学" in text


def test_all_text_is_set_in_embedded_fonts_of_which_only_a_part_is_in_the_file():
    document = sheet_pdf(asset_labels(21), L7160)
    pdf = pypdfium2.PdfDocument(document)
    kinds = [raw.FPDF_PAGEOBJ_TEXT]
    fonts = [
        raw.FPDFTextObj_GetFont(each.raw) for each in pdf[0].get_objects(filter=kinds)
    ]
    assert len(fonts) > 21
    assert all(raw.FPDFFont_GetIsEmbedded(font) == 1 for font in fonts)
    pdf.close()
    assert len(document) < 100_000


def test_printers_are_told_not_to_scale_the_page():
    assert b"/PrintScaling /None" in sheet_pdf([asset_label()], L7160)


GADGETS = (
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{% include '/etc/passwd' %}",
    "{nb} {{nb}} %s %(code)s {0.__class__}",
    "^XA^FDA^FS^XZ ~JA",
    "(\\) Tj ET Q /Fm1 Do ) endstream",
)


@pytest.mark.parametrize("gadget", GADGETS)
def test_text_is_text_whatever_it_looks_like(gadget):
    label = asset_label(title=gadget, lines=(), institution="")
    text = pdf_text(roll_pdf([label], labels.Roll(100, 70)))
    assert gadget.replace(" ", "") in "".join(text.split())
    for draw in (labels.draw_zpl, labels.draw_tspl):
        drawn = draw(label, labels.Roll(60, 40))
        assert gadget.encode() not in drawn


SINGLE = labels.read_sheet(
    {
        "page_width": 90,
        "page_height": 60,
        "columns": 1,
        "rows": 1,
        "width": 60,
        "height": 40,
        "left": 15,
        "top": 10,
    }
)


@pytest.mark.parametrize("offset", [(2.0, 3.0), (-1.5, -2.5)])
def test_an_offset_shifts_the_ink_right_and_down_by_millimetres(offset):
    def corner(**how):
        [page] = pdf_pages(sheet_pdf([asset_label()], SINGLE, **how), dots_per_inch=254)
        left, top, _, _ = ink_box(page)
        return left / 10, top / 10

    plain, shifted = corner(), corner(offset=offset)
    moved = (shifted[0] - plain[0], shifted[1] - plain[1])
    assert moved == pytest.approx(offset, abs=0.11)


SPACED = labels.read_sheet(
    {
        "page": "A4",
        "columns": 3,
        "rows": 6,
        "width": 50,
        "height": 30,
        "left": 10,
        "top": 10,
        "pitch_x": 65,
        "pitch_y": 45,
    }
)


def test_no_ink_leaves_its_label_whatever_the_words():
    made = [
        kind(title=odd, lines=((odd[:5], odd), ("栏", odd)), institution=odd)
        for kind, odd in zip(
            itertools.cycle([asset_label, place_label, blank_label]), ODD, strict=False
        )
    ]
    page = next(pdf_pages(sheet_pdf(made, SPACED), dots_per_inch=254))
    assert ink_box(page) is not None
    for cell in range(1, SPACED.cells + 1):
        x, y = (round(10 * way) for way in SPACED.corner(cell))
        page.paste(255, (x, y, x + 500, y + 300))
    assert ink_box(page) is None


@pytest.mark.parametrize("name", ["3474", "3475", "3651", "L7163", "5163"])
def test_no_ink_lies_where_printers_cannot_reach(name):
    sheet = labels.sheets()[name]
    [page] = pdf_pages(sheet_pdf(asset_labels(sheet.cells), sheet), dots_per_inch=127)
    left, top, right, bottom = (way / 5 for way in ink_box(page))
    assert min(left, top) >= 4.2
    assert right <= sheet.page_width - 4.2
    assert bottom <= sheet.page_height - 4.2


def test_a_printer_that_reaches_the_edge_may_use_the_whole_label():
    def inked(**how):
        document = sheet_pdf(asset_labels(24), labels.sheets()["3474"], **how)
        return ink_box(next(pdf_pages(document, dots_per_inch=127)))

    borderless = inked(style=labels.Style(border=0))
    assert borderless[0] < inked()[0]
    assert borderless[1] < inked()[1]


@pytest.mark.parametrize("border", [-0.1, 15.1, math.nan, math.inf])
def test_a_border_out_of_range_is_refused(border):
    with pytest.raises(RunRefused) as refusal:
        labels.Style(border=border)
    assert refusal.value.code == "border_out_of_range"


def test_labels_are_read_only_as_they_are_drawn():
    read, told = [], []

    def arriving():
        for label in asset_labels(50):
            assert len(read) <= (told[-1] if told else 0) + L7160.cells
            read.append(label)
            yield label

    sheet_pdf(arriving(), L7160, progress=told.append)
    assert told == [21, 42, 50]


def test_progress_of_a_roll_ends_with_the_last_label():
    told = []
    roll_pdf(asset_labels(60), labels.Roll(50, 30), progress=told.append)
    assert told == [25, 50, 60]


class StopRun(Exception):
    pass


def test_a_run_that_is_stopped_or_refused_writes_nothing():
    def stop(done):
        raise StopRun

    out = io.BytesIO()
    with pytest.raises(StopRun):
        labels.draw_sheet_pdf(asset_labels(30), L7160, out=out, progress=stop)
    too_long = asset_label(payload="a" * 200)
    small = labels.sheets()["5267"]
    with pytest.raises(LabelTooSmall) as refusal:
        labels.draw_sheet_pdf([asset_label(), too_long], small, out=out)
    assert refusal.value.facts["label"] == 2
    assert refusal.value.facts["label_code"] == too_long.code
    assert out.getvalue() == b""


# Which files a process holds open is told by Linux only, in /proc.
@pytest.mark.skipif(not OPEN_FILES.exists(), reason="needs /proc")
def test_no_run_leaves_its_font_file_open():
    gc.collect()
    gc.disable()
    try:
        sheet_pdf([asset_label()], L7160)
        with pytest.raises(NothingToDraw):
            sheet_pdf([], L7160)
        names = [str(each.readlink()) for each in OPEN_FILES.iterdir() if each.exists()]
    finally:
        gc.enable()
    assert labels.font_path() not in names


def test_a_run_without_labels_is_refused():
    with pytest.raises(NothingToDraw):
        sheet_pdf([], L7160)
    with pytest.raises(NothingToDraw):
        roll_pdf([], labels.Roll(60, 40))


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"start_cell": 0}, "start_cell_out_of_range"),
        ({"start_cell": 22}, "start_cell_out_of_range"),
        ({"start_cell": 10**18}, "start_cell_out_of_range"),
        ({"start_cell": True}, "start_cell_out_of_range"),
        ({"start_cell": 2.0}, "start_cell_out_of_range"),
        ({"copies": 0}, "copies_out_of_range"),
        ({"copies": 1001}, "copies_out_of_range"),
        ({"offset": (20.1, 0)}, "offset_out_of_range"),
        ({"offset": (0, -20.1)}, "offset_out_of_range"),
        ({"offset": (math.nan, 0)}, "offset_out_of_range"),
        ({"offset": (0, math.inf)}, "offset_out_of_range"),
    ],
)
def test_a_run_outside_its_limits_is_refused_at_once(how, code):
    def endless():
        while True:
            yield asset_label()

    with pytest.raises(RunRefused) as refusal:
        sheet_pdf(endless(), L7160, **how)
    assert refusal.value.code == code
    assert {"least", "most"} <= refusal.value.facts.keys()


@pytest.mark.parametrize("page", [0, -1, 20_001, 10**12, True])
def test_a_preview_of_an_impossible_page_is_refused(page):
    for medium in (L7160, labels.Roll(60, 40)):
        with pytest.raises(RunRefused):
            labels.draw_preview_png(itertools.repeat(asset_label()), medium, page)


@pytest.mark.parametrize(("count", "copies"), [(20_001, 1), (201, 100)])
def test_more_labels_than_a_document_may_have_are_refused_at_once(count, copies):
    told, made = [], [asset_label()] * count
    with pytest.raises(RunRefused) as refusal:
        roll_pdf(made, labels.Roll(60, 40), copies=copies, progress=told.append)
    assert told == []
    assert refusal.value.code == "too_many_labels"
    assert refusal.value.facts == {"most": labels.MOST_LABELS}


def test_an_endless_stream_of_labels_ends_in_a_refusal(monkeypatch):
    monkeypatch.setattr("labels.run.MOST_LABELS", 200)
    with pytest.raises(RunRefused) as refusal:
        roll_pdf(itertools.repeat(asset_label()), labels.Roll(60, 40))
    assert refusal.value.code == "too_many_labels"
