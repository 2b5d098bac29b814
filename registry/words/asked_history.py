"""What the history of a request to buy says of each entry, in the office's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.kernel.checkcodes import grouped
from registry.words.approving import approver_word, step_state_word, verdict_word
from registry.words.asking import decline_word, request_word, thrown_back_word
from registry.words.catalogue import N_, gettext
from registry.words.formats import format_money
from registry.words.terms import verb_word

LABELS = {
    "number": N_("单号"),
    "follows": N_("接着哪份申请"),
    "urgent": N_("紧急"),
    "check": N_("检查编号"),
    "line": N_("哪一样"),
    "transfer": N_("调拨单"),
    "count": N_("件数"),
    "to_buy": N_("要购置"),
    "words": N_("说明"),
    "reason": N_("原因"),
    "why": N_("原因"),
    "from": N_("原来"),
    "into": N_("另立的申请"),
    "step": N_("谁批"),
    "outcome": N_("结果"),
    "certificate": N_("检查证明"),
    "amount_fen": N_("按多少审批"),
    "total_fen": N_("合计"),
    "order": N_("订购单"),
    "document": N_("单据"),
    "verdict": N_("补审结果"),
}
"""What is told of an entry, and what it is called; the rest stays in the ledger."""


VERBS = {
    "take": N_("要了闲置"),
    "withdraw": N_("撤回申请"),
    "approve": N_("审批通过"),
    "receive": N_("到货登记"),
    "close": N_("采购办结"),
}
"""What is done to a request, where the same is called otherwise elsewhere."""


def asked_verb(code: str) -> str:
    """What an entry of a request's history did."""
    return gettext(VERBS[code]) if code in VERBS else verb_word(code)


OUTCOMES = {"cancelled": N_("取消了"), "lapsed": N_("作废了")}
"""How a transfer may end beside being agreed to or not."""


def _outcome_word(code: str) -> str:
    return gettext(OUTCOMES[code]) if code in OUTCOMES else step_state_word(code)


def fact_words(field: str, value: Any, lines: Mapping[int, str]) -> Any:
    """A fact of an entry as people read it; empty for what says nothing to them.

    ``lines`` are the words of the request's lines, by id.
    """
    if field not in LABELS or value in (None, "", []):
        return ""
    if field == "line":
        return lines.get(value, "")
    if field == "urgent":
        return gettext("是") if value else ""
    if field in ("amount_fen", "total_fen"):
        return format_money(value)
    words = {
        "reason": decline_word,
        "why": thrown_back_word,
        "from": request_word,
        "step": approver_word,
        "outcome": _outcome_word,
        "verdict": verdict_word,
        "certificate": grouped,
    }.get(field)
    return words(str(value)) if words is not None else value
