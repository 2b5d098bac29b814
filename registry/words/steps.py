"""What a step is called for whoever has it, and how one is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from registry.words.catalogue import N_, gettext, ngettext

STEPS = {
    "settle_report": N_("有人反映问题：%(name)s %(number)s"),
    "settle_find": N_("有人捡到：%(name)s %(number)s"),
    "idle_question": N_("%(department)s有 %(count)s 件东西，请说还在不在用"),
    "transfer_answer": N_("%(department)s想要 %(count)s 件闲置的东西：%(number)s"),
    "transfer_hand_over": N_("请交出 %(count)s 件给%(department)s：%(number)s"),
    "transfer_receive": N_("请点收调来的 %(count)s 件：%(number)s"),
    "loan_answer": N_("有人想借：%(name)s %(number)s"),
    "loan_overdue": N_("借出的还没有还：%(name)s %(number)s"),
    "answer_check": N_("申请 %(number)s 找到了闲置的，请答复要不要"),
    "settle_unclear": N_("%(department)s的申请 %(number)s 有相近的闲置，请看合不合用"),
    "rule_declined": N_("%(department)s的申请 %(number)s 没有采用闲置，请裁定"),
    "purchase_request": N_("采购申请 %(number)s"),
    "thing": N_("%(name)s %(number)s"),
    "transfer": N_("%(number)s，%(count)s 件"),
    "audit_walk": N_("%(audit)s：请去盘点"),
    "audit_self": N_("%(audit)s：请核对您保管的 %(count)s 件东西"),
    "audit_review": N_("%(audit)s：盘点结束，请处理差异"),
    "audit_approve": N_("%(audit)s：有处理意见等您审核"),
    "audit_look": N_("有人去找没找到：%(name)s %(number)s"),
    "audit_look_approve": N_("没找到的处理意见等您审核：%(name)s %(number)s"),
    "wanted": N_("求调剂“%(name)s”"),
    "outer_answer": N_("%(from)s想要 %(count)s 件%(name)s，请答复：%(number)s"),
    "outer_hand_over": N_(
        "答应给%(from)s的 %(count)s 件%(name)s，请办划转：%(number)s"
    ),
    "outer": N_("%(name)s，%(count)s 件，%(number)s"),
    "robot": N_("群机器人“%(name)s”"),
    "decide_department_head": N_("%(department)s的采购申请 %(number)s，请审批"),
    "decide_asset_office": N_("%(department)s的采购申请 %(number)s，请审批"),
    "decide_finance": N_("%(department)s的采购申请 %(number)s，请审批"),
    "decide_principal": N_("%(department)s的采购申请 %(number)s，请审批"),
    "place_order": N_("%(department)s的采购申请 %(number)s 已批准，请订购"),
    "receive_goods": N_("%(department)s的采购 %(number)s 到货后，请验收登记"),
    "review_urgent": N_("%(department)s的紧急采购 %(number)s，请补审"),
}
"""The sentence of each step; its placeholders are the facts of the wait."""

STEP_NAMES = {
    "settle_report": N_("问题反映"),
    "settle_find": N_("有人捡到"),
    "idle_question": N_("问还用不用"),
    "transfer_answer": N_("调拨待答复"),
    "transfer_hand_over": N_("调拨待交出"),
    "transfer_receive": N_("调拨待点收"),
    "loan_answer": N_("借用待答复"),
    "outer_answer": N_("外单位来询待答复"),
    "outer_hand_over": N_("外单位划转"),
    "loan_overdue": N_("借用超期"),
    "answer_check": N_("闲置待答复"),
    "settle_unclear": N_("相近待认定"),
    "rule_declined": N_("未采用待裁定"),
    "audit_walk": N_("盘点"),
    "audit_self": N_("自查"),
    "audit_review": N_("处理盘点差异"),
    "audit_approve": N_("审核盘点处理意见"),
    "audit_look": N_("去找没找到"),
    "audit_look_approve": N_("审核没找到的处理意见"),
    "decide_department_head": N_("采购审批：部门负责人"),
    "decide_asset_office": N_("采购审批：资产管理处"),
    "decide_finance": N_("采购审批：财务"),
    "decide_principal": N_("采购审批：校领导"),
    "place_order": N_("订购"),
    "receive_goods": N_("验收登记"),
    "review_urgent": N_("紧急采购补审"),
}
"""What kind of step it is, in a word or two, for filters."""

TOLD = {
    "wait_begun": N_("等您处理"),
    "wait_escalated": N_("还没有人处理，也请您看看"),
    "wait_overdue": N_("超过时限，还没有处理"),
    "wait_passed_on": N_("转给您处理"),
    "wait_nudged": N_("催办"),
    "hold_given": N_("轮到您了，已给您留下"),
    "hold_expired": N_("给您留的已到期，不再留"),
    "hold_released": N_("给您留的已被取消"),
    "hold_lapsed": N_("您要的这件已经没有了"),
    "transfer_agreed": N_("同意调拨"),
    "transfer_refused": N_("没有同意调拨"),
    "transfer_cancelled": N_("调拨取消了"),
    "loan_agreed": N_("同意借给您"),
    "loan_refused": N_("没有借成"),
    "wanted_found": N_("您要找的东西有了"),
    "wanted_lapsed": N_("到期了，没有找到"),
    "loan_due": N_("借的东西快到期了"),
    "outer_asked": N_("同事向外单位要东西，请留意批文"),
    "outer_promised": N_("外单位同意给，已留出，请办批文去取"),
    "outer_refused": N_("外单位没有同意"),
    "outer_given": N_("外单位已登记划转，东西到了请登记入账"),
    "outer_lapsed": N_("外单位留的东西没有了"),
    "outer_withdrawn": N_("对方不要了，已放回公开的闲置"),
    "request_fell_through": N_("要的闲置没有来成，已重新核对"),
    "request_new_match": N_("又有合用的闲置，请先答复"),
    "request_overtaken": N_("刚才看到的已被别人先要走，已重新核对"),
    "request_costs_more": N_("价格比批准的高，没订的部分另行申请"),
    "request_old": N_("核对已满七天，已重新核对"),
    "request_approve": N_("您的采购申请已批准"),
    "request_allow_urgent": N_("您的采购申请已按紧急放行"),
    "request_refuse": N_("您的采购申请没有批准"),
    "request_send_back": N_("您的采购申请被退回，请修改"),
    "request_order": N_("您申请的东西已订购"),
    "request_close": N_("您的采购申请已办结"),
    "robot_broken": N_("群机器人发不出消息了，请看原因"),
    "job_done": N_("已完成"),
    "job_failed": N_("没有做成"),
    "factor_set": N_("您的二次验证已开启；不是您本人办的，请马上告诉管理员"),
    "factor_renewed": N_("您的二次验证换了手机；不是您本人办的，请马上告诉管理员"),
    "factor_removed": N_("您的二次验证已关闭；不是您本人办的，请马上告诉管理员"),
    "factor_reset": N_("管理员重设了您的二次验证，请重新设置"),
}
"""Why one is told."""


_UNKNOWN = dict.fromkeys(("name", "number", "department", "count", "audit", "from"), "")
"""What stands for facts that an older step lacks."""


def step_words(step: str, facts: Mapping[str, Any]) -> str:
    """What a step asks for, in one line; the code itself for one not known."""
    if step not in STEPS:
        return step
    return gettext(STEPS[step], **{**_UNKNOWN, **facts})


def step_parts(step: str) -> list[str]:
    """The sentence of a step taken apart: words, a fact's name, words, and so on."""
    return step_words(step, {name: f"\0{name}\0" for name in _UNKNOWN}).split("\0")


def step_name(step: str) -> str:
    """What kind of step it is, in a word or two; the code for one not known."""
    return gettext(STEP_NAMES[step]) if step in STEP_NAMES else step


def told_words(kind: str) -> str:
    """Why somebody is told of something."""
    return gettext(TOLD[kind]) if kind in TOLD else kind


def clock_words(passed: timedelta, *, in_full: bool = False) -> str:
    """For how much working time a step has been waiting, in a sentence.

    ``in_full`` names working hours, where nothing around it says what is counted.
    """
    hours = int(passed.total_seconds() // 3600)
    if hours < 1:
        return gettext("等了不到 1 小时")
    if in_full:
        return ngettext("已等 %(num)s 个工作小时", "已等 %(num)s 个工作小时", hours)
    return ngettext("已等 %(num)s 小时", "已等 %(num)s 小时", hours)
