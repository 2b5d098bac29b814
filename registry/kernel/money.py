"""Money is integer fen: reading, splitting and writing amounts without a float."""

from __future__ import annotations

import re
from decimal import Decimal

from registry.kernel.errors import Invalid

MOST_FEN = 10**15 - 1
"""The largest amount of one thing: a little under ten trillion yuan."""

_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,2})?")


def parse_amount(text: str, *, field: str = "amount") -> int:
    """Fen from a plain decimal text such as ``1234.50`` or ``1,234.5``.

    Only ASCII digits, at most two decimals, never negative. Raises Invalid.
    """
    plain = text.strip().replace(",", "")
    if not _AMOUNT.fullmatch(plain) or not plain.isascii():
        raise Invalid.field(field, "bad_amount", found=text[:40])
    return int(Decimal(plain) * 100)


def amount_text(fen: int) -> str:
    """An amount as plain decimal text with two decimals, for files and the API."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def split(fen: int, parts: int) -> list[int]:
    """Divide an amount into near-equal parts that sum to it exactly.

    Largest remainder: the first parts carry the extra fen.
    """
    if parts < 1:
        raise ValueError("an amount is split into at least one part")
    share, extra = divmod(fen, parts)
    return [share + 1 if index < extra else share for index in range(parts)]
