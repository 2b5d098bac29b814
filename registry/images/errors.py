"""Why a photo is not taken; each code has its sentence in registry.words."""

from __future__ import annotations

from registry.kernel.errors import Invalid, Refused, TooLarge


class PhotoEmpty(Invalid):
    """Not one byte arrived."""

    code = "photo_empty"


class NotAPhoto(Invalid):
    """The content is none of JPEG, PNG and WebP, whatever its name says."""

    code = "photo_unsupported"


class HeicPhoto(NotAPhoto):
    """The photo is HEIC, as some phones keep them."""

    code = "photo_heic"


class PhotoDamaged(Invalid):
    """It begins as a photo and cannot be decoded to its end."""

    code = "photo_damaged"


class PhotoTooLarge(TooLarge):
    """The file is too large; ``most_bytes`` may be sent."""

    code = "photo_too_large"


class TooManyPixels(TooLarge):
    """The picture is too large; it may have ``most`` pixels."""

    code = "photo_too_many_pixels"


class PhotoTooHard(Invalid):
    """Decoding it took more memory or time than a photo may, or broke the decoder."""

    code = "photo_too_hard"


REFUSALS: dict[str, type[Refused]] = {
    refusal.code: refusal
    for refusal in (
        PhotoEmpty,
        NotAPhoto,
        HeicPhoto,
        PhotoDamaged,
        PhotoTooLarge,
        TooManyPixels,
        PhotoTooHard,
    )
}
