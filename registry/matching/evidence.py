"""What speaks for a record serving a line, and what against: signals and facts."""

from __future__ import annotations

from dataclasses import dataclass, field

from registry.matching.fitting import Fit
from registry.matching.reading import Reading
from registry.matching.relations import Relation


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
    ambiguous: bool = False
    """Whether the record's own name may mean something else."""

    @property
    def is_related(self) -> bool:
        """Whether it may be the thing: what is met by another thing proves nothing."""
        return self.relation not in (Relation.OTHER, Relation.BELONGS)

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
    """The model numbers of itself."""
    suits: tuple[str, ...]
    """Those in its specification, often of what it is for."""
    brands: frozenset[str]
    series: frozenset[str]
    words: frozenset[str]
    """Pairs of characters and words of everything said of it."""
