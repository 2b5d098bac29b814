"""What speaks for a record serving a line, and what against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import fsum

from registry.matching.lexicon import Feature
from registry.matching.measures import Fit, Measure, fit
from registry.matching.model_numbers import WITHIN, same_number
from registry.matching.reading import Reading
from registry.matching.relations import WORTH, Family, Related, Relation

_NO_RELATION = (Relation.OTHER, 1.0, "")
MOST_COUNTED = 3
"""So many met properties count, not more: the tenth proves little."""


@dataclass(frozen=True)
class Difference:
    """A property a line asks for, and how a record stands to it."""

    kind: str
    wanted: str
    known: str
    fit: Fit


@dataclass
class Evidence:
    """Signals by name, most of them 0 to 1, and the facts behind them."""

    relation: Relation = Relation.UNKNOWN
    asked_concept: str = ""
    known_concept: str = ""
    signals: dict[str, float] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    number: str = ""
    brand: str = ""

    def add(self, signal: str, amount: float = 1.0) -> None:
        """Add to a signal."""
        if amount:
            self.signals[signal] = self.signals.get(signal, 0.0) + amount


@dataclass(frozen=True)
class Known:
    """A record's reading, made once."""

    key: str
    names: frozenset[str]
    """The plain forms of its name and of its aliases."""
    reading: Reading
    numbers: tuple[str, ...]
    brands: frozenset[str]
    series: frozenset[str]
    words: frozenset[str]
    """Pairs of characters and words of everything said of it."""


