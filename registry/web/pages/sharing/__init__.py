"""Pages about holds, transfers and loans."""

from registry.web.pages.sharing import (
    asking,
    handing,
    lending,
    moving,
    paper,
    saving,
    wanting,
    wishing,
)
from registry.web.pages.sharing.blueprints import (
    loans,
    savings,
    transfers,
    wanted,
    wishes,
)

BLUEPRINTS = (wishes, transfers, loans, savings, wanted)

__all__ = [
    "BLUEPRINTS",
    "asking",
    "handing",
    "lending",
    "moving",
    "paper",
    "saving",
    "wanting",
    "wishing",
]
