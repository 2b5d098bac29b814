"""Which signs there are that a thing lies idle: plain values in, signs out.

A sign has a day, so that it can be told in words: *since* when the thing gives it. What
somebody answered rests the signs that were there then; what happened later counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry.catalogue.classification import covers
from registry.sharing.rules.ages import months_before
from registry.sharing.rules.policies import Policy
from registry.sharing.states import Signal

WEIGHTS = {
    Signal.SEEN_UNUSED: 5,
    Signal.REPLACED: 4,
    Signal.KEEPER_LEFT: 3,
    Signal.STORED: 3,
    Signal.REPAIRED: 2,
    Signal.QUIET: 1,
}
"""How much a signal tells; what tells most is asked about first."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a thing in use that nobody has an exclusive hand on."""

    changed_on: date
    """The day of the last entry about it."""
    in_store: bool = False
    """Whether it stands in a place for storing things."""
    placed_on: date | None = None
    """Since when it stands there; unknown for what was entered there."""
    scanned_on: date | None = None
    """When a colleague last scanned its label."""
    keeper_left_on: date | None = None
    """When whoever keeps it left."""
    repaired_on: date | None = None
    """When it came back from repair, if nothing has happened to it since."""
    unused_on: date | None = None
    """When it was last seen unused."""
    unused_by: str = ""
    """In what it was seen unused, such as the number of an audit."""
    replaced_on: date | None = None
    replaced_by: str = ""
    """When something was bought in its place, and under which number."""
    answered_on: date | None = None
    """When somebody last said that it is in use."""
    rested_until: date | None = None
    """Until when that answer holds."""
    is_labelled: bool = True
    """Whether things of its type bear labels: only these can be scanned."""
    item_type_id: int = 0
    class_code: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """One signal a thing gives, since a day; ``source`` names what it was seen in."""

    signal: Signal
    since: date
    source: str = ""


def signs_of(facts: Facts, policy: Policy, today: date) -> tuple[Sign, ...]:
    """The signs a thing gives that count, those that tell most first."""
    if facts.item_type_id in policy.exempt_types:
        return ()
    if covers(policy.exempt_classes, facts.class_code):
        return ()
    found = [
        sign
        for sign in _all(facts, policy, today)
        if sign.signal in policy.signals and not _rests(sign, facts, today)
    ]
    return tuple(sorted(found, key=lambda sign: -WEIGHTS[sign.signal]))


def weight(signs: tuple[Sign, ...]) -> int:
    """How much some signs tell together."""
    return sum(WEIGHTS[sign.signal] for sign in signs)


def last_life(facts: Facts) -> date:
    """When a thing last showed that somebody has to do with it."""
    return max(facts.changed_on, facts.scanned_on or facts.changed_on)


def _all(facts: Facts, policy: Policy, today: date) -> Iterator[Sign]:
    stored = facts.placed_on or facts.changed_on
    if facts.in_store and stored <= months_before(today, policy.stored_months):
        yield Sign(Signal.STORED, stored)
    life = last_life(facts)
    if _can_be_quiet(facts, policy) and life <= months_before(
        today, policy.quiet_months
    ):
        yield Sign(Signal.QUIET, life)
    if facts.keeper_left_on is not None and facts.keeper_left_on <= today:
        yield Sign(Signal.KEEPER_LEFT, facts.keeper_left_on)
    if facts.unused_on is not None:
        yield Sign(Signal.SEEN_UNUSED, facts.unused_on, facts.unused_by)
    if facts.replaced_on is not None:
        yield Sign(Signal.REPLACED, facts.replaced_on, facts.replaced_by)
    yield from _repaired(facts, policy, today)


def _can_be_quiet(facts: Facts, policy: Policy) -> bool:
    """Whether being quiet tells of disuse: not of what bears no label, nor of desks."""
    return facts.is_labelled and not covers(policy.still_classes, facts.class_code)


def _repaired(facts: Facts, policy: Policy, today: date) -> Iterator[Sign]:
    back = facts.repaired_on
    if back is None or back > months_before(today, policy.repaired_months):
        return
    if facts.scanned_on is None or facts.scanned_on <= back:
        yield Sign(Signal.REPAIRED, back)


def _rests(sign: Sign, facts: Facts, today: date) -> bool:
    """Whether an answer still holds that was given when this sign was there."""
    if facts.rested_until is None or today >= facts.rested_until:
        return False
    return facts.answered_on is None or sign.since <= facts.answered_on
