"""Photos of labels as a phone in a store room takes them, drawn instead of taken.

Labels are set by ``labels`` as for a printer, laid on a desk, and spoilt one way after
the other: turned, seen from the side, out of focus, in bad light, with noise, small,
white on black, scratched. The same seed gives the same photos.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

import labels
from tests.labels.samples import asset_labels

FRAME = (640, 480)
"""What the page cuts out of the middle of a camera's picture."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Photo:
    """One photo: what is on the label, how it was spoilt, the file a camera gives."""

    payload: str
    kind: str
    file: bytes


@dataclass
class View:
    """How the label is held and lit."""

    width: float = 400
    turn: float = 0
    slant: float = 0
    nod: float = 0
    blur: float = 0.6
    dark: float = 0
    noise: float = 3
    contrast: float = 1
    inverted: bool = False
    scratches: int = 0
    quality: int = 80


def _straight(chance: random.Random) -> View:
    return View(width=chance.uniform(300, 460), turn=chance.uniform(-6, 6))


def _turned(chance: random.Random) -> View:
    return View(width=chance.uniform(280, 400), turn=chance.uniform(0, 360))


def _from_the_side(chance: random.Random) -> View:
    way = chance.choice([-1, 1])
    return View(
        width=chance.uniform(340, 460),
        turn=chance.uniform(-40, 40),
        slant=way * chance.uniform(20, 48),
        nod=chance.uniform(-25, 25),
    )


def _out_of_focus(chance: random.Random) -> View:
    return View(
        width=chance.uniform(340, 460),
        turn=chance.uniform(-15, 15),
        blur=chance.uniform(1.5, 2.6),
    )


def _badly_lit(chance: random.Random) -> View:
    return View(
        turn=chance.uniform(-20, 20),
        dark=chance.uniform(0.5, 0.8),
        contrast=chance.uniform(0.5, 1),
    )


def _in_the_dark(chance: random.Random) -> View:
    return View(
        turn=chance.uniform(-20, 20),
        noise=chance.uniform(10, 22),
        contrast=chance.uniform(0.3, 0.55),
        blur=0.8,
    )


def _far_away(chance: random.Random) -> View:
    return View(width=chance.uniform(150, 200), turn=chance.uniform(-20, 20), blur=0.4)


def _white_on_black(chance: random.Random) -> View:
    return View(
        width=chance.uniform(300, 440), turn=chance.uniform(-30, 30), inverted=True
    )


def _scratched(chance: random.Random) -> View:
    return View(turn=chance.uniform(-20, 20), scratches=chance.randint(3, 6))


def _everything(chance: random.Random) -> View:
    return View(
        width=chance.uniform(340, 440),
        turn=chance.uniform(0, 360),
        slant=chance.uniform(-30, 30),
        nod=chance.uniform(-20, 20),
        blur=chance.uniform(0.8, 1.3),
        dark=chance.uniform(0, 0.5),
        noise=chance.uniform(3, 10),
        contrast=chance.uniform(0.6, 1),
    )


KINDS: dict[str, Callable[[random.Random], View]] = {
    "straight": _straight,
    "turned": _turned,
    "from the side": _from_the_side,
    "out of focus": _out_of_focus,
    "badly lit": _badly_lit,
    "in the dark": _in_the_dark,
    "far away": _far_away,
    "white on black": _white_on_black,
    "scratched": _scratched,
    "everything": _everything,
}


def label_photos(each: int, seed: int = 738) -> Iterator[Photo]:
    """``each`` photos of every kind, each of another label."""
    chance = random.Random(seed)
    made = asset_labels(each * len(KINDS), seed=seed)
    rolls = ["50x30", "60x40", "70x50"]
    for kind, spoil in KINDS.items():
        for _ in range(each):
            label = next(made)
            roll = labels.rolls()[chance.choice(rolls)]
            printed = Image.open(io.BytesIO(labels.draw_png(label, roll, 300)))
            yield Photo(label.payload, kind, _taken(printed, spoil(chance), chance))


def photo_of(label: labels.Label, kind: str = "turned", seed: int = 738) -> bytes:
    """A photo of one label, spoilt in one way."""
    chance = random.Random(seed)
    printed = Image.open(
        io.BytesIO(labels.draw_png(label, labels.rolls()["60x40"], 300))
    )
    return _taken(printed, KINDS[kind](chance), chance)


def _taken(printed: Image.Image, view: View, chance: random.Random) -> bytes:
    paper = printed.convert("L")
    if view.scratches:
        paper = _scratch(paper, view.scratches, chance)
    if view.inverted:
        paper = ImageOps.invert(paper)
    photo = _laid(paper, _desk(chance), _corners(paper, view, chance))
    photo = photo.filter(ImageFilter.GaussianBlur(view.blur))
    photo = photo.point(lambda light: 40 + light * 0.75 * view.contrast)
    if view.dark:
        photo = ImageChops.multiply(photo, _shadow(view.dark, chance))
    grain = _grain(view.noise, chance)
    photo = ImageChops.add(photo, grain, offset=-128)
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=view.quality)
    return out.getvalue()


