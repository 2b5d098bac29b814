"""The item types at hand, kept so that those in question are found quickly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from heapq import nsmallest
from math import log
from sys import intern

from registry.matching.concepts import Thesaurus, standard_thesaurus
from registry.matching.evidence import Known
from registry.matching.heads import Head
from registry.matching.lexicon import Lexicon, Sense, Word, brand_of, word_key
from registry.matching.measures import measures
from registry.matching.model_numbers import (
    WITHIN,
    is_telling_alone,
    joined,
    model_numbers,
    number_keys,
    same_number,
)
from registry.matching.reading import Reader, Reading, grams_of
from registry.matching.records import Line, Record
from registry.matching.relations import Family, Relation
from registry.matching.slips import Slips
from registry.matching.text import atoms, legible
from registry.matching.units import BARE
from registry.matching.weighing import Weighing

MOST_ALIKE = 60
"""So many records are looked at for their wording alone."""

MOST_IN_QUESTION = 600
"""So many records are weighed at most for one line."""

_COMMON = 0.2
_MOST_POSTINGS = 4000
_SHORTEST_SERIES = 3
_OF_NAME, _OF_MODEL = 0.95, 0.9


@cache
def _standard_reader() -> Reader:
    """The reader of the product's thesaurus, shared by all indices: 60 MB, a second."""
    return Reader(standard_thesaurus())


@cache
def _standard_family() -> Family:
    return Family(standard_thesaurus())


