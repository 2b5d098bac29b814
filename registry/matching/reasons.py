"""Why a record was found and what differs, as codes and facts; wording is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from registry.matching.concepts import Thesaurus
from registry.matching.evidence import Difference, Evidence
from registry.matching.fitting import Fit
from registry.matching.heads import Head
from registry.matching.lexicon import feature_names
from registry.matching.reading import Reading
from registry.matching.relations import Relation


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a match or against it.

    ``code`` says which, ``facts`` the words and values in it. ``against`` marks what
    differs from what was asked for.
    """

    code: str
    facts: dict[str, str] = field(default_factory=dict)
    against: bool = False


_GUESSED = ("slip", "purpose")
_READ_AS = frozenset(
    [
        Relation.SAME,
        Relation.NARROWER,
        Relation.BROADER,
        Relation.INSTEAD,
        Relation.SIBLING,
    ]
)


def reasons_of(
    reading: Reading, evidence: Evidence, thesaurus: Thesaurus
) -> tuple[Reason, ...]:
    """The reasons for one record, what it is first and what differs last.

    Facts that are words are given in Chinese and, with ``_en`` behind their names, in
    English; what was written by somebody stands as it was written.
    """
    signals = evidence.signals
    found: list[Reason] = []
    for code in ("picked", "taught_accepted", "taught_declined"):
        if signals.get(code):
            found.append(Reason(code, {}, code == "taught_declined"))
    for code in ("number_met", "number_suits"):
        if signals.get(code):
            found.append(Reason(code, {"number": evidence.number}))
    found.append(_relation(reading, evidence, thesaurus))
    found += map(_difference, evidence.differences)
    if signals.get("number_contradicted"):
        facts = {"number": " ".join(reading.numbers)}
        found.append(Reason("number_contradicted", facts, against=True))
    if signals.get("brand_met"):
        found.append(Reason("brand_met", {"brand": evidence.brand}))
    for code in ("brand_contradicted", "brand_silent"):
        if signals.get(code):
            facts = {"brand": " ".join(sorted(reading.brands))}
            found.append(Reason(code, facts, against=True))
    for code in ("owner_contradicted", "owner_silent"):
        if signals.get(code):
            facts = _named("owner", reading.owners[0], thesaurus)
            found.append(Reason(code, facts, against=True))
    found.sort(key=lambda reason: reason.against)
    return tuple(found)


def _relation(reading: Reading, evidence: Evidence, thesaurus: Thesaurus) -> Reason:
    relation = evidence.relation
    head = _head_of(reading, evidence.asked_concept)
    wanted = evidence.asked_concept or (head.written if head else reading.tail)
    facts = _named("wanted", wanted, thesaurus)
    facts |= _named("known", evidence.known_concept, thesaurus)
    code = str(relation) if relation is not Relation.UNKNOWN else "alike"
    if head is not None and head.via in _GUESSED and relation in _READ_AS:
        facts["written"] = head.written
        code = f"{code}_{head.via}"
    return Reason(code, facts, relation not in (Relation.SAME, Relation.NARROWER))


def _named(fact: str, concept: str, thesaurus: Thesaurus) -> dict[str, str]:
    known = thesaurus.concepts.get(concept)
    return {fact: concept, f"{fact}_en": known.english if known else concept}


def _head_of(reading: Reading, concept: str) -> Head | None:
    for head in reading.heads:
        if head.concept == concept:
            return head
    return None


def _difference(found: Difference) -> Reason:
    facts = {"property": found.kind}
    for fact, value in (("wanted", found.wanted), ("known", found.known)):
        values = [(found.kind, each) for each in value.split("|")] if value else []
        names = [feature_names().get(each, (each[1], each[1])) for each in values]
        facts[fact] = "、".join(chinese for chinese, _ in names)
        facts[f"{fact}_en"] = ", ".join(english for _, english in names)
    return Reason(f"property_{found.fit}", facts, found.fit is not Fit.MET)
