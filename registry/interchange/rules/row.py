"""One row while it is checked: its cells by field, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.interchange.rules.grid import Cell
from registry.interchange.rules.layout import Layout
from registry.interchange.rules.ledger import Warned
from registry.interchange.rules.text import raw_text

MOST_FOUND = 60
"""So much of a wrong value is quoted."""


class Unfit(Exception):
    """The row stops here: reason, field, what was found, the limit if there is one."""

    def __init__(self, reason: str, field: str, cell: Cell = "", most: int = 0) -> None:
        super().__init__(reason, field)
        self.reason, self.field, self.most = reason, field, most
        self.found = quoted(cell)


def quoted(cell: Cell) -> str:
    """A cell as it is quoted to the person who mends it."""
    return "" if cell == "" else raw_text(cell).strip()[:MOST_FOUND]


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing but white space."""
    return cell == "" or (isinstance(cell, str) and not cell.strip(_WHITE))


_WHITE = " \t\r\n\f\v\u3000\xa0\u200b\ufeff"


class Columns:
    """Where the fields of a layout stand; one that is not there stands behind all."""

    def __init__(self, layout: Layout, fields: Sequence[str]) -> None:
        self.width = len(layout.columns)
        self.known = frozenset(layout.positions)
        self.at = {name: layout.positions.get(name, self.width) for name in fields}
        self.headers = {name: layout.header(name) for name in self.known}
        self.attributes = layout.attributes

    def even(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells made as many as there are columns, and an empty one behind."""
        return [*cells[: self.width], *[""] * (self.width + 1 - len(cells)), ""]


class Row:
    """The row being checked: its number, its cells by field, what it comes to."""

    __slots__ = ("_at", "_cells", "columns", "number", "said", "values")

    def __init__(self, number: int, cells: Sequence[Cell], columns: Columns) -> None:
        self.number = number
        self.columns = columns
        self._cells = columns.even(cells)
        self._at = columns.at
        self.values: dict[str, Any] = {"row": number}
        self.said: list[Warned] = []

    def cell(self, field: str) -> Cell:
        """The cell of a field; empty where the sheet has no such column."""
        return self._cells[self._at[field]]

    def at(self, index: int) -> Cell:
        """The cell of a column."""
        return self._cells[index]

    def warn(self, code: str, field: str, cell: Cell = "") -> None:
        """Say what to look at, should the row be taken."""
        self.said.append(Warned(self.number, code, field, quoted(cell)))
