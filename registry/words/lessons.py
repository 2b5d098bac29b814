"""What answers have taught, in words."""

from __future__ import annotations

from registry.words.catalogue import N_, gettext

KINDS = {
    "same": N_("就是它"),
    "different": N_("不是它"),
}

STATES = {
    "proposed": N_("待确认"),
    "confirmed": N_("已采用"),
    "dismissed": N_("没有采用"),
}


def lesson_kind_word(code: str) -> str:
    """Whether a wording means a thing or not."""
    return gettext(KINDS[code]) if code in KINDS else code


def lesson_state_word(code: str) -> str:
    """Whether the search goes by it."""
    return gettext(STATES[code]) if code in STATES else code
