"""Reading a line: what it asks for, with which properties, and what stays unclear.

The same reader reads item types. English puts its head before ``for`` or ``with``; the
rest is in ``heads``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from sys import intern

from registry.matching.concepts import Role, Thesaurus
from registry.matching.cutting import NUMBER, Cut, Cutter
from registry.matching.heads import (
    Asked,
    Head,
    asked_by_name,
    asked_in_sentence,
    is_told,
    owners,
)
from registry.matching.lexicon import Feature, Lexicon, Sense, thesaurus_lexicon
from registry.matching.measures import measures
from registry.matching.model_numbers import model_numbers
from registry.matching.purposes import Purposes
from registry.matching.slips import Slips
from registry.matching.text import Atom, atoms, legible
from registry.matching.units import Measure

_BRACKETS = re.compile(r"[(\[【<《{]([^)\]】>》}]*)[)\]】>》}]?")
_ALTERNATIVE = re.compile(r"(?<=[^\W\d])\s*[/、+&]\s*(?=[^\W\d])")
_ENGLISH_TAIL = re.compile(r",|(?<=\s)(?:for|with|to|in|on|at|from|that|which|w/)\s")
_MOST_OPTIONS = 3
_TOGETHER = re.compile(r"以及|连同|外加|[和及与]")
_PURPOSE_ALONE, _PURPOSE_BESIDE = 0.85, 0.5
_SURELY_NAMED = 0.9
_WORST_SLIP_CAREFUL = 0.16
"""In a sentence only homophones and pinyin are forgiven: much of it is not a name."""


@dataclass(frozen=True)
class Reading:
    """What a text says, as far as it is understood."""

    text: str = ""
    heads: tuple[Head, ...] = ()
    unknown_head: str = ""
    """The word that should be the head, if nobody knows it."""
    owners: tuple[str, ...] = ()
    """Concepts it is for: of a bulb for a projector, the projector."""
    features: frozenset[Feature] = frozenset()
    measures: tuple[Measure, ...] = ()
    brands: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    series: frozenset[str] = frozenset()
    residue: tuple[str, ...] = ()
    """What of the name was not understood."""
    beside: tuple[frozenset[str], ...] = ()
    """The stretches beside the name that were not, each by its pairs and words."""
    understood: float = 0.0
    """How much of the name was, 0 to 1."""
    grams: frozenset[str] = frozenset()
    """Pairs of the name's characters, and its words of letters."""
    tail: str = ""
    """The last character of a Chinese name's head, the last word of an English one."""
    told: bool = False
    vague: bool = False

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts its heads mean."""
        return tuple(head.concept for head in self.heads if head.concept)


class Reader:
    """Reads texts with a thesaurus, and with the names of the item types at hand."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self.thesaurus = thesaurus
        self.lexicon = thesaurus_lexicon(thesaurus)
        self.slips = Slips()
        self.purposes = Purposes(thesaurus)
        self._cutter = Cutter(self.lexicon, self.slips)
        self._implied: dict[str, frozenset[Feature]] = {}
        self._features = Lexicon(
            {
                key: word
                for key, word in self.lexicon.words.items()
                if word.sense is Sense.FEATURE and len(key) > 1
            }
        )
        for key, word in self.lexicon.words.items():
            if word.sense is Sense.CONCEPT:
                self.slips.add(key)
        for concept in thesaurus.concepts.values():
            for name in (concept.english, *concept.also_english):
                for part in atoms(legible(name)):
                    if part.text.isascii() and part.text.isalpha():
                        self.slips.add(part.text)

    def read(
        self,
        name: str,
        specification: str = "",
        *,
        lexicon: Lexicon | None = None,
        slips: Slips | None = None,
        of_record: bool = False,
    ) -> Reading:
        """The reading of a name and of what is said beside it.

        ``lexicon`` and ``slips`` may hold more than the thesaurus gives. Names of
        records are written more carefully than lines, often in rare words, and never
        as sentences.
        """
        cutter = self._cutter
        if lexicon is not None:
            cutter = Cutter(lexicon, slips or self.slips)
        text = legible(name)
        bracketed = [found[1] for found in _BRACKETS.finditer(text)]
        main = _BRACKETS.sub(" ", text).strip()
        if not atoms(main):
            main, bracketed = text, []
        beside = [legible(specification), *bracketed]
        options = _options(main)
        if len(options) == 1 and not of_record:
            options = self._named_together(main, cutter)
        reading = _either(
            [self._read_one(each, cutter, beside, of_record) for each in options]
        )
        if not reading.heads and bracketed:
            inner = self._read_one(bracketed[0], cutter, beside, of_record)
            if inner.heads:
                reading = _either([inner, reading])
        return reading

    def _named_together(self, text: str, cutter: Cutter) -> list[str]:
        """A thing and what comes with it, each by itself, as in 投影仪及安装."""
        for found in _TOGETHER.finditer(text):
            one, other = text[: found.start()].strip(), text[found.end() :].strip()
            if is_told(cutter.cut(text)):
                break
            first, second = self._named(one, cutter), self._named(other, cutter)
            if first is None or second is None or not self._are_things(first):
                continue
            theirs = self._owners_of(second)
            if self._are_things(second) or theirs <= set(self._concepts(first)):
                return [one, other]
        return [text]

    def _named(self, text: str, cutter: Cutter) -> Asked | None:
        """What words name in full, each of them known; None where they do not."""
        cut = cutter.cut(text)
        asked = asked_by_name(cut, self.thesaurus)
        if asked.unknown or cut.missed() or "的" in text or not self._concepts(asked):
            return None
        return asked

    def _concepts(self, asked: Asked) -> list[str]:
        return [each.concept for each in asked.heads if each.concept]

    def _are_things(self, asked: Asked) -> bool:
        roles = {self.thesaurus.concepts[each].role for each in self._concepts(asked)}
        return roles == {Role.THING}

    def _owners_of(self, asked: Asked) -> set[str]:
        """What a belonging is for, which may be not the first: 电脑和打印机配件."""
        concepts = self.thesaurus.concepts
        for_these = {
            owner
            for each in self._concepts(asked)
            for owner in concepts[each].goes_with
        }
        return for_these | set(asked.owners)

    def _read_one(
        self, text: str, cutter: Cutter, beside: Sequence[str], of_record: bool
    ) -> Reading:
        main, tail = _before_english_tail(text)
        told = not of_record and is_told(cutter.cut(main))
        worst = _WORST_SLIP_CAREFUL if told or of_record else 1.0
        cut = cutter.understand(main, worst_slip=worst, told=told)
        cuts = [cutter.cut(each) for each in (*beside, tail) if each]
        whole = " ; ".join(each for each in (main, tail, *beside) if each)
        find = asked_in_sentence if told else asked_by_name
        asked = find(cut, self.thesaurus)
        if told or (not of_record and (not asked.heads or cut.missed(asked.aside))):
            asked = self._with_purposes(asked, whole, told)
        if not told and all(head.via == "purpose" for head in asked.heads):
            told = bool(asked.heads)
        spans = measures(whole)
        size = sum(part.size for part in cut.parts) or 1.0
        missed = [
            part
            for part in cut.missed(asked.extent)
            if cut.parts.index(part) not in asked.aside
        ]
        return Reading(
            text=whole,
            heads=asked.heads,
            unknown_head=asked.unknown,
            owners=asked.owners if told else self._all_owners(asked, cuts),
            features=_features_of([cut, *cuts]),
            measures=spans,
            brands=_values([cut, *cuts], Sense.BRAND),
            numbers=_numbers(whole, spans),
            series=_values([cut, *cuts], Sense.SERIES),
            residue=(*(part.text for part in missed), *_narrowing(asked.heads, cuts)),
            beside=tuple(
                grams_of(each.parts[first:after])
                for each in cuts
                for first, after in each.unknown_runs()
            ),
            understood=1 - sum(part.size for part in missed) / size,
            grams=grams_of(cut.parts),
            tail=_tail(cut, asked.unknown),
            told=told,
            vague=self._is_vague(asked, cut),
        )

    def _all_owners(self, asked: Asked, cuts: Sequence[Cut]) -> tuple[str, ...]:
        """With what is said beside a belonging about what it is for."""
        roles = {
            self.thesaurus.concepts[head.concept].role
            for head in asked.heads
            if head.concept
        }
        found = list(asked.owners)
        if roles and not roles & {Role.THING, Role.GROUP}:
            for cut in cuts:
                found += owners(cut.pieces, self.thesaurus)
        return tuple(dict.fromkeys(found))

    def _with_purposes(self, asked: Asked, text: str, told: bool) -> Asked:
        """With what serves the purpose that is told, where nothing is plainly named."""
        best = max((head.weight for head in asked.heads), default=0.0)
        share = _PURPOSE_ALONE if best < _SURELY_NAMED or not told else _PURPOSE_BESIDE
        known = {head.concept for head in asked.heads}
        served = [
            Head(concept, "", said * share, "purpose")
            for concept, said in self.purposes.served(text)
            if concept not in known
        ]
        return replace(asked, heads=(*asked.heads, *served))

    def _is_vague(self, asked: Asked, cut: Cut) -> bool:
        """Whether its words name nothing that one could look for."""
        if asked.unknown:
            return False
        for head in asked.heads:
            if (
                head.name
                or self.thesaurus.concepts[head.concept].role is not Role.GROUP
            ):
                return False
        return not any(
            piece.word is not None and piece.word.sense in (Sense.BRAND, Sense.SERIES)
            for piece in cut.pieces
        )

    def implied(self, concept: str) -> frozenset[Feature]:
        """The features a name itself says: electric, of an electric screen."""
        if concept not in self._implied:
            pieces, _ = self._features.cut(atoms(legible(concept)))
            self._implied[concept] = frozenset(
                piece.word.feature
                for piece in pieces
                if piece.word is not None and piece.word.feature is not None
            )
        return self._implied[concept]


