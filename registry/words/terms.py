"""The office's words for the codes that tables and the API hold."""

from __future__ import annotations

from collections.abc import Mapping

from registry.words.catalogue import N_, gettext

STATES = {
    "in_use": N_("在用"),
    "idle": N_("闲置"),
    "under_repair": N_("维修中"),
    "missing": N_("盘亏待查"),
    "pending_disposal": N_("待报废"),
    "disposed": N_("已报废"),
}

CONDITIONS = {
    "good": N_("完好"),
    "fair": N_("能用，有磨损"),
    "poor": N_("勉强能用"),
    "broken": N_("损坏"),
}

RESTRICTIONS = {
    "earmarked_funds": N_("专项资金购置，调剂前要先问资金主管部门"),
    "data_bearing": N_("存有数据，移交前要清除"),
    "safety": N_("有安全要求，移交前要检查"),
}

ACQUISITION_METHODS = {
    "purchase": N_("购置"),
    "donation": N_("接受捐赠"),
    "transfer": N_("调拨转入"),
    "built": N_("自制自建"),
    "surplus": N_("盘盈"),
    "other": N_("其他方式"),
}

ROLES = {
    "staff": N_("教职工"),
    "custodian": N_("保管人"),
    "department_asset_officer": N_("部门资产管理员"),
    "warehouse_keeper": N_("仓库管理员"),
    "department_head": N_("部门负责人"),
    "asset_office": N_("资产管理处"),
    "finance": N_("财务"),
    "principal": N_("校领导"),
    "auditor": N_("审计"),
    "administrator": N_("系统管理员"),
}

PLACE_KINDS = {
    "campus": N_("校区"),
    "building": N_("楼"),
    "floor": N_("楼层"),
    "room": N_("房间"),
    "other": N_("其他"),
}

AGES = {
    "under_3_months": N_("不到 3 个月"),
    "3_to_12_months": N_("3 到 12 个月"),
    "12_to_24_months": N_("1 到 2 年"),
    "over_24_months": N_("2 年以上"),
}

CLAIM_KINDS = {
    "hold": N_("预留"),
    "loan": N_("借用"),
    "transfer": N_("调拨"),
    "repair": N_("维修"),
    "booking": N_("预约"),
}

