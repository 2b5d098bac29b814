"""What is said of assets, item types, departments, places and people."""

from __future__ import annotations

from registry.words.catalogue import N_

LEDGER = {
    "job_not_again": N_("这个任务不能再来一次。请重新发起。"),
    "asset_number_taken": N_("这个资产编号已用在另一件资产上。请核对后换一个。"),
    "asset_ended": N_("这件资产已报废，不能再改。登记有误请用“更正”。"),
    "not_undoable": N_("这张单据不能撤销，或者正在撤销、已经撤销过。"),
    "nothing_to_change": N_("没有一件会改：要么已经是这样，要么办不了。"),
    "report_settled": N_("这条反映已经有人办结了。请看办结的结果。"),
    "nothing_changes": N_("内容和现在的一样，没有改动。"),
    "not_correctable": N_("这一条没有可以恢复的内容。请直接修改资产资料。"),
    "state_not_reached": N_(
        "不能从“%(state)s”直接改成“%(wanted)s”。请先在资产页面办理。"
    ),
    "lent_and_not_usable": N_(
        "借出的资产只能是“在用”或“闲置”。请改状态，或先登记归还。"
    ),
    "some_refused": N_(
        "其中有资产不能这样办，全部没有改动。请按每件的原因去掉后再办。"
    ),
}

SHARING = {
    "question_closed": N_("这件已经有答复或变动，不用再答。请刷新页面看最新情况。"),
    "not_enough_left": N_("只剩 %(left)s 件没人要，不够 %(wanted)s 件。请改数量再试。"),
    "not_ones_own_department": N_("您只能替自己的部门申请。请选自己的部门。"),
    "not_with_others": N_("资产和品名只能给一样。请去掉一样。"),
    "not_to_be_had": N_("这件现在是“%(state)s”，不能申请。请换一件。"),
    "restricted": N_("这件有安全限制，不能给别人用。请联系部门资产管理员。"),
    "reserved_ahead": N_(
        "%(from_on)s 到 %(until_on)s 已有人预约借用。请换个日期，或请对方先取消。"
    ),
    "in_line_already": N_("您已经留下了这件，或正在排队，不用再点。"),
    "nobody_outside": N_("这里只有本单位，没有别的单位可以公开给。"),
    "asked_already": N_("您已经问过对方要这个，请等答复，或先撤回原来的。"),
    "nothing_left": N_("对方要的现在已经没有了。请答复不行。"),
    "too_many_holds": N_("一个人最多同时留 %(most)s 件。请先放掉不要的。"),
    "needs_office": N_("其中有专项经费购置的，要资产管理处同意才能调走。"),
    "nothing_left_to_do": N_("这些已经办过，或刚有变动。请刷新页面再看。"),
    "needs_wiping": N_("其中有存过数据的。请先清除数据，再勾选“已清除数据”。"),
    "in_the_past": N_("这一天已经过去。请选今天或以后的日期。"),
    "too_far_ahead": N_("最多提前 %(most)s 天。请选近一些的日期。"),
    "nothing_to_ask": N_("没有可问的了：可能已在询问，或刚有变动。请刷新页面再看。"),
}

CATALOGUE = {
    "type_exists": N_("已有名称、品牌、型号、规格都相同的品名。请直接选用它。"),
    "alias_taken": N_("这个别名已经用在一个品名上。请换一个，或直接选用那个品名。"),
    "merged_into_itself": N_("不能合并到自己。请选另一个品名。"),
    "already_merged": N_("这个品名已经合并过了。请打开合并后的品名再办。"),
    "bad_class_row": N_("第 %(row)s 行的分类代码或名称不对。请改好后重新导入。"),
}

ORGANISATION = {
    "name_taken": N_("同一级里已有“%(name)s”。请换一个名称。"),
    "staff_number_taken": N_("工号“%(number)s”已有人使用。请核对后换一个。"),
    "role_already_held": N_("这个人在“%(department)s”已经是%(role)s，不用再设。"),
    "under_itself": N_("不能放在自己或自己的下级之下。请另选上级。"),
    "still_in_use": N_("它下面还有内容在用，不能停用。请先移走或交接。"),
    "still_has_departments": N_(
        "还有 %(count)s 个下级部门，不能停用。请先移走或停用它们。"
    ),
    "still_has_people": N_("还有 %(count)s 个人，不能停用。请先把他们调到别的部门。"),
    "still_has_places": N_("里面还有 %(count)s 个地点，不能停用。请先移走或停用它们。"),
    "still_has_borrowed": N_("还有 %(count)s 件借的东西没有还。请先归还。"),
    "still_gets_transfers": N_(
        "还有 %(count)s 张调拨单要送到这个部门。请先办完或取消。"
    ),
    "still_has_assets": N_(
        "还有 %(count)s 件资产，不能停用。请先调到别的部门，或合并。"
    ),
    "still_stands_here": N_(
        "还有 %(count)s 件资产放在这里，不能停用。请先变更存放地点。"
    ),
    "still_keeps_assets": N_(
        "名下还有 %(count)s 件资产。请先交接，或注明交接以后再办。"
    ),
    "root_stays": N_("这是最上级，代表整个单位，不能停用或合并。"),
    "same_person": N_("这就是现在的保管人。请另选一位。"),
    "too_many_assets": N_(
        "有 %(count)s 件资产，一次最多转 %(most)s 件。请先在台账里分批转走，再合并。"
    ),
    "bad_room_range": N_("“%(found)s”看不懂。请写成 101-112，从小到大，最多 200 个。"),
    "bad_colour": N_("颜色要写成 #1f5f8b 这样：# 后面六位。"),
    "too_pale": N_("颜色太浅，白底上看不清（%(found)s:1，至少 4.5:1）。请换深一点的。"),
    "bad_label_url": N_(
        "网址不对。请写成 https://zc.example.edu.cn 这样，不带 ? 和 #。"
    ),
    "bad_time_zone": N_("没有这个时区。请从列表中选择。"),
    "closed": N_("“%(name)s”已停用。请另选一个。"),
    "has_left": N_("这个人已离岗。请另选一位。"),
}

