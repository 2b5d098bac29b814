"""What an institution has chosen: which signals count, whom they spare, how many."""

from __future__ import annotations

from dataclasses import dataclass

from registry.sharing.states import Signal

MOST_MONTHS = 120
MOST_BATCH = 100
MOST_HOURS = 400
MOST_EXEMPT = 200

NEVER_ASKED = ("1000000", "4000000", "A01000000", "A03000000")
"""Land, buildings, relics: classes of both editions of the national standard."""
STANDS_STILL = ("5000000", "6000000", "A04000000", "A05000000", "A06000000")
"""Books, furniture, plants and animals."""


@dataclass(frozen=True)
class Policy:
    """How an institution finds out what lies idle."""

    asks: bool = True
    """Whether custodians are asked without somebody of the office doing it."""
    signals: tuple[Signal, ...] = tuple(Signal)
    """Which signals count."""
    stored_months: int = 1
    """A thing may stand in a store so long."""
    quiet_months: int = 12
    """A thing may be untouched so long."""
    repaired_months: int = 3
    """A thing that came back from repair may wait so long."""
    ask_again_months: int = 6
    """An answer holds so long."""
    batch: int = 10
    """So many different things somebody is asked about in a week."""
    answer_hours: int = 40
    """So many working hours each one asked has, before the next is asked."""
    exempt_classes: tuple[str, ...] = NEVER_ASKED
    """Classes of things that are never asked about, by code."""
    still_classes: tuple[str, ...] = STANDS_STILL
    """Classes of things that stand still in ordinary use: being quiet tells nothing."""
    exempt_types: tuple[int, ...] = ()
    """Item types that are never asked about."""
    used_places: tuple[int, ...] = ()
    """Stores from which things are taken daily: standing there tells nothing."""
