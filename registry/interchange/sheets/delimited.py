"""Delimited text: its encoding, its delimiter, its records."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO, Self

from registry.interchange.errors import SheetTooLarge, SheetUnreadable
from registry.interchange.rules.grid import HEAD_ROWS, Record, SheetHead
from registry.interchange.sheets.limits import (
    MOST_CELL,
    MOST_COLUMNS,
    MOST_RECORDS,
    MOST_ROWS,
)

DELIMITERS = (",", "\t", ";", "|")

ENCODINGS = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030 (GBK)",
    "big5hkscs": "Big5",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "shift_jis": "Shift-JIS",
    "cp949": "CP949",
}
"""The encodings a person may name when a file does not tell its own."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_MARKED = {"utf-8-sig", "utf-16-le"}
"""What ``encoding_of`` may answer besides; it can be named when reading again."""
_OTHER_NAMES = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "iso8859-1": "cp1252",
    "euc_kr": "cp949",
    "utf-16-be": "utf-16",
}
_PIECE = 1024 * 1024


class DelimitedText:
    """A delimited text file as one sheet; ``file`` stays open for its lifetime."""

    def __init__(self, file: BinaryIO, encoding: str | None = None) -> None:
        self._file = file
        self.encoding = encoding_of(file, encoding)
        self.delimiter = self._delimiter()
        head = tuple(islice(self.rows(0), HEAD_ROWS))
        self.sheets = (SheetHead("", visible=True, records=head),)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end: whoever opened the file closes it."""

    def rows(self, sheet: int) -> Iterator[Record]:
        """The records that hold something, numbered from 1, blank ones counted."""
        found = 0
        for number, cells in self._records(self.delimiter):
            if not any(cells):
                continue
            found += 1
            if found > MOST_RECORDS:
                raise SheetTooLarge("too_many_rows", most=MOST_ROWS)
            if len(cells) > MOST_COLUMNS:
                cells = _narrowed(cells)
            if max(map(len, cells)) > MOST_CELL:
                raise SheetTooLarge(
                    "cell_too_long", row=number, column=_longest(cells), most=MOST_CELL
                )
            yield number, cells

    def _records(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        text = self._text()
        try:
            reader = csv.reader(text, delimiter=delimiter)
            for number, cells in enumerate(reader, 1):
                if number == 1 and cells and cells[0].startswith("\ufeff"):
                    cells[0] = cells[0][1:]
                yield number, cells
        except csv.Error as error:
            raise SheetTooLarge(
                "cell_too_long", row=0, column=0, most=MOST_CELL
            ) from error
        finally:
            with suppress(ValueError):  # the file may be closed by now
                text.detach()

    def _text(self) -> TextIOWrapper:
        self._file.seek(0)
        return TextIOWrapper(self._file, encoding=self.encoding, newline="")

    def _delimiter(self) -> str:
        """What cuts most records into the same number of fields, and into many."""
        return max(DELIMITERS, key=self._fits)

    def _fits(self, delimiter: str) -> float:
        try:
            widths = [len(c) for _, c in islice(self._records(delimiter), 60) if any(c)]
        except SheetTooLarge:
            return 0.0
        if not widths:
            return 0.0
        (width, times), *_ = Counter(widths).most_common(1)
        return times / len(widths) * (width - 1)


def _narrowed(cells: list[str]) -> list[str]:
    if any(cells[MOST_COLUMNS:]):
        raise SheetTooLarge("too_many_columns", most=MOST_COLUMNS)
    return cells[:MOST_COLUMNS]


def _longest(cells: list[str]) -> int:
    return next(n for n, cell in enumerate(cells, 1) if len(cell) > MOST_CELL)


def encoding_of(file: BinaryIO, named: str | None = None) -> str:
    """The encoding of a text: as named, as it marks itself, else UTF-8, else GB18030.

    Nothing is guessed: each is tried on the whole file. SheetUnreadable if none fits.
    """
    file.seek(0)
    start = file.read(4)
    if named is not None:
        candidates = [_with_mark(start, _known(named))]
    else:
        marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
        candidates = [marked] if marked else ["utf-8", "gb18030"]
    for encoding in candidates:
        if _decodes(file, encoding):
            return encoding
    raise SheetUnreadable("encoding_unknown", tried=candidates, known=list(ENCODINGS))


def _known(named: str) -> str:
    """The encoding a person means, also by another of its names, such as GBK."""
    try:
        plain = codecs.lookup(named).name
    except (LookupError, ValueError):
        plain = ""
    plain = _OTHER_NAMES.get(plain, plain)
    if plain not in ENCODINGS and plain not in _MARKED:
        raise SheetUnreadable("encoding_unknown", found=named)
    return plain


def _with_mark(start: bytes, named: str) -> str:
    if named == "utf-8" and start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if named == "utf-16" and not start.startswith(
        (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        return "utf-16-le"
    return named


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Whether the whole file is text in this encoding; one with NUL is refused."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(_PIECE):
            _no_nul(decoder.decode(piece))
        _no_nul(decoder.decode(b"", final=True))
    except UnicodeError:
        return False
    return True


def _no_nul(text: str) -> None:
    if "\0" in text:
        raise SheetUnreadable("not_a_sheet")
