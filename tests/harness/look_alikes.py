"""Makes ``registry/matching/data/look_alikes.txt``: characters that look alike.

``python -m tests.harness.look_alikes``: each of the 3,755 common characters of GB 2312
is drawn with the letters of the labels, blurred, and compared with all others; those
that rhyme, as characters with one part in common often do, need be less alike.
"""

from __future__ import annotations

from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from registry.matching.pinyin import readings

FILE = Path("registry/matching/data/look_alikes.txt")
SIZE = 40
LEAST_ALIKE = 0.55
LEAST_ALIKE_RHYMING = 0.5
MOST = 10
CONSIDERED = 80
GLANCE = 14
LEAST_SEEN = 0.6
HEAD = """\
# Characters that look alike: the first of a line may be taken for the others.
# Made by tests/harness/look_alikes.py from the shapes of the letters; do not edit.
"""


def common_characters() -> str:
    """The first level of GB 2312."""
    codes = (
        bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
    )
    return b"".join(codes).decode("gb2312", "ignore")


def shape(character: str, font: ImageFont.FreeTypeFont) -> tuple[int, int]:
    """A character's ink as bits, and how much of it there is."""
    image = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(image).text((SIZE / 2, SIZE / 2), character, 255, font, anchor="mm")
    return bits_of(image)


def bits_of(image: Image.Image) -> tuple[int, int]:
    """The ink of a picture, a little blurred."""
    inked = image.filter(ImageFilter.GaussianBlur(0.8)).point(
        lambda grey: 255 * (grey > 70)
    )
    bits = int.from_bytes(inked.convert("1").tobytes(), "big")
    return bits, bits.bit_count()


def sight(character: str, font: ImageFont.FreeTypeFont) -> list[float]:
    """A character as one sees it at a glance: grey, and of length one."""
    image = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(image).text((SIZE / 2, SIZE / 2), character, 255, font, anchor="mm")
    small = image.filter(ImageFilter.GaussianBlur(2)).resize((GLANCE, GLANCE))
    greys = [float(grey) for grey in small.tobytes()]
    middle = sum(greys) / len(greys)
    length = sum((grey - middle) ** 2 for grey in greys) ** 0.5 or 1.0
    return [(grey - middle) / length for grey in greys]


def seen_alike(one: list[float], other: list[float]) -> float:
    """The correlation of two sights."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def rhyme(character: str) -> str:
    """The end of a syllable: ing of ying."""
    first = (readings(character) or ("",))[0]
    return first.lstrip("bpmfdtnlgkhjqxrzcsyw")


def main() -> None:
    """Write the file."""
    font = ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), SIZE - 4)
    common = common_characters()
    shapes = {each: shape(each, font) for each in common}
    sights = {each: sight(each, font) for each in common}
    rhymes = {each: rhyme(each) for each in common}
    lines = []
    for one, (bits, ink) in shapes.items():
        alike = []
        for other, (others, more) in shapes.items():
            if one != other and min(ink, more) / max(ink, more) > LEAST_ALIKE * 0.6:
                share = 2 * (bits & others).bit_count() / (ink + more)
                rhyming = rhymes[one] == rhymes[other]
                if share >= (LEAST_ALIKE_RHYMING if rhyming else LEAST_ALIKE):
                    alike.append((-share, other))
        nearest = sorted(alike)[:CONSIDERED]
        seen = sorted(
            (-seen_alike(sights[one], sights[each]), each) for _, each in nearest
        )
        kept = [other for share, other in seen if -share >= LEAST_SEEN][:MOST]
        if kept:
            lines.append(one + "".join(kept))
    FILE.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
