"""What others may want to know of long work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class JobEnded:
    """A job is over: done, failed or stopped."""

    institution_id: int
    job_id: int
    person_id: int | None
    kind: str
    title: str
    state: str
    seconds: float
    """From when it was asked for until it ended."""
    refusal: dict[str, Any] | None
