"""The office's words for asking to buy: how a request stands, what the check found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.words.catalogue import N_, gettext

REQUEST_STATES = {
    "draft": N_("草稿"),
    "answering": N_("待答复闲置"),
    "ruling": N_("待裁定"),
    "approving": N_("待审批"),
    "approved": N_("已批准"),
    "ordered": N_("已订购"),
    "closed": N_("已办结"),
    "covered": N_("闲置已解决"),
    "refused": N_("未批准"),
    "withdrawn": N_("已撤回"),
}

ASKED_STATES = {
    "open": N_("待核对"),
    "unclear": N_("有相近的，待认定"),
    "matched": N_("有闲置，待答复"),
    "declined": N_("没有采用，待裁定"),
    "clear": N_("没有可用的闲置"),
    "covered": N_("用闲置解决"),
    "overridden": N_("裁定同意购置"),
}

FOUND_KINDS = {
    "idle": N_("闲置"),
    "claimed": N_("闲置，有人占着"),
    "left": N_("最近才不闲置"),
    "suspected": N_("疑似闲置"),
    "repairable": N_("在修"),
}

DECLINES = {
    "condition": N_("太旧或有毛病"),
    "specification": N_("规格不合"),
    "time": N_("时间来不及"),
    "owner_needs": N_("对方自己要用"),
    "cost": N_("搬运安装不划算"),
    "safety": N_("不安全"),
    "restriction": N_("有限制，不能调"),
    "repair": N_("修理太贵"),
    "not_found": N_("去看了，不在原处"),
    "claimed": N_("别人占着，等不到"),
    "other": N_("其他"),
}

RULINGS = {
    "settle_clear": N_("认定没有可用的"),
    "settle_matched": N_("认定其中有可用的"),
    "uphold": N_("同意购置"),
    "send_back": N_("退回重新答复"),
    "urgent": N_("紧急放行"),
}

THROWN_BACK = {
    "new_match": N_("核对之后又有合用的闲置，请先答复。"),
    "old": N_("核对已满七天，已重新核对。"),
    "overtaken": N_("刚才看到的已被别人先要走，已重新核对。"),
    "costs_more": N_("价格比批准的高，没订的部分另行申请。"),
    "fell_through": N_("要的闲置没有来成，数量已退回核对。"),
    "ruled": N_("裁定人请您再看看，能用就用。"),
}

CONDITIONS = {
    "needed_for_duty": N_("履行职责需要"),
    "cannot_be_shared": N_("无法调剂、共享"),
    "too_dear_elsewise": N_("租用或买服务更贵"),
}
"""The three conditions of Order 36 under which something new is bought."""


def _word(table: Mapping[str, str], code: str) -> str:
    return gettext(table[code]) if code in table else code


def request_word(code: str) -> str:
    """How a request stands."""
    return _word(REQUEST_STATES, code)


def asked_word(code: str) -> str:
    """How one line of a request stands before the check."""
    return _word(ASKED_STATES, code)


def found_word(code: str) -> str:
    """In which way a group of things lies idle."""
    return _word(FOUND_KINDS, code)


def decline_word(code: str) -> str:
    """Why something idle is not taken."""
    return _word(DECLINES, code)


def ruling_word(code: str) -> str:
    """What an officer has ruled."""
    return _word(RULINGS, code)


def thrown_back_word(code: str) -> str:
    """Why a request is answered once more; empty for no reason."""
    return _word(THROWN_BACK, code) if code else ""


def purchase_condition_word(code: str) -> str:
    """One of the three conditions under which something new is bought."""
    return _word(CONDITIONS, code)


OUTER_ANSWERS = {
    "decline": N_("没有要：%(why)s"),
    "refused": N_("对方没有同意：%(words)s"),
    "promised": N_("对方给 %(count)s 件"),
    "urgent": N_("紧急，来不及问：%(words)s"),
    "fell": N_("没有来成 %(count)s 件"),
}


def outer_answer_word(
    kind: str, *, reason: str | None = None, words: str = "", count: int = 0
) -> str:
    """What became of something that another institution shows."""
    why = decline_word(reason) if reason else ""
    if words and why:
        why = gettext("%(why)s（%(words)s）", why=why, words=words)
    said = gettext(OUTER_ANSWERS[kind], why=why, words=words, count=count)
    return said.rstrip("：: ")


OUTER_KINDS = {
    "decline": N_("没有要"),
    "refused": N_("对方没有同意"),
    "promised": N_("对方给 %(count)s 件"),
    "urgent": N_("紧急，来不及问"),
    "fell": N_("没有来成 %(count)s 件"),
}


def outer_kind_word(answer: Any) -> str:
    """What became of it, short enough for a chip."""
    return gettext(OUTER_KINDS[answer.kind], count=answer.count)


def outer_why_word(answer: Any) -> str:
    """Why, as long as it was said."""
    why = decline_word(answer.reason) if answer.reason else ""
    return gettext("：").join(filter(None, [why, answer.words]))


def outer_answer_words(answer: Any) -> str:
    """The same of an answer as it is kept."""
    return outer_answer_word(
        answer.kind, reason=answer.reason, words=answer.words, count=answer.count
    )
