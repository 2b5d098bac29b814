"""Refusals: what the registry says when it will not do a thing, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """The request was understood and is not carried out; nothing has changed.

    ``code`` is stable and machine-readable, ``facts`` are plain values that fill the
    sentence shown to a person. Neither holds a sentence nor an HTTP status.
    """

    code = "refused"

    def __init__(self, code: str | None = None, /, **facts: Any) -> None:
        self.code = code or type(self).code
        self.facts: dict[str, Any] = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        known = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({known})"


class Missing(Refused):
    """There is no such thing, or the actor may not know that there is."""

    code = "missing"


class Forbidden(Refused):
    """The actor may see the thing but not do this to it."""

    code = "forbidden"


class Unauthenticated(Refused):
    """The action needs somebody who has signed in."""

    code = "unauthenticated"


class Conflict(Refused):
    """The world has moved on; looking again shows how."""

    code = "conflict"


class WrongState(Conflict):
    """The thing is in a state from which this verb does not lead anywhere."""

    code = "wrong_state"


class StaleVersion(Conflict):
    """Somebody else changed the thing since it was read."""

    code = "stale_version"


class Gone(Refused):
    """The thing was, and has been replaced or ended."""

    code = "gone"


class TooLarge(Refused):
    """The input exceeds a documented limit."""

    code = "too_large"


class Throttled(Refused):
    """Too many tries; ``retry_after`` seconds say when to come back."""

    code = "throttled"


class Busy(Refused):
    """The service cannot do it now; trying again soon will help."""

    code = "busy"


class StorageFull(Busy):
    """There is no room to write; it helps once somebody has made some."""

    code = "storage_full"


class StorageFailing(Busy):
    """Reading or writing fails; it helps once somebody has mended what it is on."""

    code = "storage_failing"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field: a stable code and the facts of it."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Invalid(Refused):
    """Some of what was given cannot be; ``problems`` names it field by field."""

    code = "invalid"

    def __init__(
        self,
        code: str | None = None,
        /,
        *,
        problems: Mapping[str, Problem] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(code, **facts)
        self.problems: dict[str, Problem] = dict(problems or {})

    @classmethod
    def field(cls, name: str, code: str, /, **facts: Any) -> Invalid:
        """The refusal of one field."""
        return cls(problems={name: Problem(code, facts)})

    def __str__(self) -> str:
        return f"{super().__str__()} {self.problems}"
