"""Reads of audits, narrowed to what the actor may see."""

from registry.audits.queries.audits import audit, audit_rows, finding, rounds_of
from registry.audits.queries.counting import Sums, sums_of
from registry.audits.queries.scoping import Preview, Scope, preview

__all__ = [
    "Preview",
    "Scope",
    "Sums",
    "audit",
    "audit_rows",
    "finding",
    "preview",
    "rounds_of",
    "sums_of",
]
