"""The tokens a name is found by, and the tokens a query asks for.

Tokens are short pieces, so that any part of a word finds it. Chinese gives its
characters and the pairs of them; in letters the pairs and triples of its initials and
the triples of its pinyin. Words and numbers give their pairs and triples. Letters of
whatever origin share one space: whoever types ``tyy`` need not say what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from math import ceil

from registry.matching.normalising import normalise, runs
from registry.matching.pinyin import Syllables, readings

VERSION = 1
"""Raise it whenever ``tokens`` gives another answer for some name."""

MOST_TOKENS = 64
"""A longer name is found by its first tokens; Chinese and words go before pinyin."""

_ALL_NEEDED = 2
_SHARE_NEEDED = 0.5
_LATIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")

_EVERYWHERE = frozenset(["ing", "ang", "ong", "eng", "ian", "uan", "iao"])
"""Triples in so many names' pinyin that they tell nothing and are left out."""


def tokens(text: str) -> set[str]:
    """What a name is to be indexed under: at most MOST_TOKENS, none if it says nothing.

    Give each name of a thing (alias, brand, model) by itself and store the union.
    """
    normalised = normalise(text)
    parts = runs(normalised)
    chinese = [part for part in parts if not part.isascii()]
    latin = [found.replace(" ", "") for found in _LATIN.findall(normalised)]
    spoken = [list(map(readings, part)) for part in chinese]
    found: dict[str, None] = {}
    for source in (
        (piece for part in chinese for piece in _pieces(part, 2)),
        (piece for part in latin for size in (2, 3) for piece in _pieces(part, size)),
        (part[0] for part in parts),
        _initials(spoken),
        (character for part in chinese for character in part),
        _pinyin(spoken),
    ):
        found.update((piece, None) for piece in source if piece not in _EVERYWHERE)
    return set(islice(found, MOST_TOKENS))


def query_tokens(text: str) -> set[str]:
    """What to look up for a query; a record needs ``enough`` of them to be in question.

    One character asks for itself; more ask for their pairs, or in letters for their
    triples.
    """
    asked: set[str] = set()
    for part in runs(normalise(text)):
        asked.update(_pieces(part, min(len(part), 3 if part.isascii() else 2)))
    return asked - _EVERYWHERE or asked


def enough(count: int, *, ranked: bool = False) -> int:
    """How many of ``count`` query tokens a record has to have: all of them.

    Where ``rank`` decides afterwards, half of more than two will do, so that a slip or
    words in another order do not hide what was meant. Without it that would show too
    much: hundreds of names share half the letters of a pinyin word.
    """
    if count <= _ALL_NEEDED or not ranked:
        return count
    return ceil(count * _SHARE_NEEDED)


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(len(text) - size + 1))


def _initials(spoken: list[list[Syllables]]) -> Iterator[str]:
    """The first initial, and the pairs and triples of them, in every common reading."""
    for characters in spoken:
        initials = [sorted({syllable[0] for syllable in each}) for each in characters]
        yield from initials[0]
        for size in (2, 3):
            for at in range(len(initials) - size + 1):
                yield from map("".join, product(*initials[at : at + size]))


def _pinyin(spoken: list[list[Syllables]]) -> Iterator[str]:
    """The triples of the full pinyin, joints included, and its two-letter syllables."""
    for characters in spoken:
        yield from (
            each for readings in characters for each in readings if len(each) == 2
        )
        for firsts, seconds in zip(characters, [*characters[1:], ()], strict=True):
            for first, second in product(firsts, seconds or ("",)):
                yield from _pieces(first + second[:2], 3)
