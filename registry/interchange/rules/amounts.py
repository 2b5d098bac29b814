"""Amounts and counts as people write them in cells."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from registry.interchange.rules.grid import Cell
from registry.interchange.rules.text import unguarded
from registry.kernel.money import MOST_FEN

MOST_QUANTITY = 100_000
"""More things than this on one line are a slip, not a batch."""

_SCALES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "百万": 10**6, "亿": 10**8}
_MONEY = re.compile(
    r"(?:人民币|rmb|cny|usd|us|hk|eur|gbp)?[¥$€£]?"
    r"(?P<sign>[-+]?)[¥$€£]?(?P<figure>[0-9.,'’ ]*[0-9][0-9.,]*)"
    r"(?P<scale>百万|亿|万|千|百|)(?:元整?|圆整?|块|rmb|cny|usd|eur|gbp|yuan|[€£]|)"
)
_FIGURE = re.compile(
    r"(?:[0-9]+|[0-9]{1,3}(?:[,'’ ][0-9]{3})+|[0-9]{1,3}(?:,[0-9]{2})*,[0-9]{3})?"
    r"(?:\.[0-9]*)?"
)
_CONTINENTAL = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:[.'’ ][0-9]{3})+),[0-9]{1,2}")
_COUNT = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0*)?(?![.,])"
)
_COUNT_UNIT = re.compile(r"[^\W\d_][^\d.,;+\-*=]{0,11}|\([^()\d]{1,12}\)")
_INEXACT = re.compile(r"[百千万亿余多几约]|左右|以上|以内")
_CHINESE_DIGITS = {
    c: n for n, cs in enumerate(["零〇", "一壹", "二贰两", "三叁", "四肆"]) for c in cs
} | {
    c: n for n, cs in enumerate(["五伍", "六陆", "七柒", "八捌", "九玖"], 5) for c in cs
}
_NO_COUNT = ("批", "些", "部分", "组合", "十", "百", "千", "万", "半")


def _plain(text: str) -> str:
    """Full-width figures and signs made narrow; empty where digits are odd ones."""
    if any(c.isdigit() and not c.isdecimal() for c in text):
        return ""
    return unicodedata.normalize("NFKC", unguarded(text)).casefold()


def plain_figure(text: str) -> Decimal | None:
    """A figure with any common separators, never negative; None if it is none.

    ``1,234.5``, ``1 234,50``, ``1.234,50`` and ``1234,5`` are read; a single comma
    before exactly three digits groups thousands.
    """
    text = text.strip()
    if _FIGURE.fullmatch(text) and any(c in "0123456789" for c in text):
        return Decimal(re.sub(r"[,'’ ]", "", text))
    if _CONTINENTAL.fullmatch(text):
        return Decimal(re.sub(r"[.'’ ]", "", text).replace(",", "."))
    return None


def fen_of(cell: Cell, scale: int = 1) -> int | None:
    """An amount in fen, rounded half up; None if the cell holds no amount.

    ``scale`` says what one unit of the column is worth in yuan (10,000 for 万元).
    Negative amounts come back negative.
    """
    if isinstance(cell, str):
        return _fen_of_text(cell, scale)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return _to_fen(Decimal(repr(cell)), scale) if abs(cell) < MOST_FEN else None


def _to_fen(yuan: Decimal, scale: int) -> int | None:
    fen = int((yuan * scale * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return fen if abs(fen) <= MOST_FEN else None


@lru_cache(maxsize=16_384)
def _fen_of_text(text: str, scale: int) -> int | None:
    plain = _plain(text)
    plain = " ".join(plain.replace("−", "-").replace("–", "-").split())
    negative = plain[:1] == "(" and plain[-1:] == ")"
    if negative:
        plain = plain[1:-1]
    found = _MONEY.fullmatch(plain.replace(" ", "") or "-")
    if not found or len(found["figure"]) > 24:
        return None
    figure = plain_figure(found["figure"])
    if figure is None:
        return None
    fen = _to_fen(figure * _SCALES[found["scale"]], scale)
    return -fen if fen and (negative or found["sign"] == "-") else fen


def scale_of(words: str) -> int:
    """What one unit of an amount is worth in yuan, from words such as 万元."""
    if "百万" in words:
        return 1_000_000
    if "万" in words:
        return 10_000
    return 1_000 if "千" in words else 1


def quantity_of(cell: Cell) -> int | None:
    """A count of things above 0, with or without its unit; None if it is none."""
    if isinstance(cell, str):
        return _quantity_of_text(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return int(cell) if 0 < cell <= MOST_QUANTITY and cell == int(cell) else None


@lru_cache(maxsize=4_096)
def _quantity_of_text(text: str) -> int | None:
    plain = "".join(_plain(text).split())
    found = _COUNT.match(plain)
    if found is None:
        return _spelt(plain)
    rest = plain[found.end() :]
    if found["sign"] == "-" or (rest and not _COUNT_UNIT.fullmatch(rest)):
        return None
    if _INEXACT.search(rest):
        return None
    figure = found["whole"].replace(",", "")
    count = int(figure) if len(figure) < 10 else 0
    return count if 0 < count <= MOST_QUANTITY else None


def _spelt(text: str) -> int | None:
    """一台, 两套, 十张: one spelt digit or ten, with its unit."""
    if not 0 < len(text) <= 3 or text[1:].startswith(_NO_COUNT):
        return None
    if text[1:2] and text[1] in _CHINESE_DIGITS:
        return None
    return 10 if text[0] == "十" else _CHINESE_DIGITS.get(text[0]) or None
