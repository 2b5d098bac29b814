"""What a good password is, how secrets are made and hashed, when a session is over."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registry.access.permissions import Permission
from registry.config import Settings
from registry.kernel.errors import Invalid, Problem
from registry.kernel.text import required_line

MOST_PASSWORD = 200
MOST_NAME = 80
TOKEN_PREFIX = "rgt_"  # noqa: S105 - what every token begins with, not a secret
TOKEN_DAYS = 365
INITIAL_DAYS = 7
"""How long a password given by an administrator works before it must be changed."""

READABLE = "23456789abcdefghjkmnpqrstuvwxyz"
"""Characters of initial passwords: none looks like another on paper."""

SCOPES = ("read", *sorted({each.feature for each in Permission} - {"auth"}))
"""What an API token may be for; signing in and tokens themselves are never among it."""


def fold_name(name: str) -> str:
    """A sign-in name as it is compared: without width, case and outer spaces."""
    return unicodedata.normalize("NFKC", name).strip().casefold()[: MOST_NAME * 2]


def clean_sign_in_name(name: str) -> str:
    """A sign-in name as it is kept: one line without spaces; raises Invalid."""
    clean = required_line(name, field="sign_in_name", most=MOST_NAME)
    if " " in clean or not fold_name(clean):
        raise Invalid.field("sign_in_name", "bad_format")
    return clean


def clean_password(password: str) -> str:
    """The form in which a password is hashed, the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    path = Path(__file__).with_name("common_passwords.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if not line.startswith("#"))


def password_problem(password: str, sign_in_name: str, least: int) -> Problem | None:
    """Why a password is refused; any characters will do, but not a common one."""
    plain = clean_password(password)
    if len(plain) < least:
        return Problem("password_too_short", {"least": least})
    if len(plain) > MOST_PASSWORD:
        return Problem("too_long", {"most": MOST_PASSWORD, "found": len(plain)})
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in plain):
        return Problem("control_characters")
    folded = plain.casefold()
    if folded in _common() or len(set(folded)) <= 2 or _is_run(folded):
        return Problem("weak_password")
    if fold_name(sign_in_name) and fold_name(sign_in_name) in folded:
        return Problem("password_holds_name")
    return None


def _is_run(text: str) -> bool:
    """Whether the characters only count up or down, as in 23456789 or gfedcba."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return steps in ({1}, {-1})


@cache
def _hasher(memory_kib: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)


def hash_password(settings: Settings, password: str) -> str:
    """Argon2id of a password, slow on purpose."""
    hasher = _hasher(settings.argon2_memory_kib, settings.argon2_rounds)
    return hasher.hash(clean_password(password))


def password_fits(settings: Settings, known_hash: str, password: str) -> bool:
    """Whether a password is the one hashed; takes as long when it is not."""
    hasher = _hasher(settings.argon2_memory_kib, settings.argon2_rounds)
    try:
        return hasher.verify(known_hash, clean_password(password[:MOST_PASSWORD]))
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def hash_is_dated(settings: Settings, known_hash: str) -> bool:
    """Whether a hash was made with other parameters than the present ones."""
    hasher = _hasher(settings.argon2_memory_kib, settings.argon2_rounds)
    return hasher.check_needs_rehash(known_hash)


@cache
def _stand_in(memory_kib: int, rounds: int) -> str:
    return _hasher(memory_kib, rounds).hash(secrets.token_hex(32))


def stand_in_hash(settings: Settings) -> str:
    """What a password is held against for a name nobody has, for equal time."""
    return _stand_in(settings.argon2_memory_kib, settings.argon2_rounds)


def new_password() -> str:
    """An initial password: three groups of four readable characters, 59 bits."""
    groups = ("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def new_session_token() -> str:
    """256 random bits for one browser."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """256 random bits behind a prefix that tells what was found where it should not."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What is kept of a random secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def session_is_live(
    settings: Settings, moment: datetime, seen_at: datetime, expires_at: datetime
) -> bool:
    """Whether neither the idle nor the absolute limit has passed."""
    idle = timedelta(hours=settings.session_idle_hours)
    return moment < expires_at and moment < seen_at + idle