class Index:
    """Item types by what they mean, what they are called, and their numbers.

    ``add`` and ``remove`` keep it current; what it answers depends on the records in it
    and not on the order in which they came.
    """

    def __init__(
        self, records: Iterable[Record] = (), thesaurus: Thesaurus | None = None
    ) -> None:
        self.reader = Reader(thesaurus) if thesaurus else _standard_reader()
        self.thesaurus = self.reader.thesaurus
        self.family = Family(thesaurus) if thesaurus else _standard_family()
        self.known: dict[str, Known] = {}
        self.records: dict[str, Record] = {}
        self._by_concept: dict[str, set[str]] = defaultdict(set)
        self._by_gram: dict[str, set[str]] = defaultdict(set)
        self._by_number: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._by_series: dict[str, set[str]] = defaultdict(set)
        self._brands: Counter[str] = Counter()
        self._words: dict[str, Word] = {}
        self._lexicon = Lexicon(self._words, over=self.reader.lexicon)
        self._slips = Slips(over=self.reader.slips)
        self._read = lru_cache(maxsize=4096)(self._read_record)
        for record in records:
            self.add(record)

    def __len__(self) -> int:
        return len(self.records)

    # -- keeping ----------------------------------------------------------------

    def add(self, record: Record) -> None:
        """Put a record in, in place of an earlier one of its key."""
        if record.key in self.records:
            self.remove(record.key)
        known = self._understood(record)
        self.records[record.key] = record
        self.known[record.key] = known
        for postings, keys in self._postings(known, record):
            for key in keys:
                postings[key].add(record.key)
        self._learn_words(record, known)

    def remove(self, key: str) -> None:
        """Take a record out; nothing happens if it is not there."""
        record = self.records.pop(key, None)
        if record is None:
            return
        known = self.known.pop(key)
        for postings, keys in self._postings(known, record):
            for each in keys:
                postings[each].discard(key)
                if not postings[each]:
                    del postings[each]
        self._forget_words(record, known)

    def _postings(
        self, known: Known, record: Record
    ) -> Iterator[tuple[dict[str, set[str]], Iterable[str]]]:
        yield self._by_concept, dict.fromkeys(known.reading.concepts)
        yield self._by_gram, known.reading.grams
        yield (
            self._by_number,
            {
                key
                for number in (*known.numbers, *known.suits)
                for key in number_keys(number)
            },
        )
        yield self._by_name, known.names
        yield self._by_series, known.series

    def _understood(self, record: Record) -> Known:
        model = legible(record.model)
        measured = [each.written for each in measures(model) if each.kind != BARE]
        specification = " ; ".join([record.specification, *measured])
        reading = self._read(record.name, specification, record.aliases)
        whole = " ; ".join([legible(record.name), model, legible(record.specification)])
        brands = (
            frozenset([brand_of(record.brand)])
            if word_key(record.brand)
            else frozenset()
        )
        return Known(
            key=record.key,
            names=frozenset(map(word_key, (record.name, *record.aliases))) - {""},
            reading=reading,
            numbers=(
                *model_numbers(f"{legible(record.name)} ; {model}"),
                joined(model),
            ),
            suits=model_numbers(legible(record.specification)),
            brands=brands | reading.brands,
            series=frozenset(_series(model)),
            words=_words_of(f"{whole} {legible(record.brand)}"),
        )

    def _read_record(
        self, name: str, specification: str, aliases: tuple[str, ...]
    ) -> Reading:
        reading = self.reader.read(name, specification, of_record=True)
        for alias in aliases:
            other = self.reader.read(alias, of_record=True)
            heads = dict.fromkeys([*reading.heads, *other.heads])
            reading = Reading(**{**vars(reading), "heads": tuple(heads)})
        return reading

    def _learn_words(self, record: Record, known: Known) -> None:
        for name in known.names:
            if self.reader.lexicon.find(name) is None:
                self._words[name] = Word(Sense.NAME, value=name)
                self._slips.add(name)
        for series in known.series:
            common = self.reader.slips.knows(series)
            if not common and self.reader.lexicon.find(series) is None:
                self._words.setdefault(series, Word(Sense.SERIES, value=series))
        brand = word_key(record.brand)
        if brand:
            self._brands[brand] += 1
            found = self.reader.lexicon.find(brand)
            if found is None and not self.reader.slips.knows(brand):
                self._words[brand] = Word(Sense.BRAND, value=brand_of(record.brand))

    def _forget_words(self, record: Record, known: Known) -> None:
        for name in known.names:
            if not self._by_name.get(name):
                self._words.pop(name, None)
        for series in known.series:
            if not self._by_series.get(series):
                self._words.pop(series, None)
        brand = word_key(record.brand)
        self._brands[brand] -= 1
        if brand and self._brands[brand] <= 0:
            self._words.pop(brand, None)

    # -- asking -----------------------------------------------------------------

    def reading_of(self, line: Line) -> Reading:
        """What a line is understood to ask for, with what is known of the records."""
        reading = self.reader.read(
            line.text,
            line.specification,
            lexicon=self._lexicon,
            slips=self._slips,
        )
        heads = dict.fromkeys(reading.heads)
        for head in reading.heads:
            for key in sorted(self._by_name.get(head.name, ())):
                heads.update(dict.fromkeys(self._moved(key, head)))
        if not heads:
            for key in self._of_models(reading):
                head = Head("", "", _OF_MODEL, "model", " ".join(reading.numbers))
                heads.update(dict.fromkeys(self._moved(key, head)))
        return replace(reading, heads=tuple(heads))

    def _moved(self, key: str, head: Head) -> Iterator[Head]:
        """What a record is, as what a line means that names it."""
        for other in self.known[key].reading.heads:
            if other.concept:
                weight = head.weight * other.weight * _OF_NAME
                yield replace(head, concept=other.concept, name="", weight=weight)

    def _of_models(self, reading: Reading) -> list[str]:
        """The records that a line's numbers, series and brands point at together."""
        points: dict[str, float] = defaultdict(float)
        for number in reading.numbers:
            near = {
                key
                for each in number_keys(number)
                for key in self._by_number.get(each, ())
            }
            for key in near:
                if same_number(number, self.known[key].numbers) >= WITHIN:
                    points[key] += 1.0 if is_telling_alone(number) else 0.5
        for series in reading.series:
            for key in self._by_series.get(series, ()):
                points[key] += 1.0
        for key in points:
            if reading.brands:
                there = reading.brands & self.known[key].brands
                points[key] += 0.5 if there else -1.0
        most = max(points.values(), default=0.0)
        return sorted(key for key, each in points.items() if each == most >= 1.0)

    def rarity(self, gram: str) -> float:
        """How telling a pair of characters is: the rarer in names, the more."""
        return log(1 + (len(self.records) + 1) / (1 + len(self._by_gram.get(gram, ()))))

    def weighing(self, line: Line, reading: Reading) -> Weighing:
        """The scales for one line."""
        return Weighing(
            self.family,
            reading,
            word_key(line.text),
            self.rarity,
            self.reader.implied,
        )

    def in_question(
        self, reading: Reading, weighing: Weighing, allowed: Callable[[str], bool]
    ) -> list[str]:
        """The keys of the records worth weighing."""
        found: dict[str, None] = {}

        def take(keys: Iterable[str]) -> None:
            fresh = [key for key in keys if key not in found and allowed(key)]
            room = MOST_IN_QUESTION - len(found)
            if len(fresh) > room:
                fresh = nsmallest(room, fresh)
            found.update(dict.fromkeys(fresh))

        take(self._by_name.get(weighing.name, ()))

        for number in reading.numbers:
            for key in number_keys(number):
                take(self._by_number.get(key, ()))
        for series in sorted(reading.series):
            take(self._by_series.get(series, ()))
        for head in reading.heads:
            if head.name:
                take(self._by_name.get(head.name, ()))
        take(self._alike(reading, allowed))
        for relation in (
            Relation.SAME,
            Relation.NARROWER,
            Relation.BROADER,
            Relation.INSTEAD,
            Relation.SIBLING,
        ):
            for concept, (stands, _, _) in weighing.related.items():
                if stands is relation:
                    take(self._by_concept.get(concept, ()))
        return list(found)

    def _alike(self, reading: Reading, allowed: Callable[[str], bool]) -> list[str]:
        """The records whose names share most with a line's, by how telling it is."""
        scores: dict[str, float] = defaultdict(float)
        for gram in sorted(reading.grams):
            postings = self._by_gram.get(gram, ())
            if len(postings) > _MOST_POSTINGS:
                continue
            rarity = self.rarity(gram)
            for key in postings:
                scores[key] += rarity
        kept = ((-score, key) for key, score in scores.items() if allowed(key))
        return [key for _, key in nsmallest(MOST_ALIKE, kept)]


def _series(model: str) -> Iterator[str]:
    """The words in a model: ``latitude 5520`` has latitude."""
    for part in model.replace("/", " ").split():
        word = word_key("".join(each for each in part if not each.isdigit()))
        if len(word) >= _SHORTEST_SERIES or (len(word) > 1 and not word.isascii()):
            yield word


def _words_of(text: str) -> frozenset[str]:
    parts = atoms(text)
    return grams_of(parts) | {intern(part.text) for part in parts}
