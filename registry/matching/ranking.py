"""Which candidates a query means, and in which order they are shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz

from registry.matching.normalising import normalise, runs
from registry.matching.pinyin import Syllables, readings, spelled_span

K = TypeVar("K")

LEAST_SCORE = 50.0
"""Below this a candidate is not what was meant."""

SURE_SCORE = 80.0
"""From here on every word was found; with such answers, guesses are not shown."""

_WORD = 100.0
_START = 96.0
_INSIDE = 92.0
_SPELLED = 85.0
_REORDERED = 75.0
_SLIP = 0.78
_LEAST_ALIKE = 75.0
_SHORTEST_WITH_SLIPS = 4
_FOR_CLOSENESS = 5.0
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True)
class _Forms:
    """A name in every form a word of a query is held against."""

    text: str
    joined: str
    words: frozenset[str]
    spoken: tuple[tuple[Syllables, ...], ...]


@lru_cache(maxsize=2048)
def _forms(name: str) -> _Forms:
    text = normalise(name)
    parts = runs(text)
    spoken = tuple(tuple(map(readings, part)) for part in parts if not part.isascii())
    words = frozenset([*text.split(), *parts])
    return _Forms(text, text.replace(" ", ""), words, spoken)


@dataclass(frozen=True)
class _Found:
    """How well a word of the query was found, and how much of the name it explains."""

    quality: float
    characters: int


_NOT_FOUND = _Found(0.0, 0)


def score(query: str, record_text: str) -> float:
    """How well a name answers a query, 0 to 100; LEAST_SCORE is worth showing.

    The mean of its words, each found whole, inside, by pinyin or with a slip; all have
    to be found. Of equal ones the name with less besides is better.
    """
    wanted = normalise(query)
    forms = _forms(record_text)
    if not wanted or not forms.text:
        return 0.0
    if wanted == forms.text:
        return 100.0
    found = [_find(word, forms) for word in wanted.split()]
    if _NOT_FOUND in found:
        return 0.0
    quality = sum(each.quality for each in found) / len(found)
    explained = sum(each.characters for each in found) / len(forms.joined)
    return quality * (1 - _FOR_CLOSENESS / 100) + min(1, explained) * _FOR_CLOSENESS


def _find(word: str, forms: _Forms) -> _Found:
    if word in forms.words:
        return _Found(_WORD, len(word))
    if forms.joined.startswith(word):
        return _Found(_START, len(word))
    if word in forms.joined:
        return _Found(_INSIDE, len(word))
    if word.isascii() and (spelled := _longest_spelled(word, forms)):
        return _Found(_SPELLED, spelled)
    parts = runs(word)
    if len(parts) > 1:
        return _find_all(parts, forms)
    return _find_with_slips(word, forms)


def _longest_spelled(word: str, forms: _Forms) -> int:
    """How many characters a word spells in pinyin, 0 if it spells none."""
    return max((spelled_span(word, part)[1] for part in forms.spoken), default=0)


def _find_all(parts: list[str], forms: _Forms) -> _Found:
    """A word of both scripts, each part of which has to be found."""
    found = [_find(part, forms) for part in parts]
    if _NOT_FOUND in found:
        return _NOT_FOUND
    quality = sum(each.quality for each in found) / len(found)
    return _Found(quality, sum(each.characters for each in found))


def _find_with_slips(word: str, forms: _Forms) -> _Found:
    """A word with a letter wrong, or its characters in another order.

    Never one with a digit: another number is another thing.
    """
    if len(word) < _SHORTEST_WITH_SLIPS or _DIGIT.search(word):
        return _NOT_FOUND
    if not word.isascii() and not Counter(word) - Counter(forms.joined):
        return _Found(_REORDERED, len(word))
    likeness = fuzz.ratio if len(forms.joined) < len(word) else fuzz.partial_ratio
    alike = likeness(word, forms.joined, score_cutoff=_LEAST_ALIKE)
    return _Found(alike * _SLIP, len(word)) if alike else _NOT_FOUND


def rank(
    query: str,
    records: Iterable[tuple[K, str]],
    *,
    least: float = LEAST_SCORE,
    most: int | None = None,
) -> list[tuple[K, float]]:
    """The records that answer a query with their scores, best first.

    A record given under several names counts by its best. Equal scores keep the order
    in which the records came. Guesses (slips) are shown where nothing is sure.
    """
    best: dict[K, float] = {}
    for key, name in records:
        best[key] = max(best.get(key, 0.0), score(query, name))
    if max(best.values(), default=0.0) >= SURE_SCORE:
        least = max(least, SURE_SCORE)
    answers = [(key, found) for key, found in best.items() if found >= least]
    answers.sort(key=lambda answer: -answer[1])
    return answers[:most]
