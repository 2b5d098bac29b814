"""Files handed out: with a name to keep them by, tables written as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO
from urllib.parse import quote

from flask import Response, stream_with_context

from registry.interchange.sheets.writing import (
    CSV,
    MEDIA_TYPES,
    XLSX,
    Column,
    Value,
    book_file,
    csv_pieces,
    table_file,
)

PIECE = 64 * 1024


def handed_out(
    content: bytes | Iterable[bytes], media_type: str, name: str = ""
) -> Response:
    """Bytes as they are; with a name, as a file to keep."""
    answer = Response(content, content_type=media_type)
    if name:
        kept = f"attachment; filename*=UTF-8''{quote(name)}"
        answer.headers["Content-Disposition"] = kept
    return answer


def photo_shown(content: bytes, name: str, kept: str) -> Response:
    """A photo to look at, as an image and nothing else; ``kept`` says how long."""
    answer = handed_out(content, "image/jpeg")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.jpg"'
    answer.headers["Cache-Control"] = f"private, {kept}"
    return answer


def table_answer(
    form: str,
    columns: Sequence[Column],
    rows: Iterator[Sequence[Value]],
    title: str,
    name: str,
) -> Response:
    """A table as a file: text as its rows are read, a workbook when it is whole."""
    if form == CSV:
        pieces = stream_with_context(csv_pieces(columns, rows))
        return handed_out(pieces, MEDIA_TYPES[form], f"{name}.{form}")
    return _file_answer(table_file(form, columns, rows, title), form, name)


def book_answer(
    sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[Value]]]], name: str
) -> Response:
    """A workbook of several sheets, each written as its rows are read."""
    return _file_answer(book_file(sheets), XLSX, name)


def _file_answer(out: IO[bytes], form: str, name: str) -> Response:
    """What a file holds, piece by piece; it is closed with the answer."""
    answer = handed_out(_pieces(out), MEDIA_TYPES[form], f"{name}.{form}")
    answer.call_on_close(out.close)
    return answer


def _pieces(out: IO[bytes]) -> Iterator[bytes]:
    """What a file holds; it is closed behind the last piece too."""
    with out:
        while piece := out.read(PIECE):
            yield piece
