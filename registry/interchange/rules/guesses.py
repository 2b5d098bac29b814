"""What a column holds when its header says nothing: judged from its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from registry.interchange.rules.dates import date_of
from registry.interchange.rules.fields import IGNORED, Fields
from registry.interchange.rules.grid import Cell, Record
from registry.interchange.rules.text import code_of, line_of
from registry.interchange.rules.vocabulary import share_known

ENOUGH = 0.85
"""The part of a column's values that must agree."""

_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9\u4e00-\u9fff][\w\-/.\u4e00-\u9fff]{2,39}")
_WORDS = re.compile(r"[^\W\d_].*")


def guess(
    headers: Sequence[str],
    given: Mapping[int, str | None],
    records: Sequence[Record],
    fields: Fields,
) -> dict[int, str | None]:
    """Columns whose values give them away, for fields no header names."""
    named = set(given.values())
    free = [
        index
        for index in range(len(headers))
        if given.get(index) in (None, IGNORED) and headers[index]
    ]
    values = {index: _values(records, index) for index in free}
    found: dict[int, str | None] = {}
    for name, test in _TESTS:
        if name in named or name not in fields.by_name:
            continue
        fitting = [i for i in free if i not in found and values[i] and test(values[i])]
        if fitting:
            found[fitting[0]] = name
    return found


def _values(records: Sequence[Record], index: int) -> list[Cell]:
    return [
        cells[index]
        for _, cells in records
        if index < len(cells) and str(cells[index]).strip()
    ]


def _share(hits: int, values: Sequence[Cell]) -> bool:
    return len(values) >= 3 and hits >= ENOUGH * len(values)


def _are_statuses(values: Sequence[Cell]) -> bool:
    return len(values) >= 3 and share_known(map(line_of, values), "status") >= ENOUGH


def _are_methods(values: Sequence[Cell]) -> bool:
    return len(values) >= 3 and share_known(map(line_of, values), "method") >= ENOUGH


def _are_dates(values: Sequence[Cell]) -> bool:
    days = [date_of(value) for value in values if not isinstance(value, int | float)]
    return _share(sum(day is not None for day in days), values)


def _are_codes(values: Sequence[Cell]) -> bool:
    codes = [code_of(value) for value in values]
    if codes == [str(number) for number in range(1, len(codes) + 1)]:
        return False
    fit = sum(bool(_CODE.fullmatch(code)) for code in codes)
    return _share(fit, values) and len(set(codes)) >= ENOUGH * len(codes)


def _are_names(values: Sequence[Cell]) -> bool:
    names = [value for value in values if isinstance(value, str)]
    fit = sum(bool(_WORDS.match(name.strip())) and len(name) <= 60 for name in names)
    return _share(fit, values) and len(set(names)) >= max(3, len(names) // 10)


_TESTS = (
    ("status", _are_statuses),
    ("method", _are_methods),
    ("acquired_on", _are_dates),
    ("asset_number", _are_codes),
    ("name", _are_names),
)
