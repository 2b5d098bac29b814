"""Refusals about long work."""

from __future__ import annotations

from registry.kernel.errors import Conflict


class NotAgain(Conflict):
    """The job is not over, went well, or is of a kind that is not begun again."""

    code = "job_not_again"
