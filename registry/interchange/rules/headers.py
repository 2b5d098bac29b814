"""Which field a column's header names: from what it says, never from where it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from registry.interchange.rules.fields import IGNORED, Fields
from registry.interchange.rules.grid import Cell
from registry.interchange.rules.text import folded, line_of, without_brackets
from registry.words import LANGUAGES, translations

MOST_HEADER = 60
"""Longer texts are explanations, not headers."""

CERTAIN = 500
"""Ranks below this were found by their own words, the others are likely."""

_PIECES = re.compile(r"[/／|、,，;；\n]|(?<=[^\x00-\x7f])(?=[ (]*[A-Za-z])|及|和|与")
_PREFIX = re.compile(
    r"^(?:\d+|固定资产|国有资产|仪器设备|资产|设备|仪器|物品|物资|家具|实物|卡片|"
    r"财产|现|the|asset|item|equipment|device)+"
)
_SUFFIX = re.compile(r"(?:必填|选填|信息|栏|全称|\d+|required|optional)+$")

Match = tuple[int, str]
"""How sure (lower is surer) and which field."""


@cache
def _known(fields: Fields) -> Mapping[str, tuple[Match, ...]]:
    found: dict[str, list[Match]] = {}
    for each in fields.fields:
        ours = {translations(language).gettext(each.label) for language in LANGUAGES}
        ranks = {folded(own): 0 for own in ours}
        ranks |= {folded(name): rank for rank, name in enumerate(each.known_as)}
        for name, rank in ranks.items():
            found.setdefault(name, []).append((rank, each.name))
    return {name: tuple(sorted(matches)) for name, matches in found.items()}


@cache
def _likely(fields: Fields) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(each.likely), each.name) for each in fields.fields if each.likely
    )


def _readings(text: str) -> list[str]:
    """Ways to read a header, the plainest first; all folded."""
    bare = without_brackets(text)
    whole, plain = folded(text), folded(bare)
    pieces = [folded(piece) for piece in [*_PIECES.split(bare), *bare.split(".")[1:]]]
    cut = _SUFFIX.sub("", plain)
    return [whole, plain, cut, *pieces, _PREFIX.sub("", cut)]


@lru_cache(maxsize=8_192)
def matches(text: str, fields: Fields) -> tuple[Match, ...]:
    """The fields a header may name, the surest first; none if it says nothing known."""
    if not text or len(text) > MOST_HEADER:
        return ()
    known, found = _known(fields), dict[str, int]()
    for place, reading in enumerate(_readings(text)):
        for rank, name in known.get(reading, ()):
            found.setdefault(name, rank + 100 * min(place, 4))
    if not found:
        plain = folded(without_brackets(text))
        for order, (pattern, name) in enumerate(_likely(fields)):
            if pattern.match(plain):
                found.setdefault(name, CERTAIN + order)
    return tuple(sorted((rank, name) for name, rank in found.items()))


def assign(headers: Sequence[str], fields: Fields) -> dict[int, str]:
    """One field for each column that has one, and one column for each field.

    Where two columns claim a field the surer header has it, then the first column;
    the other falls to the next field it may name. A field without which there is no
    table goes before others: a bar code is the asset number where there is no other.
    """
    claims = sorted(
        (rank, column, name)
        for column, header in enumerate(headers)
        for rank, name in matches(header, fields)
    )
    given: dict[int, str] = {}
    taken: set[str] = set()
    for _, column, name in claims:
        if column in given or (name in taken and name != IGNORED):
            continue
        given[column] = name
        taken.add(name)
    for _, column, name in claims:
        kept = {IGNORED, *fields.telling}
        if name in fields.telling - taken and given[column] not in kept:
            given[column] = name
            taken.add(name)
    return given


def header_texts(cells: Sequence[Cell]) -> list[str]:
    """The cells of a row as header texts; numbers and dates head nothing."""
    return [line_of(cell) if isinstance(cell, str) else "" for cell in cells]


def score(headers: Sequence[str], fields: Fields) -> float:
    """How much a row of texts looks like a header: a likely field counts half."""
    given = assign(headers, fields)
    total = 0.0
    for column, name in given.items():
        if name != IGNORED:
            rank = {n: r for r, n in matches(headers[column], fields)}[name]
            total += 1.0 if rank < CERTAIN else 0.5
    return total


def is_header(headers: Sequence[str], fields: Fields) -> bool:
    """Whether a row of texts can be the header of a table of this kind."""
    filled = sum(1 for header in headers if header)
    enough = min(fields.least, max(fields.fewest, filled))
    return _tells(headers, fields) and score(headers, fields) >= enough


def may_be_header(headers: Sequence[str], fields: Fields) -> bool:
    """Whether a row could be one that names most of its columns in words of its own."""
    if sum(1 for header in headers if header) < 4:
        return False
    return score(headers, fields) >= (2 if _tells(headers, fields) else 3)


def _tells(headers: Sequence[str], fields: Fields) -> bool:
    return not fields.telling.isdisjoint(assign(headers, fields).values())
