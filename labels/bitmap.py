"""Marks as pixels: PNG files, the preview, and the dots of label printers."""

from __future__ import annotations

import math
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from labels.fonts import EM, Face
from labels.marks import Drawing, LineMark, Mark, SymbolMark, TextMark

BOLD = 0.03
"""How much thicker strokes get, in type sizes: the font has one weight."""

_WHITE = 255
_BLACK_OR_WHITE = [0 if value < 150 else _WHITE for value in range(256)]
"""Strokes a little stronger than half and half: thermal heads thin them."""
_SIZE_STEPS = 8
_FINER = 4


@lru_cache(maxsize=64)
def _font(path: str, number: int, steps: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        path,
        steps / _SIZE_STEPS,
        index=number,
        layout_engine=ImageFont.Layout.BASIC,
    )


class Raster:
    """A grey or one-bit image with ``scale`` pixels to the millimetre."""

    def __init__(self, width: int, height: int, scale: float, face: Face, bits: bool):
        self.scale, self.face, self.bits = scale, face, bits
        self._image = Image.new("L", (width, height), _WHITE)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def image(self) -> Image.Image:
        """What has been drawn: grey, or every pixel black or white."""
        if not self.bits:
            return self._image
        return self._image.point(_BLACK_OR_WHITE, "1")

    def put(self, drawing: Drawing, x: float = 0.0, y: float = 0.0) -> None:
        """All marks of a drawing, its top left corner ``x``, ``y`` millimetres in."""
        for mark in drawing.marks:
            self._put(mark, x, y)

    def _put(self, mark: Mark, x: float, y: float) -> None:
        if isinstance(mark, TextMark):
            self._text(mark, x, y)
        elif isinstance(mark, SymbolMark):
            self._symbol(mark, x, y)
        else:
            self._line(mark, x, y)

    def _text(self, mark: TextMark, x: float, y: float) -> None:
        """Glyph by glyph at the places the layout has counted with."""
        size = mark.size * self.scale
        font = _font(self.face.path, self.face.number, round(size * _SIZE_STEPS))
        left, base = (x + mark.x) * self.scale, (y + mark.y) * self.scale
        weight = BOLD / 2 * size if mark.bold else 0.0
        for char in mark.text:
            at = (round(left), round(base)) if self.bits else (left, base)
            self._draw.text(at, char, 0, font, "ls", stroke_width=weight)
            left += self.face.width(char) * size / EM

    def _symbol(self, mark: SymbolMark, x: float, y: float) -> None:
        left, top = (x + mark.x) * self.scale, (y + mark.y) * self.scale
        modules, side = mark.symbol.modules, mark.side * self.scale
        image = Image.frombytes("L", (modules, modules), mark.symbol.pixels)
        if self.bits:
            wide = round(side / modules) * modules
            image = image.resize((wide, wide), Image.Resampling.NEAREST)
            self._image.paste(image, (round(left), round(top)))
        else:
            self._soft_symbol(image, left, top, side)

    def _soft_symbol(
        self, image: Image.Image, left: float, top: float, side: float
    ) -> None:
        """Each pixel as dark as the part of it that the modules cover."""
        modules = image.width
        fine = max(1, math.ceil(_FINER * side / modules))
        framed = Image.new("L", (modules + 4, modules + 4), _WHITE)
        framed.paste(image, (2, 2))
        big = framed.resize((framed.width * fine,) * 2, Image.Resampling.NEAREST)
        x, y = math.floor(left), math.floor(top)
        wide = math.ceil(max(left - x, top - y) + side)
        step = modules * fine / side
        from_x, from_y = 2 * fine + (x - left) * step, 2 * fine + (y - top) * step
        box = (from_x, from_y, from_x + wide * step, from_y + wide * step)
        soft = big.resize((wide, wide), Image.Resampling.BOX, box=box)
        self._image.paste(soft, (x, y))

    def _line(self, mark: LineMark, x: float, y: float) -> None:
        """A level or upright stroke, its edges as dark as they cover a pixel."""
        across = [(y + mark.y1) * self.scale, (x + mark.x1) * self.scale]
        along = [
            sorted(round((x + end) * self.scale) for end in (mark.x1, mark.x2)),
            sorted(round((y + end) * self.scale) for end in (mark.y1, mark.y2)),
        ]
        upright = mark.x1 == mark.x2
        start, end = along[upright]
        for pixel, cover in self._cover(across[upright], mark.thickness * self.scale):
            ink = round(_WHITE * (1 - cover * (1 - mark.grey)))
            ends = (pixel, start, pixel, end) if upright else (start, pixel, end, pixel)
            self._draw.line(ends, fill=ink)

    def _cover(self, middle: float, wide: float) -> list[tuple[int, float]]:
        """The pixels a stroke lies on, and how much of each it covers."""
        if self.bits:
            count = max(1, round(wide))
            first = round(middle - count / 2)
            return [(first + step, 1.0) for step in range(count)]
        low, high = middle - wide / 2, middle + wide / 2
        pixels = range(math.floor(low), math.ceil(high))
        return [(at, min(at + 1, high) - max(at, low)) for at in pixels]


def png(image: Image.Image, dpi: float) -> bytes:
    """The image as a PNG file that knows its resolution."""
    file = BytesIO()
    image.save(file, "PNG", dpi=(dpi, dpi), optimize=image.mode == "1")
    return file.getvalue()
