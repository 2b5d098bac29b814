"""Data in and out: sheets read into plain rows, and lists written as sheets."""
