"""Changing many assets at once, in words: the acts, how far they are, documents."""

from __future__ import annotations

from collections.abc import Mapping

from registry.words.catalogue import N_, gettext
from registry.words.terms import VERBS

ACTS = {
    "move": N_("变更存放地点"),
    "hand_to": N_("变更保管人"),
    "let_use": N_("变更使用人"),
    "reassign": N_("变更使用部门"),
    **{
        verb: VERBS[verb]
        for verb in (
            "mark_idle",
            "put_in_use",
            "send_to_repair",
            "report_missing",
            "propose_disposal",
            "dispose",
        )
    },
    "amend": N_("修改资料"),
    "restrict": N_("加一条使用限制"),
    "lift_restriction": N_("去掉一条使用限制"),
}

STATES = {
    "planning": N_("正在核对"),
    "planned": N_("待确认"),
    "running": N_("正在办"),
    "done": N_("已办好"),
    "stopped": N_("已停下"),
    "cancelled": N_("已放弃"),
}

OUTCOMES = {
    "planned": N_("会改"),
    "unchanged": N_("不用改"),
    "refused": N_("办不了"),
    "changed": N_("已改"),
    "overtaken": N_("预览后有人改过"),
}

DOCUMENT_KINDS = {
    "import": N_("导入"),
    "basket": N_("一起办"),
    "bulk": N_("批量变更"),
    "transfer": N_("调拨"),
    "receipt": N_("验收"),
    "allocation": N_("无偿划转"),
    "audit": N_("盘点改账"),
}


def _word(table: Mapping[str, str], code: str) -> str:
    return gettext(table[code]) if code in table else code


def act_word(code: str) -> str:
    """What is done to many assets; a code not known is returned as it is."""
    return _word(ACTS, code)


def bulk_word(code: str) -> str:
    """How far a change of many assets is."""
    return _word(STATES, code)


def outcome_word(code: str) -> str:
    """What is to become, or has become, of one of them."""
    return _word(OUTCOMES, code)


def document_kind_word(code: str) -> str:
    """What kind of act a document is of."""
    return _word(DOCUMENT_KINDS, code)
