"""The file of a backup: a ZIP that anybody can open, sealed by a hash over all of it.

Tables are lines of JSON, pictures and files lie beside them unpacked, the manifest is
the last. The comment at the end of the ZIP holds the hash of every byte before it:
whatever byte is changed, and wherever the file is cut, it shows. All is streamed.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from registry.backup.errors import TooNew, Unreadable
from registry.backup.rules import (
    FORMAT,
    Manifest,
    Part,
    Table,
    line_of,
    manifest_from,
)
from registry.store.copying import Cell, Row

MANIFEST = "manifest.json"
SEAL_LENGTH = 64
BLOCK = 1 << 20
LONGEST_LINE = 256 << 20
"""More than any row can be; a longer line is no row."""
QUICK = 1
"""How hard is tried to pack; more costs much and saves little."""

Damage = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    TypeError,
    ValueError,
    OSError,
)
"""What reading a file raises that is not what was written."""


class Writer:
    """Writes a backup part by part."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", allowZip64=True, compresslevel=QUICK)
        self._zip.comment = b"0" * SEAL_LENGTH

    def put(self, name: str, pieces: Iterable[bytes], *, packed: bool) -> Part:
        """Write a part and say what it is."""
        self._zip.compression = ZIP_DEFLATED if packed else ZIP_STORED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as part:
            for piece in _gathered(pieces):
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        return Part(name, size, digest.hexdigest())

    def close(self, manifest: Manifest) -> None:
        """Write the manifest and the end; the seal is still to be set."""
        self.put(MANIFEST, [manifest.as_json()], packed=True)
        self._zip.close()

    def abandon(self) -> None:
        """Write no more; the file is to be thrown away."""
        with suppress(*Damage):
            self._zip.close()


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that are worth packing."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def set_seal(file: IO[bytes]) -> str:
    """Write the hash of everything before it over the last bytes; give it back."""
    seal = _hash_before_seal(file)
    file.seek(-SEAL_LENGTH, os.SEEK_END)
    file.write(seal.encode())
    file.flush()
    return seal


def seal_of(path: Path) -> tuple[str, bool]:
    """The hash that a file ends with, and whether it is that of the rest."""
    with path.open("rb") as file:
        made = _hash_before_seal(file)
        found = file.read(SEAL_LENGTH).decode("ascii", "replace")
    return found, found == made


def _hash_before_seal(file: IO[bytes]) -> str:
    left = max(file.seek(0, os.SEEK_END) - SEAL_LENGTH, 0)
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0:
        block = file.read(min(BLOCK, left))
        if not block:
            break
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()


class Archive:
    """A backup that is read. Make it with ``opened``."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self._zip = ZipFile(file)
        self.manifest = manifest_from(self._zip.read(MANIFEST))

    def damaged_parts(self) -> list[str]:
        """The parts that are not what the manifest says of them."""
        return [
            part.name
            for table in self.manifest.tables
            for part in table.parts
            if not self._is_whole(part)
        ]

    def rows(self, table: Table) -> Iterator[Row]:
        """The rows of a table, of bytes how many there are; ValueError if not rows."""
        width = len(table.columns)
        with self._zip.open(table.parts[0].name) as lines:
            while line := lines.readline(LONGEST_LINE):
                row = json.loads(line)
                if not isinstance(row, list) or len(row) != width:
                    raise ValueError(table.name)
                yield row

    def whole_rows(self, table: Table) -> Iterator[Row]:
        """The rows of a table with their bytes."""
        if not table.blobs:
            yield from self.rows(table)
            return
        where = [table.columns.index(name) for name in table.blobs]
        with self._zip.open(table.parts[1].name) as pile:
            for row in self.rows(table):
                cells: list[Cell] = list(row)
                for each in where:
                    size = cells[each]
                    if size is not None:
                        cells[each] = _exactly(pile, size)
                yield cells

    def _is_whole(self, part: Part) -> bool:
        try:
            with self._zip.open(part.name) as pieces:
                return part_of(part.name, iter(lambda: pieces.read(BLOCK), b"")) == part
        except Damage:
            return False


def _exactly(pile: IO[bytes], size: Any) -> bytes:
    if not isinstance(size, int):
        raise ValueError("not a length")
    piece = pile.read(size)
    if len(piece) != size:
        raise EOFError
    return piece


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup to be read; Unreadable if it is none, TooNew for a newer way of writing.

    Whether it is whole is not asked here.
    """
    with path.open("rb") as file:
        try:
            archive = Archive(path, file)
        except Damage as error:
            raise Unreadable(file=path.name) from error
        if archive.manifest.format > FORMAT:
            raise TooNew(file=path.name, version=archive.manifest.version)
        yield archive


def part_of(name: str, pieces: Iterable[bytes]) -> Part:
    """What a part would be said to be, without writing it anywhere."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return Part(name, size, digest.hexdigest())


def lines_of(rows: Iterable[Row]) -> Iterator[bytes]:
    """Rows as they stand in the file."""
    return map(line_of, rows)


def piled(rows: Iterable[Row]) -> Iterator[bytes]:
    """The bytes of rows, one after the other."""
    for row in rows:
        for cell in row:
            if isinstance(cell, bytes):
                yield cell
