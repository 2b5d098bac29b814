"""Every list there is, by name."""

from __future__ import annotations

from typing import Any

from registry.lists.description import Listing
from registry.lists.of.assets import ASSETS

LISTINGS: dict[str, Listing[Any, Any]] = {each.name: each for each in (ASSETS,)}
