"""What happens to a request to buy, as tables of moves; and who must agree to it."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """Who must agree before something is bought, in the order they are asked."""

    DEPARTMENT_HEAD = "department_head"
    """Who answers for the department that asks."""
    ASSET_OFFICE = "asset_office"
    """Who keeps the whole ledger."""
    FINANCE = "finance"
    """Who answers for the money."""
    PRINCIPAL = "principal"
    """Who decides what exceeds everyone else."""


class Cause(StrEnum):
    """Why a step is needed."""

    ALWAYS = "always"
    AMOUNT = "amount"
    DECLINED = "declined"
    URGENT = "urgent"
    SPECIAL = "special"
