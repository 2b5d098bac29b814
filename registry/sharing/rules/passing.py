"""Holds, transfers and loans as pure rules: how long, in what state, over what days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from registry.kernel.clock import start_of
from registry.ledger.states import Restriction
from registry.sharing.states import (
    LINE_OPEN,
    TransferLineState,
    TransferState,
)

HOLD_DAYS = 3
"""So many whole days a thing is kept for somebody, after the day they asked."""
MOST_HOLDS = 100
"""So many things one person may have kept for themselves at a time."""
MOST_AT_ONCE = 1_000
LONGEST_LOAN = timedelta(days=366)
FURTHEST_AHEAD = timedelta(days=366)
ANSWER_HOURS = 8
"""Working hours in which the owner answers, before somebody further up is asked."""
MOVE_HOURS = 16
"""Working hours in which things are handed over, or received."""


def end_of_day(day: date, zone: str) -> datetime:
    """The moment a day is over where the institution is."""
    return start_of(day + timedelta(days=1), zone)


def hold_until(day: date, zone: str) -> datetime:
    """Until when a thing asked for on a day is kept."""
    return end_of_day(day + timedelta(days=HOLD_DAYS), zone)


def is_blocked(restrictions: Collection[str]) -> bool:
    """Whether a thing may not go to others at all."""
    return Restriction.SAFETY in restrictions


def overlap(from_on: date, until_on: date, other_from: date, other_until: date) -> bool:
    """Whether two spans of days have a day in common."""
    return from_on <= other_until and other_from <= until_on


_CLOSED_AS = (
    (TransferLineState.RECEIVED, TransferState.RECEIVED),
    (TransferLineState.REFUSED, TransferState.REFUSED),
    (TransferLineState.CANCELLED, TransferState.CANCELLED),
    (TransferLineState.LAPSED, TransferState.LAPSED),
)

_VERB_TO = {
    TransferState.AGREED: "settle_answers",
    TransferState.UNDER_WAY: "send",
    TransferState.RECEIVED: "complete",
    TransferState.REFUSED: "refuse",
    TransferState.CANCELLED: "cancel",
    TransferState.LAPSED: "lapse",
}


def state_of_lines(lines: Collection[str]) -> TransferState:
    """What the states of its lines make of a transfer."""
    standing = {each for each in lines if each in LINE_OPEN}
    if TransferLineState.REQUESTED in standing:
        return TransferState.REQUESTED
    if TransferLineState.AGREED in standing:
        return TransferState.AGREED
    if standing:
        return TransferState.UNDER_WAY
    return next(after for line, after in _CLOSED_AS if line in lines)


def verb_between(before: str, after: TransferState) -> str | None:
    """The move of a transfer that its lines ask for; None where it stays."""
    if before == after:
        return None
    if before == TransferState.UNDER_WAY and after == TransferState.AGREED:
        return "take_back"
    return _VERB_TO[after]
