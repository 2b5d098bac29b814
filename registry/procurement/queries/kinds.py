"""What kind of thing a line asks for, so that one need in other words is still one.

Two lines ask for the same kind where they share an item type, the text, a concept that
either means (or one above it that is a thing, such as a printer above a laser printer),
or a class of the national classification; where one names a whole group (multimedia
equipment) also with all that belongs to it. Words that nobody knows are one kind
together: they say nothing by which they could be told apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from registry.matching.concepts import Concept, Role, Thesaurus
from registry.matching.normalising import normalise
from registry.matching.records import Line
from registry.procurement.models.requests import PurchaseLine
from registry.procurement.queries.matcher import Catalogue
from registry.procurement.rules.approval import Kind

UNKNOWN = ("unknown",)
SURELY = 0.7
"""How surely a word must mean something for it to count."""


def kind_of(line: PurchaseLine, known: Catalogue) -> Kind:
    """The kind of thing a line asks for."""
    index = known.index
    reading = index.reading_of(Line(line.text, line.specification))
    heads = [head for head in reading.heads if head.weight >= SURELY]
    keys: set[Hashable] = {("text", "".join(normalise(line.text).split()))}
    groups: set[Hashable] = set()
    keys |= {("name", head.name) for head in heads if head.name}
    concepts = [head.concept for head in heads if head.concept]
    if line.item_type is not None:
        type_id = line.item_type.standing.id
        keys.add(("type", type_id))
        found = index.known.get(str(type_id))
        concepts += found.reading.concepts if found is not None else ()
        record = index.records.get(str(type_id))
        if record is not None and record.class_code:
            keys.add(("class", record.class_code))
    for concept in _with_those_above(concepts, index.thesaurus):
        held = groups if concept.role is Role.GROUP else keys
        held.add(("concept", concept.name))
        if concept.role is not Role.GROUP:
            keys |= {("class", code) for code in concept.classes}
    keys |= {("concept", name) for name in concepts}
    if not concepts and not any(head.name for head in heads) and not line.item_type:
        keys.add(UNKNOWN)
    return Kind(frozenset(keys), frozenset(groups))


def _with_those_above(names: Iterable[str], thesaurus: Thesaurus) -> Iterable[Concept]:
    for name in names:
        for each in (name, *thesaurus.above(name)):
            found = thesaurus.concepts.get(each)
            if found is not None:
                yield found
