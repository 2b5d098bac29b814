"""Where what all lists have in common stands: below ``/lists``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for

from registry.kernel.errors import Missing
from registry.lists.description import Listing
from registry.lists.of import LISTINGS
from registry.web.base.sessions import current_actor

lists = Blueprint("lists", __name__, url_prefix="/lists")


@dataclass(frozen=True)
class ListPage:
    """Where a list stands and where its rows lead."""

    index: str
    show: str | None = None
    """The endpoint of one row; None where a row has no page of its own."""
    names: str = "id"
    """What that endpoint calls the row."""
    by: str = "id"
    """Which value of the row names it."""

    def url_of(self, row: Any) -> str | None:
        """The address of one row's page."""
        if self.show is None:
            return None
        return url_for(self.show, **{self.names: getattr(row, self.by)})


PAGES = {
    "assets": ListPage("ledger.index", "ledger.show", "asset_id"),
    "documents": ListPage("documents.index", "documents.show", "document_id"),
    "transfers": ListPage("transfers.index", "transfers.show", "transfer_id"),
    "loans": ListPage("loans.index", "loans.show", "loan_id"),
    "savings": ListPage(
        "savings.index", "transfers.show", "transfer_id", "transfer_id"
    ),
    "wanted": ListPage("wanted.index", "wanted.show", "wanted_id"),
    "outer": ListPage("outer.index", "outer.card", "card_id"),
    "outer_own": ListPage("outer.own", "outer.own_card", "card_id"),
    "outer_inquiries": ListPage("outer.inquiries", "outer.inquiry", "inquiry_id"),
    "outer_asked": ListPage("outer.asked", "outer.asked_one", "inquiry_id"),
    "requests": ListPage("requests.index", "requests.show", "request_id"),
    "people": ListPage("people.index", "people.show", "person_id"),
    "types": ListPage("types.index", "types.show", "type_id"),
    "classes": ListPage("classes.rows", "classes.index", "below", "code"),
    "places": ListPage("places.rows", "places.show", "place_id"),
    "departments": ListPage(
        "departments.rows",
        "departments.show",
        "department_id",
    ),
    "imports": ListPage("imports.earlier", "imports.show", "import_id"),
    "jobs": ListPage("jobs.index", "jobs.show", "job_id"),
    "reports": ListPage("reports.index", "reports.show", "report_id"),
    "tokens": ListPage("account.tokens"),
    "certificates": ListPage(
        "certificates.index", "certificates.show", "certificate_id"
    ),
    "buying": ListPage("buying.index", "buying.show", "request_id"),
    "lessons": ListPage("lessons.index", "lessons.show", "lesson_id"),
    "print_runs": ListPage("labels.runs"),
    "audits": ListPage("audits.index", "audits.show", "audit_id"),
    "waits": ListPage("waiting.everything", "waiting.show", "wait_id"),
}
"""The page on which each list stands."""


def address_of(name: str, query: str = "") -> str:
    """The address of the page of a list, narrowed as a query says."""
    page = url_for(PAGES[name].index)
    return f"{page}?{query}" if query else page


def listing_named(name: str) -> Listing[Any, Any]:
    """A list by its name; Missing for none, Forbidden for one that is not for one."""
    found = LISTINGS.get(name)
    if found is None:
        raise Missing(what="lists")
    if found.permission is not None:
        current_actor().require(found.permission)
    return found
