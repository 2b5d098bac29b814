"""A print run: which label goes into which cell of which page, within its limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import islice, repeat

from labels.errors import RunRefused
from labels.label import Label
from labels.sheet import Sheet

MOST_LABELS = 20_000
"""Of one document, copies counted."""
MOST_COPIES = 1_000
FARTHEST_OFFSET = 20.0

Progress = Callable[[int], None]
"""Told how many labels are drawn so far; raising in it ends the run."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a run came to. ``shortened`` labels had some text cut or left out."""

    pages: int
    labels: int
    shortened: int


def check_count(name: str, value: int, most: int, least: int = 1) -> int:
    """A whole number from ``least`` to ``most``, or a refusal with both."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not least <= value <= most:
        raise RunRefused(f"{name}_out_of_range", least=least, most=most)
    return value


def check_offset(offset: tuple[float, float]) -> tuple[float, float]:
    """The shift right and down that a printer needs, in millimetres."""
    x, y = offset
    if not all(math.isfinite(way) and abs(way) <= FARTHEST_OFFSET for way in (x, y)):
        raise RunRefused(
            "offset_out_of_range", least=-FARTHEST_OFFSET, most=FARTHEST_OFFSET
        )
    return float(x), float(y)


def copied(labels: Iterable[Label], copies: int) -> Iterator[Label]:
    """Each label ``copies`` times in a row, up to the limit of one document."""
    check_count("copies", copies, MOST_COPIES)
    if isinstance(labels, Sized) and len(labels) * copies > MOST_LABELS:
        raise RunRefused("too_many_labels", most=MOST_LABELS)
    every = (one for label in labels for one in repeat(label, copies))
    for number, label in enumerate(every, start=1):
        if number > MOST_LABELS:
            raise RunRefused("too_many_labels", most=MOST_LABELS)
        yield label


def pages(
    labels: Iterable[Label], sheet: Sheet, start_cell: int
) -> Iterator[list[tuple[int, Label]]]:
    """Page by page the cells to fill and the label for each, read as needed."""
    waiting = iter(labels)
    first = check_count("start_cell", start_cell, sheet.cells)
    while page := list(zip(range(first, sheet.cells + 1), waiting, strict=False)):
        yield page
        first = 1


def page_of(
    labels: Iterable[Label], sheet: Sheet, start_cell: int, page: int
) -> list[tuple[int, Label]]:
    """The cells of one page; the labels before it are passed over unseen."""
    check_count("page", page, MOST_LABELS)
    check_count("start_cell", start_cell, sheet.cells)
    before = max(0, (page - 1) * sheet.cells - (start_cell - 1))
    first = start_cell if page == 1 else 1
    here = islice(labels, before, before + sheet.cells - first + 1)
    return list(zip(range(first, sheet.cells + 1), here, strict=False))
