"""Reading what a phone sends, record by record: one that is wrong stands alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from registry.audits.states import RecordKind, TickReason
from registry.kernel.errors import Invalid
from registry.kernel.text import clean_notes
from registry.ledger.states import Condition

MOST_RECORDS = 500
MOST_RAW = 500
MOST_COUNT = 100_000
MOST_NOTE = 2_000
BIGGEST = 2**63 - 1

_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

NEEDS_PLACE = {
    RecordKind.SCAN,
    RecordKind.COUNT,
    RecordKind.CLOSE_PLACE,
    RecordKind.REOPEN_PLACE,
}
KNOWN = {
    "id",
    "kind",
    "at",
    "place_id",
    "code",
    "asset_id",
    "item_type_id",
    "count",
    "reason",
    "condition",
    "unused",
    "note",
    "undoes",
    "photo_id",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One record as it was meant."""

    key: str
    kind: RecordKind
    at: datetime
    place_id: int | None = None
    code: str = ""
    asset_id: int | None = None
    item_type_id: int | None = None
    count: int | None = None
    reason: str | None = None
    condition: str | None = None
    unused: bool = False
    note: str = ""
    undoes: str | None = None
    photo_key: str | None = None


def read_key(value: Any, field: str = "id") -> str:
    """An id made on a phone, in lower case; Invalid for anything else."""
    text = value.lower() if isinstance(value, str) else ""
    if not _KEY.fullmatch(text):
        raise Invalid.field(field, "bad_format")
    return text


def read_record(given: Any) -> Draft:
    """One record of a delivery; Invalid says what is wrong with it."""
    if not isinstance(given, Mapping):
        raise Invalid.field("record", "bad_format")
    unknown = sorted(str(name) for name in set(given) - KNOWN)
    if unknown:
        raise Invalid.field(unknown[0][:40], "unknown_field")
    kind = given.get("kind")
    if kind not in set(RecordKind):
        raise Invalid.field("kind", "not_a_choice", found=str(kind)[:40])
    draft = Draft(
        key=read_key(given.get("id")),
        kind=RecordKind(kind),
        at=_moment(given.get("at")),
        place_id=_id(given, "place_id"),
        code=_raw(given.get("code")),
        asset_id=_id(given, "asset_id"),
        item_type_id=_id(given, "item_type_id"),
        count=_whole(given, "count", MOST_COUNT),
        reason=_choice(given, "reason", TickReason),
        condition=_choice(given, "condition", Condition),
        unused=_flag(given.get("unused")),
        note=_note(given.get("note")),
        undoes=_key(given, "undoes"),
        photo_key=_key(given, "photo_id"),
    )
    _require(draft)
    return draft


def _require(draft: Draft) -> None:
    if draft.kind in NEEDS_PLACE and draft.place_id is None:
        raise Invalid.field("place_id", "required")
    if draft.kind == RecordKind.SCAN and not (draft.code or draft.asset_id):
        raise Invalid.field("code", "required")
    if draft.kind == RecordKind.TICK:
        if draft.asset_id is None:
            raise Invalid.field("asset_id", "required")
        if draft.reason is None:
            raise Invalid.field("reason", "required")
    if draft.kind == RecordKind.COUNT:
        if draft.item_type_id is None:
            raise Invalid.field("item_type_id", "required")
        if draft.count is None:
            raise Invalid.field("count", "required")
    if draft.kind == RecordKind.UNDO and draft.undoes is None:
        raise Invalid.field("undoes", "required")


def read_moment(value: Any, field: str) -> datetime:
    """A moment by the clock of a phone, however wrong that may go."""
    if not isinstance(value, str) or len(value) > 40:
        raise Invalid.field(field, "bad_format")
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise Invalid.field(field, "bad_format")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid.field(field, "bad_format") from error


def _moment(value: Any) -> datetime:
    return read_moment(value, "at")


def _id(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if (
        not isinstance(value, int)
        or isinstance(value, bool)
        or not 0 < value <= BIGGEST
    ):
        raise Invalid.field(name, "bad_format")
    return value


def _whole(given: Mapping[str, Any], name: str, most: int) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid.field(name, "bad_format")
    if not 0 <= value <= most:
        raise Invalid.field(name, "out_of_range", least=0, most=most)
    return value


def _choice(given: Mapping[str, Any], name: str, of: Any) -> str | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    if value not in set(of):
        raise Invalid.field(name, "not_a_choice", found=str(value)[:40])
    return str(value)


def _flag(value: Any) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Invalid.field("unused", "bad_format")
    return value


def _key(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    return None if value is None else read_key(value, name)


def _raw(value: Any) -> str:
    """What was read, as it was read: only what no database takes is refused."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid.field("code", "not_text")
    if len(value) > MOST_RAW:
        raise Invalid.field("code", "too_long", most=MOST_RAW, found=len(value))
    if _UNSAFE.search(value):
        raise Invalid.field("code", "control_characters")
    return value


def _note(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid.field("note", "not_text")
    return clean_notes(value, field="note", most=MOST_NOTE)
