"""Refusals about how one likes one's lists."""

from __future__ import annotations

from registry.kernel.errors import Conflict


class TooManyKept(Conflict):
    """No further filter is kept for this list; one has to go first."""

    code = "too_many_kept"
