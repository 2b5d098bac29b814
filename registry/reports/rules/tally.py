"""A tally: everything figures are made of, kept by department and item type.

It is of one position of the ledger and one day. Changed assets are taken out as they
were and put in as they are, so that a tally caught up is the tally counted anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from registry.reports.rules.measures import AT, Alike, Measuring, Row, empty_row

Key = tuple[int, int]
"""A department and an item type, by their ids."""

HAPPENINGS = {
    "register": "registered",
    "move": "moved",
    "mark_idle": "idle",
    "put_in_use": "used",
    "dispose": "disposed",
}
"""The verbs whose days are counted, and what figures call them."""
WINDOW = 90
"""Days, up to and with the tally's own, whose happenings are counted."""


class TypeFacts(NamedTuple):
    """What figures need of an item type: its class, how long it serves, its label."""

    class_code: str
    life_months: int | None
    is_labelled: bool


class Happening(NamedTuple):
    """Something that happened to an asset, on a day of the institution's."""

    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One asset as a tally counts it."""

    key: Key
    alike: Alike
    happenings: tuple[Happening, ...] = ()


class Printed:
    """Which assets bear a printed label, a bit each."""

    def __init__(self, bits: bytearray | None = None) -> None:
        self.bits = bits or bytearray()

    def __contains__(self, asset_id: int) -> bool:
        place, bit = divmod(asset_id, 8)
        return place < len(self.bits) and bool(self.bits[place] >> bit & 1)

    def put(self, asset_id: int, printed: bool) -> None:
        """Note of an asset whether its label has been printed."""
        place, bit = divmod(asset_id, 8)
        if place >= len(self.bits):
            self.bits.extend(bytes(place + 1 - len(self.bits)))
        if printed:
            self.bits[place] |= 1 << bit
        else:
            self.bits[place] &= ~(1 << bit)


@dataclass
class Tally:
    """The figures of one institution at one position, on one day."""

    position: int
    hash: str
    """The hash of the entry at the position: that the ledger is still the same one."""
    day: date
    zone: str
    currency: str
    types: dict[int, TypeFacts]
    cells: dict[Key, Row] = field(default_factory=dict)
    days: dict[Key, dict[Happening, int]] = field(default_factory=dict)
    printed: Printed = field(default_factory=Printed)
    printed_until: datetime | None = None
    """When the last label counted here was first printed."""

    def __post_init__(self) -> None:
        self.measuring = Measuring(self.day)

    @property
    def first_day(self) -> date:
        """The first day whose happenings are counted."""
        return self.day - timedelta(days=WINDOW - 1)

    def count(self, counted: Counted, times: int = 1) -> None:
        """Put an asset in, or take it out with ``times`` -1."""
        self.measure(counted.key, counted.alike, times)
        for happening in counted.happenings:
            self.happen(counted.key, happening, times)

    def measure(self, key: Key, alike: Alike, times: int = 1) -> None:
        """Put alike assets of a department and type in, or take them out."""
        row = self.cells.setdefault(key, empty_row())
        self.measuring.measure(row, alike, times)
        if not any(row):
            del self.cells[key]

    def note(self, key: Key, name: str, count: int) -> None:
        """Add to one number of a department and type that has been measured."""
        self.cells[key][AT[name]] += count

    def happen(self, key: Key, happening: Happening, times: int) -> None:
        """Count a happening of an asset that is in the window; others are passed."""
        if not self.first_day <= happening.day <= self.day:
            return
        days = self.days.setdefault(key, {})
        days[happening] = days.get(happening, 0) + times
        if not days[happening]:
            del days[happening]
        if not days:
            del self.days[key]


def counted_of(
    tally: Tally,
    standing: Mapping[str, Any],
    happenings: Iterable[Happening],
    *,
    printed: bool,
) -> Counted:
    """One asset as its entries, replayed to a bare standing, say it is."""
    key = (standing["department"], standing["item_type"])
    facts = tally.types.get(key[1])
    return Counted(
        key, _alike(tally, standing, facts, printed=printed), tuple(happenings)
    )


def _alike(
    tally: Tally, standing: Mapping[str, Any], facts: TypeFacts | None, *, printed: bool
) -> Alike:
    cost, acquired_on = standing["cost_fen"], standing["acquired_on"]
    at_home = standing["currency"] == tally.currency
    return Alike(
        state=standing["state"],
        condition=standing["condition"],
        acquired_on=date.fromisoformat(acquired_on) if acquired_on else None,
        life_months=life_of(standing["service_life_months"], facts),
        value_fen=cost if cost is not None and at_home else 0,
        costed=int(cost is not None),
        foreign=int(cost is not None and not at_home),
        placed=int(standing["place"] is not None),
        kept=int(standing["custodian"] is not None),
        photographed=int(bool(standing["photos"])),
        printed=int(printed),
    )


def life_of(own: int | None, facts: TypeFacts | None) -> int | None:
    """How many months an asset serves: as it says itself, else as its type does."""
    if own is not None or facts is None:
        return own
    return facts.life_months


def happening_of(verb: str, day: date) -> Happening | None:
    """What a verb of the ledger counts as; None for one that is not counted."""
    kind: Any = HAPPENINGS.get(verb)
    return Happening(day, kind) if kind else None
