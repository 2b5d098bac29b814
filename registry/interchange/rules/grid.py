"""The shape in which every file arrives: numbered records of plain cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

Cell = str | int | float | bool | date
"""What one cell holds; an empty cell is the empty text."""

Record = tuple[int, Sequence[Cell]]
"""A row as it stands in the file: its number there, from 1, and its cells."""

Span = tuple[int, int, int, int]
"""Merged cells: first row and column, last row and column, rows from 1."""

HEAD_ROWS = 200
"""How many records of each sheet are looked at before one is chosen."""


@dataclass(frozen=True)
class SheetHead:
    """One sheet of a file: its name, whether it is shown, and how it begins."""

    name: str
    visible: bool
    records: tuple[Record, ...]
    spans: tuple[Span, ...] = ()


def is_blank(cells: Sequence[Cell]) -> bool:
    """Whether a record says nothing."""
    return all(not cell.strip() if isinstance(cell, str) else False for cell in cells)


class SpanFilling:
    """Gives the cells below a merged one its value, as the merging shows it.

    Only downwards and only in ``columns``: money and quantities that are merged stand
    once for several rows, so repeating them would multiply them.
    """

    def __init__(self, spans: Sequence[Span], columns: Sequence[int]) -> None:
        wanted = set(columns)
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, right in spans:
            if bottom > top and left in wanted and right - left < 2:
                self._starts.setdefault(top, []).append((left, bottom))
        self._open: dict[int, tuple[int, Cell]] = {}

    def fill(self, records: Iterator[Record]) -> Iterator[Record]:
        """The same records with merged cells filled downwards."""
        if not self._starts:
            return records
        return map(self._filled, records)

    def _filled(self, record: Record) -> Record:
        number, cells = record
        for column, (last, value) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif column < len(cells) and cells[column] == "":
                cells = [*cells[:column], value, *cells[column + 1 :]]
        for column, last in self._starts.get(number, ()):
            if column < len(cells):
                self._open[column] = (last, cells[column])
        return number, cells
