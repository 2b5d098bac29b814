"""Fields of forms and of the API: strict in what they take, with codes for refusals.

Of text from a form or a query digits are read as numbers; JSON must have the type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from registry.kernel.errors import Invalid, Problem
from registry.kernel.money import amount_text, parse_amount
from registry.kernel.text import NAME_LENGTH, NOTE_LENGTH, clean_line, clean_notes

BIGGEST = 2**63 - 1
EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 12, 31)

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


def refuse(code: str, /, **facts: Any) -> ValidationError:
    """The error of one field, as a code with its facts."""
    return ValidationError([Problem(code, facts)])


class StrictSchema(Schema):
    """A schema that takes what it names and nothing else."""

    class Meta:
        unknown = RAISE

    reads_text = False

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages.update(unknown="unknown_field", type="bad_format")

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """What is shown under a name: of a mapping without looking for anything else.

        Whole lists are handed over as mappings; the library's own way tries three.
        """
        if type(obj) is dict:
            return obj.get(attr, default)
        return super().get_attribute(obj, attr, default)

    @pre_load
    def _note_kind(self, given: Any, **_: Any) -> Any:
        """Whether it comes from a form or query, where everything is text."""
        self.reads_text = not isinstance(given, dict) or isinstance(given, Texts)
        return given


class Texts(dict[str, Any]):
    """What a form or query held, by name: texts, or lists of texts."""


_CODES = {
    "required": "required",
    "null": "required",
    "validator_failed": "bad_format",
    "invalid": "bad_format",
}


class _Coded:
    """A field whose own refusals are codes."""

    root: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["error_messages"] = {**_CODES, **options.get("error_messages", {})}
        super().__init__(*arguments, **options)

    @property
    def from_text(self) -> bool:
        """Whether the schema is reading a form or query."""
        return bool(getattr(self.root, "reads_text", False))


def _tell(refusal: Invalid) -> ValidationError:
    """The refusal of a kernel function, as marshmallow wants it."""
    return ValidationError(list(refusal.problems.values()))


class Line(_Coded, fields.String):
    """One line of text, tidied; empty is refused where something is required."""

    def __init__(self, *, most: int = NAME_LENGTH, **options: Any) -> None:
        options.setdefault("metadata", {}).setdefault("maxLength", most)
        super().__init__(**options)
        self.most = most

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            raise refuse("not_text")
        try:
            text = self._clean(value)
        except Invalid as refusal:
            raise _tell(refusal) from refusal
        if self.required and not text:
            raise refuse("required")
        return text

    def _clean(self, text: str) -> str:
        return clean_line(text, most=self.most)


class Notes(Line):
    """Several lines of text, tidied."""

    def __init__(self, *, most: int = NOTE_LENGTH, **options: Any) -> None:
        super().__init__(most=most, **options)

    def _clean(self, text: str) -> str:
        return clean_notes(text, most=self.most)


class Secret(Line):
    """A password: taken as it is typed."""

    def _clean(self, text: str) -> str:
        if len(text) > self.most:
            raise Invalid.field("password", "too_long", most=self.most)
        return text


class Whole(_Coded, fields.Integer):
    """A whole number within bounds; in text ASCII digits only."""

    def __init__(
        self, *, least: int = 0, most: int = 1_000_000_000, **options: Any
    ) -> None:
        bounds = options.setdefault("metadata", {})
        bounds.setdefault("minimum", least)
        bounds.setdefault("maximum", most)
        super().__init__(strict=True, **options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        number = self._read(value)
        if number < self.least:
            raise refuse("too_small", least=self.least)
        if number > self.most:
            raise refuse("too_large_number", most=self.most)
        return number

    def _read(self, value: Any) -> int:
        if self.from_text and isinstance(value, str):
            if _WHOLE.fullmatch(value.strip()):
                return int(value)
            raise refuse("not_a_whole_number")
        if not isinstance(value, int) or isinstance(value, bool):
            raise refuse("not_a_whole_number")
        return value


def key_in(text: Any) -> int | None:
    """The number of a row as an address or a refused form gave it; None for no such."""
    written = str(text or "")
    number = int(written) if _WHOLE.fullmatch(written) else 0
    return number if number >= 1 else None


def keys_in(texts: Any) -> list[int]:
    """The numbers of rows among some texts."""
    return [key for key in map(key_in, texts or ()) if key is not None]


class Key(Whole):
    """The number of a row: 1 and above."""

    def __init__(self, **options: Any) -> None:
        super().__init__(least=1, most=BIGGEST, **options)


class Day(_Coded, fields.Date):
    """A calendar day as 2026-09-01, between 1900 and 2200."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> date:
        try:
            day = date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except (TypeError, ValueError) as error:
            raise refuse("not_a_date") from error
        if not EARLIEST <= day <= LATEST:
            raise refuse("not_a_date")
        return day


