"""Collecting the marked texts of the sources, and what a catalogue lacks of them.

``python -m registry.words.extraction check`` names what is not translated yet;
``... update`` brings the catalogues up to date for a translator to fill.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from registry.words.catalogue import DIRECTORY
from registry.words.languages import CHINESE, LANGUAGES

ROOT = DIRECTORY.parents[1]

KEYWORDS = {**DEFAULT_KEYWORDS, "NP_": ((1, "c"), 2)}
_PLACEHOLDERS = re.compile(r"%(?:\((\w+)\)([a-zA-Z])|(.))")


def marked_texts(root: Path = ROOT) -> Catalog:
    """Every text marked in the sources under ``root``, by its ``babel.cfg``."""
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    template = Catalog(fuzzy=False)
    found = extract_from_dir(
        root, methods, options, keywords=KEYWORDS, directory_filter=_may_hold_texts
    )
    for name, line, message, comments, context in sorted(found, key=_place):
        template.add(
            message, None, [(name, line)], auto_comments=comments, context=context
        )
    return template


def _may_hold_texts(directory: str | os.PathLike[str]) -> bool:
    """Whether to look into a directory; Babel left alone skips ``_macros`` too."""
    name = Path(directory).name
    return not name.startswith(".") and name != "__pycache__"


def _place(found: tuple[Any, ...]) -> tuple[str, int]:
    return found[0], found[1]


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language as its translator sees it."""
    with (DIRECTORY / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def untranslated(language: str, template: Catalog) -> list[str]:
    """The marked texts that a language cannot say yet, in the order of the sources."""
    known = read_catalogue(language)
    return [_key(text) for text in _texts(template) if not _is_said(known, text)]


def _texts(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """The singular, and the plural where there is one."""
    return [text] if isinstance(text, str) else list(text or ())


def _key(message: Message) -> str:
    return _forms(message.id)[0]


def _is_said(known: Catalog, text: Message) -> bool:
    there = known.get(text.id, text.context)
    if there is None or there.fuzzy:
        return False
    strings = _forms(there.string)
    return bool(strings) and all(strings)


def placeholders(text: str) -> set[str]:
    """The placeholders of a text, with their kind: ``{"count:d"}``; odd ones too."""
    found = _PLACEHOLDERS.finditer(text)
    return {f"{m[1]}:{m[2]}" if m[1] else m[3] for m in found if m[3] != "%"}


def mistranslated(language: str) -> list[str]:
    """Texts whose translation fills other placeholders than the source does.

    A placeholder too many would fail only for readers of that language.
    """
    return [
        _key(message)
        for message in _texts(read_catalogue(language))
        if not _agrees(message)
    ]


def _agrees(message: Message) -> bool:
    wanted = set[str]().union(*map(placeholders, _forms(message.id)))
    said = [placeholders(string) for string in _forms(message.string) if string]
    if isinstance(message.id, str):
        return all(found == wanted for found in said)
    return all(found <= wanted | {"num:d", "num:s"} for found in said)


def check() -> int:
    """Write what is missing or wrong in any catalogue; the number of such texts."""
    template = marked_texts()
    problems = 0
    for language in _translated_languages():
        lacking = untranslated(language, template)
        wrong = mistranslated(language)
        for text in lacking:
            sys.stdout.write(f"{language}: not translated: {text}\n")
        for text in wrong:
            sys.stdout.write(f"{language}: other placeholders: {text}\n")
        problems += len(lacking) + len(wrong)
    return problems


def update() -> None:
    """Bring every catalogue to the texts now marked; what is gone is dropped."""
    template = marked_texts()
    for language in _translated_languages():
        known = read_catalogue(language)
        known.update(template, no_fuzzy_matching=True, update_creation_date=False)
        known.obsolete.clear()
        with (DIRECTORY / f"{language}.po").open("wb") as file:
            write_po(file, known, width=88, sort_output=True, include_lineno=False)


def _translated_languages() -> list[str]:
    return [language for language in LANGUAGES if language != CHINESE]


def main() -> int:
    """The command: ``check`` or ``update``."""
    parser = argparse.ArgumentParser(prog="registry.words.extraction")
    parser.add_argument("step", choices=["check", "update"])
    if parser.parse_args().step == "update":
        update()
        return 0
    return 1 if check() else 0


if __name__ == "__main__":
    sys.exit(main())
