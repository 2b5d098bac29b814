"""What a count makes of an expected thing, and what it is told to whoever counted.

Of several counts in one round the last place decides; that there were several places is
kept as a dispute. A later round counts for more than an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from registry.audits.states import AT_ONCE, Outcome, Verdict

AWAY = (Outcome.PENDING, Outcome.MISSING, Outcome.EXCUSED)
"""Outcomes of what has not been found."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One count of a thing that holds: who saw it where, in which round."""

    key: str
    place_id: int | None
    person_id: int | None
    at: datetime
    """When the server heard of it."""
    round: int


@dataclass(frozen=True, slots=True)
class Line:
    """An expected thing, as far as counting goes."""

    asset_id: int
    place_id: int | None
    excuse: str | None
    outcome: str
    found_place_id: int | None = None
    found_by_id: int | None = None
    found_at: datetime | None = None
    found_round: int | None = None
    record_key: str | None = None
    times: int = 0
    is_disputed: bool = False

    @property
    def is_found(self) -> bool:
        """Whether somebody has seen it."""
        return self.outcome in (Outcome.HERE, Outcome.ELSEWHERE)


def verdict_of(line: Line, place_id: int | None, in_round: int) -> Verdict:
    """What whoever counts a thing at a place is told."""
    if line.is_found and (line.found_round or 0) > in_round:
        return Verdict.ALREADY
    if (
        line.is_found
        and line.found_round == in_round
        and line.found_place_id == place_id
    ):
        return Verdict.ALREADY
    return Verdict.HERE if place_id == line.place_id else Verdict.ELSEWHERE


def after_seeing(line: Line, seen: Seen) -> Line:
    """The line after one more count of the thing."""
    held = line.found_round or 0
    if line.is_found and seen.round < held:
        return line
    if line.is_found and seen.round == held and line.found_place_id == seen.place_id:
        return replace(line, times=line.times + 1)
    again = line.is_found and seen.round == held
    outcome = Outcome.HERE if seen.place_id == line.place_id else Outcome.ELSEWHERE
    return replace(
        line,
        outcome=str(outcome),
        found_place_id=seen.place_id,
        found_by_id=seen.person_id,
        found_at=seen.at,
        found_round=seen.round,
        record_key=seen.key,
        times=line.times + 1 if again else 1,
        is_disputed=line.is_disputed or again,
    )


def after_all(line: Line, seen: Iterable[Seen], *, is_over: bool) -> Line:
    """The line as these counts make it, in the order they came, from nothing.

    ``is_over`` says that its place is closed, or the walk ended, so that what was not
    found is missing.
    """
    found = not_seen(line, is_over=is_over)
    for each in seen:
        found = after_seeing(found, each)
    return found


def not_seen(line: Line, *, is_over: bool) -> Line:
    """The line as if nobody had ever counted it."""
    if line.excuse in AT_ONCE or (is_over and line.excuse is not None):
        outcome = Outcome.EXCUSED
    else:
        outcome = Outcome.MISSING if is_over else Outcome.PENDING
    return Line(line.asset_id, line.place_id, line.excuse, str(outcome))


def after_closing(line: Line) -> Line:
    """The line after somebody said that nothing more is at its place."""
    return line if line.is_found else not_seen(line, is_over=True)


def after_reopening(line: Line) -> Line:
    """The line after its place is looked through again."""
    return line if line.is_found else not_seen(line, is_over=False)


def after_count(
    lines: Sequence[Line], count: int, seen: Seen, *, is_over: bool
) -> list[Line]:
    """A heap of things without labels after so many of them were counted.

    Which ones were seen nobody can say: the first ones stand for all.
    """
    return [
        after_all(line, [seen] if number < count else [], is_over=is_over)
        for number, line in enumerate(sorted(lines, key=lambda each: each.asset_id))
    ]
