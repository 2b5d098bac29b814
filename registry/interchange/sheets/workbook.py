"""A workbook seen from our side: the process that reads it, and what it sends."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

import registry
from registry.interchange.errors import SheetTooLarge, SheetUnreadable
from registry.interchange.rules.grid import Cell, Record, SheetHead
from registry.interchange.sheets.limits import MOST_CELL, MOST_COLUMNS, READER_SECONDS
from registry.kernel.errors import Refused

_READER = "registry.interchange.sheets.reader"
_MOST_LINE = 8 * (MOST_COLUMNS * MOST_CELL)
_PIECE = 1024 * 1024


class Workbook:
    """A workbook opened in a process of its own, which ends with the ``with`` block.

    ``file`` must be a real file: it is handed over by its descriptor.
    """

    encoding: str | None = None

    def __init__(self, file: BinaryIO) -> None:
        self._process = _start(file)
        self._pending = bytearray()
        self._waited = 0.0
        self.sheets: tuple[SheetHead, ...] = ()

    def __enter__(self) -> Self:
        try:
            message = self._receive()
            self.sheets = tuple(_head(sheet) for sheet in message["sheets"])
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process and wait for it."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._process.wait()

    def rows(self, sheet: int) -> Iterator[Record]:
        """The rows of a sheet that hold something, as the file numbers them."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(b"%d\n" % sheet)
        except BrokenPipeError:
            raise self._ended() from None
        done = False
        while not done:
            message = self._receive()
            done = message.get("end", False)
            yield from zip(
                message["numbers"], map(_cells, message["rows"]), strict=True
            )

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._line())
        if code := message.get("refused"):
            kind = SheetTooLarge if message["large"] else SheetUnreadable
            raise kind(code, **message["facts"])
        return message

    def _line(self) -> bytes:
        """The next line the reader sends; a refusal if it ends or takes too long."""
        start = 0
        while (end := self._pending.find(b"\n", start)) < 0:
            start = len(self._pending)
            piece = self._piece()
            if not piece:
                raise self._ended()
            if start > _MOST_LINE:
                raise SheetTooLarge("sheet_too_large")
            self._pending += piece
        line = bytes(self._pending[:end])
        del self._pending[: end + 1]
        return line

    def _piece(self) -> bytes:
        assert self._process.stdout is not None
        since = time.monotonic()
        left = READER_SECONDS - self._waited
        ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, left))
        self._waited += time.monotonic() - since
        return os.read(self._process.stdout.fileno(), _PIECE) if ready else b""

    def _ended(self) -> Refused:
        """Why the reader says no more: its time, its memory, or a crash."""
        if self._waited >= READER_SECONDS:
            return SheetTooLarge("workbook_too_hard", seconds=READER_SECONDS)
        ended = self._process.wait()
        if ended in (-signal.SIGXCPU, -signal.SIGKILL):
            return SheetTooLarge("workbook_too_hard", seconds=READER_SECONDS)
        if ended in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL):
            return SheetUnreadable("workbook_damaged")
        return SheetTooLarge("sheet_too_large")


def _start(file: BinaryIO) -> subprocess.Popen[bytes]:
    descriptor = file.fileno()
    os.lseek(descriptor, 0, os.SEEK_SET)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, a number
        [sys.executable, "-P", "-m", _READER, str(descriptor)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        pass_fds=[descriptor],
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """What Python needs to start, and none of the settings of the service."""
    libraries = os.environ.get("LD_LIBRARY_PATH")
    return {
        "PYTHONPATH": str(Path(registry.__file__).parent.parent),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **({"LD_LIBRARY_PATH": libraries} if libraries else {}),
    }


def _head(sheet: dict[str, Any]) -> SheetHead:
    return SheetHead(
        name=sheet["name"],
        visible=sheet["visible"],
        records=tuple((number, _cells(cells)) for number, cells in sheet["records"]),
        spans=tuple(tuple(span) for span in sheet["spans"]),
    )


def _cells(cells: list[Any]) -> list[Cell]:
    if any(type(cell) is list for cell in cells):
        return [_day(cell[0]) if type(cell) is list else cell for cell in cells]
    return cells


def _day(text: str) -> date:
    return datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(text)
