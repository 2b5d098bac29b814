"""The office's words for audits: how far they are, what was found, what is ruled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.words.catalogue import N_, gettext

AUDIT_STATES = {
    "planned": N_("已安排"),
    "running": N_("盘点中"),
    "reviewing": N_("处理差异中"),
    "closed": N_("已结束"),
    "cancelled": N_("已取消"),
}

ROUNDS = {"walk": N_("现场盘点"), "self": N_("自查"), "sample": N_("抽查")}

METHODS = {"hash": N_("整体随机抽取"), "spread": N_("每个地点都抽")}

OUTCOMES = {
    "pending": N_("未盘"),
    "here": N_("相符"),
    "elsewhere": N_("在别处"),
    "missing": N_("没找到"),
    "excused": N_("免盘"),
}

EXCUSES = {
    "loan": N_("已借出"),
    "moved": N_("基准日后有变动"),
    "registered": N_("基准日后新登记"),
    "left_scope": N_("基准日后已调出"),
    "disposed": N_("基准日后已报废"),
}

VERDICTS = {
    "here": N_("相符"),
    "elsewhere": N_("不在登记的地点"),
    "not_listed": N_("不在盘点清单上"),
    "already": N_("已经盘过"),
    "unknown": N_("不认识的码"),
    "disposed": N_("账上已报废"),
    "place": N_("这是地点的码"),
    "counted": N_("已点数"),
    "noted": N_("已记下"),
    "closed": N_("这里已盘完"),
    "reopened": N_("这里重新打开"),
    "undone": N_("已撤销"),
}

TICK_REASONS = {
    "no_label": N_("没有标签"),
    "label_damaged": N_("标签坏了"),
    "out_of_reach": N_("够不着"),
    "no_camera": N_("不能扫码"),
    "other": N_("其他原因"),
}

FINDINGS = {
    "missing": N_("没找到"),
    "elsewhere": N_("在别处"),
    "surplus": N_("盘盈"),
    "unlisted": N_("不在清单上"),
    "unknown": N_("不认识的码"),
    "condition": N_("状况有变"),
    "not_found": N_("有人去找没找到"),
    "back": N_("账上盘亏，又看到了"),
    "disposed": N_("账上已报废，东西还在"),
}

GROUP_HINTS = {
    "missing": N_(
        "账上有，没有盘到。后来找到的写明在哪里；确实没有的写明原因，由另一个人审核。"
    ),
    "elsewhere": N_("在别的地点盘到了。按看到的地点改账，或说明为什么不改。"),
    "surplus": N_("实物比账上多。入账要写明是什么、归哪个部门，由另一个人审核。"),
    "unlisted": N_("账上有，不在这次的清单上，在这里看到了。"),
    "unknown": N_("扫到了码，系统里没有。看照片认出是什么，再入账，或说明原因。"),
    "condition": N_("看到的状况和账上不一样。"),
    "not_found": N_(
        "有人按台账去取，原处没有；或者前面盘到过，抽查时又没有找到。再盘到就自动消掉，也可以现在处理。"
    ),
    "back": N_("账上是盘亏待查，这次看到了。恢复在用，并按看到的地点改账。"),
    "disposed": N_(
        "账上已经报废，东西还在。请说明怎么办；要恢复入账，到资产页面更正。"
    ),
}

RULINGS = {
    "move": N_("按现在的地点改账"),
    "mark_missing": N_("记为盘亏待查"),
    "register": N_("盘盈入账"),
    "set_condition": N_("按看到的状况改账"),
    "put_back": N_("找到了，恢复在用"),
    "excuse": N_("不改账，说明原因"),
}

CAUSES = {
    "moved_unrecorded": N_("挪了地方没登记"),
    "lent_unrecorded": N_("借出没登记"),
    "lost": N_("丢失"),
    "stolen": N_("被盗"),
    "scrapped_unrecorded": N_("已处理没销账"),
    "never_entered": N_("一直没入账"),
    "entered_wrong": N_("当时登记有误"),
    "label_gone": N_("标签脱落或贴错"),
    "wear": N_("正常磨损"),
    "not_ours": N_("不是本单位的"),
    "other": N_("其他原因"),
}

FINDING_STATES = {
    "open": N_("待处理"),
    "ruled": N_("待审核"),
    "approved": N_("已审核，待改账"),
    "applied": N_("已改账"),
    "let_be": N_("已说明，不改账"),
    "overtaken": N_("已消除，不用处理"),
}

SAID = {
    "here": N_("相符。"),
    "elsewhere": N_("它登记在“%(place)s”。"),
    "elsewhere_nowhere": N_("账上没有写它在哪里。"),
    "not_listed": N_("不在这次盘点的清单上，登记在“%(place)s”。"),
    "not_listed_nowhere": N_("不在这次盘点的清单上。"),
    "already": N_("%(by)s已在“%(place)s”盘过。"),
    "unknown": N_("系统里没有这个码。请核对后再扫，或拍照记下。"),
    "disposed": N_("账上已经报废。请拍照记下，由办公室处理。"),
    "place": N_("这是“%(place)s”的门牌码。"),
    "counted": N_("账上 %(expected)s 件，点到 %(count)s 件。"),
    "noted": N_("已记下。"),
    "closed_all": N_("这里都盘到了。"),
    "closed": N_("这里还有 %(missing)s 件没找到。"),
    "reopened": N_("可以接着盘。"),
    "undone": N_("已撤销。"),
}


def _word(table: Mapping[str, str], code: str | None) -> str:
    if code is None:
        return ""
    return gettext(table[code]) if code in table else code


def audit_state_word(code: str) -> str:
    """How far an audit is."""
    return _word(AUDIT_STATES, code)


def round_word(code: str) -> str:
    """What kind of round it is."""
    return _word(ROUNDS, code)


def drawing_word(code: str) -> str:
    """How a sample is drawn."""
    return _word(METHODS, code)


def outcome_word(code: str) -> str:
    """What has become of an expected thing."""
    return _word(OUTCOMES, code)


def excuse_word(code: str | None) -> str:
    """Why it need not be found."""
    return _word(EXCUSES, code)


def verdict_word(code: str) -> str:
    """What a record turned out to mean, in a word."""
    return _word(VERDICTS, code)


def tick_word(code: str | None) -> str:
    """Why a thing was ticked and not scanned."""
    return _word(TICK_REASONS, code)


def finding_word(code: str) -> str:
    """How ledger and shelf differ."""
    return _word(FINDINGS, code)


def ruling_word(code: str | None) -> str:
    """What shall be done about a difference."""
    return _word(RULINGS, code)


def cause_word(code: str | None) -> str:
    """Why they differ."""
    return _word(CAUSES, code)


def group_hint(code: str) -> str:
    """What a kind of difference means, and what to do about it."""
    return _word(GROUP_HINTS, code)


def finding_state_word(code: str, ruling: str | None = None) -> str:
    """How a difference stands."""
    is_let_be = code == "applied" and ruling == "excuse"
    return _word(FINDING_STATES, "let_be" if is_let_be else code)


def verdict_words(verdict: str, told: Mapping[str, Any]) -> str:
    """What whoever recorded something is told; ``told`` holds names, not ids."""
    code = verdict
    if verdict in ("elsewhere", "not_listed") and not told.get("place"):
        code = f"{verdict}_nowhere"
    if verdict == "closed" and not told.get("missing"):
        code = "closed_all"
    facts = {"place": "", "by": "", "count": 0, "expected": 0, "missing": 0}
    return gettext(SAID[code], **(facts | dict(told)))
