"""Pages about holds, transfers and loans."""

from registry.web.pages.sharing import (
    asking,
    calendar,
    handing,
    lending,
    moving,
    paper,
    saving,
    wanting,
    wishing,
)
from registry.web.pages.sharing.blueprints import (
    feed,
    loans,
    savings,
    transfers,
    wanted,
    wishes,
)

BLUEPRINTS = (wishes, transfers, loans, savings, wanted, feed)

__all__ = [
    "BLUEPRINTS",
    "asking",
    "calendar",
    "handing",
    "lending",
    "moving",
    "paper",
    "saving",
    "wanting",
    "wishing",
]
