"""Chance that always falls the same: numbers drawn from what they are drawn for.

A value depends only on the names given, never on how many were drawn before, so that a
line added to a table leaves all others as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def roll(*about: object) -> int:
    """A number of 64 bits for these names."""
    text = "/".join(str(each) for each in about)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def between(low: int, high: int, *about: object) -> int:
    """A whole number from ``low`` to ``high``, both included."""
    return low + roll(*about) % (high - low + 1)


def one_of(options: Sequence[T], *about: object) -> T:
    """One of the options."""
    return options[roll(*about) % len(options)]


def happens(percent: int, *about: object) -> bool:
    """Whether something that occurs in so many of a hundred cases occurs here."""
    return between(1, 100, *about) <= percent
