"""Pages of a long list: a cursor says where the next one begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from registry.kernel.errors import Invalid

T = TypeVar("T")

PAGE_SIZE = 50
MOST_PER_PAGE = 200


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list in order, and the cursors of its neighbours."""

    rows: Sequence[T]
    next_cursor: str | None = None
    previous_cursor: str | None = None
    total: int | None = None
    """How long the list is, as far as it was counted; None if it was not."""
    is_longer: bool = False
    """Whether the list is longer than was counted."""


def write_cursor(values: Sequence[Any]) -> str:
    """The sort values of a row as an opaque URL-safe text."""
    packed = json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_cursor(text: str, *, length: int) -> list[Any]:
    """The sort values back from a cursor; Invalid if it is not one of ours."""
    try:
        padded = text + "=" * (-len(text) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Invalid.field("cursor", "bad_cursor") from error
    plain = isinstance(values, list) and len(values) == length
    if not plain or any(isinstance(v, list | dict | bool | float) for v in values):
        raise Invalid.field("cursor", "bad_cursor")
    if any(isinstance(v, int) and abs(v) >= 2**63 for v in values):
        raise Invalid.field("cursor", "bad_cursor")
    return list(values)