VERBS = {
    "register": N_("登记"),
    "correct": N_("更正"),
    "amend": N_("修改资料"),
    "reassign": N_("变更使用部门"),
    "relabel": N_("换标签码"),
    "claim": N_("占用"),
    "change_claim": N_("变更占用"),
    "receive": N_("调拨接收"),
    "ask_outside": N_("问外单位要"),
    "decline_outside": N_("不用外单位的"),
    "refused_outside": N_("外单位没有同意"),
    "promised_outside": N_("外单位同意给，少买"),
    "fall_through_outside": N_("外单位的没有来成"),
    "move": N_("变更存放地点"),
    "assign": N_("变更保管人或使用人"),
    "mark_idle": N_("转为闲置"),
    "put_in_use": N_("投入使用"),
    "send_to_repair": N_("送修"),
    "report_missing": N_("报告找不到"),
    "propose_disposal": N_("申请报废"),
    "dispose": N_("报废"),
    "hold": N_("预留"),
    "release": N_("解除占用"),
    "lend": N_("借出"),
    "add_photo": N_("添加照片"),
    "remove_photo": N_("移除照片"),
    "merge": N_("合并"),
    "grant": N_("授予角色"),
    "revoke": N_("收回角色"),
    "found": N_("设立"),
    "add": N_("新增"),
    "create": N_("新建"),
    "change": N_("修改"),
    "rename": N_("改名"),
    "close": N_("停用"),
    "leave": N_("离岗"),
    "come_back": N_("返岗"),
    "add_alias": N_("添加别名"),
    "remove_alias": N_("移除别名"),
    "take_in": N_("并入"),
    "load": N_("导入分类表"),
    "enable": N_("允许登录"),
    "disable": N_("停止登录"),
    "change_password": N_("修改密码"),
    "reset_password": N_("重设密码"),
    "end_sessions": N_("退出全部登录"),
    "set_second_factor": N_("开启二次验证"),
    "renew_second_factor": N_("二次验证换手机"),
    "remove_second_factor": N_("关闭二次验证"),
    "reset_second_factor": N_("重设二次验证"),
    "renew_spare_codes": N_("重新生成备用码"),
    "use_spare_code": N_("用备用码登录"),
    "forget_names": N_("清除姓名"),
    "begin": N_("开始等待处理"),
    "escalate": N_("超时，请上一级处理"),
    "exhaust": N_("超时，没有更上一级"),
    "pass_on": N_("转给别人"),
    "nudge": N_("催办"),
    "finish": N_("办结"),
    "drop": N_("不用再办"),
    "set_week": N_("设定上班时间"),
    "set_day": N_("设定一天"),
    "set_days": N_("设定多天"),
    "remove_day": N_("去掉一天"),
    "add_term": N_("添加学期或假期"),
    "remove_term": N_("去掉学期或假期"),
    "propose": N_("提出"),
    "confirm": N_("确认"),
    "dismiss": N_("不采纳"),
    "unlearn": N_("不再采用"),
    "retry_mail": N_("重新发送邮件"),
    "pause": N_("暂停"),
    "resume": N_("恢复"),
    "remove": N_("移除"),
    "try": N_("试发"),
    "say_again": N_("重新发到群里"),
    "draft": N_("填写申请"),
    "redraft": N_("改申请"),
    "submit": N_("提交申请"),
    "check": N_("核对闲置"),
    "answer_all": N_("答复完，等裁定"),
    "decline": N_("没有采用闲置"),
    "settle_clear": N_("认定没有可用的闲置"),
    "settle_matched": N_("认定其中有可用的闲置"),
    "uphold": N_("裁定同意购置"),
    "send_back": N_("退回"),
    "send_back_to_answer": N_("退回重新答复"),
    "resolve": N_("核对完，送审批"),
    "cover": N_("用闲置全部解决"),
    "reopen": N_("退回重新核对"),
    "part": N_("没订的另立申请"),
    "withdraw": N_("撤回"),
    "override": N_("紧急放行，不等答复"),
    "fall_through": N_("要的闲置没有来成"),
    "begin_approval": N_("开始审批"),
    "stand_in_line": N_("排队"),
    "meet": N_("已找到"),
    "take": N_("留下"),
    "use": N_("转为调拨或借用"),
    "expire": N_("到期"),
    "lapse": N_("作废"),
    "request": N_("申请"),
    "reserve": N_("预约"),
    "agree": N_("同意"),
    "refuse": N_("不同意"),
    "hand_over": N_("交出"),
    "take_back": N_("撤回交出"),
    "cancel": N_("取消"),
    "hand_out": N_("交给借用人"),
    "extend": N_("续借"),
    "return": N_("归还"),
    "approve": N_("批准"),
    "decide_step": N_("审批"),
    "allow_urgent": N_("紧急放行"),
    "review_urgent": N_("紧急采购补审"),
    "ask_more": N_("金额变了，再送审批"),
    "order": N_("订购"),
    "issue": N_("签发检查证明"),
    "find": N_("查到可用的闲置"),
    "find_nothing": N_("没有查到可用的闲置"),
    "find_look_alikes": N_("查到相近的闲置"),
    "take_enough": N_("闲置够用"),
    "take_all_there_is": N_("要了全部可用的闲置"),
    "settle_answers": N_("答复齐了"),
    "send": N_("发出"),
    "complete": N_("办完"),
    "answer_idle": N_("答复闲置"),
    "answer_in_use": N_("答复在用"),
    "answer_not_here": N_("答复不在这里"),
    "publish": N_("对外公开"),
    "ask": N_("提出询问"),
    "promise": N_("答应，留出来"),
    "put_back": N_("不再留出"),
    "give": N_("划转"),
    "overtake": N_("情况变了"),
    "name": N_("指定人员"),
    "take_off": N_("撤下人员"),
    "end": N_("结束"),
    "open": N_("开始办"),
    "void": N_("不用再批"),
    "plan": N_("安排"),
    "stop": N_("停下"),
    "freeze": N_("定下盘点清单"),
    "ask_custodians": N_("请保管人自查"),
    "open_round": N_("开始一轮盘点"),
    "draw": N_("抽出要复查的"),
    "say_done": N_("自查完了"),
    "end_walk": N_("现场盘完"),
    "gather": N_("汇总差异"),
    "rule": N_("写明怎么处理"),
    "apply": N_("按处理意见改账"),
    "undo": N_("撤销"),
    "retry": N_("再发一次"),
    "put_off": N_("过一会儿再发"),
    "give_up": N_("不再发了"),
    "break": N_("停用，地址不通"),
}

