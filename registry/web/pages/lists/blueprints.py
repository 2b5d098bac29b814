"""Where what all lists have in common stands: below ``/lists``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from registry.kernel.errors import Missing
from registry.lists.description import Listing
from registry.lists.of import LISTINGS
from registry.web.base.sessions import current_actor

lists = Blueprint("lists", __name__, url_prefix="/lists")

PAGES = {
    "assets": "ledger.index",
    "documents": "documents.index",
    "transfers": "transfers.index",
    "loans": "loans.index",
    "savings": "savings.index",
    "wanted": "wanted.index",
    "outer": "outer.index",
    "outer_own": "outer.own",
    "outer_inquiries": "outer.inquiries",
    "outer_asked": "outer.asked",
    "requests": "requests.index",
    "people": "people.index",
    "types": "types.index",
    "classes": "classes.rows",
    "places": "places.rows",
    "departments": "departments.rows",
    "imports": "imports.earlier",
    "jobs": "jobs.index",
    "reports": "reports.index",
    "tokens": "account.tokens",
    "certificates": "certificates.index",
    "buying": "buying.index",
    "lessons": "lessons.index",
    "print_runs": "labels.runs",
    "audits": "audits.index",
}
"""The page on which each list stands."""


def listing_named(name: str) -> Listing[Any, Any]:
    """A list by its name; Missing for none, Forbidden for one that is not for one."""
    found = LISTINGS.get(name)
    if found is None:
        raise Missing(what="lists")
    if found.permission is not None:
        current_actor().require(found.permission)
    return found
