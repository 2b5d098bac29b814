"""What a column may say: fields, what we call them, and how others head them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    CODE = "code"
    NOTE = "note"
    WHOLE = "whole"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True)
class Field:
    """One thing a column may say.

    ``known_as`` are headers in order of certainty, ``likely`` a pattern for headers
    nobody has listed; both are compared folded (``text.folded``).
    """

    name: str
    label: str
    known_as: tuple[str, ...]
    likely: str = ""
    kind: Kind = Kind.TEXT
    repeats: bool = True
    """Whether a merged cell means the same value for each of its rows."""


IGNORED = "ignored"
"""The field of columns that are known to say nothing we keep: running numbers."""

ATTRIBUTE = "attribute"
"""The field of a column that is kept as it is, under its own header."""


def named(
    name: str,
    label: str,
    known_as: str,
    likely: str = "",
    kind: Kind = Kind.TEXT,
    *,
    repeats: bool | None = None,
) -> Field:
    """A field whose headers are written in one text, with bars between them."""
    if repeats is None:
        repeats = kind in (Kind.TEXT, Kind.DATE)
    names = tuple(each.strip() for each in known_as.split("|") if each.strip())
    return Field(name, label, names, likely, kind, repeats)


@dataclass(frozen=True, eq=False)
class Fields:
    """The fields one kind of sheet can have, and which a header must show."""

    kind: str
    fields: tuple[Field, ...]
    telling: frozenset[str]
    """Without at least one of these a row of words is no header of this kind."""
    least: int = 3
    """How many fields a header shows at least, unless the sheet is narrower."""
    fewest: int = 2
    """How many it shows even then."""
    required: frozenset[str] = frozenset({"name"})
    """Fields without which no row can be read."""
    by_name: dict[str, Field] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_name.update({each.name: each for each in self.fields})
