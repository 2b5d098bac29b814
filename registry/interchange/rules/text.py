"""Text of cells: tidying, codes, the guard against formulas, folding for comparison."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from registry.interchange.rules.grid import Cell
from registry.matching import normalise

_LEAD = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
_FORCED_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufffe\uffff\ud800-\udfff]"
)
_UNSEEN_BUT_NEWLINE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_SPACES_IN_LINE = re.compile(r"[^\S\n]+")
_WIDE = re.compile(r"[\uff01-\uff5e]")

_NOTHING = frozenset(
    (
        "-",
        "--",
        "---",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "暂无",
        "空",
        "待编",
        "n/a",
        "na",
        "#n/a",
        "none",
        "null",
        "nil",
        "tbd",
    )
)

MOST_EXACT = 10**15
"""From here on a number cell has lost digits: spreadsheets keep fifteen."""


def guarded(text: str) -> str:
    """The text as it may stand in a cell: never the beginning of a formula."""
    return "'" + text if _LEAD.match(text) else text


def unguarded(text: str) -> str:
    """What ``guarded`` was given; also opens ``="0012"``, which keeps zeros in CSV."""
    if text[:1] == "'" and _LEAD.match(text, 1):
        return text[1:]
    if text[:2] == '="' and (forced := _FORCED_TEXT.fullmatch(text)):
        return forced[1].replace('""', '"')
    return text


def raw_text(cell: Cell) -> str:
    """A cell as a person would read it, not tidied; whole numbers without a point."""
    if isinstance(cell, str):
        return unguarded(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f")
    return str(cell)


def tidy(text: str) -> str:
    """One line: trimmed, white space single, unseen characters gone, NFC."""
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    if not text.isprintable():
        text = " ".join(_UNSEEN.sub("", text).split())
    return unicodedata.normalize("NFC", text)


def line_of(cell: Cell) -> str:
    """A cell as one tidy line."""
    return _tidy_line(cell) if isinstance(cell, str) else raw_text(cell)


@lru_cache(maxsize=32_768)
def _tidy_line(text: str) -> str:
    return tidy(unguarded(text))


def note_of(cell: Cell) -> str:
    """A cell as tidy lines: like ``line_of``, but line breaks stay."""
    if not isinstance(cell, str) or "\n" not in (text := cell.strip()):
        return line_of(cell)
    text = unguarded(text).replace("\r\n", "\n").replace("\r", "\n")
    text = _UNSEEN_BUT_NEWLINE.sub("", text.replace("\t", " "))
    lines = (_SPACES_IN_LINE.sub(" ", line).strip() for line in text.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(lines).strip())


def code_of(cell: Cell) -> str:
    """A cell as a code: one line, full-width letters and digits made narrow."""
    text = line_of(cell)
    if _WIDE.search(text):
        text = tidy(_WIDE.sub(_narrow, text))
    return text


def _narrow(wide: re.Match[str]) -> str:
    return chr(ord(wide[0]) - 0xFEE0)


def says_nothing(text: str) -> bool:
    """Whether a text only marks that nothing is known, as ``-`` or 无 do."""
    return not text or text.casefold() in _NOTHING


def has_lost_digits(cell: Cell) -> bool:
    """Whether a number is so long that the spreadsheet has rounded it."""
    if isinstance(cell, str):
        return bool(re.fullmatch(r"\s*\d\.\d+[eE]\+\d\d\s*", cell))
    return isinstance(cell, int | float) and abs(cell) >= MOST_EXACT


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """Letters, digits and simplified characters alone: for comparing people's words."""
    return normalise(text).replace(" ", "").replace("_", "")


def bracketed(text: str) -> str:
    """What stands in brackets: the (元) of 单价(元)."""
    found = _BRACKETS.findall(unicodedata.normalize("NFKC", text))
    return " ".join(part[1:-1].strip() for part in found)


def without_brackets(text: str) -> str:
    """The text without anything in brackets."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", text))
