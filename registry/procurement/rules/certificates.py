"""What a certificate holds, how it is frozen, and what it is worth later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.kernel.canonical import canonical_json, sha256_hex
from registry.procurement.states import CertificateStatus

FORMAT = 1
"""The form of what is frozen; a later one is read beside it, never rewritten."""


def frozen(content: Mapping[str, Any]) -> tuple[str, str]:
    """What is kept of a content, and its hash."""
    text = canonical_json({"format": FORMAT, **content})
    return text, sha256_hex(text)


def is_whole(content: str, hash_: str, noted: str | None) -> bool:
    """Whether what is kept is what was frozen, and what the journal noted then."""
    return sha256_hex(content) == hash_ == noted


def status_of(
    *, whole: bool, newest: bool, ended: bool, under_check: bool, fresh: bool
) -> CertificateStatus:
    """What a certificate is worth: the worst that is true of it.

    ``ended``: its request was refused or withdrawn; ``under_check``: it is being looked
    at again; ``fresh``: no newer match, and not too old (always, once it is ordered).
    """
    if not whole:
        return CertificateStatus.BROKEN
    if not newest:
        return CertificateStatus.SUPERSEDED
    if ended:
        return CertificateStatus.VOID
    if under_check or not fresh:
        return CertificateStatus.STALE
    return CertificateStatus.VALID
