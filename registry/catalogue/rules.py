"""When two item types are the same."""

from __future__ import annotations

from registry.kernel.canonical import canonical_json, sha256_hex
from registry.matching import normalise


def identity(name: str, brand: str, model: str, specification: str, unit: str) -> str:
    """A text equal for item types that differ only in width, case or spaces."""
    parts = [normalise(part) for part in (name, brand, model, specification, unit)]
    return sha256_hex(canonical_json(parts))


def title(name: str, brand: str, model: str, specification: str) -> str:
    """How an item type is called in a line: its name and what tells it apart."""
    return " ".join(part for part in (name, brand, model, specification) if part)
