"""Every list there is, by name."""

from __future__ import annotations

from typing import Any

from registry.lists.description import Listing
from registry.lists.of.assets import ASSETS
from registry.lists.of.documents import DOCUMENTS
from registry.lists.of.loans import LOANS
from registry.lists.of.requests import REQUESTS
from registry.lists.of.savings import SAVINGS
from registry.lists.of.transfers import TRANSFERS
from registry.lists.of.wanted import WANTED

LISTINGS: dict[str, Listing[Any, Any]] = {
    each.name: each
    for each in (ASSETS, DOCUMENTS, TRANSFERS, LOANS, SAVINGS, WANTED, REQUESTS)
}
