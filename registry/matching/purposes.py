"""What people say they need a thing for, and which concepts serve that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from registry.matching.concepts import Thesaurus
from registry.matching.text import atoms, legible

LEAST_SERVED = 0.5
"""How much of a purpose has to be said."""
_MOST = 6
_ALONE = 0.35


class Purposes:
    """The purposes of all concepts, by their pieces."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self._phrases: list[tuple[str, float]] = []
        self._by_piece: dict[str, list[int]] = defaultdict(list)
        for concept in thesaurus.concepts.values():
            for phrase in concept.purposes:
                pieces = _pieces(phrase)
                if pieces:
                    for piece in pieces:
                        self._by_piece[piece].append(len(self._phrases))
                    self._phrases.append((concept.name, _weight(pieces)))

    def served(self, text: str) -> list[tuple[str, float]]:
        """The concepts that serve what a text says, with how much of it they do."""
        said: dict[int, float] = defaultdict(float)
        for piece in _pieces(text):
            for phrase in self._by_piece.get(piece, ()):
                said[phrase] += _weight([piece])
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
    parts = atoms(legible(text))
    found: set[str] = set()
    for at, part in enumerate(parts):
        found.add(part.text)
        if at + 1 < len(parts) and not part.text.isascii():
            found.add(part.text + parts[at + 1].text)
    return found


def _weight(pieces: Iterable[str]) -> float:
    return sum(1.0 if len(piece) > 1 or piece.isascii() else _ALONE for piece in pieces)
