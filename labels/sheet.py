"""Label sheets: the known ones, and any other whose measures fit its page."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from labels.errors import RunRefused, SheetRefused

LEAST_CELL, MOST_CELLS = 10.0, 600
_PAGE_RANGE = (50.0, 450.0)
_RANGES: Mapping[str, tuple[float, float]] = {
    "page_width": _PAGE_RANGE,
    "page_height": _PAGE_RANGE,
    "columns": (1, 50),
    "rows": (1, 100),
    "width": (LEAST_CELL, 450.0),
    "height": (LEAST_CELL, 450.0),
    "left": (0.0, 450.0),
    "top": (0.0, 450.0),
    "pitch_x": (LEAST_CELL, 450.0),
    "pitch_y": (LEAST_CELL, 450.0),
}
_COUNTS = frozenset({"columns", "rows"})
_SLACK = 0.05
"""Millimetres by which rounded measures may pass the edge of the page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of equal labels, in millimetres; ``read_sheet`` checks the measures.

    ``left`` and ``top`` are the corner of the first label, ``pitch_x`` and
    ``pitch_y`` the way to the next one.
    """

    name: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    def inset(self, border: float) -> tuple[float, float]:
        """White to keep left and right, and above and below, in every label, so that
        none has ink within ``border`` of the edge of the paper."""
        x, y = self.corner(self.cells)
        right = self.page_width - x - self.width
        bottom = self.page_height - y - self.height
        nearest = min(self.left, right), min(self.top, bottom)
        return max(0.0, border - nearest[0]), max(0.0, border - nearest[1])

    def corner(self, cell: int) -> tuple[float, float]:
        """The top left corner of a cell; 1 is the first, counted row by row."""
        if not 1 <= cell <= self.cells:
            raise RunRefused("cell_out_of_range", cell=cell, most=self.cells)
        row, column = divmod(cell - 1, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y


def sheets() -> dict[str, Sheet]:
    """The known sheets by name; compatible ones are there under each name."""
    return dict(_known())


@cache
def _known() -> dict[str, Sheet]:
    known = {}
    for entry in measures()["sheet"]:
        names = entry.pop("names")
        sheet = read_sheet({"name": names[0], **entry})
        known.update({name: replace(sheet, name=name) for name in names})
    return known


def measures() -> dict[str, Any]:
    """What ``sheets.toml`` holds."""
    return tomllib.loads(files("labels").joinpath("sheets.toml").read_text("utf-8"))


@cache
def _pages() -> dict[str, tuple[float, float]]:
    return {name: (wide, high) for name, (wide, high) in measures()["pages"].items()}


def read_sheet(mapping: Mapping[str, object]) -> Sheet:
    """A sheet from measures somebody typed, or the first thing wrong with them.

    ``page`` is "A4" or "Letter", or ``page_width`` and ``page_height`` are given.
    ``pitch_x`` and ``pitch_y`` may be left out where labels touch. Facts of a
    refusal name the ``field``, and its bounds where it has any.
    """
    given = dict(mapping)
    name = given.pop("name", "")
    if not isinstance(name, str) or len(name) > 80:
        raise SheetRefused("sheet_name_refused", field="name", most=80)
    _size_page(given)
    given.setdefault("pitch_x", given.get("width"))
    given.setdefault("pitch_y", given.get("height"))
    for field in given:
        if field not in _RANGES:
            raise SheetRefused("sheet_field_unknown", field=str(field)[:80])
    values: dict[str, Any] = {field: _number(given, field) for field in _RANGES}
    sheet = Sheet(name=name, **values)
    for refusal in _misfits(sheet):
        raise refusal
    return sheet


def _size_page(given: dict[str, object]) -> None:
    """Turn the name of a page into its two measures."""
    if "page" not in given:
        return
    page = given.pop("page")
    if not isinstance(page, str) or page not in _pages():
        raise SheetRefused("sheet_page_unknown", field="page", known=list(_pages()))
    wide, high = _pages()[page]
    for field, value in (("page_width", wide), ("page_height", high)):
        if given.setdefault(field, value) != value:
            raise SheetRefused("sheet_page_given_twice", field=field)


def _number(given: Mapping[str, object], field: str) -> float:
    value = given.get(field)
    if value is None:
        raise SheetRefused("sheet_field_missing", field=field)
    right_kind = int if field in _COUNTS else int | float
    if isinstance(value, bool) or not isinstance(value, right_kind):
        raise SheetRefused("sheet_number_expected", field=field)
    least, most = _RANGES[field]
    if not math.isfinite(value) or not least <= value <= most:
        raise SheetRefused(
            "sheet_number_out_of_range", field=field, least=least, most=most
        )
    return value if field in _COUNTS else float(value)


def _misfits(sheet: Sheet) -> Iterator[SheetRefused]:
    """Cells that overlap, pass the page's edge, or are too many."""
    if sheet.cells > MOST_CELLS:
        yield SheetRefused("sheet_too_many_cells", field="rows", most=MOST_CELLS)
    if sheet.columns > 1 and sheet.pitch_x < sheet.width - _SLACK:
        yield SheetRefused("sheet_cells_overlap", field="pitch_x", least=sheet.width)
    if sheet.rows > 1 and sheet.pitch_y < sheet.height - _SLACK:
        yield SheetRefused("sheet_cells_overlap", field="pitch_y", least=sheet.height)
    last_x, last_y = sheet.corner(sheet.cells)
    over = last_x + sheet.width - sheet.page_width
    if over > _SLACK:
        yield SheetRefused("sheet_off_page", field="columns", edge="right", by=over)
    over = last_y + sheet.height - sheet.page_height
    if over > _SLACK:
        yield SheetRefused("sheet_off_page", field="rows", edge="bottom", by=over)
