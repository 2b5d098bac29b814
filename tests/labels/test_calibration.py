"""The calibration page can be measured, read and laid over a sheet of labels."""

from __future__ import annotations

import io

import pytest

import labels
from labels.calibration import calibration_page
from labels.errors import RunRefused
from labels.fonts import face
from labels.marks import LineMark, TextMark
from tests.harness.reading import pdf_pages, pdf_text
from tests.labels.test_layout import apart

MM = 25.4


def drawn(sheet, language="zh", **how) -> bytes:
    out = io.BytesIO()
    labels.draw_calibration_pdf(sheet, language, out=out, **how)
    return out.getvalue()


def dark(page, x: float, y: float) -> bool:
    """Whether there is ink within half a millimetre of a place on a 254 dpi page."""
    near = page.crop(
        (round(10 * x) - 4, round(10 * y) - 4, round(10 * x) + 5, round(10 * y) + 5)
    )
    return near.getextrema()[0] < 225


@pytest.mark.parametrize("name", ["L7160", "3474", "5160", "5267"])
def test_cross_ruler_and_outer_frames_are_where_they_say(name):
    sheet = labels.sheets()[name]
    [page] = pdf_pages(drawn(sheet), dots_per_inch=254)
    assert dark(page, 20, 20)
    for arm in (14, 26):
        assert dark(page, arm, 20)
        assert dark(page, 20, arm)
    for cell in (1, sheet.columns, sheet.cells):
        x, y = sheet.corner(cell)
        assert dark(page, x + sheet.width / 2, y + sheet.height - 0.1)


def test_the_ruler_is_as_long_as_it_says():
    page = calibration_page(labels.sheets()["L7160"], "zh", face())
    ticks = [
        mark
        for mark in page.marks
        if isinstance(mark, LineMark)
        and mark.x1 == mark.x2
        and 1 < mark.y2 - mark.y1 < 5
    ]
    assert len(ticks) == 101
    assert max(tick.x1 for tick in ticks) - min(tick.x1 for tick in ticks) == 100
    assert "100" in [mark.text for mark in page.marks if isinstance(mark, TextMark)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("标签打印校准页", "实际大小", "横向偏移", "100 毫米", "L7160")),
        ("en", ("Label printer calibration", "actual size", "100 mm", "L7160")),
    ],
)
def test_it_says_what_to_do_in_the_language_asked_for(language, said):
    text = " ".join(pdf_text(drawn(labels.sheets()["L7160"], language)).split())
    for words in said:
        assert words in text


def test_another_language_is_refused():
    with pytest.raises(RunRefused) as refusal:
        drawn(labels.sheets()["L7160"], "fr")
    assert refusal.value.facts == {"known": ["zh", "en"]}


def test_with_an_offset_the_page_shows_what_is_still_off():
    [page] = pdf_pages(
        drawn(labels.sheets()["L7160"], offset=(3, -2)), dots_per_inch=254
    )
    assert dark(page, 23, 18)
    assert not dark(page, 16.5, 26)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", labels.sheets())
def test_its_words_do_not_lie_on_one_another_or_leave_the_page(name, language):
    sheet = labels.sheets()[name]
    page = calibration_page(sheet, language, face())
    boxes = [mark.box for mark in page.marks if isinstance(mark, TextMark)]
    for number, box in enumerate(boxes):
        assert box.x >= 0
        assert box.right <= sheet.page_width
        assert all(apart(box, other) for other in boxes[number + 1 :])


def test_a_small_sheet_of_one_s_own_has_a_calibration_page_too():
    small = labels.read_sheet(
        {
            "page_width": 100,
            "page_height": 150,
            "columns": 1,
            "rows": 2,
            "width": 90,
            "height": 60,
            "left": 5,
            "top": 5,
        }
    )
    for language in ("zh", "en"):
        page = calibration_page(small, language, face())
        for mark in page.marks:
            if isinstance(mark, TextMark):
                assert mark.box.right <= 100
                assert mark.box.bottom <= 150
