"""Cutting a line into words that are known, forgiving order and slips."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from registry.matching.lexicon import Lexicon, Piece, Sense, Word, key_of
from registry.matching.measures import measures
from registry.matching.model_numbers import model_numbers
from registry.matching.slips import Slip, Slips
from registry.matching.text import Atom, atoms

CLAUSE_END = re.compile(r"[,;:。，；：!?！？\n]")
NUMBER = re.compile(r"[a-z0-9]+(?:[-_./][a-z0-9]+)*\+?")
_AMOUNT = re.compile(
    r"(?<![a-z0-9.])(?:\d+|[一二两三四五六七八九十百几]+)\s*"
    r"(?:个|台|套|把|张|只|支|件|部|辆|块|副|本|根|条|盒|箱|包|双|对|顶|组|名|份|次|卷|瓶|袋|桶|捆|pcs?|sets?)"
    r"(?!\w*控|\w*轴|\w*相)"
)
_MOST_TURNED = 4
_MOST_LETTERS_MEANT = 4
_MOST_WINDOW = 7
_SHORT = 2
_GAIN_OF_ORDER = 0.2
"""How much more another order of words has to explain to be taken."""
_THINGS = (Sense.CONCEPT, Sense.NAME)


@dataclass
class Cut:
    """A text, its atoms, and the pieces they were understood as."""

    text: str
    parts: Sequence[Atom]
    pieces: Sequence[Piece]
    worth: float

    def key(self, piece: Piece) -> str:
        """What a piece stands for, as the lexicon has it."""
        return key_of(self.parts[piece.first : piece.after])

    def after(self, piece: Piece) -> str:
        """The mark behind a piece; empty at the end of the text."""
        end = self.parts[piece.after - 1].end
        return self.text[end : end + 1]

    def joined(self, at: int) -> bool:
        """Whether nothing stands between a piece and the one before it."""
        here, before = self.pieces[at], self.pieces[at - 1]
        return self.parts[here.first].start == self.parts[before.after - 1].end

    def clauses(self) -> list[list[Piece]]:
        """The pieces between commas and stops."""
        ends = [found.start() for found in CLAUSE_END.finditer(self.text)]
        clauses: list[list[Piece]] = [[]]
        for piece in self.pieces:
            start = self.parts[piece.first].start
            before = self.parts[piece.first - 1].end if piece.first else 0
            if any(before <= place <= start for place in ends):
                clauses.append([])
            clauses[-1].append(piece)
        return clauses

    def missed(self, extent: frozenset[int] = frozenset()) -> list[Atom]:
        """The atoms that nothing explains; those of ``extent`` count among them."""
        return [
            self.parts[at]
            for piece in self.pieces
            for at in range(piece.first, piece.after)
            if piece.word is None or at in extent
        ]

    def unknown_runs(self) -> list[tuple[int, int]]:
        """Stretches of atoms that nothing explains; a space ends one in Chinese."""
        runs: list[tuple[int, int]] = []
        for piece in self.pieces:
            if piece.word is not None:
                continue
            here, before = self.parts[piece.first], self.parts[piece.first - 1]
            latin = here.text.isascii()
            if (
                runs
                and runs[-1][1] == piece.first
                and latin == before.text.isascii()
                and (latin or here.start == before.end)
            ):
                runs[-1] = runs[-1][0], piece.after
            else:
                runs.append((piece.first, piece.after))
        return runs


@dataclass(frozen=True)
class Cutter:
    """Cuts texts with the words of a lexicon."""

    words: Lexicon
    slips: Slips

    def cut(self, text: str) -> Cut:
        """A text as it stands."""
        return self._cut(text, atoms(text))

    def understand(
        self, text: str, *, worst_slip: float = 1.0, told: bool = False
    ) -> Cut:
        """The best cut of a name, with words turned round and slips forgiven.

        No slip is forgiven that costs more than ``worst_slip``. In a told sentence a
        word may be meant amid others that nobody knows, and what is known stays; in a
        name, all that is not known is one slip.
        """
        cut = self.cut(text)
        for other in _turned(text):
            there = self.cut(other)
            if there.worth > cut.worth + _GAIN_OF_ORDER:
                cut = there
        if not cut.unknown_runs():
            return cut
        cut = self._letters_corrected(cut)
        slipped = [each for each in self._slipped(cut, told) if each.slip <= worst_slip]
        return self._cut(cut.text, cut.parts, slipped) if slipped else cut

    def _cut(
        self, text: str, parts: Sequence[Atom], forgiven: Iterable[Piece] = ()
    ) -> Cut:
        seen = [*_given(text, parts), *forgiven]
        pieces, worth = self.words.cut(parts, seen, _breaks(text, parts))
        return Cut(text, parts, pieces, worth)

    def _letters_corrected(self, cut: Cut) -> Cut:
        """With unknown words of letters taken for known ones, if that explains more."""
        for first, after in cut.unknown_runs():
            for at in range(first, after):
                old = cut.parts[at]
                best = cut
                for slip in self._letters_meant(old.text):
                    parts = list(cut.parts)
                    parts[at] = Atom(slip.word, old.start, old.end, old.size)
                    there = self._cut(cut.text, parts)
                    if there.worth > best.worth:
                        best = _with_slip(there, at, slip.cost, cut)
                cut = best
        return cut

    def _letters_meant(self, text: str) -> list[Slip]:
        if not text.isascii() or self.slips.knows(text):
            return []
        if any(self.slips.pinyin(text)):
            return []
        found = sorted(
            self.slips.english(text), key=lambda slip: (slip.cost, slip.word)
        )
        return found[:_MOST_LETTERS_MEANT]

    def _slipped(self, cut: Cut, told: bool) -> Iterator[Piece]:
        """The things that stretches with unknown characters may have been meant for."""
        runs = cut.unknown_runs()
        things = [
            (piece.first, piece.after)
            for piece in cut.pieces
            if piece.word is not None and piece.word.sense in _THINGS
        ]
        for first in range(len(cut.parts)):
            longest = min(len(cut.parts), first + _MOST_WINDOW)
            for after in range(first + 1, longest + 1):
                touched = [run for run in runs if run[0] < after and first < run[1]]
                whole = touched and first <= touched[0][0] and touched[-1][1] <= after
                if told:
                    whole = touched and after - first > _SHORT
                    whole = whole and not any(
                        first < end and at < after for at, end in things
                    )
                if not whole:
                    continue
                for slip in self._meant(
                    cut.parts[first:after], touched[0] == (first, after)
                ):
                    word = self.words.find(slip.word)
                    if word is not None and word.sense in _THINGS:
                        yield Piece(first, after, word, slip.cost)

    def _meant(self, parts: Sequence[Atom], whole: bool) -> Iterable[Slip]:
        """Slips behind some atoms; pinyin only where they are ``whole`` unknown run."""
        key = key_of(parts)
        if all(each.text.isascii() for each in parts):
            return self.slips.pinyin(key) if whole else ()
        return self.slips.chinese(key) if len(parts) > 1 else ()


def _with_slip(cut: Cut, at: int, cost: float, before: Cut) -> Cut:
    """A cut that says what was forgiven to reach it, also earlier."""
    costs = {
        place: piece.slip
        for piece in before.pieces
        for place in range(piece.first, piece.after)
    }
    costs[at] = cost
    pieces = [
        Piece(
            piece.first,
            piece.after,
            piece.word,
            max(costs.get(place, 0.0) for place in range(piece.first, piece.after)),
        )
        for piece in cut.pieces
    ]
    return Cut(cut.text, cut.parts, pieces, cut.worth)


def _breaks(text: str, parts: Sequence[Atom]) -> frozenset[int]:
    """Before which atoms a mark, or in Chinese a space, ends every word."""
    found = set()
    for at in range(1, len(parts)):
        between = text[parts[at - 1].end : parts[at].start]
        chinese = not (parts[at - 1].text.isascii() or parts[at].text.isascii())
        if between.strip(" -_·'") or (between and chinese):
            found.add(at)
    return frozenset(found)


_MEASURED = Word(Sense.MEASURE)
_FILLED = Word(Sense.FILLER)
_NUMBERED = Word(Sense.SERIES)


def _given(text: str, parts: Sequence[Atom]) -> list[Piece]:
    """The pieces that are seen without the lexicon: measures, amounts, numbers."""
    starts = {part.start: at for at, part in enumerate(parts)}
    pieces = []
    spans = [(span.start, span.end, _MEASURED) for span in measures(text)]
    spans += [(found.start(), found.end(), _FILLED) for found in _AMOUNT.finditer(text)]
    spans += [
        (found.start(), found.end(), _NUMBERED)
        for found in NUMBER.finditer(text)
        if model_numbers(found[0])
    ]
    for start, end, word in spans:
        first = starts.get(start)
        if first is None:
            continue
        after = first
        while after < len(parts) and parts[after].start < end:
            after += 1
        if after > first:
            pieces.append(Piece(first, after, word))
    return pieces


def _turned(text: str) -> Iterator[str]:
    """A Chinese name's words joined, in the order they have and in all others."""
    if text.isascii() or CLAUSE_END.search(text):
        return
    words = text.split()
    if 1 < len(words) <= _MOST_TURNED:
        for order in permutations(words):
            joined = order[0]
            for before, word in pairwise(order):
                apart = before[-1].isascii() and word[0].isascii()
                joined += f" {word}" if apart else word
            yield joined
