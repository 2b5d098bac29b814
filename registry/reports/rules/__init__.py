"""Counting and adding up, as pure functions of plain values."""
