"""Weighs records against one line, one kind of evidence after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum

from registry.matching.concepts import Role
from registry.matching.evidence import Difference, Evidence, Known
from registry.matching.fitting import Fit, fit
from registry.matching.lexicon import Feature
from registry.matching.model_numbers import WITHIN, is_telling_alone, same_number
from registry.matching.reading import Reading
from registry.matching.relations import WORTH, Family, Related, Relation
from registry.matching.units import Measure

_NO_RELATION = (Relation.OTHER, 1.0, "")
MOST_UNKNOWN = 4
_SHORT_NUMBER = 0.3
MOST_COUNTED = 3
"""So many met properties count, not more: the tenth proves little."""


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
        self._ambiguous = {head.concept for head in wanted.heads if not head.sure}
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
        best = self._nearest(found, known)
        if named and (best is None or best[0] is not Relation.SAME):
            self._is(found, Relation.SAME, named)
            found.known_concept = next(iter(known.reading.concepts), "")
            return
        if not self.related and not self._named:
            found.add("unknown_wanted")
            return
        if best is None:
            found.add("unknown_known")
            found.add("unknown_belonging", float(self._wants_belonging()))
            return
        relation, weight, asked, concept = best
        found.asked_concept, found.known_concept = asked, concept
        if relation is Relation.BROADER and self._described(asked, concept, known):
            relation = Relation.NARROWER
            found.add("described")
        self._is(found, relation, weight)
        if relation is not Relation.OTHER:
            found.add("ambiguous_wanted", float(asked in self._ambiguous))
            found.add("ambiguous_known", float(found.ambiguous))

    def _wants_belonging(self) -> bool:
        """Whether a part, an accessory or some work is asked for, and no thing."""
        concepts = self._family.thesaurus.concepts
        roles = {concepts[name].role for name in self._wanted.concepts}
        return bool(roles) and not roles & {Role.THING, Role.GROUP}

    def _is(self, found: Evidence, relation: Relation, weight: float) -> None:
        found.relation = relation
        found.add(str(relation))
        if relation is not Relation.OTHER:
            found.add("unsure", 1 - weight)

    def _nearest(
        self, found: Evidence, known: Known
    ) -> tuple[Relation, float, str, str] | None:
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
                found.ambiguous = not head.sure
        return best

    def _described(self, asked: str, concept: str, known: Known) -> bool:
        """Whether what is said of a broader record makes it what was asked for."""
        owners = self._family.thesaurus.concepts[asked].goes_with
        there = known.reading.owners
        if any(self._family.akin(one, other) for one in owners for other in there):
            return True
        implied = self._implied(asked) - self._implied(concept)
        return bool(implied) and implied <= self._features_of(known)

    def _features_of(self, known: Known) -> frozenset[Feature]:
        """What is said of a record, and what the names of its concepts say."""
        implied = map(self._implied, known.reading.concepts)
        return known.reading.features.union(*implied)

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
        """Whether both are for the same thing; for a belonging that is decisive."""
        concepts = self._family.thesaurus.concepts
        wanted, there = list(self._wanted.owners), list(known.reading.owners)
        for concept in known.reading.concepts:
            there += concepts[concept].goes_with
        role = concepts[found.known_concept].role if found.known_concept else Role.THING
        kind = "owner" if role in (Role.THING, Role.GROUP) else "belonging"
        if not wanted:
            found.add(f"{kind}_extra", float(bool(known.reading.owners)))
        elif any(self._family.akin(one, other) for one in wanted for other in there):
            found.add(f"{kind}_met")
        else:
            found.add(f"{kind}_{'contradicted' if there else 'silent'}")

    def _compare_features(self, found: Evidence, known: Known) -> None:
        there: dict[str, set[str]] = {}
        for feature in self._features_of(known):
            there.setdefault(feature.facet, set()).add(feature.value)
        wanted = set(self._wanted.features)
        if found.relation not in (Relation.SAME, Relation.NARROWER):
            wanted |= self._implied(found.asked_concept)
        met = 0
        for feature in sorted(wanted, key=lambda each: (each.facet, each.value)):
            values = there.get(feature.facet, set())
            fits = Fit.CONTRADICTED if values else Fit.SILENT
            if feature.value in values:
                fits = Fit.MET
                met += 1
            if fits is not Fit.MET or (met <= MOST_COUNTED and found.is_related):
                found.add(f"{'feature' if feature.binding else 'nuance'}_{fits}")
            if feature.binding:
                known_values = "|".join(sorted(values))
                found.differences.append(
                    Difference(feature.facet, feature.value, known_values, fits)
                )
        asked = {feature.facet for feature in wanted}
        extra = [
            feature
            for feature in known.reading.features
            if feature.binding and feature.facet not in asked
        ]
        found.add("feature_extra", min(len(extra), MOST_COUNTED))

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
            met += fits is Fit.MET
            if fits is not Fit.MET or (met <= MOST_COUNTED and found.is_related):
                found.add(f"measure_{fits}")
            found.add("measure_distance", distance)
        bound = [each.fit for each in found.differences]
        if bound and found.is_related and set(bound) == {Fit.MET}:
            found.add("all_met")

    def _compare_numbers(self, found: Evidence, known: Known) -> None:
        wanted = self._wanted
        if wanted.numbers:
            best = max(same_number(number, known.numbers) for number in wanted.numbers)
            suits = max(same_number(number, known.suits) for number in wanted.numbers)
            if best >= WITHIN:
                found.add("number_met", best * self._telling(known))
            elif suits >= WITHIN:
                found.add("number_suits")
            else:
                found.add("number_contradicted")
            if max(best, suits) >= WITHIN:
                there = (*known.numbers, *known.suits)
                found.number = max(
                    wanted.numbers, key=lambda each: same_number(each, there)
                )
        if wanted.series:
            found.add(
                "series_met" if wanted.series & known.series else "series_contradicted"
            )
        if wanted.brands:
            if wanted.brands & known.brands:
                found.add("brand_met", float(found.is_related))
                found.brand = min(wanted.brands & known.brands)
            elif known.brands:
                found.add("brand_contradicted")
            else:
                found.add("brand_silent")

    def _telling(self, known: Known) -> float:
        """How much a number shared says: a short one little, unless the make agrees."""
        wanted = self._wanted
        if any(map(is_telling_alone, wanted.numbers)):
            return 1.0
        make = wanted.brands & known.brands or wanted.series & known.series
        return 1.0 if make else _SHORT_NUMBER

    def _compare_residue(self, found: Evidence, known: Known) -> None:
        """What nobody understands of the line: whether the record says it too."""
        wanted = self._wanted
        if wanted.told:
            unknown = found.relation is Relation.UNKNOWN
            found.add("told_unknown" if unknown else "told")
            return
        missing = [part for part in wanted.residue if part not in known.words]
        there = len(wanted.residue) - len(missing)
        found.add("residue_missing", min(len(missing), MOST_UNKNOWN))
        found.add("residue_met", min(there, MOST_UNKNOWN))
        extra = [part for part in known.reading.residue if part not in wanted.residue]
        found.add("residue_extra", min(len(extra), MOST_UNKNOWN))
        beside = [words for words in wanted.beside if not words & known.words]
        found.add("beside_missing", min(len(beside), MOST_UNKNOWN))
        found.add("beside_met", min(len(wanted.beside) - len(beside), MOST_UNKNOWN))
        if found.relation in (Relation.SAME, Relation.NARROWER) and self._is_general():
            apart = missing or {"owner_silent", "owner_contradicted"} & set(
                found.signals
            )
            found.add("general_missing", float(bool(apart)))
        if found.relation is Relation.UNKNOWN:
            self._compare_beginnings(found, known)

    def _is_general(self) -> bool:
        """Whether the head is one character (柜): what stands before it says which."""
        return any(
            len(head.written) == 1 and not head.written.isascii()
            for head in self._wanted.heads
        )

    def _compare_beginnings(self, found: Evidence, known: Known) -> None:
        """Whether one name is the other and something more: 乒乓球台罩."""
        for name in known.names:
            if self.name != name and len(name) > 1 and self.name.startswith(name):
                found.add("begins_wanted")
                return
            if self.name != name and self.name and name.startswith(self.name):
                found.add("begins_known")
                return
