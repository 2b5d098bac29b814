"""How an asset stands after everything that happened to it, and what may not happen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from registry.demo.shapes import Asset, Event, State, Verb

_MOVES: dict[Verb, tuple[frozenset[State], State]] = {
    Verb.MARK_IDLE: (frozenset({State.IN_USE}), State.IDLE),
    Verb.PUT_TO_USE: (frozenset({State.IDLE}), State.IN_USE),
    Verb.SEND_TO_REPAIR: (frozenset({State.IN_USE}), State.UNDER_REPAIR),
    Verb.RETURN_FROM_REPAIR: (frozenset({State.UNDER_REPAIR}), State.IN_USE),
    Verb.MARK_MISSING: (frozenset({State.IN_USE}), State.MISSING),
    Verb.MARK_FOUND: (frozenset({State.MISSING}), State.IN_USE),
    Verb.PROPOSE_DISPOSAL: (
        frozenset({State.IN_USE, State.IDLE}),
        State.PENDING_DISPOSAL,
    ),
    Verb.DISPOSE: (frozenset({State.PENDING_DISPOSAL}), State.DISPOSED),
}


class ImpossibleEvent(Exception):
    """The demo story tells something that cannot happen in this order."""


@dataclass(frozen=True)
class Standing:
    """Where, whose and in what state an asset is."""

    state: State
    department: str
    place: str
    custodian: str
    condition: str
    on_loan: bool = False
    borrower: str | None = None
    due: date | None = None


def as_entered(asset: Asset) -> Standing:
    """How an asset stood when it was entered."""
    return Standing(
        State.IN_USE, asset.department, asset.place, asset.custodian, asset.condition
    )


def standing(asset: Asset) -> Standing:
    """How an asset stands today; ImpossibleEvent if its story cannot be."""
    return after(as_entered(asset), asset.events, asset.key)


def after(start: Standing, events: Iterable[Event], key: str = "") -> Standing:
    """A standing after some events."""
    for event in events:
        start = _step(start, event, key)
    return start


def _step(now: Standing, event: Event, key: str) -> Standing:
    if event.verb is Verb.LEND:
        _require(now.state is State.IN_USE and not now.on_loan, event, key)
        return replace(now, on_loan=True, borrower=event.borrower, due=event.due)
    if event.verb is Verb.GIVE_BACK:
        _require(now.on_loan, event, key)
        return replace(now, on_loan=False, borrower=None, due=None)
    _require(not now.on_loan and now.state is not State.DISPOSED, event, key)
    if event.verb in _MOVES:
        sources, target = _MOVES[event.verb]
        _require(now.state in sources, event, key)
        now = replace(now, state=target)
    return replace(
        now,
        department=event.department or now.department,
        place=event.place or now.place,
        custodian=event.custodian or now.custodian,
        condition=event.condition or now.condition,
    )


def _require(possible: bool, event: Event, key: str) -> None:
    if not possible:
        raise ImpossibleEvent(f"{event.verb} on {event.on} of {key}")
