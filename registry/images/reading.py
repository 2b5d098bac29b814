"""Reading the QR codes in a photo, with more patience the harder it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from registry.images.errors import PhotoDamaged
from registry.images.limits import READING_BUDGET
from registry.images.opening import open_photo, with_plain_pixels

_FIRST_LOOK = (1600, 1200)
_SMALL = 1000
_MOST_TEXT = 2000

Change = Callable[[Image.Image], Image.Image]


def read_frame(data: bytes) -> tuple[dict[str, list[str]], list[bytes]]:
    """The texts on one frame of a live camera: two quick looks, the next comes soon."""
    return _texts(data, patient=False)


def read_photo(data: bytes) -> tuple[dict[str, list[str]], list[bytes]]:
    """The texts on a photo somebody took the trouble to send."""
    return _texts(data, patient=True)


def _texts(data: bytes, *, patient: bool) -> tuple[dict[str, list[str]], list[bytes]]:
    last_start = time.monotonic() + READING_BUDGET
    for picture in _looks(data, patient=patient):
        texts = _codes(picture)
        if texts or time.monotonic() > last_start:
            return {"texts": texts}, []
    return {"texts": []}, []


def _looks(data: bytes, *, patient: bool) -> Iterator[Image.Image]:
    """The photo in grey, then in ever dearer forms in which a code may show."""
    first = _grey(data, _FIRST_LOOK)
    yield first
    clear = ImageOps.autocontrast(first, cutoff=1)
    yield clear.filter(_LESS_NOISE)
    if not patient:
        return
    whole = open_photo(data).size
    if max(whole) > max(first.size):
        yield _grey(data, whole)
    for change in _CHANGES:
        yield change(clear)


def _enlarged(picture: Image.Image) -> Image.Image:
    """Larger, the more so the smaller it is."""
    factor = 2 if max(picture.size) < _SMALL else 1.5
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, Image.Resampling.BICUBIC)


_LESS_NOISE = ImageFilter.GaussianBlur(1.2)
_SHARP = ImageFilter.UnsharpMask(3, 250, 0)
_SHARPER = ImageFilter.UnsharpMask(6, 350, 0)

_CHANGES: list[Change] = [
    lambda picture: picture.filter(_SHARP),
    lambda picture: picture.filter(_SHARPER),
    lambda picture: picture.filter(ImageFilter.MinFilter(3)),
    _enlarged,
    lambda picture: picture.filter(ImageFilter.MedianFilter(3)).filter(_SHARPER),
    lambda picture: _enlarged(picture).filter(_SHARPER),
    lambda picture: picture.reduce(2),
]
"""In the order of what each adds: blur, shade, scratches, small codes, dark noise."""


def _grey(data: bytes, size: tuple[int, int]) -> Image.Image:
    """The photo in grey; a large JPEG is decoded at a scale near ``size``."""
    photo = open_photo(data)
    try:
        photo.draft("L", size)
        factor = min(photo.width // size[0], photo.height // size[1])
        grey = with_plain_pixels(photo).convert("L")
    except MemoryError:
        raise
    except Exception as reason:  # a decoder met with malice raises anything
        raise PhotoDamaged from reason
    return grey.reduce(factor) if factor > 1 else grey


def _codes(picture: Image.Image) -> list[str]:
    """The distinct texts of all QR codes, the one nearest to the middle first.

    Model 2 alone: the family includes Micro QR, which reads false codes off a blur.
    """
    found = zxingcpp.read_barcodes(
        picture,
        text_mode=zxingcpp.TextMode.Plain,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2),
    )
    middle = complex(picture.width / 2, picture.height / 2)
    placed = sorted((abs(_centre(code) - middle), code.text) for code in found)
    return list(dict.fromkeys(text for _, text in placed if len(text) <= _MOST_TEXT))


def _centre(code: zxingcpp.Barcode) -> complex:
    corners = code.position
    across = (corners.top_left, corners.bottom_right)
    return sum(complex(corner.x, corner.y) for corner in across) / 2
