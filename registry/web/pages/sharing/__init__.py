"""Pages about holds, transfers and loans."""

from registry.web.pages.sharing import (
    asking,
    handing,
    lending,
    moving,
    paper,
    saving,
    wishing,
)
from registry.web.pages.sharing.blueprints import loans, savings, transfers, wishes

BLUEPRINTS = (wishes, transfers, loans, savings)

__all__ = [
    "BLUEPRINTS",
    "asking",
    "handing",
    "lending",
    "moving",
    "paper",
    "saving",
    "wishing",
]
