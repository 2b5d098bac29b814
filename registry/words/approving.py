"""The office's words for approving: steps, and why each is needed."""

from __future__ import annotations

from registry.words.catalogue import N_, gettext

STEPS = {
    "department_head": N_("部门负责人"),
    "asset_office": N_("资产管理处"),
    "finance": N_("财务"),
    "principal": N_("校领导"),
}
"""Who must agree, as offices."""

CAUSES = {
    "always": N_("每份申请都要"),
    "amount": N_("金额"),
    "declined": N_("有闲置没有采用"),
    "urgent": N_("紧急"),
    "special": N_("特殊资产"),
}
"""Why a step is needed."""

STEP_STATES = {
    "later": N_("还没轮到"),
    "open": N_("等待审批"),
    "approved": N_("已同意"),
    "refused": N_("不同意"),
    "returned": N_("退回修改"),
    "void": N_("不用再批"),
}
"""How a step stands."""

CERTIFICATES = {
    "valid": N_("有效"),
    "stale": N_("已过期，要重新检查"),
    "superseded": N_("已作废，另有新证明"),
    "void": N_("已作废，申请没有办成"),
    "broken": N_("内容被改动过，不可信"),
}
"""What a certificate is worth."""

VERDICTS = {
    "justified": N_("确实紧急"),
    "unjustified": N_("不够紧急"),
}
"""What a review of an urgent purchase finds."""


def approver_word(step: str) -> str:
    """Who must agree in a step."""
    return gettext(STEPS[step]) if step in STEPS else step


def cause_word(cause: str) -> str:
    """Why a step is needed."""
    return gettext(CAUSES[cause]) if cause in CAUSES else cause


def step_state_word(state: str) -> str:
    """How a step stands."""
    return gettext(STEP_STATES[state]) if state in STEP_STATES else state


def certificate_word(status: str) -> str:
    """What a certificate is worth."""
    return gettext(CERTIFICATES[status]) if status in CERTIFICATES else status


def verdict_word(verdict: str) -> str:
    """What a review of an urgent purchase finds."""
    return gettext(VERDICTS[verdict]) if verdict in VERDICTS else verdict
