"""Finding the header among the first rows: below titles, in one row or in two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.interchange.rules.fields import IGNORED, Fields
from registry.interchange.rules.grid import Record
from registry.interchange.rules.headers import (
    assign,
    header_texts,
    is_header,
    matches,
    may_be_header,
    score,
)

DEEPEST = 40
"""How many records from the top a header is looked for."""


@dataclass(frozen=True)
class HeaderFound:
    """A header: how well it fits, its rows in the file, and what lies around it."""

    score: float
    rows: tuple[int, ...]
    texts: tuple[str, ...]
    above: Sequence[Record]
    after: Sequence[Record]


def find_header(records: Sequence[Record], fields: Fields) -> HeaderFound | None:
    """The row or two that best head a table of this kind; of equals the upper.

    Only where no row will do is one taken that names few columns in known words.
    """
    places = range(min(DEEPEST, len(records)))
    found = [_one_row(records, place, fields, is_header) for place in places]
    found += [_two_rows(records, place, fields) for place in places]
    if not any(found):
        found = [_one_row(records, place, fields, may_be_header) for place in places]
    return max(filter(None, found), key=lambda each: each.score, default=None)


def _one_row(
    records: Sequence[Record],
    place: int,
    fields: Fields,
    fits: Callable[[Sequence[str], Fields], bool],
) -> HeaderFound | None:
    number, cells = records[place]
    texts = header_texts(cells)
    if not fits(texts, fields):
        return None
    return HeaderFound(
        score(texts, fields),
        (number,),
        tuple(texts),
        records[:place],
        records[place + 1 :],
    )


def _two_rows(
    records: Sequence[Record], place: int, fields: Fields
) -> HeaderFound | None:
    """A header whose groups stand above their columns: 价值信息 over 单价 and 原值."""
    if place + 1 >= len(records):
        return None
    (top, upper), (bottom, lower) = records[place : place + 2]
    if bottom != top + 1 or any(not isinstance(cell, str) for cell in lower):
        return None
    above, below = header_texts(upper), header_texts(lower)
    texts = joined(above, below, fields)
    own = [text for text in below if text]
    if not own or sum(
        bool(matches(text, fields)) for text in texts if text in own
    ) * 2 < (len(own)):
        return None
    alone = max(_named(above, fields), _named(below, fields))
    if _named(texts, fields) <= alone or not is_header(texts, fields):
        return None
    return HeaderFound(
        score(texts, fields),
        (top, bottom),
        tuple(texts),
        records[:place],
        records[place + 2 :],
    )


def _named(texts: Sequence[str], fields: Fields) -> int:
    return len(set(assign(texts, fields).values()) - {IGNORED})


def joined(above: Sequence[str], below: Sequence[str], fields: Fields) -> list[str]:
    """The header of each column of a table with a second header row.

    The lower text, if it says something alone; else both together; else the upper.
    A group's text stands over its first column only, so it is carried to the right.
    """
    width = max(len(above), len(below))
    upper = [*above, *[""] * (width - len(above))]
    lower = [*below, *[""] * (width - len(below))]
    texts, group = [], ""
    for high, low in zip(upper, lower, strict=True):
        group = high or (group if low else "")
        both = group + low
        if not low or not group:
            texts.append(low or high)
        elif matches(low, fields):
            texts.append(low)
        else:
            texts.append(both if matches(both, fields) else f"{group} {low}")
    return texts
