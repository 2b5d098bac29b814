"""Holds, transfers and loans in the API."""

from registry.web.api.sharing import (
    feeds,
    holds,
    loans,
    outer,
    savings,
    transfers,
    wanted,
)
from registry.web.api.sharing.blueprints import blueprint

BLUEPRINTS = (blueprint,)

__all__ = [
    "BLUEPRINTS",
    "blueprint",
    "feeds",
    "holds",
    "loans",
    "outer",
    "savings",
    "transfers",
    "wanted",
]
