"""Label codes: 8 random characters without look-alikes and one check character.

The alphabet is the 10 digits and 22 letters: I, L and O are read as 1, 1 and 0, and U
does not occur. The check character is a weighted sum over GF(32), which finds every
single wrong character and every swap of two neighbours. A code holds at least one
letter, so that an asset number of nine digits is never taken for one.
"""

from __future__ import annotations

import re
import secrets

from registry.kernel.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY_LENGTH = 8
LENGTH = BODY_LENGTH + 1

_VALUE = {character: index for index, character in enumerate(ALPHABET)}
_FOLDED = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_.]+")
_SHAPE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


class CodeMistyped(Invalid):
    """The check character does not fit: some character was read or typed wrong."""

    code = "code_mistyped"


def _times_two(value: int) -> int:
    """Multiply by x in GF(32) with the polynomial x^5 + x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def _check_value(body: str) -> int:
    total = 0
    for character in body:
        total = _times_two(total) ^ _VALUE[character]
    return _times_two(total)


def check_character(body: str) -> str:
    """The character that completes an eight-character body."""
    return ALPHABET[_check_value(body)]


def new_code() -> str:
    """A fresh random code with its check character; uniqueness is the table's."""
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))
        if not body.isdigit():
            return body + check_character(body)


def tidy(text: str) -> str:
    """What was typed, in upper case, without separators, look-alikes folded."""
    return _SEPARATORS.sub("", text.upper()).translate(_FOLDED)


def looks_like_code(text: str) -> bool:
    """Whether a typed text has the shape of a code (its check may still fail)."""
    code = tidy(text)
    return _SHAPE.fullmatch(code) is not None and not code[:BODY_LENGTH].isdigit()


def read_code(text: str) -> str:
    """The code a person typed or scanned; CodeMistyped if its check fails."""
    code = tidy(text)
    if not _SHAPE.fullmatch(code) or check_character(code[:-1]) != code[-1]:
        raise CodeMistyped(found=text[:40])
    return code


def grouped(code: str) -> str:
    """A code as printed for reading: ``K7Q4-M2XN-T``."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
