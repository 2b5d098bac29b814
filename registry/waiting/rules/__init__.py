"""Decisions about waiting, as functions of plain values."""
