"""From refusal codes to sentences: what happened, and what to do next.

The tables beside this file hold one sentence for each code, by what it is about.
Placeholders are the facts of the refusal, always written ``%(name)s``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from registry.words.approving import approver_word
from registry.words.catalogue import SPOKEN
from registry.words.formats import (
    format_date,
    format_datetime,
    format_number,
    format_size,
)
from registry.words.refusals.audits import AUDITS
from registry.words.refusals.backups import BACKUPS
from registry.words.refusals.fields import FIELDS
from registry.words.refusals.printing import LABELS, OWN_SHEETS, PRINTING
from registry.words.refusals.records import (
    CATALOGUE,
    LEDGER,
    ORGANISATION,
    PROCUREMENT,
    SHARING,
    WAITING,
)
from registry.words.refusals.requests import REQUESTS, SIGNING_IN, UNKNOWN
from registry.words.refusals.robots import ROBOTS
from registry.words.refusals.scans import CODES, PHOTOS
from registry.words.refusals.sheets import SHEETS
from registry.words.terms import (
    claim_word,
    field_word,
    role_word,
    state_word,
    verb_word,
)

TABLES = (
    REQUESTS,
    SIGNING_IN,
    FIELDS,
    CODES,
    PHOTOS,
    LEDGER,
    CATALOGUE,
    ORGANISATION,
    SHARING,
    WAITING,
    PROCUREMENT,
    AUDITS,
    ROBOTS,
    SHEETS,
    PRINTING,
    LABELS,
    OWN_SHEETS,
    BACKUPS,
)

SENTENCES = {code: text for table in TABLES for code, text in table.items()}

SAYING: dict[str, Callable[[str], str]] = {
    "state": state_word,
    "wanted": state_word,
    "verb": verb_word,
    "kind": claim_word,
    "field": field_word,
    "missing": field_word,
    "role": role_word,
    "step": approver_word,
}
"""The facts that are codes, and the words they are said in."""

_MOST_GROUPED = 10**15


class _Said(dict[str, str]):
    """Facts as words; one that was not given leaves a mark instead of an error."""

    def __missing__(self, name: str) -> str:
        return "…"


def _say(name: str, value: Any) -> str:
    """A fact as a reader sees it: by its name if that tells, else by its type."""
    if isinstance(value, str):
        return SAYING.get(name, str)(value)
    if isinstance(value, datetime):
        return format_datetime(value) if value.tzinfo else format_date(value.date())
    if isinstance(value, date):
        return format_date(value)
    if type(value) in (int, float) and abs(value) < _MOST_GROUPED:
        return _say_number(name, value)
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(_say(name, each) for each in value)
    return str(value)


def _say_number(name: str, value: int | float) -> str:
    if name.endswith("_bytes") and value >= 0:
        return format_size(int(value))
    return format_number(round(value, 2))


def known_codes() -> frozenset[str]:
    """Every refusal code that has its own sentence."""
    return frozenset(SENTENCES)


def sentence(error_code: str, facts: Mapping[str, Any] | None = None) -> str:
    """A refusal in the reader's language; never fails, whatever the code or facts."""
    message = SENTENCES.get(error_code, UNKNOWN)
    said = _Said({name: _say(name, value) for name, value in (facts or {}).items()})
    return SPOKEN.gettext(message) % said
