"""One label: what is to be read on it, by people and by scanners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from labels.errors import CodeRefused, PayloadRefused, PayloadTooLong, TooManyFields
from labels.text import clean, is_plain

LONGEST_PAYLOAD = 200
LONGEST_CODE = 32
MOST_FIELDS = 12


class Kind(StrEnum):
    """What the label will be stuck on; each kind has its own layout."""

    ASSET = "asset"
    PLACE = "place"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Label:
    """The words of one label. Texts are cleaned, payload and code are checked.

    ``payload`` is what the QR symbol says, ``code`` the same for the eye, grouped
    by the caller (``K7Q4-M2XN-T``). ``lines`` are (caption, value) pairs in the
    order they are to stand; on a blank label a pair without a value becomes a
    line to write on, elsewhere it is left out.
    """

    payload: str
    code: str
    title: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    institution: str = ""
    kind: Kind = Kind.ASSET

    def __post_init__(self) -> None:
        check_payload(self.payload)
        _check_code(self.code)
        put = object.__setattr__
        put(self, "title", clean(self.title))
        put(self, "institution", clean(self.institution))
        put(self, "kind", Kind(self.kind))
        put(self, "lines", _fields(self.lines))


def check_payload(payload: str) -> None:
    """PayloadTooLong or PayloadRefused unless it is a text that a scanner may type."""
    if len(payload) > LONGEST_PAYLOAD:
        raise PayloadTooLong(length=len(payload), most=LONGEST_PAYLOAD)
    if not payload or not is_plain(payload):
        raise PayloadRefused()


def _check_code(code: str) -> None:
    if not code or len(code) > LONGEST_CODE or not is_plain(code):
        raise CodeRefused(length=len(code), most=LONGEST_CODE)


def _fields(lines: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    fields = tuple(islice(lines, MOST_FIELDS + 1))
    if len(fields) > MOST_FIELDS:
        raise TooManyFields(most=MOST_FIELDS)
    return tuple((clean(caption), clean(value)) for caption, value in fields)
