"""Whether a packed workbook may be unpacked: found out by unpacking, not by asking it.

A package's own table of contents can lie about sizes, so each part is inflated here in
small pieces, nothing kept, and given up at the first limit it passes.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from registry.interchange.errors import SheetTooLarge, SheetUnreadable
from registry.interchange.sheets.limits import (
    MOST_ENTRIES,
    MOST_RATIO,
    MOST_UNPACKED,
    RATIO_FREE,
)

_PIECE = 64 * 1024
_TAIL = 22 + 65_535
_MOST_DIRECTORY = 1024 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
_MARKUP = (".xml", ".rels", ".vml")
_DOCTYPE = b"<!DOCTYPE"


def check_package(file: BinaryIO) -> None:
    """Refuse a package that is too large unpacked, too dense, too many, or broken."""
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, UnicodeError) as error:
        raise SheetUnreadable("workbook_damaged") from error
    if len(parts) > MOST_ENTRIES:
        raise SheetTooLarge("workbook_too_many_parts", most=MOST_ENTRIES)
    total = 0
    for part in parts:
        total += _unpacked(file, part, MOST_UNPACKED - total)


def _check_directory(file: BinaryIO) -> None:
    """Look at the end record before anything builds a list of what it promises."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise SheetUnreadable("workbook_damaged")
    _, _, _, _, count, directory, _, _ = _END.unpack_from(tail, place)
    if count > MOST_ENTRIES or directory > _MOST_DIRECTORY:
        raise SheetTooLarge("workbook_too_many_parts", most=MOST_ENTRIES)


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo, room: int) -> int:
    """The real size of a part, at most ``room``; refused if it lies or is encrypted."""
    if part.flag_bits & 0x1:
        raise SheetUnreadable("workbook_encrypted")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SheetUnreadable("workbook_damaged")
    file.seek(part.header_offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise SheetUnreadable("workbook_damaged")
    name, extra = _LOCAL.unpack(head)[-2:]
    file.seek(name + extra, 1)
    measure = _Measure(part, room)
    stored = part.compress_type == zipfile.ZIP_STORED
    try:
        _inflate(file, part.compress_size, measure, stored=stored)
    except zlib.error as error:
        raise SheetUnreadable("workbook_damaged") from error
    if measure.size != part.file_size:
        raise SheetUnreadable("workbook_damaged")
    return measure.size


class _Measure:
    """Counts what comes out of a part and stops it at the first limit."""

    def __init__(self, part: zipfile.ZipInfo, room: int) -> None:
        self.size = 0
        self._room = room
        self._dense = max(RATIO_FREE, MOST_RATIO * part.compress_size)
        self._is_markup = part.filename.lower().endswith(_MARKUP)
        self._last = b""

    def take(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._dense:
            raise SheetTooLarge("workbook_too_dense", most=MOST_RATIO)
        if self.size > self._room:
            raise SheetTooLarge("workbook_unpacks_too_large", most_bytes=MOST_UNPACKED)
        if self._is_markup:
            if _DOCTYPE in self._last + piece:
                raise SheetUnreadable("workbook_with_entities")
            self._last = piece[-len(_DOCTYPE) :]


def _inflate(file: BinaryIO, size: int, measure: _Measure, *, stored: bool) -> None:
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    while size > 0:
        packed = file.read(min(_PIECE, size))
        if not packed:
            raise SheetUnreadable("workbook_damaged")
        size -= len(packed)
        if stored:
            measure.take(packed)
            continue
        while packed:
            measure.take(inflating.decompress(packed, _PIECE * 16))
            packed = inflating.unconsumed_tail
        if inflating.eof:
            break
    if not stored:
        measure.take(inflating.flush())
        if not inflating.eof:
            raise SheetUnreadable("workbook_damaged")
