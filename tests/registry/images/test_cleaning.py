"""What comes out of clean_photo is a picture, and only a picture."""

import hashlib
import io
import zlib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from registry.images import (
    HeicPhoto,
    NotAPhoto,
    PhotoDamaged,
    PhotoEmpty,
    PhotoTooHard,
    PhotoTooLarge,
    TooManyPixels,
    clean_photo,
    limits,
    opening,
)
from registry.images.errors import REFUSALS
from registry.kernel.errors import Refused
from registry.words import known_codes
from tests.registry.images.photographs import encoded, jpeg

SECRET = "SECRET-116.3975E-39.9087N"
KINDS = ["JPEG", "PNG", "WEBP"]


def scene(width=640, height=480):
    """A picture that is not the same from any two sides."""
    drawn = Image.new("RGB", (width, height), "gray")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 0, width // 2, height // 2), fill="red")
    pen.rectangle((width // 2, 0, width, height // 2), fill="blue")
    return drawn


def opened(data):
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def near(colour, wanted):
    return all(abs(a - b) < 40 for a, b in zip(colour, wanted, strict=True))


def segments(data):
    """The marker bytes of a JPEG up to its pixels."""
    at, found = 2, []
    while data[at + 1] != 0xDA:
        assert data[at] == 0xFF
        found.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_of_each_kind_becomes_two_jpegs(kind):
    photo = clean_photo(encoded(scene(2400, 1800), kind))
    assert (photo.width, photo.height) == (1600, 1200)
    assert photo.media_type == "image/jpeg"
    assert photo.sha256 == hashlib.sha256(photo.data).hexdigest()
    for data, size in ((photo.data, (1600, 1200)), (photo.thumbnail, (320, 240))):
        kept = opened(data)
        assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", size)
        assert near(kept.getpixel((5, 5)), (255, 0, 0))


@pytest.mark.parametrize(
    ("size", "kept", "small"),
    [
        ((1, 1), (1, 1), (1, 1)),
        ((1600, 900), (1600, 900), (320, 180)),
        ((1601, 900), (1600, 899), (320, 180)),
        ((900, 1700), (847, 1600), (169, 320)),
        ((20000, 3), (1600, 1), (320, 1)),
        ((3, 20000), (1, 1600), (1, 320)),
    ],
)
def test_the_longer_side_is_bounded_and_nothing_is_enlarged(size, kept, small):
    photo = clean_photo(encoded(Image.new("RGB", size, "teal"), "PNG"))
    assert (photo.width, photo.height) == kept
    assert opened(photo.thumbnail).size == small


def _everything_a_phone_adds():
    exif = Image.Exif()
    exif[0x010F] = SECRET
    exif[0x9286] = SECRET
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (39.0, 54.0, 27.0), 3: "E", 4: (116.0, 23.0, 17.0), 29: SECRET}
    )
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return exif, profile + SECRET.encode()


def _secretive(kind):
    exif, profile = _everything_a_phone_adds()
    extras = {"exif": exif, "icc_profile": profile}
    if kind == "JPEG":
        extras |= {"comment": SECRET, "xmp": SECRET.encode()}
    if kind == "PNG":
        extras["pnginfo"] = PngImagePlugin.PngInfo()
        extras["pnginfo"].add_text("Comment", SECRET)
        extras["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRET)
    if kind == "WEBP":
        extras["xmp"] = SECRET.encode()
    return encoded(scene(), kind, **extras)


@pytest.mark.parametrize("kind", KINDS)
def test_position_camera_comments_and_profiles_are_gone(kind):
    data = _secretive(kind)
    assert SECRET.encode() in data
    assert opened(data).getexif().get_ifd(0x8825)
    photo = clean_photo(data)
    for kept in (photo.data, photo.thumbnail):
        assert SECRET.encode() not in kept
        assert b"Exif" not in kept
        assert not opened(kept).getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(opened(kept).info)
        markers = segments(kept)
        assert {m for m in markers if 0xE0 <= m <= 0xEF} <= {0xE0}
        assert 0xFE not in markers


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "tail",
    [b"<script>alert(1)</script>", b"PK\x03\x04 archive", b"<?php system(1) ?>"],
)
def test_what_hides_behind_a_photo_is_not_kept(kind, tail):
    photo = clean_photo(encoded(scene(), kind) + tail)
    assert tail not in photo.data
    assert tail not in photo.thumbnail


def test_what_hides_between_the_segments_is_not_kept():
    data = jpeg(scene())
    hidden = b"<html><script>alert(1)</script>"
    block = b"\xff\xed" + (len(hidden) + 2).to_bytes(2, "big") + hidden
    photo = clean_photo(data[:2] + block + data[2:])
    assert hidden not in photo.data + photo.thumbnail


