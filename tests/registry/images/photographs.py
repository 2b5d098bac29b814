"""Photographs of labels, drawn: tilted, blurred, dark, dirty, as phones take them."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (1280, 960)
LABEL = (720, 480)

Drawing = Callable[[Image.Image, random.Random], Image.Image]


def jpeg(picture: Image.Image, quality: int = 80, **extras: object) -> bytes:
    """A picture as JPEG."""
    return encoded(picture, "JPEG", quality=quality, **extras)


def encoded(picture: Image.Image, kind: str, **extras: object) -> bytes:
    """A picture as a file of some kind."""
    written = BytesIO()
    picture.save(written, kind, **extras)
    return written.getvalue()


def label(text: str) -> Image.Image:
    """A 60 by 40 mm label: a QR with correction Q, some lines, a frame."""
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_Q, box_size=10, border=4
    )
    code.add_data(text)
    modules = code.make_image().get_image().convert("L").resize((400, 400), 0)
    drawn = Image.new("L", LABEL, 255)
    drawn.paste(modules, (20, 40))
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((2, 2, LABEL[0] - 3, LABEL[1] - 3), outline=0, width=3)
    for line in range(6):
        pen.rectangle((440, 80 + line * 55, 560 + line * 22, 105 + line * 55), fill=30)
    return drawn


def _solve(rows: list[list[float]]) -> list[float]:
    """Gauss: the solution of n equations, each a row of n factors and its value."""
    count = len(rows)
    for column in range(count):
        pivot = max(range(column, count), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(count):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [
                    a - factor * b for a, b in zip(rows[row], rows[column], strict=True)
                ]
    return [row[-1] / row[index] for index, row in enumerate(rows)]


def seen_at(drawn: Image.Image, corners: list[complex]) -> Image.Image:
    """A label as seen with its corners (from top left, clockwise) at these points."""
    width, height = drawn.size
    own = [0j, complex(width, 0), complex(width, height), complex(0, height)]
    rows = []
    for seen, source in zip(corners, own, strict=True):
        x, y, u, v = seen.real, seen.imag, source.real, source.imag
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    view = (Image.Transform.PERSPECTIVE, _solve(rows), Image.Resampling.BICUBIC)
    picture = _wall(SIZE)
    shape = Image.new("L", drawn.size, 255).transform(SIZE, *view)
    picture.paste(drawn.transform(SIZE, *view), mask=shape)
    return picture


def _wall(size: tuple[int, int]) -> Image.Image:
    return Image.linear_gradient("L").resize(size).point(lambda level: 90 + level // 4)


def photograph(
    text: str,
    chance: random.Random,
    *,
    scale: float = 0.9,
    turn: float = 8,
    tilt: float = 0.03,
) -> Image.Image:
    """A label of some scale in the middle, turned by up to ``turn`` degrees, tilted."""
    angle = complex(0, chance.uniform(-turn, turn) / 180 * 3.14159265)
    middle = complex(SIZE[0] / 2, SIZE[1] / 2)
    half_width, half_height = LABEL[0] / 2 * scale, LABEL[1] / 2 * scale
    corners = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        corner = complex(x * half_width, y * half_height)
        slip = complex(chance.uniform(-tilt, tilt), chance.uniform(-tilt, tilt))
        corner += slip * LABEL[0] * scale
        corners.append(middle + corner * 2.718281828459045**angle)
    return seen_at(label(text), corners)


def _blurred(picture: Image.Image, chance: random.Random) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(chance.uniform(2, 4.5)))


def _shaken(picture: Image.Image, chance: random.Random) -> Image.Image:
    reach = chance.uniform(3.5, 8.5)
    ways = [(reach, 0), (0, reach)]
    return picture.filter(ImageFilter.BoxBlur(chance.choice(ways)))


def _noisy(picture: Image.Image, chance: random.Random, sigma: float) -> Image.Image:
    noise = Image.effect_noise(picture.size, sigma)
    return ImageChops.add(picture, noise, scale=1, offset=-128)


def _dark(picture: Image.Image, chance: random.Random) -> Image.Image:
    light = chance.uniform(0.10, 0.22)
    return _noisy(picture.point(lambda level: level * light), chance, 6)


def _glaring(picture: Image.Image, chance: random.Random) -> Image.Image:
    glare = Image.new("L", picture.size, 0)
    x, y = chance.randint(300, 800), chance.randint(250, 600)
    reach = chance.randint(60, 110)
    ImageDraw.Draw(glare).ellipse((x, y, x + reach, y + reach), fill=255)
    return ImageChops.add(picture, glare.filter(ImageFilter.GaussianBlur(25)))


def _shaded(picture: Image.Image, chance: random.Random) -> Image.Image:
    shade = Image.new("L", picture.size, 255)
    edge = chance.randint(350, 800)
    ImageDraw.Draw(shade).polygon(
        [(0, 0), (edge, 0), (edge - 200, SIZE[1]), (0, SIZE[1])], fill=90
    )
    return ImageChops.multiply(picture, shade.filter(ImageFilter.GaussianBlur(12)))


def _scratched(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A block of about a twentieth of the code torn off, and two scratches."""
    picture = picture.copy()
    pen = ImageDraw.Draw(picture)
    x, y = chance.randint(400, 560), chance.randint(380, 520)
    pen.rectangle((x, y, x + 72, y + 72), fill=chance.choice([40, 230]))
    for _ in range(2):
        ends = [(chance.randint(330, 700), chance.randint(270, 690)) for _ in "ab"]
        pen.line(ends, fill=240, width=5)
    return picture


def _combined(picture: Image.Image, chance: random.Random) -> Image.Image:
    picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(1, 2.5)))
    light = chance.uniform(0.3, 0.6)
    return _noisy(
        _shaded(picture, chance).point(lambda level: level * light), chance, 8
    )


def _as_it_is(picture: Image.Image, chance: random.Random) -> Image.Image:
    return picture


VIEWS: dict[str, tuple[dict[str, float], Drawing]] = {
    "clean": ({}, _as_it_is),
    "turned": ({"turn": 180}, _as_it_is),
    "tilted": ({"turn": 25, "tilt": 0.13}, _as_it_is),
    "small": ({"scale": 0.28, "turn": 20}, _as_it_is),
    "dark": ({}, _dark),
    "glare": ({}, _glaring),
    "shade": ({}, _shaded),
    "damaged": ({"turn": 10}, _scratched),
    "combined": ({"turn": 25, "tilt": 0.06, "scale": 0.7}, _combined),
    "blurred": ({"scale": 0.55}, _blurred),
    "shaken": ({"scale": 0.7}, _shaken),
}
"""What may go wrong with a photo: how the label lies, and what happens to the view."""


def photo_of(text: str, view: str, seed: int) -> bytes:
    """One photograph of a label with this text; the same seed gives the same photo."""
    chance = random.Random(f"{view} {seed}")
    lying, spoil = VIEWS[view]
    picture = spoil(photograph(text, chance, **lying), chance)
    return jpeg(picture.convert("RGB"), chance.randint(45, 85))