WAITING = {
    "wait_not_theirs": N_("这件事现在不在您手上，不能转给别人。"),
    "has_it": N_("这件事已经在这个人手里。请另选一位。"),
    "wait_over": N_("这件事已经办完了。"),
    "nudged_today": N_("今天已经催过一次，明天再催。"),
    "bad_hours": N_("“%(found)s”看不懂。请写成 8:00-12:00 13:30-17:30 这样。"),
    "hours_overlap": N_("两段时间有重叠。请改成一先一后。"),
    "no_working_hours": N_("一周里至少要有一段上班时间。"),
    "day_twice": N_("%(day)s 写了两次。请只留一行。"),
    "bad_day_line": N_(
        "第 %(line)s 行“%(found)s”看不懂。请写成“2026-10-01 国庆节 休”或“班”。"
    ),
    "too_long_term": N_("一段最长 %(most)s 天。请检查起止日期。"),
}

PROCUREMENT = {
    "lesson_is_its_name": N_(
        "这个品名自己就叫这个名字，不能说不是它。请先在品名里改名或去掉别名。"
    ),
    "too_few_deciders": N_(
        "“%(step)s”能批的只有 %(count)s 人，至少要两人。"
        "请加替代审批人，例如上级单位的领导。"
    ),
    "acting_twice": N_("这几天已经有人替岗。请先结束原来的，或换个日期。"),
    "acts_for_oneself": N_("不能替自己。请另选一位。"),
    "acting_over": N_("这次替岗已经结束了。"),
    "step_decided": N_("这一步已经有人办了。请刷新页面看结果。"),
    "not_their_step": N_("这一步不归您批，或这份申请不在审批中。"),
    "not_yet_their_step": N_("前面还有人没批，还没轮到您。"),
    "costs_more": N_("价格比批准的高，还要“%(step)s”同意。请先重新提交审批。"),
    "other_kind": N_(
        "到的“%(found)s”不是申请的“%(what)s”，说不准有没有同样的闲置资产。"
    ),
    "other_kind_idle": N_(
        "到的“%(found)s”不是申请的“%(what)s”，而同样的闲置资产还有 %(count)s 件。"
    ),
    "too_short_reason": N_("理由至少写 %(least)s 个字。"),
    "reviewed_already": N_("已经有人补审过了。"),
    "more_than_left": N_("最多还有 %(most)s。请改小。"),
    "closed_already": N_("这份申请已经办结了。"),
    "twice": N_("同一项写了两次。请合成一行。"),
    "certificate_mistyped": N_("编号不对，可能有一个字打错了。请对照证明再输一次。"),
    "no_such_certificate": N_("没有这个编号的证明。请对照证明再输一次。"),
    "over_already": N_("这一天已经过去了。请写今天或以后的日期。"),
    "check_stale": N_("核对已经过时。请点“重新核对”后再办。"),
    "check_stale_never": N_("还没有核对过闲置。请先提交申请。"),
    "check_stale_old": N_("核对已超过七天。请点“重新核对”后再办。"),
    "check_stale_new_match": N_("核对之后又有合用的闲置。请点“重新核对”，先答复。"),
    "may_not_do_step": N_("这位同事没有权限办这一步。请另选一位。"),
    "nothing_asked": N_("还没有写要什么。请至少写一样。"),
    "already_answered": N_("这一组已经答复过了。请刷新页面看最新情况。"),
    "check_made_again": N_("刚刚重新核对过。请刷新页面，按新结果答复。"),
    "not_ones_own": N_("自己的申请要由别人裁定。"),
    "not_to_be_taken": N_("这一组现在要不了：有人占着或还没有闲下来。"),
    "not_claimed": N_("这一组没有人占着。请选别的理由。"),
    "say_why": N_("请用几个字说明原因。"),
    "less_than_covered": N_("已从闲置要了 %(least)s 件，数量不能更少。"),
}