def _grain(strength: float, chance: random.Random) -> Image.Image:
    """Noise round 128 with this standard deviation."""
    evenly = Image.frombytes("L", FRAME, chance.randbytes(FRAME[0] * FRAME[1]))
    return evenly.point(lambda value: 128 + (value - 127.5) * strength / 73.9)


def _desk(chance: random.Random) -> Image.Image:
    """A desk with things on it, so that the label is not the only thing there."""
    desk = Image.new("L", FRAME, chance.randint(60, 190))
    pen = ImageDraw.Draw(desk)
    for _ in range(25):
        x, y = chance.randint(0, FRAME[0]), chance.randint(0, FRAME[1])
        wide, high = chance.randint(5, 160), chance.randint(5, 120)
        pen.rectangle((x, y, x + wide, y + high), fill=chance.randint(20, 230))
    return desk


def _corners(
    paper: Image.Image, view: View, chance: random.Random
) -> tuple[Point, ...]:
    """Where the paper's corners come to lie, seen through a lens half a metre away."""
    wide = view.width
    high = wide * paper.height / paper.width
    turn, slant, nod = (math.radians(a) for a in (view.turn, view.slant, view.nod))
    middle = (
        FRAME[0] / 2 + chance.uniform(-25, 25),
        FRAME[1] / 2 + chance.uniform(-25, 25),
    )
    found = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = x * wide / 2, y * high / 2
        x, y = (
            x * math.cos(turn) - y * math.sin(turn),
            x * math.sin(turn) + y * math.cos(turn),
        )
        depth = 1 + (x * math.sin(slant) + y * math.sin(nod)) / 900
        found.append(
            (
                middle[0] + x * math.cos(slant) / depth,
                middle[1] + y * math.cos(nod) / depth,
            )
        )
    return tuple(found)


def _laid(
    paper: Image.Image, desk: Image.Image, corners: tuple[Point, ...]
) -> Image.Image:
    wide, high = paper.size
    places = ((0, 0), (wide, 0), (wide, high), (0, high))
    factors = _mapping(corners, places)
    how = Image.Transform.PERSPECTIVE
    # Drawn four times as large and made small again, as a lens does it.
    large = (FRAME[0] * 4, FRAME[1] * 4)
    finer = _mapping([(x * 4, y * 4) for x, y in corners], places)
    seen = paper.transform(large, how, finer, Image.Resampling.BILINEAR)
    where = Image.new("L", paper.size, 255).transform(FRAME, how, factors)
    return Image.composite(seen.resize(FRAME, Image.Resampling.BOX), desk, where)


def _mapping(
    places: tuple[Point, ...] | list[Point], points: tuple[Point, ...]
) -> list[float]:
    """The eight factors of the projective mapping from places to points."""
    rows = []
    for (u, v), (x, y) in zip(places, points, strict=True):
        rows.append([u, v, 1, 0, 0, 0, -u * x, -v * x, x])
        rows.append([0, 0, 0, u, v, 1, -u * y, -v * y, y])
    for column in range(8):
        best = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[best] = rows[best], rows[column]
        pivot = rows[column]
        for row in range(8):
            if row != column:
                factor = rows[row][column] / pivot[column]
                rows[row] = [
                    a - factor * b for a, b in zip(rows[row], pivot, strict=True)
                ]
    return [row[8] / row[i] for i, row in enumerate(rows)]


def _shadow(strength: float, chance: random.Random) -> Image.Image:
    """Light that falls off to one side, and the edge of a shadow across."""
    ramp = (
        Image.linear_gradient("L")
        .rotate(chance.choice([0, 90, 180, 270]))
        .resize(FRAME)
        .point(lambda light: 255 - (255 - light) * strength)
    )
    pen = ImageDraw.Draw(ramp)
    x = chance.randint(150, 490)
    lower = round(255 * (1 - strength))
    pen.polygon(
        [(x, 0), (x + 120, 0), (x - 60, FRAME[1]), (x - 200, FRAME[1])], fill=lower
    )
    return ramp.filter(ImageFilter.GaussianBlur(12))


def _scratch(paper: Image.Image, count: int, chance: random.Random) -> Image.Image:
    pen = ImageDraw.Draw(paper)
    wide, high = paper.size
    for _ in range(count):
        ends = [(chance.uniform(0, wide), chance.uniform(0, high)) for _ in range(2)]
        pen.line(ends, fill=chance.choice([0, 255]), width=round(high / 90))
    return paper
