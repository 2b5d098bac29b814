"""Model numbers: found in a line, and known again in another way of writing.

``CB-X05``, ``cb x05`` and ``X05`` are one; ``9119`` is found in ``SH-T9119P``, but
``75`` is not found in ``HD-I7580E``: a number is whole or it is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_COMPOUND = re.compile(r"[a-z0-9]+(?:[-_./][a-z0-9]+)*\+?")
_RUN = re.compile(r"\d+|[a-z]+")
_PARTS = re.compile(r"[a-z0-9]+")
_LEAST_DIGITS_ALONE = 3
SAME = 1.0
WITHIN = 0.9


def joined(text: str) -> str:
    """A model number without what separates its parts."""
    return "".join(_PARTS.findall(text))


@lru_cache(maxsize=65536)
def model_numbers(text: str) -> tuple[str, ...]:
    """What may be model numbers in a legible text: compounds that hold a digit."""
    found: dict[str, None] = {}
    for compound in _COMPOUND.findall(text):
        for part in (joined(compound), *_halves(compound)):
            if _telling(part):
                found[part] = None
    return tuple(found)


def _halves(compound: str) -> Iterator[str]:
    """The parts of a compound that are numbers by themselves."""
    parts = _PARTS.findall(compound)
    if len(parts) > 1:
        yield from parts


_WORDS = frozenset(["2d", "3d", "4d", "5d", "4g", "5g", "3g", "2g", "1d", "360"])
"""What holds a digit and is a word."""


def _telling(part: str) -> bool:
    if part in _WORDS:
        return False
    digits = sum(each.isdigit() for each in part)
    if digits == 0:
        return False
    return digits >= _LEAST_DIGITS_ALONE or (digits < len(part) and len(part) > 1)


def is_telling_alone(part: str) -> bool:
    """Whether a number says which model it is without brand or series: not ``m1``."""
    return sum(each.isdigit() for each in part) >= _LEAST_DIGITS_ALONE


def number_keys(part: str) -> Iterator[str]:
    """What a model number is looked up by: its numbers, with one letter if short."""
    runs = _RUN.findall(part)
    for at, run in enumerate(runs):
        if not run[0].isdigit():
            continue
        if len(run) >= _LEAST_DIGITS_ALONE:
            yield run
        elif at:
            yield runs[at - 1][-1] + run
        elif at + 1 < len(runs):
            yield run + runs[at + 1][0]


def same_number(wanted: str, known: Iterable[str]) -> float:
    """Whether a wanted number is among those of a record: SAME, WITHIN or 0."""
    best = 0.0
    for each in known:
        if wanted == each:
            return SAME
        if _within(wanted, each) or (len(each) > 2 and _within(each, wanted)):
            best = WITHIN
    return best


def _within(short: str, long: str) -> bool:
    """Whether one is in the other, with no digit cut off at either end."""
    if len(short) >= len(long) or not _telling(short):
        return False
    at = long.find(short)
    while at >= 0:
        after = at + len(short)
        left = at > 0 and long[at - 1].isdigit() and short[0].isdigit()
        right = after < len(long) and long[after].isdigit() and short[-1].isdigit()
        if not left and not right:
            return True
        at = long.find(short, at + 1)
    return False
