"""What an entry's hash covers, what a name's commitment is, what a seal hashes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from registry.kernel.canonical import canonical_json, sha256_hex
from registry.kernel.clock import isoformat

NO_HASH = "0" * 64
"""The previous hash of a first entry or seal."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a subject's chain: how many entries, the last time and hash."""

    number: int = 0
    at: datetime | None = None
    hash: str = NO_HASH


@dataclass(frozen=True, slots=True)
class Body:
    """Everything an entry's hash covers."""

    institution_id: int
    subject_kind: str
    subject_id: int
    number: int
    verb: str
    at: datetime
    effective_on: date | None
    actor_id: int | None
    actor_name: str | None
    door: str
    document: str | None
    corrects: int | None
    facts: str
    previous_hash: str


def entry_hash(body: Body | sa.Row[*tuple[Any, ...]]) -> str:
    """SHA-256 over the canonical form of a body, or of a row with its names."""
    effective = body.effective_on.isoformat() if body.effective_on else None
    return sha256_hex(
        canonical_json(
            [
                body.institution_id,
                body.subject_kind,
                body.subject_id,
                body.number,
                body.verb,
                isoformat(body.at),
                effective,
                body.actor_id,
                body.actor_name,
                body.door,
                body.document,
                body.corrects,
                body.facts,
                body.previous_hash,
            ]
        )
    )


def new_salt() -> str:
    """Sixteen random bytes, as hexadecimal digits."""
    return secrets.token_hex(16)


def commitment(salt: str, name: str) -> str:
    """What stands in an entry for a name: it proves the name without holding it."""
    return sha256_hex(f"{salt}:{name}")


def seal_hash(previous: str, entries: Iterable[tuple[int, str]]) -> str:
    """SHA-256 over the seal before and each (position, entry hash), in order."""
    digest = hashlib.sha256(previous.encode())
    for position, hash_ in entries:
        digest.update(f"\n{position}:{hash_}".encode())
    return digest.hexdigest()
