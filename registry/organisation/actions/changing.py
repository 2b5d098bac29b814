"""What every change of a row has in common: its version, and what really changed."""

from __future__ import annotations

from typing import Any

from registry.kernel.errors import StaleVersion
from registry.kernel.text import clean_line, required_line


def expect_version(row: Any, version: int) -> None:
    if row.version != version:
        raise StaleVersion(expected=version, found=row.version)


def apply_changes(row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """Set cleaned values; what really changed, as facts."""
    facts: dict[str, Any] = {}
    for field, value in changes.items():
        if isinstance(value, str):
            required = field in {"name", "short_name"}
            clean = required_line if required else clean_line
            value = clean(value, field=field, most=_most(row, field))
        if getattr(row, field) != value:
            facts[field] = value
            setattr(row, field, value)
    return facts


def _most(row: Any, field: str) -> int:
    return int(getattr(type(row).__table__.c[field].type, "length", None) or 200)
