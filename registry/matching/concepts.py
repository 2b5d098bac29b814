"""The thesaurus: concepts of what is owned, their names and how they stand together.

``docs/thesaurus.md`` describes its files; ``registry.matching.thesaurus_check`` holds
them to it. Reading is forgiving: what a file says wrongly is left out.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from registry.matching.english import singular
from registry.matching.normalising import normalise

COLUMNS = (
    "name",
    "also",
    "english",
    "also_english",
    "role",
    "broader",
    "goes_with",
    "classes",
    "purposes",
)
OPTIONAL_COLUMNS = ("instead",)
BETWEEN = "|"
UNSURE = "?"


class Role(StrEnum):
    """What a concept is, of those that belong together but never serve for another."""

    THING = ""
    GROUP = "group"
    PART = "part"
    ACCESSORY = "accessory"
    CONSUMABLE = "consumable"
    MOUNT = "mount"
    SERVICE = "service"
    SOFTWARE = "software"
    SPACE = "space"


@dataclass(frozen=True)
class Concept:
    """One line of the thesaurus."""

    name: str
    also: tuple[str, ...] = ()
    english: str = ""
    also_english: tuple[str, ...] = ()
    role: Role = Role.THING
    broader: str = ""
    goes_with: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()

    def names(self) -> Iterator[tuple[str, bool]]:
        """Every name, and whether it is sure to mean this concept."""
        yield self.name, True
        for name in (*self.also, self.english, *self.also_english):
            if name:
                yield name.removesuffix(UNSURE), not name.endswith(UNSURE)


@dataclass(frozen=True)
class Meaning:
    """A concept that a word may mean; not ``sure`` if the word means others too."""

    concept: Concept
    sure: bool
    preferred: bool
    """Whether the word is the concept's own name and not another one for it."""


@dataclass
class Thesaurus:
    """All concepts, by name and by everything they are called."""

    concepts: dict[str, Concept]
    meanings: dict[str, tuple[Meaning, ...]] = field(default_factory=dict)
    """From the plain form of a word to what it may mean."""
    version: str = ""
    """A short text that is another whenever the concepts are."""

    def __post_init__(self) -> None:
        found: dict[str, dict[str, Meaning]] = {}
        for concept in self.concepts.values():
            for word, sure in concept.names():
                there = found.setdefault(plain(word), {})
                meaning = Meaning(concept, sure, word == concept.name)
                if concept.name not in there or sure:
                    there[concept.name] = meaning
        self.meanings = {word: _sorted(each) for word, each in found.items() if word}

    def above(self, name: str) -> tuple[str, ...]:
        """The names of the broader concepts, nearest first."""
        found: list[str] = []
        concept = self.concepts.get(name)
        while concept and concept.broader in self.concepts:
            if concept.broader in found:
                break
            found.append(concept.broader)
            concept = self.concepts[concept.broader]
        return tuple(found)


def _sorted(meanings: Mapping[str, Meaning]) -> tuple[Meaning, ...]:
    """The surest first; one that shares its word with others is sure of nothing."""
    ordered = sorted(
        meanings.values(), key=lambda each: (not each.preferred, not each.sure)
    )
    return tuple(ordered)


def plain(word: str) -> str:
    """A name as it is compared: one script, width, case and number, no spaces."""
    normal = normalise(word)
    if normal.isascii():
        return "".join(map(singular, normal.split()))
    return normal.replace(" ", "")


def read_thesaurus(texts: Iterable[str]) -> Thesaurus:
    """The thesaurus in these texts of files; of two concepts of one name the first."""
    concepts: dict[str, Concept] = {}
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
        for row in csv.DictReader(io.StringIO(text)):
            concept = concept_of(row)
            if concept.name:
                concepts.setdefault(concept.name, concept)
    return Thesaurus(concepts, version=digest.hexdigest()[:12])


def concept_of(row: Mapping[str, str | None]) -> Concept:
    """The concept a row of a file tells."""

    def one(column: str) -> str:
        return (row.get(column) or "").strip()

    def several(column: str) -> tuple[str, ...]:
        parts = (part.strip() for part in one(column).split(BETWEEN))
        return tuple(part for part in parts if part)

    role = one("role")
    return Concept(
        name=one("name"),
        also=several("also"),
        english=one("english"),
        also_english=several("also_english"),
        role=Role(role) if role in set(Role) else Role.THING,
        broader=one("broader"),
        goes_with=several("goes_with"),
        classes=several("classes"),
        purposes=several("purposes"),
        instead=several("instead"),
    )


def thesaurus_files() -> list[Path]:
    """The files of the thesaurus that comes with the product, in a fixed order."""
    folder = files("registry.matching") / "thesaurus"
    return sorted(
        Path(str(each)) for each in folder.iterdir() if each.name.endswith(".csv")
    )


@cache
def standard_thesaurus() -> Thesaurus:
    """The thesaurus that comes with the product, read when first needed."""
    return read_thesaurus(each.read_text("utf-8") for each in thesaurus_files())
