"""What must come of a sample sheet when it is imported."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.kernel.money import split


@dataclass(frozen=True)
class LedgerRow:
    """A valid row as it must arrive; absent texts are empty, amounts in fen."""

    row: int
    """The row of the sheet, from 1."""
    asset_number: str
    name: str
    class_code: str
    brand: str
    specification: str
    unit: str
    quantity: int
    original_value_fen: int
    acquired_on: date | None
    method: str
    department: str
    custodian: str
    place: str
    status: str
    note: str

    @property
    def costs_fen(self) -> list[int]:
        """What each of its assets costs: the original value by largest remainder."""
        return split(self.original_value_fen, self.quantity)


@dataclass(frozen=True)
class Rejection:
    """A row that must be refused, with the name of the reason."""

    row: int
    asset_number: str
    reason: str


@dataclass(frozen=True)
class LedgerTruth:
    """What must come of a sample ledger."""

    rows: tuple[LedgerRow, ...]
    rejected: tuple[Rejection, ...]

    @property
    def data_rows(self) -> int:
        """Rows that hold an asset, right or wrong; titles and totals do not."""
        return len(self.rows) + len(self.rejected)

    @property
    def assets(self) -> int:
        """How many things the valid rows make."""
        return sum(row.quantity for row in self.rows)

    @property
    def original_value_fen(self) -> int:
        """The original value of all valid rows."""
        return sum(row.original_value_fen for row in self.rows)

    @property
    def by_status(self) -> dict[str, int]:
        """Valid rows by status."""
        return dict(Counter(row.status for row in self.rows))

    def report(self) -> dict[str, Any]:
        """The same in the words of ``registry import --dry-run --json``; yuan."""
        return {
            "data_rows": self.data_rows,
            "valid_rows": len(self.rows),
            "assets": self.assets,
            "original_value": self.original_value_fen / 100,
            "by_status": self.by_status,
            "rejected": [
                {"row": r.row, "asset_no": r.asset_number, "reason": r.reason}
                for r in self.rejected
            ],
        }


@dataclass(frozen=True)
class SheetTruth:
    """What must come of a sample sheet of people or places."""

    data_rows: int
    names: tuple[str, ...]
    """What must be made, in the order of the sheet."""
    rejected: tuple[tuple[int, str], ...]
    """Sheet rows that must be refused, with the reason."""