TURNED_BACK = {
    1: ("red", "blue"),
    2: ("blue", "red"),
    3: ("gray", "gray"),
    4: ("gray", "gray"),
    5: ("red", "gray"),
    6: ("gray", "red"),
    7: ("gray", "blue"),
    8: ("blue", "gray"),
}
COLOURS = {"red": (255, 0, 0), "blue": (0, 0, 255), "gray": (128, 128, 128)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("orientation", "top"), TURNED_BACK.items())
def test_a_photo_stands_upright_however_the_phone_was_held(kind, orientation, top):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = clean_photo(encoded(scene(400, 300), kind, exif=exif))
    kept = opened(photo.data)
    assert kept.size == ((400, 300) if orientation < 5 else (300, 400))
    right = kept.width - 10
    for at, colour in zip((10, right), top, strict=True):
        assert near(kept.getpixel((at, 10)), COLOURS[colour])
        assert near(opened(photo.thumbnail).getpixel((at * 4 // 5, 8)), COLOURS[colour])


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\x00\x00",
        b"Exif\x00\x00garbage",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff",
        b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x02\x00\xff\xff\xff\xff",
    ],
)
def test_a_broken_exif_block_does_not_cost_the_photo(exif):
    photo = clean_photo(jpeg(scene(), exif=exif))
    assert (photo.width, photo.height) == (640, 480)


@pytest.mark.parametrize(
    ("picture", "colour"),
    [
        (Image.new("RGBA", (9, 9), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (9, 9), (255, 0, 0, 128)), (255, 127, 127)),
        (Image.new("LA", (9, 9), (0, 0)), (255, 255, 255)),
        (Image.new("I;16", (9, 9), 32768), (128, 128, 128)),
        (Image.new("L", (9, 9), 70), (70, 70, 70)),
        (Image.new("1", (9, 9), 1), (255, 255, 255)),
        (scene(2000, 2000).quantize(16), (255, 0, 0)),
    ],
    ids=lambda value: getattr(value, "mode", ""),
)
def test_every_colour_mode_is_shown_as_it_looks(picture, colour):
    photo = clean_photo(encoded(picture, "PNG"))
    assert near(opened(photo.data).getpixel((4, 4)), colour)


def test_a_see_through_palette_shows_white_paper():
    picture = Image.new("P", (9, 9), 0)
    picture.putpalette([255, 0, 0])
    photo = clean_photo(encoded(picture, "PNG", transparency=0))
    assert near(opened(photo.data).getpixel((4, 4)), (255, 255, 255))


def test_print_colours_are_shown_as_screen_colours():
    photo = clean_photo(encoded(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG"))
    assert near(opened(photo.data).getpixel((4, 4)), (255, 0, 0))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind):
    frames = [Image.new("RGB", (50, 40), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    kept = opened(clean_photo(data).data)
    assert near(kept.getpixel((20, 20)), COLOURS["red"])
    assert getattr(kept, "n_frames", 1) == 1


def _ftyp(brand):
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 200


NOT_PHOTOS = {
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg with a declaration": b"<?xml version='1.0'?><svg/>",
    "text": "这不是照片".encode(),
    "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04" + b"\x00" * 100,
    "script before a jpeg": b"<script>/*" + jpeg(scene()),
    "zip before a jpeg": b"PK\x03\x04" + jpeg(scene()),
    "gif": encoded(scene(), "GIF"),
    "bmp": encoded(scene(), "BMP"),
    "tiff": encoded(scene(), "TIFF"),
    "icon": encoded(scene(), "ICO"),
    "avif": _ftyp(b"avif"),
    "video": _ftyp(b"isom"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "riff of another kind": b"RIFF\x00\x00\x00\x00WAVEfmt ",
    "one byte": b"\xff",
    "spaces": b" " * 1000,
}


@pytest.mark.parametrize("data", NOT_PHOTOS.values(), ids=NOT_PHOTOS)
def test_what_is_no_photo_is_refused_by_its_content(data):
    with pytest.raises(NotAPhoto) as refusal:
        clean_photo(data)
    assert refusal.value.code == "photo_unsupported"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"hevc"])
def test_a_heic_photo_is_refused_with_a_code_of_its_own(brand):
    with pytest.raises(HeicPhoto) as refusal:
        clean_photo(_ftyp(brand))
    assert refusal.value.code == "photo_heic"


def test_nothing_is_refused_as_nothing():
    with pytest.raises(PhotoEmpty):
        clean_photo(b"")


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_photo_is_refused(kind):
    data = encoded(Image.effect_noise((600, 400), 90).convert("RGB"), kind)
    with pytest.raises(PhotoDamaged):
        clean_photo(data[: len(data) // 2])


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cut=st.floats(0, 1), flips=st.lists(st.tuples(st.floats(0, 1), st.binary())))
def test_a_photo_with_any_damage_is_kept_or_refused(kind, cut, flips):
    data = bytearray(SMALL[kind])
    for place, noise in flips:
        at = int(place * len(data))
        data[at : at + len(noise)] = noise
    kept = None
    with suppress(Refused):
        kept = clean_photo(bytes(data[: int(cut * len(data)) + 1]))
    assert kept is None or opened(kept.data).size == (kept.width, kept.height)


SMALL = {kind: encoded(scene(120, 90), kind) for kind in KINDS}


def test_a_photo_may_have_just_as_many_bytes_as_is_said():
    data = jpeg(scene())
    full = data + b"\x00" * (limits.MOST_BYTES - len(data))
    assert clean_photo(full).width == 640
    with pytest.raises(PhotoTooLarge) as refusal:
        clean_photo(full + b"\x00")
    assert refusal.value.facts == {"most_bytes": limits.MOST_BYTES}


def test_a_photo_may_have_just_as_many_pixels_as_is_said():
    assert clean_photo(encoded(Image.new("RGB", (8000, 5000)), "PNG")).width == 1600
    with pytest.raises(TooManyPixels) as refusal:
        clean_photo(encoded(Image.new("L", (8000, 5001)), "PNG"))
    assert refusal.value.facts == {"most": limits.MOST_PIXELS}


def _chunk(name, content):
    check = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + check


def _png(width, height, *chunks):
    head = (
        width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    )
    pixels = _chunk(b"IDAT", zlib.compress(b"\x00" * (width * 3 + 1) * min(height, 50)))
    body = _chunk(b"IHDR", head) + b"".join(chunks) + pixels + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _huge_jpeg():
    data = jpeg(scene())
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + b"\xff\xdc\xff\xdc" + data[at + 9 :]


def _huge_webp():
    data = bytearray(encoded(scene(), "WEBP"))
    at = data.index(b"\x9d\x01\x2a") + 3
    data[at : at + 4] = b"\xff\x3f\xff\x3f"
    return bytes(data)


def _huge_webp_without_loss():
    data = bytearray(encoded(scene(), "WEBP", lossless=True))
    at = data.index(b"VP8L") + 9
    data[at : at + 4] = b"\xff\xff\xff" + bytes([data[at + 3] | 0x0F])
    return bytes(data)


def _huge_webp_with_extras():
    data = bytearray(encoded(scene(), "WEBP", xmp=b"x"))
    at = data.index(b"VP8X") + 12
    data[at : at + 6] = b"\xff\x3f\x00\xff\x3f\x00"
    return bytes(data)


BOMBS = {
    "png of 1.6 thousand million": _png(40_000, 40_000),
    "png of one line": _png(2_000_000, 40),
    "jpeg of 4 thousand million": _huge_jpeg(),
    "webp of 268 million": _huge_webp(),
    "webp of 268 million, lossless": _huge_webp_without_loss(),
    "webp of 268 million, extended": _huge_webp_with_extras(),
}


@pytest.mark.parametrize("extras", [{}, {"lossless": True}, {"xmp": b"x"}])
@pytest.mark.parametrize("size", [(1, 1), (257, 3), (5, 1027), (4097, 2), (3, 8195)])
def test_the_size_of_a_webp_is_read_from_its_head_alone(size, extras):
    data = encoded(Image.new("RGB", size), "WEBP", **extras)
    assert opening._webp_size(data[:30]) == size


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_before_it_is_decoded(data):
    with pytest.raises(TooManyPixels):
        clean_photo(data)


SWOLLEN = zlib.compress(b"x" * 200_000_000, 9)


@pytest.mark.parametrize(
    "chunk",
    [
        _chunk(b"zTXt", b"Comment\x00\x00" + SWOLLEN),
        _chunk(b"iTXt", b"Comment\x00\x01\x00\x00\x00" + SWOLLEN),
        _chunk(b"iCCP", b"profile\x00\x00" + SWOLLEN),
    ],
    ids=["zTXt", "iTXt", "iCCP"],
)
def test_a_swollen_comment_costs_at_most_the_photo(chunk):
    try:
        photo = clean_photo(_png(30, 30, chunk))
    except (PhotoDamaged, PhotoTooHard):
        pass
    else:
        assert len(photo.data) < 10_000
    assert clean_photo(jpeg(scene())).width == 640


def test_every_refusal_of_a_photo_has_its_sentence():
    assert set(REFUSALS) <= known_codes()


def test_the_same_photo_is_kept_the_same():
    data = jpeg(scene(2000, 1000))
    assert clean_photo(data) == clean_photo(data)


def test_a_photo_does_not_spill_into_logs():
    assert "\\x" not in repr(clean_photo(jpeg(scene())))
