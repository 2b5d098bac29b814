"""The office's words for signs of idleness, and for what people answer to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registry.words.catalogue import N_, gettext
from registry.words.formats import format_date

SIGNALS = {
    "stored": N_("放在库房"),
    "quiet": N_("长期没有动静"),
    "keeper_left": N_("保管人已离岗"),
    "seen_unused": N_("看到没有在用"),
    "replaced": N_("已买了替换的"),
    "repaired": N_("修好没有再用"),
}
"""Signals by name, for lists and filters."""

SIGNS = {
    "stored": N_("%(day)s起一直放在库房"),
    "quiet": N_("%(day)s以后没有人扫过、借过、动过"),
    "keeper_left": N_("保管人%(day)s离岗"),
    "seen_unused": N_("%(day)s有人看到它没有在用"),
    "replaced": N_("%(day)s已买了替换它的"),
    "repaired": N_("%(day)s修好以后没有再用"),
}
"""Signals as a sentence with their day."""

ANSWERS = {
    "idle": N_("闲置"),
    "in_use": N_("在用"),
    "not_here": N_("不在我这里"),
}

REASONS = {
    "daily": N_("天天在用"),
    "seasonal": N_("到时候才用"),
    "spare": N_("备用、应急"),
    "project": N_("专项留用"),
    "soon": N_("马上要用"),
    "other": N_("其他原因"),
}

QUESTION_STATES = {
    "open": N_("等答复"),
    "idle": N_("答：闲置"),
    "in_use": N_("答：在用"),
    "not_here": N_("答：不在那里"),
    "overtaken": N_("已有变动，不用再问"),
    "withdrawn": N_("已撤回"),
}


def _word(table: Mapping[str, str], code: str) -> str:
    return gettext(table[code]) if code in table else code


def signal_word(code: str) -> str:
    """A signal by its name."""
    return _word(SIGNALS, code)


def sign_words(sign: Mapping[str, str]) -> str:
    """A sign as a sentence: what was seen, since when, and in what it was seen."""
    code = sign["signal"]
    if code not in SIGNS:
        return code
    day = format_date(date.fromisoformat(sign["since"]))
    words = gettext(SIGNS[code], day=day)
    source = sign.get("source")
    if not source:
        return words
    return gettext("%(words)s（%(source)s）", words=words, source=source)


def answer_word(code: str) -> str:
    """What somebody answers."""
    return _word(ANSWERS, code)


def reason_word(code: str) -> str:
    """Why something is in use after all."""
    return _word(REASONS, code)


def question_word(code: str) -> str:
    """How a question stands."""
    return _word(QUESTION_STATES, code)
