"""Where the table of a file is, which row is its header, and what its columns are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.interchange.errors import SheetUnreadable
from registry.interchange.rules.amounts import scale_of
from registry.interchange.rules.fields import ATTRIBUTE, Fields
from registry.interchange.rules.finding import HeaderFound, find_header
from registry.interchange.rules.grid import Cell, Record, SheetHead
from registry.interchange.rules.guesses import guess
from registry.interchange.rules.headers import CERTAIN, assign, matches
from registry.interchange.rules.text import bracketed, folded, line_of, raw_text

MOST_SAMPLES = 3

Mapped = Mapping[int, str | None]
"""What a person confirmed: column index from 0 to a field, ``attribute`` or None."""


@dataclass(frozen=True)
class Column:
    """One column: its header, the field it was taken for, and how sure that is."""

    index: int
    header: str
    field: str | None
    sure: bool
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """A table found in a file; plain values, so that it can be shown and kept."""

    kind: str
    sheet: int
    sheet_name: str
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    titles: frozenset[str] = frozenset()
    """What stands above the header, folded, to be known again after a page break."""
    words: str = ""
    """The same as written; it may name the unit of all amounts."""
    other_sheets: tuple[str, ...] = ()
    """Other sheets that look like a table of this kind and are not read."""

    @property
    def positions(self) -> dict[str, int]:
        """Field to column index."""
        return {
            each.field: each.index
            for each in self.columns
            if each.field and each.field != ATTRIBUTE
        }

    @property
    def attributes(self) -> dict[int, str]:
        """The columns kept under their own header: index to that header."""
        return {
            each.index: each.header
            for each in self.columns
            if each.field == ATTRIBUTE and each.header
        }

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headers of columns nothing was made of."""
        return tuple(c.header for c in self.columns if c.field is None and c.header)

    def mapping(self) -> dict[int, str | None]:
        """Column index to field: what a person confirms or changes, and we keep."""
        return {each.index: each.field for each in self.columns}

    def header(self, field: str) -> str:
        """The header of a field's column, or nothing."""
        return next((c.header for c in self.columns if c.field == field), "")

    def scale(self, field: str) -> int:
        """What one unit of an amount column is worth in yuan."""
        own = bracketed(self.header(field)) or self.header(field)
        if scale_of(own) > 1 or "元" in own:
            return scale_of(own)
        return _scale_above(self.words)

    def as_plain(self) -> dict[str, Any]:
        """The layout as plain values for a page, the API or the command line."""
        return {
            "kind": self.kind,
            "sheet": self.sheet_name,
            "header_rows": list(self.header_rows),
            "columns": [
                {
                    "index": each.index,
                    "header": each.header,
                    "field": each.field,
                    "sure": each.sure,
                    "samples": list(each.samples),
                }
                for each in self.columns
            ],
            "unknown": list(self.unknown),
            "other_sheets": list(self.other_sheets),
        }


def _scale_above(words: str) -> int:
    """The unit of amounts named above the table: 金额单位：万元."""
    for mark in ("金额单位", "单位：", "单位:"):
        _, found, after = words.partition(mark)
        if found and "元" in after[:8]:
            return scale_of(after[: after.index("元")])
    return 1


def find_layout(
    heads: Sequence[SheetHead],
    fields: Fields,
    *,
    sheet: str | None = None,
    mapping: Mapped | None = None,
) -> Layout:
    """The table of this kind in a file; SheetUnreadable where there is none.

    The sheet that says most is taken unless one is named; hidden ones only in need.
    With a ``mapping`` its columns are what it says, whatever their headers are.
    """
    found = {
        index: find_header(head.records, fields)
        for index, head in enumerate(heads)
        if sheet is None or head.name == sheet
    }
    if not found:
        raise SheetUnreadable(
            "sheet_unknown", sheet=sheet, known=[h.name for h in heads]
        )
    good = {index: header for index, header in found.items() if header}
    if good:
        chosen = max(
            good,
            key=lambda i: (heads[i].visible, good[i].score, len(good[i].after), -i),
        )
        layout = _layout(heads, chosen, good[chosen], fields)
        others = [heads[i].name for i in good if i != chosen and heads[i].visible]
        layout = replace(layout, other_sheets=tuple(others))
    elif mapping and any(head.records for head in heads):
        chosen = next(i for i in found if heads[i].records)
        layout = _layout(heads, chosen, _first_row(heads[chosen]), fields)
    else:
        raise SheetUnreadable("header_not_found", sheets=[h.name for h in heads])
    if mapping:
        layout = confirmed(layout, mapping, fields)
    if missing := fields.required - set(layout.positions):
        raise SheetUnreadable("header_incomplete", missing=sorted(missing))
    return layout


def _first_row(head: SheetHead) -> HeaderFound:
    number, cells = head.records[0]
    texts = tuple(line_of(cell) for cell in cells)
    return HeaderFound(0.0, (number,), texts, (), head.records[1:])


def _layout(
    heads: Sequence[SheetHead], sheet: int, found: HeaderFound, fields: Fields
) -> Layout:
    given: dict[int, str | None] = dict(assign(found.texts, fields))
    guessed = guess(found.texts, given, found.after, fields)
    given.update(guessed)
    width = max((len(cells) for _, cells in found.after), default=0)
    texts = [*found.texts, *[""] * (width - len(found.texts))]
    columns = tuple(
        Column(
            index=index,
            header=text,
            field=given.get(index),
            sure=index not in guessed and _is_sure(text, given.get(index), fields),
            samples=_samples(found.after, index),
        )
        for index, text in enumerate(texts)
    )
    titles = [
        raw_text(cell) for _, cells in found.above for cell in cells if cell != ""
    ]
    return Layout(
        kind=fields.kind,
        sheet=sheet,
        sheet_name=heads[sheet].name,
        header_rows=found.rows,
        columns=columns,
        titles=frozenset(folded(line_of(title)) for title in titles) - {""},
        words="\n".join(titles)[:2_000],
    )


def _is_sure(text: str, field: str | None, fields: Fields) -> bool:
    ranks = {name: rank for rank, name in matches(text, fields)}
    return field is None or ranks.get(field, CERTAIN) < CERTAIN


def _samples(records: Sequence[Record], index: int) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for _, cells in records:
        if index < len(cells) and (text := line_of(cells[index])):
            seen.setdefault(text[:40])
        if len(seen) == MOST_SAMPLES:
            break
    return tuple(seen)


def confirmed(layout: Layout, mapping: Mapped, fields: Fields) -> Layout:
    """The layout as a person confirmed it; SheetUnreadable if that makes no sense."""
    known = {each.index for each in layout.columns}
    used: set[str] = set()
    for index, field in mapping.items():
        if index not in known:
            raise SheetUnreadable("mapping_unknown_column", column=index + 1)
        if field is None or field in (ATTRIBUTE, "ignored"):
            continue
        if field not in fields.by_name:
            raise SheetUnreadable("mapping_unknown_field", found=field)
        if field in used:
            raise SheetUnreadable("mapping_field_twice", field=field)
        used.add(field)
    columns = tuple(
        replace(each, field=mapping.get(each.index), sure=True)
        for each in layout.columns
    )
    return replace(layout, columns=columns)


def cell_at(cells: Sequence[Cell], index: int | None) -> Cell:
    """A cell of a record; empty where there is no such column or the row is short."""
    return "" if index is None or index >= len(cells) else cells[index]
