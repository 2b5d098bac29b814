"""A line as it is read: one script and case, its marks kept, cut into atoms."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from registry.matching.english import singular
from registry.matching.normalising import Converter, to_simplified

LONGEST = 400
"""Of a longer line only so many characters are read."""

_ATOM = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?|[^\W_a-z\d]")
_INCHES = re.compile(r"(?<=\d)\s*(?:''|[\"″”“])")
_APOSTROPHES = str.maketrans("‘’′", "'''")
_TAIWAN: list[Converter] = []


@dataclass(frozen=True)
class Atom:
    """The smallest piece that is looked up: a Chinese character, word or number."""

    text: str
    start: int
    end: int
    size: float
    """How much of the meaning it carries, in Chinese characters."""


def legible(text: str) -> str:
    """Half-width, small-letter, simplified text whose marks still stand."""
    return _legible(text[:LONGEST])


@lru_cache(maxsize=8192)
def _legible(text: str) -> str:
    text = unicodedata.normalize("NFKC", _INCHES.sub("寸", text)).casefold()
    text = text.translate(_APOSTROPHES)
    if text.isascii():
        return text
    simplified = to_simplified(text)
    if simplified == text:
        return text
    return _words_of_taiwan(text)


def _words_of_taiwan(text: str) -> str:
    """Traditional text in simplified characters and the mainland's words."""
    if not _TAIWAN:
        _TAIWAN.append(import_module("opencc").OpenCC("tw2sp"))
    return _TAIWAN[0].convert(text).casefold()


@lru_cache(maxsize=4096)
def atoms(legible_text: str) -> tuple[Atom, ...]:
    """The atoms of a legible text, in order; English ones in the singular."""
    return tuple(
        Atom(_word(found[0]), found.start(), found.end(), _size(found[0]))
        for found in _ATOM.finditer(legible_text)
    )


def is_latin(text: str) -> bool:
    """Whether it is written in letters and digits alone."""
    return text.isascii()


def _word(text: str) -> str:
    return singular(text.removesuffix("'s")) if text[0].isalpha() else text


def _size(text: str) -> float:
    if not text.isascii():
        return 1.0
    return 2.0 if text[0].isalpha() and len(text) > 1 else 1.0
