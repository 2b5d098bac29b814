"""What text may stand on a label: cleaned of all that has no ink."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST_TEXT = 400
"""Characters of a name or value that are looked at; no label shows as many."""

_SPACES = frozenset({"Zs", "Zl", "Zp"})
_INKLESS = frozenset({"Cc", "Cf", "Mn", "Me"})
_LONE_SURROGATE = "Cs"
UNKNOWN = "\ufffd"


def _kept(char: str) -> str:
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in _SPACES:
        return " "
    if category == _LONE_SURROGATE:
        return UNKNOWN
    return "" if category in _INKLESS else char


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """One line of composed characters that all have a width or ink.

    Line ends, tabs and runs of spaces become one space. Control and format
    characters (bidi overrides, joiners, variation selectors) are dropped, as are
    marks that do not compose with the letter before them. A lone surrogate becomes
    U+FFFD, which prints as the sign for a missing character. Text beyond
    ``LONGEST_TEXT`` is left out and marked with "…".
    """
    composed = unicodedata.normalize("NFC", text[: 4 * LONGEST_TEXT])
    kept = " ".join("".join(map(_kept, composed)).split())
    if len(kept) <= LONGEST_TEXT:
        return kept
    return kept[: LONGEST_TEXT - 1] + "…"


def is_plain(text: str) -> bool:
    """Whether a scanner may type it: printable ASCII without a space."""
    return text.isascii() and text.isprintable() and " " not in text
