"""Opening a photo without trusting it: kind and size are known before decoding."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from registry.images.errors import (
    HeicPhoto,
    NotAPhoto,
    PhotoDamaged,
    PhotoEmpty,
    PhotoTooLarge,
    TooManyPixels,
)
from registry.images.limits import MOST_BYTES, MOST_PIXELS

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def kind_of(data: bytes) -> str:
    """``JPEG``, ``PNG`` or ``WEBP`` by the first bytes; raises NotAPhoto, HeicPhoto."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise HeicPhoto
    raise NotAPhoto


def check_size(data: bytes) -> None:
    """Refuse nothing at all and too much; raises PhotoEmpty, PhotoTooLarge."""
    if not data:
        raise PhotoEmpty
    if len(data) > MOST_BYTES:
        raise PhotoTooLarge(most_bytes=MOST_BYTES)


def open_photo(data: bytes) -> Image.Image:
    """The photo, its head read and nothing decoded; of several frames the first."""
    check_size(data)
    kind = kind_of(data)
    if kind == "WEBP":
        _check_pixels(*_webp_size(data))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            photo = Image.open(BytesIO(data), formats=[kind])
    except Image.DecompressionBombError:
        raise TooManyPixels(most=MOST_PIXELS) from None
    except Exception as reason:  # a decoder met with malice raises anything
        raise PhotoDamaged from reason
    _check_pixels(photo.width, photo.height)
    return photo


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise TooManyPixels(most=MOST_PIXELS)


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP by its head; its decoder takes memory on opening."""
    form, head = data[12:16], data[20:30]
    if form == b"VP8X":
        return _little(head[4:7]) + 1, _little(head[7:10]) + 1
    if form == b"VP8L":
        bits = _little(head[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(head[6:8]) & 0x3FFF, _little(head[8:10]) & 0x3FFF


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def with_plain_pixels(photo: Image.Image) -> Image.Image:
    """Palettes and deep greys as pixels that can be averaged and seen."""
    if photo.mode == "P":
        return photo.convert("RGBA" if photo.has_transparency_data else "RGB")
    if photo.mode.startswith("I"):
        return photo.point(lambda level: level * (1 / 256)).convert("L")
    return photo
