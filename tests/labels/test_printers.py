"""Printer languages: what is sent is exactly the picture of the label."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from zebrafy import ZebrafyZPL

import labels
from labels.errors import RunRefused
from labels.printers import tspl, zpl
from tests.labels.paper import picture, symbols
from tests.labels.samples import asset_label, asset_labels, blank_label, place_label

ROLLS = labels.rolls()
PRINTED = [("50x30", 203), ("60x40", 203), ("70x50", 300), ("60x40", 600)]


def same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures are equal but for white on the right, up to a byte."""
    wide = max(one.width, other.width)
    assert wide - min(one.width, other.width) < 8
    framed = [Image.new("L", (wide, one.height), 255) for _ in range(2)]
    for frame, image in zip(framed, (one, other), strict=True):
        frame.paste(image.convert("L"))
    return ImageChops.difference(*framed).getbbox() is None


def zpl_picture(drawn: bytes) -> Image.Image:
    [image] = ZebrafyZPL(drawn.decode("ascii")).to_images()
    return image


def tspl_picture(drawn: bytes) -> Image.Image:
    """The dots of the one BITMAP command: rows of bytes, 0 is burnt."""
    head, _, rest = drawn.partition(b"BITMAP 0,0,")
    wide, high, mode, dots = rest.split(b",", 3)
    assert (mode, head.count(b"\r\n")) == (b"0", 5)
    length = int(wide) * int(high)
    assert re.fullmatch(rb"\r\nPRINT 1,\d+\r\n", dots[length:])
    return Image.frombytes("1", (8 * int(wide), int(high)), dots[:length])


@pytest.mark.parametrize(("name", "dpi"), PRINTED)
def test_a_zpl_printer_gets_exactly_the_picture_and_it_is_read(name, dpi):
    for label in (asset_label(), place_label(), blank_label()):
        seen = zpl_picture(labels.draw_zpl(label, ROLLS[name], dpi))
        assert same(seen, picture(labels.draw_png(label, ROLLS[name], dpi)))
        assert [found.text for found in symbols(seen)] == [label.payload]


@pytest.mark.parametrize(("name", "dpi"), PRINTED)
def test_a_tspl_printer_gets_exactly_the_picture_and_it_is_read(name, dpi):
    for label in (asset_label(), place_label(), blank_label()):
        seen = tspl_picture(labels.draw_tspl(label, ROLLS[name], dpi))
        assert same(seen, picture(labels.draw_png(label, ROLLS[name], dpi)))
        assert [found.text for found in symbols(seen)] == [label.payload]


def test_fifty_different_labels_are_read_from_zpl():
    for label in asset_labels(50, seed=5):
        seen = zpl_picture(labels.draw_zpl(label, ROLLS["60x40"]))
        assert [found.text for found in symbols(seen)] == [label.payload]


pictures = st.builds(
    lambda wide, dots: Image.frombytes(
        "1", (wide, len(dots) // ((wide + 7) // 8)), dots
    ),
    st.shared(st.integers(1, 70), key="wide"),
    st.shared(st.integers(1, 70), key="wide").flatmap(
        lambda wide: st.lists(
            st.sampled_from([0, 255, 15, 240, 170, 85, 1, 128]),
            min_size=(wide + 7) // 8,
            max_size=12 * ((wide + 7) // 8),
        ).map(
            lambda dots: bytes(
                dots[: len(dots) // ((wide + 7) // 8) * ((wide + 7) // 8)]
            )
        )
    ),
)


@given(pictures)
def test_any_picture_comes_back_from_zpl_as_it_was(image):
    assert same(zpl_picture(zpl(image, 1)), image)


@given(pictures)
def test_any_picture_comes_back_from_tspl_as_it_was(image):
    assert same(tspl_picture(tspl(image, labels.Roll(60, 40), 1)), image)


def test_long_runs_are_counted_as_the_language_says():
    image = Image.new("1", (8 * 500, 3), 0)
    text = zpl(image, 1).decode("ascii")
    assert "^GFA,1500,1500,500,zYFzYFnHF::^FS" in text
    assert same(zpl_picture(text.encode()), image)


def test_a_white_row_is_a_comma_and_a_repeated_row_a_colon():
    image = Image.new("1", (16, 4), 255)
    image.putpixel((0, 2), 0)
    assert "^GFA,8,8,2,,:8,,^FS" in zpl(image, 1).decode("ascii")


def test_tspl_bytes_are_those_of_the_manual():
    image = Image.new("1", (12, 2), 255)
    image.putpixel((0, 0), 0)
    image.putpixel((11, 1), 0)
    assert tspl(image, labels.Roll(60, 40, 3), 2) == (
        b"SIZE 60 mm,40 mm\r\n"
        b"GAP 3 mm,0 mm\r\n"
        b"DIRECTION 1\r\n"
        b"REFERENCE 0,0\r\n"
        b"CLS\r\n"
        b"BITMAP 0,0,2,2,0,\x7f\xff\xff\xef"
        b"\r\nPRINT 1,2\r\n"
    )


def test_a_zpl_label_says_its_size_and_copies():
    text = labels.draw_zpl(asset_label(), ROLLS["60x40"], copies=3).decode("ascii")
    assert text.startswith("^XA^LH0,0^PW480^LL320^FO0,0^GFA,")
    assert text.endswith("^FS^PQ3^XZ\n")


def test_a_picture_knows_its_resolution():
    for dpi, dots in ((203, 203.2), (300, 300), (600, 600)):
        image = picture(labels.draw_png(asset_label(), ROLLS["60x40"], dpi))
        assert image.info["dpi"] == pytest.approx((dots, dots), abs=0.05)
        assert image.width == pytest.approx(60 / 25.4 * dots, abs=1)


@pytest.mark.parametrize("draw", [labels.draw_png, labels.draw_zpl, labels.draw_tspl])
@pytest.mark.parametrize("dpi", [0, 72, 204, 10**9, -203])
def test_a_resolution_no_printer_has_is_refused(draw, dpi):
    with pytest.raises(RunRefused) as refusal:
        draw(asset_label(), ROLLS["60x40"], dpi)
    assert refusal.value.code == "dpi_unknown"
    assert refusal.value.facts == {"known": [203, 300, 600]}


@pytest.mark.parametrize("copies", [0, 1001, -1, 10**12, True, 1.5])
def test_copies_outside_their_limits_are_refused(copies):
    for draw in (labels.draw_zpl, labels.draw_tspl):
        with pytest.raises(RunRefused):
            draw(asset_label(), ROLLS["60x40"], copies=copies)


def test_the_picture_of_the_largest_label_at_the_finest_dots_is_bounded():
    largest = labels.Roll(220, 300)
    image = Image.open(io.BytesIO(labels.draw_png(asset_label(), largest, 600)))
    assert image.size == (5197, 7087)
