"""The demo school 光明实验学校 and the sample sheets: pure data, no database."""

from __future__ import annotations

from registry.demo.messy_ledger import sample_ledger
from registry.demo.plain_sheets import sample_people, sample_places
from registry.demo.shapes import School
from registry.demo.sheet_truth import LedgerTruth
from registry.demo.story import school

__all__ = [
    "LedgerTruth",
    "School",
    "sample_ledger",
    "sample_people",
    "sample_places",
    "school",
]
