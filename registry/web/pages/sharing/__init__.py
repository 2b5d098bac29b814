"""Pages about holds, transfers and loans."""

from registry.web.pages.sharing import (
    asking,
    calendar,
    handing,
    inquiring,
    lending,
    moving,
    outside,
    paper,
    saving,
    wanting,
    wishing,
)
from registry.web.pages.sharing.blueprints import (
    feed,
    loans,
    outer,
    savings,
    transfers,
    wanted,
    wishes,
)

BLUEPRINTS = (wishes, transfers, loans, savings, wanted, feed, outer)

__all__ = [
    "BLUEPRINTS",
    "asking",
    "calendar",
    "handing",
    "inquiring",
    "lending",
    "moving",
    "outside",
    "paper",
    "saving",
    "wanting",
    "wishing",
]
