"""Every list there is, by name."""

from __future__ import annotations

from typing import Any

from registry.lists.description import Listing
from registry.lists.of.assets import ASSETS
from registry.lists.of.audits import AUDITS
from registry.lists.of.buying import BUYING
from registry.lists.of.certificates import CERTIFICATES_ISSUED
from registry.lists.of.classes import CLASSES
from registry.lists.of.departments import DEPARTMENTS
from registry.lists.of.documents import DOCUMENTS
from registry.lists.of.imports import IMPORTS
from registry.lists.of.jobs import JOBS
from registry.lists.of.lessons import LESSONS
from registry.lists.of.loans import LOANS
from registry.lists.of.outer import ASKED_OUTSIDE, INQUIRIES, OUTER, OWN_CARDS
from registry.lists.of.people import PEOPLE
from registry.lists.of.places import PLACES
from registry.lists.of.printing import PRINT_RUNS
from registry.lists.of.reports import REPORTS
from registry.lists.of.requests import REQUESTS
from registry.lists.of.savings import SAVINGS
from registry.lists.of.tokens import TOKENS
from registry.lists.of.transfers import TRANSFERS
from registry.lists.of.types import TYPES
from registry.lists.of.waits import WAITS
from registry.lists.of.wanted import WANTED

LISTINGS: dict[str, Listing[Any, Any]] = {
    each.name: each
    for each in (
        ASSETS,
        DOCUMENTS,
        TRANSFERS,
        LOANS,
        SAVINGS,
        WANTED,
        OUTER,
        OWN_CARDS,
        INQUIRIES,
        ASKED_OUTSIDE,
        REQUESTS,
        PEOPLE,
        TYPES,
        CLASSES,
        PLACES,
        DEPARTMENTS,
        IMPORTS,
        JOBS,
        REPORTS,
        TOKENS,
        CERTIFICATES_ISSUED,
        BUYING,
        LESSONS,
        PRINT_RUNS,
        AUDITS,
        WAITS,
    )
}
