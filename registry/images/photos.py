"""What the rest of the house asks of photos."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from registry.images.isolation import Child
from registry.images.limits import CLEANING_SECONDS, READING_SECONDS
from registry.images.opening import check_size, kind_of

_cleaner = Child(CLEANING_SECONDS)
_reader = Child(READING_SECONDS)
"""A process of its own, so that a live scan never waits for a photo being cleaned."""


@dataclass(frozen=True)
class Photo:
    """A photo made safe to keep: two JPEGs without a word about who took it where."""

    data: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    width: int
    height: int
    sha256: str
    media_type = "image/jpeg"


def clean_photo(data: bytes) -> Photo:
    """The photo as it is kept and shown.

    Raises PhotoEmpty, PhotoTooLarge, TooManyPixels, NotAPhoto, HeicPhoto, PhotoDamaged,
    PhotoTooHard, or Busy when too many are waiting.
    """
    check_size(data)
    kind_of(data)
    size, (picture, thumbnail) = _cleaner.ask("clean", data)
    digest = hashlib.sha256(picture).hexdigest()
    return Photo(picture, thumbnail, size["width"], size["height"], digest)


def read_codes(data: bytes, *, live: bool = False) -> list[str]:
    """The texts of all QR codes on a photo, the one nearest to its middle first.

    ``live`` is for the frames of a running camera: less effort, since the next frame
    follows at once. The texts are a stranger's. Raises as clean_photo does.
    """
    check_size(data)
    kind_of(data)
    found, _ = _reader.ask("frame" if live else "photo", data)
    return list(found["texts"])


def read_code(data: bytes, *, live: bool = False) -> str | None:
    """The text of the QR code nearest to the middle of a photo, if there is one."""
    return next(iter(read_codes(data, live=live)), None)
