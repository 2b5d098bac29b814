"""Holds, transfers and loans in words: how they stand, what one may do."""

from __future__ import annotations

from collections.abc import Mapping

from registry.words.catalogue import N_, gettext

TRANSFER_STATES = {
    "requested": N_("待答复"),
    "agreed": N_("待交出"),
    "under_way": N_("待点收"),
    "received": N_("已办结"),
    "refused": N_("未同意"),
    "cancelled": N_("已取消"),
    "lapsed": N_("已作废"),
}

LINE_STATES = {
    "requested": N_("待答复"),
    "agreed": N_("待交出"),
    "handed_over": N_("待点收"),
    "received": N_("已点收"),
    "refused": N_("未同意"),
    "cancelled": N_("已取消"),
    "lapsed": N_("已作废"),
}

LOAN_STATES = {
    "requested": N_("待答复"),
    "reserved": N_("已约好"),
    "out": N_("借出中"),
    "returned": N_("已归还"),
    "refused": N_("未同意"),
    "cancelled": N_("已取消"),
    "lapsed": N_("已作废"),
}

WANTED_STATES = {
    "open": N_("在找"),
    "met": N_("已找到"),
    "withdrawn": N_("不找了"),
    "lapsed": N_("已过期"),
}

INQUIRY_STATES = {
    "asked": N_("待答复"),
    "promised": N_("已留出"),
    "given": N_("已划转"),
    "refused": N_("未同意"),
    "withdrawn": N_("不要了"),
    "lapsed": N_("已作废"),
}

PRICINGS = {
    "type": N_("品名的重置价"),
    "newest": N_("同品名最近一次购置价"),
    "original": N_("这件的原值"),
}


def _word(table: Mapping[str, str], code: str) -> str:
    return gettext(table[code]) if code in table else code


def transfer_word(code: str) -> str:
    """How a transfer stands; a code not known is returned as it is."""
    return _word(TRANSFER_STATES, code)


def line_word(code: str) -> str:
    """How far one thing of a transfer has come."""
    return _word(LINE_STATES, code)


def loan_word(code: str) -> str:
    """How a loan stands."""
    return _word(LOAN_STATES, code)


def pricing_word(code: str) -> str:
    """Where the price of what was not bought comes from."""
    return _word(PRICINGS, code)


def wanted_word(code: str) -> str:
    """How a search for something stands."""
    return _word(WANTED_STATES, code)


def inquiry_word(code: str) -> str:
    """How a wish between institutions stands."""
    return _word(INQUIRY_STATES, code)
