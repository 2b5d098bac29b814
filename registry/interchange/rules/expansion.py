"""One line of a ledger, many things: running sub-numbers and amounts split evenly."""

from __future__ import annotations

from dataclasses import dataclass

from registry.interchange.rules.ledger import LedgerRow
from registry.kernel.money import split


@dataclass(frozen=True, slots=True)
class OneAsset:
    """One thing of a row: its sub-number (0 where nothing shares its number)."""

    row: LedgerRow
    asset_number: str
    sub_number: int
    cost: int | None


def expand(row: LedgerRow) -> list[OneAsset]:
    """The things a row stands for, one each; their costs sum to the row's exactly."""
    if row.quantity == 1:
        return [OneAsset(row, row.asset_number, row.sub_number, row.cost)]
    costs: list[int] | list[None] = [None] * row.quantity
    if row.cost is not None:
        costs = split(row.cost, row.quantity)
    return [
        OneAsset(row, row.asset_number, number, cost)
        for number, cost in enumerate(costs, 1)
    ]
