"""Decisions of procurement as pure functions of plain values."""
