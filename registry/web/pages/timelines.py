"""The history of departments, places, people and item types as people read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from registry.access.actor import Actor
from registry.journal.models import Entry
from registry.journal.queries import entries_of, names_behind
from registry.words import _, format_list
from registry.words.terms import field_word, verb_word

Saying = Callable[[str, Any], Any]
"""From a field and its value in the facts to words; None leaves the field out."""


def plain(field: str, value: Any) -> Any:
    """A value that needs no more than yes and no to be read."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "" if value is None else value


def timeline_of(
    actor: Actor,
    kind: str,
    subject_id: int,
    *,
    labels: Mapping[str, str],
    said: Saying = plain,
    called: Callable[[str], str] = verb_word,
    most: int = 100,
    standing: bool = True,
) -> list[dict[str, Any]]:
    """The newest entries of a subject for the ``timeline`` macro; labels name fields.

    ``called`` says in words what an entry did. ``standing``: what a field said stands
    until an entry changes it, and is told as it was and is; without, each entry tells
    of itself alone. The caller has seen to it that the subject is the actor's to see.
    """
    entries = [
        each
        for each in entries_of(kind, subject_id)
        if each.institution_id == actor.institution_id
    ]
    names = names_behind(actor.institution_id, _commitments(entries))
    before: dict[str, Any] = {}
    lines = []
    for entry in entries:
        facts = json.loads(entry.facts)
        line = _line(entry, facts, before, labels, said, names)
        lines.append({**line, "verb": called(entry.verb)})
        if standing:
            before |= facts
    return lines[: -most - 1 : -1]


def _commitments(entries: list[Entry]) -> set[str]:
    found = {entry.actor_name for entry in entries if entry.actor_name}
    for entry in entries:
        name = json.loads(entry.facts).get("name")
        if entry.subject_kind == "person" and isinstance(name, str):
            found.add(name)
    return found


def _line(
    entry: Entry,
    facts: dict[str, Any],
    before: dict[str, Any],
    labels: Mapping[str, str],
    said: Saying,
    names: dict[str, str],
) -> dict[str, Any]:
    def words(field: str, value: Any) -> Any:
        if entry.subject_kind == "person" and field == "name":
            return names.get(value, _("（已清除）")) if value else ""
        return said(field, value) if value is not None else ""

    changes = []
    for field, value in facts.items():
        if field == "changed":
            continue
        old, new = words(field, before.get(field)), words(field, value)
        if old != new:
            changes.append((labels.get(field) or field_word(field), old, new))
    shown = {labels.get(name) or field_word(name) for name in facts}
    silent = [labels.get(n) or field_word(n) for n in facts.get("changed", [])]
    silent = [each for each in silent if each not in shown]
    note = _("改了：%(fields)s", fields=format_list(silent)) if silent else ""
    return {
        "at": entry.at,
        "who": names.get(entry.actor_name or "", _("系统")),
        "changes": changes,
        "note": note,
        "number": entry.number,
    }
