"""A clock that stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

OPENING_DAY = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
"""Nine in the morning in Shanghai on the first day of term."""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still; ``clock.shift(seconds)`` and ``clock.move_to(moment)``."""
    with time_machine.travel(OPENING_DAY, tick=False) as traveller:
        yield traveller
