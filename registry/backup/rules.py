"""What a backup says of itself, where its ledger ends, and which ones are kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from registry.journal.rules import NO_HASH
from registry.kernel.clock import isoformat
from registry.store.copying import Row, Shape

FORMAT = 1
"""The newest way of writing backups that this version knows."""
PRODUCT = "asset-registry"
LEFT_OUT = ("half_sign_ins", "sessions", "throttle_buckets")
"""Tables that are not kept: nobody is to be signed in again by an old copy."""
LEDGER = "entries"
ORDER_OF_LEDGER = ("institution_id", "position")
ENDING = ".backup.zip"
NAME = re.compile(r"registry-\d{8}T\d{12}Z\.backup\.zip")


@dataclass(frozen=True)
class Part:
    """One part of the file: how long it is unpacked, and the hash of that."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Table:
    """A table in the file: its shape, how many rows it has, and its parts."""

    name: str
    columns: tuple[str, ...]
    blobs: tuple[str, ...]
    order: tuple[str, ...]
    rows: int
    parts: tuple[Part, ...]

    @property
    def shape(self) -> Shape:
        """How it is read and written."""
        return Shape(self.name, self.columns, self.blobs, self.order)


@dataclass(frozen=True)
class Head:
    """Where the ledger of an institution ends, with the hash over all before it.

    The hash is that of a seal over everything: it follows from positions and the
    hashes of entries alone.
    """

    institution_id: int
    position: int
    hash: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    version: str
    schema: str
    database: str
    created_at: str
    heads: tuple[Head, ...]
    tables: tuple[Table, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = LEFT_OUT
    format: int = FORMAT
    product: str = PRODUCT

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables)

    @property
    def size(self) -> int:
        """How many bytes there are unpacked."""
        return sum(part.size for table in self.tables for part in table.parts)

    def rows_of(self, name: str) -> int:
        """How many rows a table has."""
        return next((each.rows for each in self.tables if each.name == name), 0)

    def as_json(self) -> bytes:
        """As it is written into the file, to be read by people too."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        return text.encode()


def manifest_from(text: bytes) -> Manifest:
    """Read a manifest; KeyError, TypeError or ValueError if it is none."""
    given = json.loads(text)
    if given["product"] != PRODUCT:
        raise ValueError("another product")
    tables = tuple(
        Table(
            str(each["name"]),
            tuple(map(str, each["columns"])),
            tuple(map(str, each["blobs"])),
            tuple(map(str, each["order"])),
            int(each["rows"]),
            tuple(
                Part(str(part["name"]), int(part["size"]), str(part["sha256"]))
                for part in each["parts"]
            ),
        )
        for each in given["tables"]
    )
    heads = tuple(
        Head(int(each["institution_id"]), int(each["position"]), str(each["hash"]))
        for each in given["heads"]
    )
    return Manifest(
        version=str(given["version"]),
        schema=str(given["schema"]),
        database=str(given["database"]),
        created_at=str(given["created_at"]),
        heads=heads,
        tables=tables,
        settings=dict(given["settings"]),
        left_out=tuple(map(str, given["left_out"])),
        format=int(given["format"]),
    )


class Heads:
    """Follows the entries of a ledger, in the order of their positions."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._where = [columns.index(n) for n in (*ORDER_OF_LEDGER, "hash")]
        self._heads: dict[int, tuple[int, hashlib._Hash]] = {}
        self.gaps: list[tuple[int, int]] = []
        """(institution, position) at which an entry is missing."""

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, noted."""
        institution_at, position_at, hash_at = self._where
        for row in rows:
            self._note(int(row[institution_at] or 0), row[position_at], row[hash_at])
            yield row

    def _note(self, institution_id: int, position: Any, hash_: Any) -> None:
        if institution_id not in self._heads:
            self._heads[institution_id] = 0, hashlib.sha256(NO_HASH.encode())
        last, digest = self._heads[institution_id]
        if position != last + 1:
            self.gaps.append((institution_id, last + 1))
        digest.update(f"\n{position}:{hash_}".encode())
        self._heads[institution_id] = position, digest

    def found(self) -> tuple[Head, ...]:
        """Where each institution's ledger ends."""
        return tuple(
            Head(institution_id, last, digest.hexdigest())
            for institution_id, (last, digest) in sorted(self._heads.items())
        )


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line_of(row: Row) -> bytes:
    """A row as one line of JSON."""
    return f"{_encode(row)}\n".encode()


def name_of(moment: datetime) -> str:
    """The name of a backup begun at a moment; later ones sort after earlier ones."""
    digits = isoformat(moment.astimezone(UTC)).translate({45: None, 58: None, 46: None})
    return f"registry-{digits}{ENDING}"


def outlived(names: Iterable[str], keep: int) -> list[str]:
    """Those of the backups that are too many when so many are to be kept.

    What has another name than a backup of ours is never among them.
    """
    ours = sorted(name for name in names if NAME.fullmatch(name))
    return ours[:-keep] if keep > 0 else []


def newest(names: Iterable[str]) -> str | None:
    """The newest backup among names of files."""
    return max((name for name in names if NAME.fullmatch(name)), default=None)
