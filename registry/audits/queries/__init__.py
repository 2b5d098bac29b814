"""Reads of audits, narrowed to what the actor may see."""

from registry.audits.queries.audits import audit, audits_page, finding, rounds_of
from registry.audits.queries.counting import Sums, sums_of
from registry.audits.queries.scoping import Preview, Scope, preview

__all__ = [
    "Preview",
    "Scope",
    "Sums",
    "audit",
    "audits_page",
    "finding",
    "preview",
    "rounds_of",
    "sums_of",
]
