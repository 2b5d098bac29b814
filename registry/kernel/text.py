"""What text may enter the registry: one form, no control characters, bounded."""

from __future__ import annotations

import re
import unicodedata

from registry.kernel.errors import Invalid

NAME_LENGTH = 200
NOTE_LENGTH = 10_000

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_CONTROLS_BUT_NEWLINE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def _refuse(field: str, text: str, controls: re.Pattern[str], most: int) -> None:
    if _SURROGATES.search(text) or controls.search(text):
        raise Invalid.field(field, "control_characters")
    if len(text) > most:
        raise Invalid.field(field, "too_long", most=most, found=len(text))


def clean_line(text: str, *, field: str = "text", most: int = NAME_LENGTH) -> str:
    """One line of text: NFC, trimmed, inner white space single; raises Invalid.

    Direction marks are dropped, since they could show a name other than it is.
    """
    text = _BIDI.sub("", text)
    if _SURROGATES.search(text):
        raise Invalid.field(field, "control_characters")
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    _refuse(field, text, _CONTROLS, most)
    return text


def clean_notes(text: str, *, field: str = "note", most: int = NOTE_LENGTH) -> str:
    """Several lines of text: NFC, newlines kept, trimmed; raises Invalid."""
    text = _BIDI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\t", " ")
    if _SURROGATES.search(text):
        raise Invalid.field(field, "control_characters")
    text = unicodedata.normalize("NFC", text).strip()
    _refuse(field, text, _CONTROLS_BUT_NEWLINE, most)
    return text


def required_line(text: str, *, field: str, most: int = NAME_LENGTH) -> str:
    """A line that must say something; raises Invalid with code ``required``."""
    text = clean_line(text, field=field, most=most)
    if not text:
        raise Invalid.field(field, "required")
    return text
