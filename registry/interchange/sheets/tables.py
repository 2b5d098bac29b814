"""From an opened file to the rows of its table, whatever kind of table it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from registry.interchange.errors import SheetUnreadable
from registry.interchange.rules.fields import Fields
from registry.interchange.rules.grid import Record, SpanFilling
from registry.interchange.rules.layout import Layout, Mapped, find_layout
from registry.interchange.sheets.opening import Book

T = TypeVar("T")


def with_other_encoding(read: Callable[[str | None], T], encoding: str | None) -> T:
    """Read; if no header shows in what nothing but GB18030 fits, try Big5 as well.

    Nearly every Big5 text is some GB18030 text, so only sense tells them apart.
    """
    try:
        return read(encoding)
    except SheetUnreadable as unreadable:
        if encoding is not None or unreadable.facts.get("encoding") != "gb18030":
            raise
        try:
            return read("big5hkscs")
        except SheetUnreadable:
            raise unreadable from None


def layout_of(
    book: Book,
    fields: Fields,
    *,
    sheet: str | None = None,
    mapping: Mapped | None = None,
) -> Layout:
    """The table of a kind in an opened file; a refusal names the encoding it had."""
    try:
        return find_layout(book.sheets, fields, sheet=sheet, mapping=mapping)
    except SheetUnreadable as unreadable:
        unreadable.facts["encoding"] = book.encoding
        raise


def below_header(book: Book, layout: Layout, fields: Fields) -> Iterator[Record]:
    """The rows below the header, merged cells filled where that means repetition."""
    known = fields.by_name
    repeating = [
        index
        for name, index in layout.positions.items()
        if name in known and known[name].repeats
    ]
    last = layout.header_rows[-1]
    records = (record for record in book.rows(layout.sheet) if record[0] > last)
    return SpanFilling(book.sheets[layout.sheet].spans, repeating).fill(records)