def grams_of(parts: Sequence[Atom]) -> frozenset[str]:
    """Pairs of neighbouring characters, and words of letters as they are."""
    found: set[str] = set()
    for one, other in zip(parts, [*parts[1:], None], strict=False):
        if one.text.isascii():
            if len(one.text) > 1:
                found.add(one.text)
        elif other is not None and not other.text.isascii() and other.start == one.end:
            found.add(one.text + other.text)
    if not found:
        found = {part.text for part in parts}
    return frozenset(map(intern, found))


def _options(text: str) -> list[str]:
    """The alternatives a name gives: ``laser pointer / clicker``."""
    options = [each for each in _ALTERNATIVE.split(text) if atoms(each)]
    return options if 1 < len(options) <= _MOST_OPTIONS else [text]


def _either(readings: Sequence[Reading]) -> Reading:
    """One reading of several, which means what any of them means."""
    if len(readings) == 1:
        return readings[0]
    last = readings[-1]
    heads = tuple(dict.fromkeys(head for each in readings for head in each.heads))
    return Reading(
        text=last.text,
        heads=heads,
        unknown_head="" if heads else last.unknown_head,
        owners=tuple(dict.fromkeys(name for each in readings for name in each.owners)),
        features=frozenset().union(*(each.features for each in readings)),
        measures=max((each.measures for each in readings), key=len),
        brands=frozenset().union(*(each.brands for each in readings)),
        numbers=tuple(
            dict.fromkeys(number for each in readings for number in each.numbers)
        ),
        series=frozenset().union(*(each.series for each in readings)),
        residue=min((each.residue for each in readings), key=len),
        beside=last.beside,
        tail=last.tail,
        understood=max(each.understood for each in readings),
        grams=frozenset().union(*(each.grams for each in readings)),
        told=any(each.told for each in readings),
        vague=all(each.vague for each in readings),
    )