class Moment(_Coded, fields.DateTime):
    """A moment with its distance from UTC, as 2026-09-01T01:00:00Z."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value if len(value) <= 40 else "")
            if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
                raise ValueError(value)
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise refuse("not_a_moment") from error


class Money(_Coded, fields.String):
    """An amount: text such as 1234.50 outside, integer fen inside."""

    def __init__(self, **options: Any) -> None:
        pattern = r"^[0-9]{1,13}(\.[0-9]{1,2})?$"
        options.setdefault("metadata", {}).setdefault("pattern", pattern)
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if not isinstance(value, str):
            raise refuse("bad_amount")
        try:
            return parse_amount(value)
        except Invalid as refusal:
            raise _tell(refusal) from refusal

    def _serialize(self, value: Any, attr: Any, obj: Any, **_: Any) -> Any:
        return None if value is None else amount_text(value)


class Choice(_Coded, fields.String):
    """One of a few words; of an enumeration its values."""

    def __init__(self, values: Iterable[str], **options: Any) -> None:
        self.values = tuple(str(value) for value in values)
        nothing = options.get("allow_none") or options.get("load_default", "") is None
        known = [*self.values, None] if nothing else list(self.values)
        options.setdefault("metadata", {}).setdefault("enum", known)
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if not isinstance(value, str) or value not in self.values:
            raise refuse("not_a_choice")
        return value


class Flag(_Coded, fields.Boolean):
    """Yes or no. In a form, a box that is not ticked is not sent: give a default."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> bool:
        if isinstance(value, bool):
            return value
        if self.from_text and str(value).lower() in _YES | _NO:
            return str(value).lower() in _YES
        raise refuse("not_yes_or_no")


class Many(_Coded, fields.List[Any]):
    """Several of one kind, at most so many; in a form, a name sent several times."""

    def __init__(self, inner: Any, *, most: int = 200, **options: Any) -> None:
        options.setdefault("metadata", {}).setdefault("maxItems", most)
        super().__init__(inner, **options)
        self.most = most

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> list[Any]:
        if not isinstance(value, list):
            raise refuse("not_a_list")
        if len(value) > self.most:
            raise refuse("too_many", most=self.most)
        if self.required and not value:
            raise refuse("required")
        return list(super()._deserialize(value, attr, data, **more))


def problems_of(error: ValidationError) -> dict[str, Problem]:
    """What is wrong field by field: nested ones as ``lines.0.name``."""
    return dict(_flat(error.messages, ""))


def _flat(messages: Any, path: str) -> Iterable[tuple[str, Problem]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(messages, list):
        if messages:
            yield path or "_schema", _problem(messages[0])
    else:
        yield path or "_schema", _problem(messages)


_KNOWN = {
    "Missing data for required field.": "required",
    "Field may not be null.": "required",
    "Unknown field.": "unknown_field",
    "Not a valid integer.": "not_a_whole_number",
    "Not a valid number.": "not_a_number",
    "Not a valid string.": "not_text",
    "Not a valid date.": "not_a_date",
    "Not a valid datetime.": "not_a_moment",
    "Not a valid boolean.": "not_yes_or_no",
    "Not a valid list.": "not_a_list",
}
"""What marshmallow's own fields say, for the few places that use them."""

_CODE = re.compile(r"[a-z][a-z0-9_]*")


def _problem(message: Any) -> Problem:
    if isinstance(message, Problem):
        return message
    text = str(message)
    if _CODE.fullmatch(text):
        return Problem(text)
    return Problem(_KNOWN.get(text, "bad_format"))
