"""The roles people hold for a department and everything below it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A part somebody plays, always for a department (the root for all of it)."""

    STAFF = "staff"
    """Everyone; never granted, always held."""
    WAREHOUSE_KEEPER = "warehouse_keeper"
    """Keeps a store and what lies in it."""
    DEPARTMENT_ASSET_OFFICER = "department_asset_officer"
    """Keeps the ledger of a department true."""
    DEPARTMENT_HEAD = "department_head"
    """Answers for a department."""
    ASSET_OFFICE = "asset_office"
    """Keeps the whole ledger (国资处)."""
    FINANCE = "finance"
    """Verifies checks before money is paid."""
    PRINCIPAL = "principal"
    """Decides what exceeds everyone else."""
    AUDITOR = "auditor"
    """Reads everything, changes nothing."""
    ADMINISTRATOR = "administrator"
    """Runs the installation: people, roles, printers."""


GRANTABLE = tuple(role for role in Role if role is not Role.STAFF)

DECIDING = (
    Role.ADMINISTRATOR,
    Role.DEPARTMENT_HEAD,
    Role.ASSET_OFFICE,
    Role.FINANCE,
    Role.PRINCIPAL,
)
"""Whoever holds one of these runs the installation, approves or rules."""
