"""Photos from people: made safe to keep, and read for the codes on them.

Everything that decodes what a stranger sent runs in a child process with limits of
memory and time, so that no photo can take the server down with it.
"""

from registry.images.errors import (
    HeicPhoto,
    NotAPhoto,
    PhotoDamaged,
    PhotoEmpty,
    PhotoTooHard,
    PhotoTooLarge,
    TooManyPixels,
)
from registry.images.photos import Photo, clean_photo, read_code, read_codes

__all__ = [
    "HeicPhoto",
    "NotAPhoto",
    "Photo",
    "PhotoDamaged",
    "PhotoEmpty",
    "PhotoTooHard",
    "PhotoTooLarge",
    "TooManyPixels",
    "clean_photo",
    "read_code",
    "read_codes",
]
