"""How what is known of a record stands to a measure that is wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from math import inf

from registry.matching.units import BARE, NUMBER, Kind, Measure, kind


class Fit(StrEnum):
    """How a record's value stands to a wanted one."""

    MET = "met"
    NEAR = "near"
    SILENT = "silent"
    CONTRADICTED = "contradicted"


_BYTES = frozenset(["bytes", "memory", "storage"])


def same_kind(wanted: Measure, known: Measure) -> bool:
    """Whether a record's measure answers what a wanted one asks."""
    if wanted.kind == known.kind:
        return True
    if "bytes" in (wanted.kind, known.kind) and {wanted.kind, known.kind} <= _BYTES:
        return True
    return {wanted.kind, known.kind} == {"length", "dims"}


def fit(wanted: Measure, known: Sequence[Measure]) -> tuple[Fit, float, Measure | None]:
    """How what is known of a record stands to a wanted measure, and how far off.

    The distance is 0 where it is met, else the difference as a share of the larger.
    """
    if wanted.kind == BARE:
        return _fit_bare(wanted, known)
    best: tuple[Fit, float, Measure | None] = (Fit.SILENT, 0.0, None)
    for each in known:
        if not same_kind(wanted, each):
            continue
        fits, distance = _fit_one(wanted, each)
        if best[2] is None or (distance, _RANK[fits]) < (best[1], _RANK[best[0]]):
            best = (fits, distance, each)
    return best


def _fit_bare(
    wanted: Measure, known: Sequence[Measure]
) -> tuple[Fit, float, Measure | None]:
    """A number without a unit: met by any measure of that number."""
    for each in known:
        if wanted.low in _numbers_of(each):
            return Fit.MET, 0.0, each
    for each in known:
        if each.kind == "length":
            off = min(_apart(wanted.low, number) for number in _numbers_of(each))
            return (
                (Fit.NEAR if off <= kind("length").near else Fit.CONTRADICTED),
                off,
                each,
            )
    return Fit.SILENT, 0.0, None


def _numbers_of(measure: Measure) -> list[float]:
    """The numbers as they are written."""
    return [float(found) for found in re.findall(NUMBER, measure.written)] or [0.0]


_RANK = {Fit.MET: 0, Fit.NEAR: 1, Fit.SILENT: 2, Fit.CONTRADICTED: 3}


def _fit_one(wanted: Measure, known: Measure) -> tuple[Fit, float]:
    rule = kind(wanted.kind)
    if wanted.sides or known.sides:
        wish, there = wanted.sides or (wanted.low, wanted.high), known.sides
        there = there or (known.low, known.high)
        distance = max(min(_apart(side, other) for other in there) for side in wish)
    else:
        low, high = _bounds(wanted, rule)
        if known.high >= low and known.low <= high:
            distance = 0.0
        else:
            distance = min(
                _apart(low, known.high)
                if known.high < low
                else _apart(high, known.low),
                1.0,
            )
    tolerance = max(rule.tolerance, 0.12 if wanted.comparison == "~" else 0.0)
    if distance <= tolerance:
        return Fit.MET, 0.0
    return (Fit.NEAR if distance <= rule.near else Fit.CONTRADICTED), distance


def _bounds(wanted: Measure, rule: Kind) -> tuple[float, float]:
    """Between which values a record's satisfies the wish."""
    if wanted.comparison == ">=" or (rule.more_is_as_good and not wanted.comparison):
        return wanted.low, inf
    if wanted.comparison == "<=":
        return 0.0, wanted.high
    return wanted.low, wanted.high


def _apart(one: float, other: float) -> float:
    larger = max(abs(one), abs(other))
    return abs(one - other) / larger if larger and larger != inf else 0.0
