"""Marks as PDF: text with its font embedded, symbols as pictures of their modules."""

from __future__ import annotations

from typing import BinaryIO, Self

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences
from PIL import Image

from labels.bitmap import BOLD
from labels.fonts import Face
from labels.marks import Drawing, LineMark, Mark, SymbolMark, TextMark

_FAMILY = "label"
_POINTS = 72 / 25.4


class Document:
    """A PDF in the making, for use in a ``with``: it holds its font file open.

    Nothing reaches a file before ``write``.
    """

    def __init__(self, face: Face) -> None:
        self.face = face
        self._pdf = FPDF(unit="mm")
        self._pdf.alias_nb_pages("")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_image_filter("FlateDecode")
        self._pdf.viewer_preferences = ViewerPreferences(print_scaling="None")
        self._pdf.add_font(_FAMILY, "", face.path, collection_font_number=face.number)
        self._pdf.set_font(_FAMILY)
        self._grey = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    @property
    def pages(self) -> int:
        return self._pdf.pages_count

    def add_page(self, width: float, height: float) -> None:
        self._pdf.add_page(format=(width, height))

    def put(self, drawing: Drawing, x: float = 0.0, y: float = 0.0) -> None:
        """All marks of a drawing, its top left corner ``x``, ``y`` millimetres in."""
        for mark in drawing.marks:
            self._put(mark, x, y)

    def write(self, out: BinaryIO) -> None:
        """The whole document, with the glyphs it used."""
        self._pdf.output(out)

    def _put(self, mark: Mark, x: float, y: float) -> None:
        if isinstance(mark, TextMark):
            self._text(mark, x, y)
        elif isinstance(mark, SymbolMark):
            self._symbol(mark, x, y)
        else:
            self._line(mark, x, y)

    def _text(self, mark: TextMark, x: float, y: float) -> None:
        self._pdf.set_font_size(mark.size * _POINTS)
        if not mark.bold:
            self._pdf.text(x + mark.x, y + mark.y, mark.text)
            return
        self._ink(0.0)
        with self._pdf.local_context(text_mode=TextMode.FILL_STROKE):
            self._pdf.line_width = BOLD * mark.size * _POINTS
            self._pdf.text(x + mark.x, y + mark.y, mark.text)

    def _symbol(self, mark: SymbolMark, x: float, y: float) -> None:
        modules = mark.symbol.modules
        image = Image.frombytes("L", (modules, modules), mark.symbol.pixels)
        self._pdf.image(image, x + mark.x, y + mark.y, mark.side, mark.side)

    def _line(self, mark: LineMark, x: float, y: float) -> None:
        self._ink(mark.grey)
        self._pdf.set_line_width(mark.thickness)
        self._pdf.line(x + mark.x1, y + mark.y1, x + mark.x2, y + mark.y2)

    def _ink(self, grey: float) -> None:
        """What strokes are drawn in, those of bold type too."""
        if grey != self._grey:
            self._grey = grey
            self._pdf.set_draw_color(round(255 * grey))
