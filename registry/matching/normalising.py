"""One form for all ways of writing a name: width, case, script, spaces, marks."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import import_module
from typing import Protocol

MOST_CHARACTERS = 200
"""What is longer is cut here before anything else is done with it."""

_NO_WORD = re.compile(r"[\W_]+")
_ACCENTED = re.compile("[\u00c0-\u024f]")
_RUNS = re.compile(r"[a-z0-9]+|[^a-z0-9 ]+")


class Converter(Protocol):
    """Turns one Chinese script into another."""

    def convert(self, text: str) -> str: ...


@cache
def _converter() -> Converter:
    """Loaded when first needed: a few milliseconds and megabytes."""
    converter: Converter = import_module("opencc").OpenCC("t2s")
    return converter


def to_simplified(text: str) -> str:
    """The text in simplified characters."""
    return _converter().convert(text)


def _base_letter(accented: re.Match[str]) -> str:
    return unicodedata.normalize("NFKD", accented[0])[0]


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Lower-case, half-width, simplified words with single spaces between them.

    At most MOST_CHARACTERS of the text count. Punctuation separates words; accents are
    dropped, but for ü, which is typed v in pinyin.
    """
    text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).casefold()
    if not text.isascii():
        text = _ACCENTED.sub(_base_letter, text.replace("ü", "v"))
        text = to_simplified(_NO_WORD.sub(" ", text))
    return _NO_WORD.sub(" ", text).strip()[:MOST_CHARACTERS].rstrip()


def runs(normalised: str) -> list[str]:
    """The stretches of one script: ``65寸 pt x3000`` has 65, 寸, pt and x3000."""
    return _RUNS.findall(normalised)
