"""What people say they need a thing for, and which concepts serve that."""

from __future__ import annotations

import re
from collections import defaultdict
from math import fsum, log

from registry.matching.concepts import Thesaurus
from registry.matching.text import atoms, legible

LEAST_SERVED = 0.5
"""How much of a purpose has to be said."""
_MOST = 6
_SAYS_NOTHING = re.compile(
    "[的了要用给和与及在有是想买把被让个些吗呢吧就都也很再还，。、,.;；!？?]"
)
_SAY_NOTHING = frozenset(
    ["a", "an", "the", "to", "in", "on", "for", "of", "and", "need", "something", "we"]
)
_ALONE = 0.35


class Purposes:
    """The purposes of all concepts, by their pieces."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self._phrases: list[tuple[str, float]] = []
        self._by_piece: dict[str, list[int]] = defaultdict(list)
        phrases = [
            (concept.name, pieces)
            for concept in thesaurus.concepts.values()
            for phrase in concept.purposes
            if (pieces := _pieces(phrase))
        ]
        for number, (_, pieces) in enumerate(phrases):
            for piece in pieces:
                self._by_piece[piece].append(number)
        self._weights = {
            piece: _weight(piece) * log(1 + len(phrases) / len(there))
            for piece, there in self._by_piece.items()
        }
        for name, pieces in phrases:
            whole = fsum(self._weights[piece] for piece in pieces)
            self._phrases.append((name, whole))

    def served(self, text: str) -> list[tuple[str, float]]:
        """The concepts that serve what a text says, with how much of it they do."""
        said: dict[int, float] = defaultdict(float)
        for piece in sorted(_pieces(text)):
            for phrase in self._by_piece.get(piece, ()):
                said[phrase] += self._weights[piece]
        best: dict[str, float] = {}
        for phrase, weight in said.items():
            concept, whole = self._phrases[phrase]
            share = weight / whole
            if share >= LEAST_SERVED:
                best[concept] = max(best.get(concept, 0.0), share)
        ranked = sorted(best.items(), key=lambda each: (-each[1], each[0]))
        return ranked[:_MOST]


def _pieces(text: str) -> set[str]:
    """Characters, pairs of them, and words of letters."""
    found: set[str] = set()
    for stretch in _SAYS_NOTHING.split(legible(text)):
        parts = atoms(stretch)
        for at, part in enumerate(parts):
            found.add(part.text)
            if at + 1 < len(parts) and not part.text.isascii():
                found.add(part.text + parts[at + 1].text)
    return found - _SAY_NOTHING


def _weight(piece: str) -> float:
    """Pairs and words tell much, single characters little."""
    return 1.0 if len(piece) > 1 or piece.isascii() else _ALONE
