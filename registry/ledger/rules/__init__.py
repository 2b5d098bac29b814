"""Decisions of the ledger as pure functions of plain values."""
