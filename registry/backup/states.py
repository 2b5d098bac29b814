"""What is done with copies."""

from __future__ import annotations

from enum import StrEnum


class RunKind(StrEnum):
    """A copy was made, or one was brought back on trial."""

    BACKUP = "backup"
    DRILL = "drill"
