"""Label printers' languages: the picture of a label as ZPL or TSPL bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PIL import Image, ImageChops

from labels.roll import Roll

_TWENTIES = "ghijklmnopqrstuvwxyz"
_ONES = "GHIJKLMNOPQRSTUVWXY"
_SAME = re.compile(r"(.)\1{2,418}")


def zpl(image: Image.Image, copies: int) -> bytes:
    """A one-bit picture as a ZPL II format, hexadecimal with runs counted."""
    rows = list(_rows(image))
    total = sum(map(len, rows))
    head = f"^XA^LH0,0^PW{image.width}^LL{image.height}^FO0,0"
    field = f"^GFA,{total},{total},{len(rows[0])},{''.join(_zpl_rows(rows))}^FS"
    return f"{head}{field}^PQ{copies}^XZ\n".encode("ascii")


def tspl(image: Image.Image, roll: Roll, copies: int) -> bytes:
    """A one-bit picture as TSPL commands; there a dot that is 0 is burnt."""
    rows = list(_rows(image))
    head = [
        f"SIZE {roll.width_mm:g} mm,{roll.height_mm:g} mm",
        f"GAP {roll.gap_mm:g} mm,0 mm",
        "DIRECTION 1",
        "REFERENCE 0,0",
        "CLS",
        f"BITMAP 0,0,{len(rows[0])},{len(rows)},0,",
    ]
    dots = b"".join(rows).translate(_INVERTED)
    return "\r\n".join(head).encode("ascii") + dots + _tspl_end(copies)


_INVERTED = bytes(255 - value for value in range(256))


def _tspl_end(copies: int) -> bytes:
    return f"\r\nPRINT 1,{copies}\r\n".encode("ascii")


def _rows(image: Image.Image) -> Iterator[bytes]:
    """Row by row, a bit a dot, 1 is black; the last byte is filled up with white."""
    wide = (image.width + 7) // 8
    dots = ImageChops.invert(image.convert("1")).tobytes()
    for start in range(0, len(dots), wide):
        yield dots[start : start + wide]


def _zpl_rows(rows: list[bytes]) -> Iterator[str]:
    """A row like the one before is a colon; a comma ends a row in white."""
    before = None
    for row in rows:
        yield ":" if row == before else _zpl_row(row.hex().upper())
        before = row


def _zpl_row(digits: str) -> str:
    inked = digits.rstrip("0")
    runs = _SAME.sub(_run, inked)
    return runs if inked == digits else runs + ","


def _run(same: re.Match[str]) -> str:
    """A digit with how often it stands there: lower case twenties, then ones."""
    twenties, ones = divmod(len(same[0]), 20)
    letters = _TWENTIES[twenties - 1 : twenties] if twenties else ""
    letters += _ONES[ones - 1 : ones] if ones else ""
    return letters + same[1]
