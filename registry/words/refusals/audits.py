"""What is said when something of an audit is refused."""

from __future__ import annotations

from registry.words.catalogue import N_

AUDITS = {
    "audit_closed": N_("“%(number)s”已经结束，内容不能再改。"),
    "audit_not_running": N_("这次盘点还没有开始，或已经结束。请刷新页面看最新情况。"),
    "place_in_audit": N_(
        "“%(place)s”正在另一次盘点“%(audit)s”里。请等它结束，或把这个地点去掉。"
    ),
    "nothing_in_scope": N_("这个范围里没有资产。请改范围。"),
    "baseline_ahead": N_("还没到基准日 %(on)s。请到那天再开始，或改基准日。"),
    "before_baseline": N_("不能早于基准日。请检查两个日期。"),
    "walk_of_another": N_("这些记录是另一个人的。请用他的账号登录后再发送。"),
    "round_open": N_("第 %(number)s 轮还没有结束。请先结束它。"),
    "rulings_open": N_("还有 %(count)s 项差异没有处理完，不能结束。"),
    "needs_another": N_("这一项不能由提出意见的人自己审核。请换一个人审核。"),
    "record_mismatch": N_("这条记录的编号已经用在另一条上，没有记入。"),
    "of_another": N_("这是别人的记录，只有负责人能撤销。"),
    "nothing_to_rule": N_("没有可以处理的差异：可能已经办过。请刷新页面再看。"),
    "of_several_audits": N_("一次只能处理同一次盘点的差异。请分开处理。"),
    "pick_some": N_("请至少勾选一项。"),
    "ruling_does_not_fit": N_("这种差异不能这样处理。请另选一种。"),
}