class Weighing:
    """Weighs records against one line."""

    def __init__(
        self,
        family: Family,
        wanted: Reading,
        wanted_name: str,
        rarity: Callable[[str], float],
        implied: Callable[[str], frozenset[Feature]],
    ) -> None:
        self._family = family
        self._implied = implied
        self._wanted = wanted
        self.name = wanted_name
        """The line's words as one name."""
        self._rarity = rarity
        self.related: Related = family.related(wanted.heads)
        self._named = {head.name: head.weight for head in wanted.heads if head.name}
        self._weight = fsum(map(rarity, wanted.grams)) or 1.0

    def evidence(self, known: Known, *, meant: bool = False) -> Evidence:
        """All signals of one record; ``meant`` if the line surely means it."""
        found = Evidence()
        if meant:
            self._is(found, Relation.SAME, 1.0)
            found.add("same_name")
        else:
            self._relate(found, known)
            self._compare_words(found, known)
            self._compare_tails(found, known)
            self._compare_owners(found, known)
            self._compare_residue(found, known)
        self._compare_features(found, known)
        self._compare_measures(found, known.reading.measures)
        self._compare_numbers(found, known)
        return found

    def _relate(self, found: Evidence, known: Known) -> None:
        """How what the record is stands to what the line means."""
        if self.name in known.names:
            found.add("same_name")
        named = max((self._named.get(name, 0.0) for name in known.names), default=0.0)
        best = self._nearest(known)
        if named and (best is None or best[0] is not Relation.SAME):
            self._is(found, Relation.SAME, named)
            found.known_concept = next(iter(known.reading.concepts), "")
            return
        if not self.related and not self._named:
            found.add("unknown_wanted")
            return
        if best is None:
            found.add("unknown_known")
            return
        relation, weight, asked, concept = best
        found.asked_concept, found.known_concept = asked, concept
        if relation is Relation.BROADER and self._described(asked, concept, known):
            relation = Relation.NARROWER
            found.add("described")
        self._is(found, relation, weight)

    def _is(self, found: Evidence, relation: Relation, weight: float) -> None:
        found.relation = relation
        found.add(str(relation))
        if relation is not Relation.OTHER:
            found.add("unsure", 1 - weight)

    def _nearest(self, known: Known) -> tuple[Relation, float, str, str] | None:
        """The nearest relation of the record's concepts, its weight, and the two."""
        best: tuple[Relation, float, str, str] | None = None
        worth = -1.0
        for head in known.reading.heads:
            if not head.concept:
                continue
            relation, weight, asked = self.related.get(head.concept, _NO_RELATION)
            weight *= head.weight
            if WORTH[relation] * weight > worth:
                worth = WORTH[relation] * weight
                best = relation, weight, asked, head.concept
        return best

    def _described(self, asked: str, concept: str, known: Known) -> bool:
        """Whether a broader record's own features make it what was asked for."""
        implied = self._implied(asked) - self._implied(concept)
        return bool(implied) and implied <= known.reading.features

    def _compare_words(self, found: Evidence, known: Known) -> None:
        shared = self._wanted.grams & known.reading.grams
        if not shared:
            return
        both = fsum(map(self._rarity, shared))
        there = fsum(map(self._rarity, known.reading.grams))
        alike = 2 * both / (self._weight + there)
        found.add("alike", alike)
        if found.relation is Relation.UNKNOWN:
            found.add("alike_unknown", alike)
        elif found.relation is Relation.OTHER:
            found.add("alike_other", alike)

    def _compare_tails(self, found: Evidence, known: Known) -> None:
        """Where one head is not known: whether both names end alike."""
        wanted = self._wanted
        if found.relation is Relation.UNKNOWN and wanted.tail and not wanted.told:
            same = wanted.tail == known.reading.tail
            found.add("tail_same" if same else "tail_other")

    def _compare_owners(self, found: Evidence, known: Known) -> None:
        wanted = [*self._wanted.owners]
        there = list(known.reading.owners)
        for concept in known.reading.concepts:
            there += self._family.thesaurus.concepts[concept].goes_with
        if wanted:
            if any(self._family.akin(one, other) for one in wanted for other in there):
                found.add("owner_met")
            elif there:
                found.add("owner_contradicted")
            else:
                found.add("owner_silent")
        elif known.reading.owners:
            found.add("owner_extra")

    def _compare_features(self, found: Evidence, known: Known) -> None:
        there: dict[str, set[str]] = {}
        for feature in known.reading.features:
            there.setdefault(feature.facet, set()).add(feature.value)
        met = silent = 0
        for feature in sorted(
            self._wanted.features, key=lambda each: (each.facet, each.value)
        ):
            values = there.get(feature.facet)
            name = "feature" if feature.binding else "nuance"
            if values is None:
                silent += feature.binding
                found.add(f"{name}_silent")
                fits = Fit.SILENT
            elif feature.value in values:
                met += 1
                if met <= MOST_COUNTED:
                    found.add(f"{name}_met")
                fits = Fit.MET
            else:
                found.add(f"{name}_contradicted")
                fits = Fit.CONTRADICTED
            if feature.binding:
                found.differences.append(
                    Difference(
                        feature.facet,
                        feature.value,
                        "|".join(sorted(values or ())),
                        fits,
                    )
                )
        asked = {feature.facet for feature in self._wanted.features}
        extra = sum(
            feature.binding and feature.facet not in asked
            for feature in known.reading.features
        )
        found.add("feature_extra", min(extra, MOST_COUNTED))

    def _compare_measures(self, found: Evidence, there: Sequence[Measure]) -> None:
        met = 0
        for wish in self._wanted.measures:
            fits, distance, which = fit(wish, there)
            found.differences.append(
                Difference(
                    wish.kind,
                    wish.comparison + wish.written,
                    which.written if which else "",
                    fits,
                )
            )
            if fits is Fit.MET:
                met += 1
                if met > MOST_COUNTED:
                    continue
            found.add(f"measure_{fits}")
            found.add("measure_distance", distance)

    def _compare_numbers(self, found: Evidence, known: Known) -> None:
        wanted = self._wanted
        if wanted.numbers:
            best = max(same_number(number, known.numbers) for number in wanted.numbers)
            if best >= WITHIN:
                found.add("number_met", best)
                found.number = max(
                    wanted.numbers, key=lambda each: same_number(each, known.numbers)
                )
            else:
                found.add("number_contradicted")
        if wanted.series:
            found.add(
                "series_met" if wanted.series & known.series else "series_contradicted"
            )
        if wanted.brands:
            if wanted.brands & known.brands:
                found.add("brand_met")
                found.brand = min(wanted.brands & known.brands)
            elif known.brands:
                found.add("brand_contradicted")
            else:
                found.add("brand_silent")

    def _compare_residue(self, found: Evidence, known: Known) -> None:
        if self._wanted.told:
            found.add("told")
            return
        missing = [part for part in self._wanted.residue if part not in known.words]
        there = len(self._wanted.residue) - len(missing)
        found.add("residue_missing", min(len(missing), 4))
        found.add("residue_met", min(there, 4))
        extra = [
            part for part in known.reading.residue if part not in self._wanted.residue
        ]
        found.add("residue_extra", min(len(extra), 4))
