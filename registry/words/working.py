"""The office's words for long work: jobs, and the spreadsheets that are brought in."""

from __future__ import annotations

from collections.abc import Mapping

from registry.words.catalogue import N_, gettext

JOB_STATES = {
    "waiting": N_("排队中"),
    "running": N_("进行中"),
    "done": N_("已完成"),
    "failed": N_("没有做成"),
    "cancelled": N_("已取消"),
}

JOB_KINDS = {
    "import_check": N_("核对表格"),
    "import_apply": N_("写入表格"),
    "import_undo": N_("撤销导入"),
    "labels": N_("排版标签"),
    "bulk_plan": N_("批量变更：核对"),
    "bulk_carry_out": N_("批量变更：办理"),
    "document_undo": N_("撤销单据"),
    "verify": N_("台账核验"),
}

IMPORT_KINDS = {
    "ledger": N_("资产台账"),
    "departments": N_("部门"),
    "places": N_("存放地点"),
    "people": N_("人员"),
    "item_types": N_("资产品名"),
    "classes": N_("资产分类"),
}

IMPORT_STATES = {
    "checking": N_("正在核对"),
    "checked": N_("待确认"),
    "applying": N_("正在登记"),
    "done": N_("已导入"),
    "cancelled": N_("已放弃"),
    "undone": N_("已撤销"),
}

REPORT_KINDS = {
    "problem": N_("有问题"),
    "found": N_("捡到"),
}

TOKEN_STATES = {
    "usable": N_("可用"),
    "expired": N_("已过期"),
    "revoked": N_("已停用"),
}

SCOPES = {
    "read": N_("只查看，不改动"),
    "catalogue": N_("资产品名与分类"),
    "interchange": N_("导入与导出"),
    "labelling": N_("标签"),
    "ledger": N_("资产台账"),
    "lists": N_("清单的列和筛选"),
    "notifications": N_("通知与邮件"),
    "waiting": N_("等待事项与工作日历"),
    "organisation": N_("部门、地点与人员"),
}
"""What a token may be for."""


def _word(table: Mapping[str, str], code: str) -> str:
    return gettext(table[code]) if code in table else code


def job_state_word(code: str) -> str:
    """How far a job is, in words."""
    return _word(JOB_STATES, code)


def job_kind_word(code: str) -> str:
    """What a job does, in words."""
    return _word(JOB_KINDS, code)


def import_kind_word(code: str) -> str:
    """What a spreadsheet holds, in words."""
    return _word(IMPORT_KINDS, code)


def import_state_word(code: str) -> str:
    """How far an import is, in words."""
    return _word(IMPORT_STATES, code)


def report_kind_word(code: str) -> str:
    """What a report from a label says, in words."""
    return _word(REPORT_KINDS, code)


def scope_word(code: str) -> str:
    """What a scope of a token is for, in words."""
    return _word(SCOPES, code)
