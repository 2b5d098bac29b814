"""Words written wrongly: homophones, look-alikes, a letter wrong, pinyin instead.

A slip is forgiven only where a line would otherwise not be understood, and only to a
word that is known. Two characters are alike if they are read alike (also by those who
do not tell ``in`` from ``ing`` or ``z`` from ``zh``) or look alike (``data/
look_alikes.txt``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product
from math import ceil

from rapidfuzz.distance import DamerauLevenshtein

from registry.matching.pinyin import readings

_HOMOPHONE = 0.15
_NEARLY_HOMOPHONE = 0.2
_LOOK_ALIKE = 0.2
_SOMEWHAT_ALIKE = 0.3
_FIRST = 4
_OTHER_CHARACTER = 0.35
_MISSING_CHARACTER = 0.3
_ONE_LETTER = 0.15
_TWO_LETTERS = 0.25
_SPELLED = 0.1
_LONGEST = 10
_MOST_READINGS = 4
_SAME_STEM = 0.25
_STEM = 0.72
_BY_EAR = [set("sz"), set("ckq"), set("aeiouy"), set("mn"), set("fv"), set("gj")]
_LATIN_WITH_SLIPS = 5
_LATIN_WITH_TWO_SLIPS = 8


@dataclass(frozen=True)
class Slip:
    """A known word that may have been meant, and how much has to be forgiven."""

    word: str
    cost: float


def _blurred(syllable: str) -> str:
    """A syllable as it sounds to those who do not tell some sounds apart."""
    for exact, blurred in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(exact):
            syllable = blurred + syllable[2:]
    return re.sub(r"(?<=[aei])ng$", "n", syllable)


@lru_cache(maxsize=32768)
def _sounds(character: str) -> frozenset[str]:
    return frozenset(readings(character))


@lru_cache(maxsize=32768)
def _blurred_sounds(character: str) -> frozenset[str]:
    return frozenset(map(_blurred, _sounds(character)))


@cache
def _look_alikes() -> dict[str, str]:
    """For a character those that look like it, the most alike first."""
    text = (files("registry.matching") / "data" / "look_alikes.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {line[0]: line[1:] for line in lines if line}


def unlike(one: str, other: str) -> float:
    """What taking one character for another costs."""
    if _sounds(one) & _sounds(other):
        return _HOMOPHONE
    if _blurred_sounds(one) & _blurred_sounds(other):
        return _NEARLY_HOMOPHONE
    for first, second in ((one, other), (other, one)):
        alike = _look_alikes().get(first, "")
        if second in alike:
            return _LOOK_ALIKE if second in alike[:_FIRST] else _SOMEWHAT_ALIKE
    return _OTHER_CHARACTER


class Slips:
    """Known words by what they sound and look like.

    ``over`` holds more of them and is shared: the thesaurus' beneath those of the item
    types at hand. Words of one key stand in one text, which takes a third of the room.
    """

    def __init__(self, over: Slips | None = None) -> None:
        self._over = over
        self._known: set[str] = set()
        self._sounding: dict[str, str] = {}
        self._holed: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        self._latin: dict[int, set[str]] = defaultdict(set)

    def add(self, key: str) -> None:
        """Make a word known, by its key in the lexicon."""
        if self.knows(key):
            return
        if key.isascii():
            if key.isalpha() and _LATIN_WITH_SLIPS - 1 <= len(key) <= _LONGEST * 3:
                self._known.add(key)
                self._latin[len(key)].add(key)
            return
        if not 1 < len(key) <= _LONGEST:
            return
        self._known.add(key)
        for sound in _heard(key, blurred=True):
            _put(self._sounding, sound, key)
        if not any(each.isascii() for each in key):
            for sound in _heard(key, blurred=False):
                _put(self._spelled, sound, key)
        for at in range(len(key)):
            _put(self._holed, f"{key[:at]}_{key[at + 1 :]}", key)

    def knows(self, key: str) -> bool:
        """Whether a word is known."""
        return key in self._known or (self._over is not None and self._over.knows(key))

    def _sounding_as(self, sound: str) -> Iterator[str]:
        yield from self._sounding.get(sound, "").split()
        if self._over is not None:
            yield from self._over._sounding_as(sound)

    def _holed_as(self, hole: str) -> Iterator[str]:
        yield from self._holed.get(hole, "").split()
        if self._over is not None:
            yield from self._over._holed_as(hole)

    def _spelled_as(self, letters: str) -> Iterator[str]:
        yield from self._spelled.get(letters, "").split()
        if self._over is not None:
            yield from self._over._spelled_as(letters)

    def _latin_of(self, length: int) -> Iterator[str]:
        yield from self._latin.get(length, ())
        if self._over is not None:
            yield from self._over._latin_of(length)

    def chinese(self, text: str) -> Iterator[Slip]:
        """The words that a stretch of characters may have been meant for."""
        found: dict[str, float] = {}
        if len(text) > 1:
            for sound in _heard(text, blurred=True):
                for word in self._sounding_as(sound):
                    if set(word) & set(text):
                        _keep(found, word, _cost(text, word))
        for at, character in enumerate(text):
            for word in self._holed_as(f"{text[:at]}_{text[at + 1 :]}"):
                cost = unlike(character, word[at])
                least = _OTHER_CHARACTER if len(text) > 2 else _SOMEWHAT_ALIKE
                if cost < least:
                    _keep(found, word, cost)
        if len(text) >= 4:
            for at in range(len(text) - 1):
                swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
                if self.knows(swapped):
                    _keep(found, swapped, _MISSING_CHARACTER)
        found.pop(text, None)
        yield from (Slip(word, cost) for word, cost in sorted(found.items()))

    def english(self, text: str) -> Iterator[Slip]:
        """The words that a word of letters may have been meant for."""
        if len(text) < _LATIN_WITH_SLIPS - 1 or not text.isalpha():
            return
        allowed = 2 if len(text) >= _LATIN_WITH_TWO_SLIPS else 1
        for length in range(len(text) - allowed, len(text) + allowed + 1):
            for word in self._latin_of(length):
                if word[0] != text[0] and word[-1] != text[-1]:
                    continue
                off = DamerauLevenshtein.distance(text, word, score_cutoff=allowed)
                if 0 < off <= allowed and _sounds_like(text, word):
                    yield Slip(word, _ONE_LETTER if off == 1 else _TWO_LETTERS)
        yield from self._same_stem(text)

    def _same_stem(self, text: str) -> Iterator[Slip]:
        """``photocopy`` for photocopier: words that begin alike for most of them."""
        if len(text) < _LATIN_WITH_TWO_SLIPS:
            return
        for length in range(len(text) - 2, len(text) + 4):
            for word in self._latin_of(length):
                longer = max(len(text), len(word))
                if text[: ceil(_STEM * longer)] == word[: ceil(_STEM * longer)]:
                    yield Slip(word, _SAME_STEM)

    def pinyin(self, letters: str) -> Iterator[Slip]:
        """The Chinese words that are spelled by these letters, in full."""
        for word in sorted(set(self._spelled_as(letters.replace("ü", "v")))):
            yield Slip(word, _SPELLED)


def _sounds_like(text: str, word: str) -> bool:
    """Whether a short word differs only as it may when written by ear."""
    if len(text) > _LATIN_WITH_SLIPS or len(text) != len(word):
        return True
    unlike = [{a, b} for a, b in zip(text, word, strict=True) if a != b]
    if len(unlike) > 1:
        return sorted(text) == sorted(word)
    return any(unlike[0] <= group for group in _BY_EAR)


def _put(table: dict[str, str], key: str, word: str) -> None:
    there = table.get(key)
    table[key] = word if there is None else f"{there} {word}"


def _keep(found: dict[str, float], word: str, cost: float) -> None:
    found[word] = min(cost, found.get(word, 1.0))


def _cost(text: str, word: str) -> float:
    costs = [unlike(a, b) for a, b in zip(text, word, strict=False) if a != b]
    return max(costs, default=0.0) + 0.05 * max(0, len(costs) - 1)


def _heard(text: str, *, blurred: bool) -> Iterable[str]:
    """How a word sounds, in its common readings."""
    syllables = [
        sorted(_blurred_sounds(each) if blurred else _sounds(each)) or [each]
        for each in text
    ]
    between = " " if blurred else ""
    return [between.join(each) for each in islice(product(*syllables), _MOST_READINGS)]
