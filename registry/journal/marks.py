"""What changes for a person beside the journal, such as notices: noticed by marks.

A mark is a text that differs once something has changed. It has no position, so that
nobody can resume from one: a page that comes is told what has changed lately.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

FRESH_SECONDS = 60.0
"""A mark that changed so lately may be newer than the page that comes."""
AT_MOST_EVERY = 1.0
"""Seconds between two looks where the database does not say that it changed."""

Marks = Callable[[sa.Connection, Mapping[int, int]], Mapping[int, str]]
"""(connection, institution by person) → for each person the mark; "" for none."""


@dataclass
class _Known:
    """The marks of one person by topic, and when each changed."""

    values: dict[str, str] = field(default_factory=dict)
    changed_at: dict[str, float] = field(default_factory=dict)
    used_at: float = 0.0

    def note(self, topic: str, value: str, moment: float) -> bool:
        """Whether it has changed; of what is seen for the first time nobody knows."""
        if self.values.get(topic) == value:
            return False
        is_first = topic not in self.values
        self.values[topic], self.changed_at[topic] = value, moment
        return not is_first

    def lately(self, moment: float) -> set[str]:
        """The topics that may have changed since a page was made that comes now."""
        oldest = moment - FRESH_SECONDS
        return {topic for topic, at in self.changed_at.items() if at > oldest}


class KnownMarks:
    """The marks of everybody who listens in a process."""

    def __init__(self, marks: Mapping[str, Marks], linger: float) -> None:
        """``linger``: seconds for which somebody who left is still known."""
        self._marks, self._linger = dict(marks), linger
        self._known: dict[int, _Known] = {}
        self._looked_at = float("-inf")

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that have marks."""
        return tuple(sorted(self._marks))

    def is_due(self) -> bool:
        """Whether the last look was long enough ago."""
        return time.monotonic() - self._looked_at >= AT_MOST_EVERY

    def compare(
        self, connection: sa.Connection, people: Mapping[int, int]
    ) -> dict[int, set[str]]:
        """Look at the marks of people; of each the topics that have changed."""
        moment = self._looked_at = time.monotonic()
        self._forget(people, moment)
        changed: dict[int, set[str]] = {}
        if not people:
            return changed
        for topic, marks in self._marks.items():
            found = marks(connection, people)
            for person_id in people:
                value = found.get(person_id, "")
                if self._known[person_id].note(topic, value, moment):
                    changed.setdefault(person_id, set()).add(topic)
        return changed

    def lately(self, person_id: int) -> set[str]:
        """The topics that have changed lately for a person, or may have."""
        known = self._known.get(person_id)
        return known.lately(time.monotonic()) if known else set()

    def _forget(self, people: Iterable[int], moment: float) -> None:
        for person_id in people:
            self._known.setdefault(person_id, _Known()).used_at = moment
        oldest = moment - self._linger
        self._known = {
            person_id: known
            for person_id, known in self._known.items()
            if known.used_at > oldest
        }
