"""Reading JSON without its traps: what readers could take differently is refused."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from registry.kernel.errors import Refused

DEEPEST = 30
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_DIGITS = 19


class InvalidJson(Refused):
    """The body is not JSON, or JSON that readers disagree about."""

    code = "invalid_json"


def read_json(body: str | bytes) -> Any:
    """The value of a JSON text; InvalidJson for anything doubtful.

    Doubtful are NaN and Infinity, numbers beyond 64 bits, a key given twice, nesting
    deeper than 30, lone surrogates and anything but UTF-8.
    """
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_float=_float,
            parse_int=_int,
        )
    except (ValueError, RecursionError) as error:
        raise InvalidJson from error
    _refuse_deep(value)
    return value


def _refuse(found: object = None) -> NoReturn:
    raise InvalidJson


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        _refuse()
    return made


def _float(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse()


def _int(digits: str) -> int:
    if len(digits) > _MOST_DIGITS + 1:
        _refuse()
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else _refuse()


def _refuse_deep(value: Any) -> None:
    """Refuse deep nesting and lone surrogates, without recursion."""
    layer, depth = [value], 0
    while layer:
        depth += 1
        if depth > DEEPEST + 1:
            _refuse()
        layer = [inner for each in layer for inner in _inside(each)]


def _inside(value: Any) -> list[Any]:
    if isinstance(value, str) and _SURROGATE.search(value):
        _refuse()
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []
