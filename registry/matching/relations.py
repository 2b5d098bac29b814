"""How concepts stand to what was asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from registry.matching.concepts import Concept, Role, Thesaurus
from registry.matching.heads import Head


class Relation(StrEnum):
    """What a record's concept is to the wanted one, best first."""

    SAME = "same"
    NARROWER = "narrower"
    BROADER = "broader"
    INSTEAD = "instead"
    SIBLING = "sibling"
    GROUPED = "grouped"
    BELONGS = "belongs"
    OTHER = "other"
    UNKNOWN = "unknown"


WORTH = {
    Relation.SAME: 1.0,
    Relation.NARROWER: 0.95,
    Relation.BROADER: 0.6,
    Relation.INSTEAD: 0.5,
    Relation.SIBLING: 0.4,
    Relation.GROUPED: 0.2,
    Relation.BELONGS: 0.1,
    Relation.OTHER: 0.0,
    Relation.UNKNOWN: 0.0,
}
"""Which relation counts where several are possible."""

_FURTHER = 0.85
"""What each further step up or down leaves of the weight."""

Related = dict[str, tuple[Relation, float, str]]
"""From a concept to its relation, the weight of the head, and the head's concept."""


class Family:
    """The thesaurus read from both ends."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self.thesaurus = thesaurus
        self.below: dict[str, list[str]] = defaultdict(list)
        self.instead: dict[str, set[str]] = defaultdict(set)
        self.belongings: dict[str, list[str]] = defaultdict(list)
        self._ends: dict[str, str] = {}
        for concept in thesaurus.concepts.values():
            if concept.broader:
                self.below[concept.broader].append(concept.name)
            for other in concept.instead:
                self.instead[concept.name].add(other)
                self.instead[other].add(concept.name)
            for owner in concept.goes_with:
                self.belongings[owner].append(concept.name)
        self._descendants: dict[str, tuple[str, ...]] = {}
        for concept in thesaurus.concepts.values():
            ending = self._named_by_its_end(concept)
            if ending:
                self.below[ending].append(concept.name)
                self._ends[concept.name] = ending

    def _named_by_its_end(self, concept: Concept) -> str:
        """The concept of the longest end of a belonging's name: 灯泡 of 投影仪灯泡."""
        if concept.role in (Role.THING, Role.GROUP):
            return ""
        above = self.thesaurus.above(concept.name)
        for at in range(1, len(concept.name)):
            for meaning in self.thesaurus.meanings.get(concept.name[at:], ()):
                other = meaning.concept
                alike = other.role is concept.role and meaning.sure
                if alike and other.name not in (concept.name, *above):
                    return (
                        ""
                        if concept.name in self.thesaurus.above(other.name)
                        else other.name
                    )
        return ""

    def above(self, name: str) -> tuple[str, ...]:
        """The broader concepts, nearest first, and what the name itself says."""
        found = self.thesaurus.above(name)
        for each in (name, *found):
            ending = self._ends.get(each)
            if ending and ending not in found:
                found = (*found, ending, *self.thesaurus.above(ending))
        return found

    def descendants(self, name: str) -> tuple[str, ...]:
        """All that is narrower, nearest first."""
        known = self._descendants.get(name)
        if known is None:
            found: list[str] = []
            level = self.below.get(name, [])
            while level:
                fresh = [each for each in level if each not in found and each != name]
                found += fresh
                level = [lower for each in fresh for lower in self.below.get(each, [])]
            known = self._descendants[name] = tuple(found)
        return known

    def related(self, heads: Iterable[Head]) -> Related:
        """Everything that stands to what the heads mean in some relation."""
        found: Related = {}
        for head in heads:
            concept = self.thesaurus.concepts.get(head.concept)
            if concept is None:
                continue
            name = concept.name
            grouped = concept.role is Role.GROUP
            put = _Putter(found, head.weight, name)
            put(Relation.GROUPED if grouped else Relation.SAME, [name])
            put(
                Relation.GROUPED if grouped else Relation.NARROWER,
                self.descendants(name),
            )
            if grouped:
                continue
            near = name
            weight = 1.0
            for above in self.above(name):
                if self.thesaurus.concepts[above].role is Role.GROUP:
                    continue
                weight *= _FURTHER
                put(Relation.BROADER, [above], weight)
                put(Relation.SIBLING, self.descendants(above), weight)
                near = above
            for other in sorted(self.instead.get(name, ())):
                put(Relation.INSTEAD, [other, *self.descendants(other)])
            if near != name:
                for other in sorted(self.instead.get(near, ())):
                    put(Relation.INSTEAD, [other, *self.descendants(other)], _FURTHER)
            put(Relation.BELONGS, concept.goes_with)
            for each in (name, *self.descendants(name)):
                put(Relation.BELONGS, self.belongings.get(each, ()))
        return found

    def akin(self, one: str, other: str) -> bool:
        """Whether one is the other, or one of the other's kinds."""
        return one == other or one in self.above(other) or other in self.above(one)


class _Putter:
    def __init__(self, found: Related, weight: float, head: str) -> None:
        self._found, self._weight, self._head = found, weight, head

    def __call__(
        self, relation: Relation, names: Iterable[str], share: float = 1.0
    ) -> None:
        weight = self._weight * share
        for name in names:
            known = self._found.get(name)
            if known is None or _better((relation, weight), known[:2]):
                self._found[name] = relation, weight, self._head


def _better(one: tuple[Relation, float], other: tuple[Relation, float]) -> bool:
    return WORTH[one[0]] * one[1] > WORTH[other[0]] * other[1]
