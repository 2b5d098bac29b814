"""Which language and time zone the person now being answered has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

CHINESE = "zh-CN"
ENGLISH = "en"
LANGUAGES = {CHINESE: "简体中文", ENGLISH: "English"}
"""Every language offered, with its name in itself; the first is the default."""

TIME_ZONE = "Asia/Shanghai"
"""The time zone where nobody has chosen one."""

_MOST_HEADER = 500
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*"
)

_language: ContextVar[str] = ContextVar("language", default=CHINESE)
_time_zone: ContextVar[str] = ContextVar("time_zone", default=TIME_ZONE)


def current_language() -> str:
    """The language texts are now spoken in: a key of LANGUAGES."""
    return _language.get()


def set_language(language: str) -> None:
    """Speak this language from here on; for a door that sets it with each request."""
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    _language.set(language)


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Speak this language inside the block, whatever was spoken before after it."""
    before = current_language()
    set_language(language)
    try:
        yield
    finally:
        _language.set(before)


def current_time_zone() -> str:
    """The name of the time zone in which moments are now shown."""
    return _time_zone.get()


def set_time_zone(name: str) -> None:
    """Show moments in this zone from here on; raises ZoneInfoNotFoundError."""
    _time_zone.set(ZoneInfo(name).key)


@contextmanager
def use_time_zone(name: str) -> Iterator[None]:
    """Show moments in this zone inside the block."""
    before = current_time_zone()
    set_time_zone(name)
    try:
        yield
    finally:
        _time_zone.set(before)


def choose_language(accept_language: str | None, preference: str | None = None) -> str:
    """The language for a request: the person's own choice, else the browser's wish.

    ``accept_language`` is the raw header; what cannot be read in it is passed over.
    Any Chinese is served with ours, and so is whoever asks for nothing we have.
    """
    if preference in LANGUAGES:
        return str(preference)
    return max(_wishes(accept_language or ""), default=(0.0, CHINESE))[1]


def _wishes(header: str) -> list[tuple[float, str]]:
    """(weight, language) of each wish we can serve; Chinese wins among equals."""
    spoken = {language.split("-")[0]: language for language in LANGUAGES}
    ranges = map(_RANGE.fullmatch, header[:_MOST_HEADER].split(","))
    wishes = []
    for found in ranges:
        language = spoken.get(found[1].lower()) if found else None
        weight = float(found[2] or 1) if found else 0.0
        if language and weight > 0:
            wishes.append((weight, language))
    return wishes
