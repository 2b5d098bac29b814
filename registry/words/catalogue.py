"""Marking, looking up and filling texts: the Chinese source text is the key."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from registry.words.languages import CHINESE, current_language

DIRECTORY = Path(__file__).parent


class _Source(NullTranslations):
    """The source language, which has one form for every number."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid2

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        return plural


@cache
def translations(language: str) -> NullTranslations:
    """The texts of one language, read once in each process.

    The catalogue is kept as .po and compiled in memory, so that nothing has to be
    built at installation. A text it lacks is shown in Chinese.
    """
    if language == CHINESE:
        return _Source()
    with (DIRECTORY / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    known = Translations(compiled)
    known.add_fallback(_Source())
    return known


class Spoken:
    """Look-ups that follow the current language, for ``jinja2.ext.i18n``.

    ``environment.install_gettext_translations(SPOKEN, newstyle=True)``; filling in
    variables is left to the template engine, which also escapes them.
    """

    def gettext(self, message: str) -> str:
        return translations(current_language()).gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return translations(current_language()).ngettext(singular, plural, number)

    def pgettext(self, context: str, message: str) -> str:
        found = translations(current_language()).pgettext(context, message)
        return str(found)

    def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        known = translations(current_language())
        return str(known.npgettext(context, singular, plural, number))


SPOKEN = Spoken()


def N_(message: str) -> str:  # noqa: N802 - the mark every extractor knows
    """Mark a text of a table for the catalogue; it is looked up when it is shown."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802 - beside N_
    """Mark a text of a table within a context; ``pgettext`` with it looks it up."""
    return message


def gettext(message: str, /, **facts: Any) -> str:
    """A text in the current language, its ``%(name)s`` filled; ``%%`` is a percent."""
    return SPOKEN.gettext(message) % facts


def ngettext(singular: str, plural: str, number: int, /, **facts: Any) -> str:
    """As gettext, in the form that suits a number; ``%(num)s`` is that number."""
    return SPOKEN.ngettext(singular, plural, number) % {"num": number, **facts}


def pgettext(context: str, message: str, /, **facts: Any) -> str:
    """As gettext, for a short word that means different things in places."""
    return SPOKEN.pgettext(context, message) % facts


def npgettext(
    context: str, singular: str, plural: str, number: int, /, **facts: Any
) -> str:
    """As ngettext, within a context."""
    found = SPOKEN.npgettext(context, singular, plural, number)
    return found % {"num": number, **facts}


_ = gettext
