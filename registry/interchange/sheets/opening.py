"""Opening a file of cells, whatever it is called: what it is shows in its bytes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from registry.interchange.errors import SheetTooLarge, SheetUnreadable
from registry.interchange.rules.grid import Record, SheetHead
from registry.interchange.sheets.delimited import DelimitedText
from registry.interchange.sheets.limits import MOST_BYTES
from registry.interchange.sheets.workbook import Workbook

Source = str | os.PathLike[str] | bytes
"""A file by its path, or what is in one."""

_PACKAGE = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<div", b"<meta")


class Book(Protocol):
    """An opened file: how its sheets begin, and their rows, as often as asked for."""

    encoding: str | None
    sheets: tuple[SheetHead, ...]

    def rows(self, sheet: int) -> Iterator[Record]:
        """The rows of a sheet that hold something, as the file numbers them."""


@contextmanager
def open_book(source: Source, encoding: str | None = None) -> Iterator[Book]:
    """Open a workbook (.xlsx .xls .xlsb .ods) or delimited text.

    ``encoding`` is for text that does not tell its own. Raises SheetUnreadable or
    SheetTooLarge, also later, while rows are read.
    """
    with _opened(source) as file:
        start = _start(file)
        if start.startswith((_PACKAGE, _COMPOUND)):
            with Workbook(file) as workbook:
                yield workbook
        else:
            with DelimitedText(file, encoding) as text:
                yield cast(Book, text)


@contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    """A real file to read from; bytes are put into one that has no name."""
    if isinstance(source, bytes):
        with tempfile.TemporaryFile() as file:
            file.write(source)
            yield cast(BinaryIO, file)
    else:
        with Path(source).open("rb") as file:
            yield file


def _start(file: BinaryIO) -> bytes:
    """How the file begins, unless that already shows that it cannot be read."""
    size = file.seek(0, os.SEEK_END)
    if size > MOST_BYTES:
        raise SheetTooLarge("file_too_large", most_bytes=MOST_BYTES)
    file.seek(0)
    start = file.read(2_048)
    if not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise SheetUnreadable("file_empty")
    if start.startswith(_OTHERS):
        raise SheetUnreadable("not_a_sheet")
    if start.startswith(_COMPOUND) and _is_encrypted(file):
        raise SheetUnreadable("workbook_encrypted")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise SheetUnreadable("web_page_not_workbook")
    return start


def _is_encrypted(file: BinaryIO) -> bool:
    """Whether a compound file holds an encrypted workbook instead of one."""
    file.seek(0)
    return _ENCRYPTED in file.read()
