"""The office's words for approving: steps, and why each is needed."""

from __future__ import annotations

from registry.words.catalogue import N_, gettext

STEPS = {
    "department_head": N_("部门负责人"),
    "asset_office": N_("国资处"),
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


def approver_word(step: str) -> str:
    """Who must agree in a step."""
    return gettext(STEPS[step]) if step in STEPS else step


def cause_word(cause: str) -> str:
    """Why a step is needed."""
    return gettext(CAUSES[cause]) if cause in CAUSES else cause
