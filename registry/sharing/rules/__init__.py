"""Decisions about idle things, as pure functions of plain values."""
