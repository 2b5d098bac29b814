"""Codes of a second factor (RFC 6238), spare codes, and what is kept of both."""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
from datetime import datetime
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
DRIFT = 1
"""So many steps before and after the present one a code is taken."""
FAR = 20
"""So many steps off a phone's clock is still recognised while it is set up."""

SPARE_CODES = 10
SPARE_DIGITS = 16
FEW_CODES = 4
"""With fewer spare codes left one is told to make new ones."""
MARK = 4
"""The first digits of a spare code, kept in clear so that one hash is compared."""

_PURPOSE = b"registry: secrets of second factors"
_NONCE_BYTES = 12
_MOST_HOUSE, _MOST_NAME = 12, 24
"""A longer name would make the symbol too fine for a phone's camera."""


def new_secret() -> bytes:
    """160 random bits, as the standard asks."""
    return secrets.token_bytes(SECRET_BYTES)


def typed(secret: bytes) -> str:
    """A secret as it is typed into a phone: groups of four letters and digits."""
    text = base64.b32encode(secret).decode("ascii")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, house: str, name: str) -> str:
    """What the symbol holds that a phone reads."""
    issuer = quote(house[:_MOST_HOUSE], safe="")
    account = quote(name[:_MOST_NAME], safe="")
    text = base64.b32encode(secret).decode("ascii")
    return f"otpauth://totp/{issuer}:{account}?secret={text}&issuer={issuer}"


def step_at(moment: datetime) -> int:
    """The number of the half minute in which a moment lies."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """The six digits a phone shows in a half minute."""
    # SHA-1 is the only hash that every authenticator knows.
    made = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as an HMAC
    return made.generate(step * STEP_SECONDS).decode("ascii")


def fitting_steps(
    secret: bytes, code: str, moment: datetime, within: int = DRIFT
) -> list[int]:
    """The half minutes near a moment whose code this is, the earliest first.

    All are looked at, whichever fits.
    """
    here = step_at(moment)
    near = range(max(here - within, 0), here + within + 1)
    return [
        step
        for step in near
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode())
    ]


def digits_of(text: str) -> str:
    """The digits of a code as somebody typed it, from any keyboard; else nothing."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(each for each in plain if not each.isspace() and each not in "-–—")
    return kept if kept.isascii() and kept.isdigit() else ""


def new_spare_codes() -> list[str]:
    """Ten codes of 53 bits each, which begin differently."""
    marks: list[str] = []
    while len(marks) < SPARE_CODES:
        mark = _random_digits(MARK)
        if mark not in marks:
            marks.append(mark)
    return [mark + _random_digits(SPARE_DIGITS - MARK) for mark in marks]


def _random_digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def seal(secret_key: str, owner: tuple[int, int], secret: bytes) -> str:
    """A secret as it is kept: nobody reads it without the installation's key.

    ``owner`` is institution and person; for anybody else it does not open.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_key(secret_key)).encrypt(nonce, secret, _bound(owner))
    return base64.b64encode(nonce + sealed).decode("ascii")


def unseal(secret_key: str, owner: tuple[int, int], kept: str) -> bytes | None:
    """The secret that is kept; None if it was sealed by another key or for another."""
    try:
        raw = base64.b64decode(kept, validate=True)
        nonce, sealed = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        return AESGCM(_key(secret_key)).decrypt(nonce, sealed, _bound(owner))
    except (InvalidTag, ValueError):
        return None


def _key(secret_key: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE)
    return derived.derive(secret_key.encode("utf-8"))


def _bound(owner: tuple[int, int]) -> bytes:
    return f"{owner[0]}/{owner[1]}".encode("ascii")
