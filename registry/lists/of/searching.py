"""The field of search that lists have in common."""

from __future__ import annotations

from registry.lists.description import FilterField
from registry.words import N_

SEARCH = FilterField(
    "q", N_("查找"), attribute="text", hidden=True, chip=N_("查找“%(value)s”")
)
