"""The words a line is cut into, and cutting it so that most of it is understood.

Words come from the thesaurus, from the tables in ``data``, and from the names of the
item types at hand.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from registry.matching.concepts import Meaning, Thesaurus
from registry.matching.text import Atom, atoms, legible


class Sense(StrEnum):
    """What a word does in a line."""

    CONCEPT = "concept"
    NAME = "name"
    FEATURE = "feature"
    BRAND = "brand"
    SERIES = "series"
    MEASURE = "measure"
    FILLER = "filler"
    WISH = "wish"
    WITH = "with"
    WITHOUT = "without"
    VAGUE = "vague"


@dataclass(frozen=True)
class Feature:
    """A quality that is said in a word: electric, of the facet drive."""

    facet: str
    value: str
    binding: bool
    """Whether asking for it makes another value of the facet wrong."""


@dataclass(frozen=True)
class Word:
    """An entry of the lexicon."""

    sense: Sense
    meanings: tuple[Meaning, ...] = ()
    feature: Feature | None = None
    value: str = ""
    """The brand's preferred name, or the plain form of an item type's name."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a line and the word it is understood as; None if it is not."""

    first: int
    after: int
    word: Word | None
    slip: float = 0.0
    """How much of a slip was forgiven to see this word, 0 to 1."""


_WORTH = {
    Sense.CONCEPT: 0.35,
    Sense.NAME: 0.45,
    Sense.BRAND: 0.4,
    Sense.SERIES: 0.5,
    Sense.FEATURE: 0.42,
    Sense.MEASURE: 0.4,
    Sense.FILLER: 0.55,
    Sense.WISH: 0.5,
    Sense.WITH: 0.5,
    Sense.WITHOUT: 0.5,
    Sense.VAGUE: 0.5,
}
"""What a word costs beside the characters it explains: fewer and surer words win."""

LONGEST_WORD = 16
_DIMINUTIVE = "子"
"""凳子 is 凳 where it ends another word: 木头凳."""
_SLIP_COSTS = 3.0


def key_of(parts: Iterable[Atom]) -> str:
    """Atoms as they stand in the lexicon."""
    return "".join(part.text for part in parts)


def word_key(text: str) -> str:
    """A name as it stands in the lexicon."""
    return key_of(atoms(legible(text)))


@dataclass
class Lexicon:
    """Words by their keys."""

    words: dict[str, Word]
    over: Lexicon | None = None
    """Where to look for what is not here."""

    def find(self, key: str) -> Word | None:
        """The word of a key."""
        found = self.words.get(key)
        if found is None and self.over is not None:
            return self.over.find(key)
        return found

    def cut(
        self,
        parts: Sequence[Atom],
        given: Iterable[Piece] = (),
        breaks: frozenset[int] = frozenset(),
    ) -> tuple[list[Piece], float]:
        """The pieces of a line that explain most of it, and how much that is.

        ``given`` are pieces known from elsewhere (measures, slips forgiven); no word
        goes over a place in ``breaks``. Of equal cuts the one whose later words are
        longer is taken, since Chinese heads come last.
        """
        ends: dict[int, list[Piece]] = defaultdict(list)
        for piece in given:
            ends[piece.after].append(piece)
        best: list[tuple[float, Piece | None]] = [(0.0, None)]
        sizes = [0.0]
        for part in parts:
            sizes.append(sizes[-1] + part.size)
        for after in range(1, len(parts) + 1):
            top = best[after - 1][0], Piece(after - 1, after, None)
            key = ""
            for first in range(after - 1, max(-1, after - LONGEST_WORD - 1), -1):
                if first + 1 < after and first + 1 in breaks:
                    break
                key = parts[first].text + key
                word = self.find(key)
                if word is None:
                    continue
                worth = sizes[after] - sizes[first] - _WORTH[word.sense]
                if best[first][0] + worth >= top[0]:
                    top = best[first][0] + worth, Piece(first, after, word)
            for piece in ends[after]:
                assert piece.word is not None
                worth = sizes[after] - sizes[piece.first] - piece.slip * _SLIP_COSTS
                worth -= _WORTH[piece.word.sense]
                if best[piece.first][0] + worth > top[0]:
                    top = best[piece.first][0] + worth, piece
            best.append(top)
        return list(_trace(best)), best[-1][0]


def _trace(best: list[tuple[float, Piece | None]]) -> Iterator[Piece]:
    pieces: list[Piece] = []
    at = len(best) - 1
    while at > 0:
        piece = best[at][1]
        assert piece is not None
        pieces.append(piece)
        at = piece.first
    yield from reversed(pieces)


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("registry.matching") / "data" / name).read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@cache
def brand_names() -> dict[str, str]:
    """From every way of writing a brand to its preferred name."""
    found: dict[str, str] = {}
    for row in _rows("brands.csv"):
        for name in (row["name"], *row["also"].split("|")):
            found.setdefault(word_key(name), row["name"])
    return found


def brand_of(written: str) -> str:
    """The preferred name of a brand, itself in plain form if it is not known."""
    key = word_key(written)
    return brand_names().get(key, key)


def _plain_words() -> Iterator[tuple[str, Word]]:
    for row in _rows("words.csv"):
        for text in row["words"].split("|"):
            yield word_key(text), Word(Sense(row["sense"]))


def _feature_words() -> Iterator[tuple[str, Word]]:
    for row in _rows("features.csv"):
        feature = Feature(row["facet"], row["value"], row["binding"] == "yes")
        for text in row["words"].split("|"):
            yield word_key(text), Word(Sense.FEATURE, feature=feature, value=text)


@cache
def feature_names() -> dict[tuple[str, str], tuple[str, str]]:
    """What a facet's value is called in Chinese and in English."""
    found = {}
    for row in _rows("features.csv"):
        words = row["words"].split("|")
        chinese = [word for word in words if not word.isascii()]
        english = [word for word in words if word.isascii()]
        names = (chinese or english)[0], (english or chinese)[0]
        found[row["facet"], row["value"]] = names
    return found


def thesaurus_lexicon(thesaurus: Thesaurus) -> Lexicon:
    """The words of the thesaurus and of the tables; concepts go before all others."""
    words: dict[str, Word] = {}
    keyed: dict[str, dict[str, Meaning]] = defaultdict(dict)
    for concept in thesaurus.concepts.values():
        for text, sure in concept.names():
            known = keyed[word_key(text)]
            if concept.name not in known or sure:
                preferred = text == concept.name
                known[concept.name] = Meaning(concept, sure, preferred)
    for key, several in keyed.items():
        ordered = sorted(
            several.values(), key=lambda each: (not each.preferred, not each.sure)
        )
        words[key] = Word(Sense.CONCEPT, tuple(ordered))
    for key, word in list(words.items()):
        bare = key.removesuffix(_DIMINUTIVE)
        if len(key) == 2 and len(bare) == 1 and word.meanings[0].sure:
            words.setdefault(bare, Word(Sense.CONCEPT, word.meanings[:1]))
    for key, brand in brand_names().items():
        words.setdefault(key, Word(Sense.BRAND, value=brand))
    for key, word in (*_plain_words(), *_feature_words()):
        if key:
            words.setdefault(key, word)
    words.pop("", None)
    return Lexicon(words)