def _before_english_tail(text: str) -> tuple[str, str]:
    """An English name before ``for`` or ``with``, and the rest."""
    if not text.isascii():
        return text, ""
    found = _ENGLISH_TAIL.search(text)
    if found is None:
        return text, ""
    main, tail = text[: found.start()], text[found.start() :]
    vague = {"something", "need", "a", "the", "we", "i", "anything", "thing"}
    if not [part for part in atoms(main) if part.text not in vague]:
        return text, ""
    return main, tail


def _narrowing(heads: Sequence[Head], cuts: Sequence[Cut]) -> Iterator[str]:
    """What is said beside a name that repeats its head: 水下 of 水下跑步机."""
    said = {head.concept for head in heads if head.concept}
    for cut in cuts:
        for at, piece in enumerate(cut.pieces):
            meant = (
                {each.concept.name for each in piece.word.meanings}
                if piece.word
                else ()
            )
            if not said & set(meant):
                continue
            while at > 0 and cut.joined(at):
                at -= 1
                before = cut.pieces[at]
                if before.word is None or before.word.sense is Sense.CONCEPT:
                    yield from (
                        part.text for part in cut.parts[before.first : before.after]
                    )


def _features_of(cuts: Iterable[Cut]) -> frozenset[Feature]:
    """What is said of it; what its own names say is its concept's business."""
    return frozenset(
        piece.word.feature
        for cut in cuts
        for piece in cut.pieces
        if piece.word is not None and piece.word.feature is not None
    )


def _tail(cut: Cut, unknown: str) -> str:
    """What the name ends in, where it names a head."""
    for piece in reversed(cut.pieces):
        if piece.word is None or piece.word.sense in (Sense.CONCEPT, Sense.NAME):
            return cut.parts[piece.after - 1].text
    return unknown[-1:]


def _values(cuts: Iterable[Cut], sense: Sense) -> frozenset[str]:
    return frozenset(
        piece.word.value
        for cut in cuts
        for piece in cut.pieces
        if piece.word is not None and piece.word.sense is sense and piece.word.value
    )


def _numbers(text: str, spans: Sequence[Measure]) -> tuple[str, ...]:
    """Model numbers that are no measures."""
    found: dict[str, None] = {}
    for compound in NUMBER.finditer(text):
        covered = any(
            span.start <= compound.start() and compound.end() <= span.end
            for span in spans
        )
        if not covered:
            taken = [
                s
                for s in spans
                if s.start < compound.end() and compound.start() < s.end
            ]
            if (
                taken
                and "/" not in compound[0]
                and len(taken[0].written) >= len(compound[0]) - 1
            ):
                continue
            for number in model_numbers(compound[0]):
                if not any(number == span.written.replace(" ", "") for span in spans):
                    found[number] = None
    return tuple(found)
