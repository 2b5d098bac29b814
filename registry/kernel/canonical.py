"""One way to write a value down, so that its hash means something."""

from __future__ import annotations

import hashlib
import json
from typing import Any

# Made once: to make an encoder costs more than to write down an entry with it.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical_json(value: Any) -> str:
    """Compact JSON with sorted keys and no NaN; equal values give equal text."""
    return _ENCODER.encode(value)


def sha256_hex(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
