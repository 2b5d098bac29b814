"""What goes in: item types, request lines, and what people have taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Record:
    """An item type as the matcher needs it; the caller knows it by its ``key``."""

    key: str
    name: str
    brand: str = ""
    model: str = ""
    specification: str = ""
    aliases: tuple[str, ...] = ()
    class_code: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a purchase request: what is wanted, and what it must be like."""

    text: str
    specification: str = ""
    item_type: str = ""
    """The key of the record that the requester picked, if they picked one."""


@dataclass(frozen=True)
class Adjustments:
    """What answers have taught; it goes beside a line and changes nothing for good.

    ``aliases``: from a wording to the keys of records that served it once (accepted).
    ``declined``: from a wording to the keys that people said do not serve it. Both by
    the plain form of the wording, which ``registry.matching.wording`` gives.
    """

    aliases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    declined: Mapping[str, frozenset[str]] = field(default_factory=dict)


NOTHING_TAUGHT = Adjustments()
