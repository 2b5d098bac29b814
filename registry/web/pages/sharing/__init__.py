"""Pages about holds, transfers and loans."""

from registry.web.pages.sharing import (
    asking,
    handing,
    lending,
    moving,
    paper,
    wishing,
)
from registry.web.pages.sharing.blueprints import loans, transfers, wishes

BLUEPRINTS = (wishes, transfers, loans)

__all__ = [
    "BLUEPRINTS",
    "asking",
    "handing",
    "lending",
    "moving",
    "paper",
    "wishing",
]