FIELDS = {
    "acquired_on": N_("取得日期"),
    "again": N_("再输一次"),
    "alias": N_("别名"),
    "amount": N_("金额"),
    "answer": N_("答复"),
    "asset_number": N_("资产编号"),
    "assets": N_("资产"),
    "attributes": N_("附加信息"),
    "borrower": N_("借用人或单位"),
    "borrower_id": N_("借用人"),
    "brand": N_("品牌"),
    "cause": N_("来由"),
    "claim": N_("占用"),
    "class_code": N_("分类代码"),
    "code": N_("标签码"),
    "codes": N_("标签码"),
    "columns": N_("列数"),
    "condition": N_("新旧程度"),
    "contact": N_("联系方式"),
    "copies": N_("份数"),
    "cost": N_("原值"),
    "cost_fen": N_("原值"),
    "count": N_("张数"),
    "currency": N_("币种"),
    "current": N_("现在的密码"),
    "custodian": N_("保管人"),
    "custodian_id": N_("保管人"),
    "day": N_("日期"),
    "day_0": N_("周一"),
    "day_1": N_("周二"),
    "day_2": N_("周三"),
    "day_3": N_("周四"),
    "day_4": N_("周五"),
    "day_5": N_("周六"),
    "day_6": N_("周日"),
    "days": N_("天数"),
    "department": N_("使用部门"),
    "department_id": N_("使用部门"),
    "dpi": N_("分辨率"),
    "effective_on": N_("生效日期"),
    "email": N_("邮箱"),
    "ends_on": N_("截止日期"),
    "fields": N_("标签内容"),
    "file": N_("文件"),
    "first": N_("第一天"),
    "form": N_("输出格式"),
    "from_on": N_("从哪天"),
    "funding": N_("经费来源"),
    "gap_mm": N_("标签间隙"),
    "height": N_("标签高"),
    "height_mm": N_("标签高"),
    "holder": N_("借用人或单位"),
    "host": N_("打印机地址"),
    "hour": N_("几点"),
    "hours": N_("上班时间"),
    "item_type": N_("资产品名"),
    "item_type_id": N_("资产品名"),
    "kind": N_("种类"),
    "label_url": N_("标签网址"),
    "language": N_("语言"),
    "last": N_("最后一天"),
    "left": N_("左边距"),
    "lent_to": N_("借用人或单位"),
    "limit": N_("每页条数"),
    "lines": N_("日期"),
    "medium": N_("标签纸"),
    "method": N_("取得方式"),
    "model": N_("型号"),
    "name": N_("名称"),
    "name_en": N_("英文名称"),
    "new": N_("新密码"),
    "note": N_("备注"),
    "numbers": N_("编号"),
    "page": N_("纸张"),
    "page_height": N_("纸高"),
    "page_width": N_("纸宽"),
    "parent": N_("上级"),
    "parent_id": N_("上级"),
    "password": N_("密码"),
    "person": N_("人员"),
    "phone": N_("电话"),
    "photo": N_("照片"),
    "photos": N_("照片"),
    "pitch_x": N_("横向间距"),
    "pitch_y": N_("纵向间距"),
    "place": N_("存放地点"),
    "place_id": N_("存放地点"),
    "port": N_("端口"),
    "purpose": N_("用途"),
    "quantity": N_("数量"),
    "reason": N_("原因"),
    "replacement_price": N_("重置价"),
    "restrictions": N_("使用限制"),
    "role": N_("角色"),
    "rows": N_("行数"),
    "scopes": N_("令牌权限"),
    "serial": N_("出厂编号"),
    "secret": N_("签名密钥"),
    "service_life": N_("使用年限"),
    "service_life_months": N_("使用年限"),
    "sign_in_name": N_("用户名"),
    "slug": N_("简称"),
    "sort": N_("排序"),
    "specification": N_("规格"),
    "staff_number": N_("工号"),
    "start_cell": N_("起始格"),
    "state": N_("状态"),
    "sub_number": N_("分号"),
    "text": N_("文字"),
    "time_zone": N_("时区"),
    "top": N_("上边距"),
    "topics": N_("提醒什么"),
    "type": N_("资产品名"),
    "unit": N_("计量单位"),
    "until_on": N_("到哪天"),
    "user": N_("使用人"),
    "user_id": N_("使用人"),
    "username": N_("用户名"),
    "verb": N_("办理事项"),
    "warranty_until": N_("保修截止"),
    "webhook": N_("机器人网址"),
    "width": N_("标签宽"),
    "width_mm": N_("标签宽"),
    "wiped": N_("清除数据"),
    "words": N_("内容"),
}


def _word(table: Mapping[str, str], code: str) -> str:
    return gettext(table[code]) if code in table else code


def state_word(code: str) -> str:
    """An asset's state; like every word here, a code not known is returned as it is."""
    return _word(STATES, code)


def condition_word(code: str) -> str:
    """An asset's condition."""
    return _word(CONDITIONS, code)


def age_word(code: str) -> str:
    """For how long something has lain idle."""
    return _word(AGES, code)


def restriction_word(code: str) -> str:
    """Why an asset may not simply be redeployed, and what to do first."""
    return _word(RESTRICTIONS, code)


def method_word(code: str) -> str:
    """The way an asset was acquired."""
    return _word(ACQUISITION_METHODS, code)


def role_word(code: str) -> str:
    """A role held for a department."""
    return _word(ROLES, code)


def place_kind_word(code: str) -> str:
    """What sort of place it is, in words."""
    return _word(PLACE_KINDS, code)


def claim_word(code: str) -> str:
    """What kind of claim lies on an asset."""
    return _word(CLAIM_KINDS, code)


def verb_word(code: str) -> str:
    """What an entry of the ledger did."""
    return _word(VERBS, code)


def field_word(code: str) -> str:
    """The name of a field of a form, a sheet or the API."""
    return _word(FIELDS, code)
