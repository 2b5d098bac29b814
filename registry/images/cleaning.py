"""A photo decoded and drawn anew: nothing of the file survives but the picture."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from registry.images.errors import PhotoDamaged
from registry.images.limits import LONGEST_SIDE, THUMBNAIL_SIDE
from registry.images.opening import open_photo, with_plain_pixels

_QUALITY = 85
_THUMBNAIL_QUALITY = 80


def clean(data: bytes) -> tuple[dict[str, int], list[bytes]]:
    """The size of the kept picture, and two JPEGs: the picture and its thumbnail.

    Upright, at most LONGEST_SIDE, without EXIF, position, colour profile, comment or
    anything that was hidden before, between or behind the pixels.
    """
    photo = open_photo(data)
    try:
        picture = _upright(_shrunk(photo, LONGEST_SIDE))
    except MemoryError:
        raise
    except Exception as reason:  # a decoder met with malice raises anything
        raise PhotoDamaged from reason
    picture = _on_white(picture)
    thumbnail = picture.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    size = {"width": picture.width, "height": picture.height}
    return size, [_jpeg(picture, _QUALITY), _jpeg(thumbnail, _THUMBNAIL_QUALITY)]


def _shrunk(photo: Image.Image, side: int) -> Image.Image:
    """At most ``side`` pixels long; a JPEG is already decoded at a smaller scale."""
    if photo.format not in {"JPEG", "MPO"}:
        photo = with_plain_pixels(photo)
    photo.thumbnail((side, side), reducing_gap=2.0)
    photo.load()
    return photo


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; a broken EXIF block is as good as none."""
    try:
        return ImageOps.exif_transpose(picture)
    except MemoryError:
        raise
    except Exception:  # EXIF is the sender's, and so are the errors in reading it
        return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """Opaque colours only: what shone through is white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture)
    return paper


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    """A JPEG that carries the pixels of a picture and nothing else it knows."""
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())
    written = BytesIO()
    bare.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
    return written.getvalue()
