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
    "move": N_("变更存放地点"),
    "assign": N_("变更保管人或使用人"),
    "mark_idle": N_("转为闲置"),
    "put_in_use": N_("投入使用"),
    "send_to_repair": N_("送修"),
    "end_repair": N_("修好"),
    "report_missing": N_("报告找不到"),
    "find": N_("找到"),
    "propose_disposal": N_("申请报废"),
    "withdraw_disposal": N_("撤回报废申请"),
    "dispose": N_("报废"),
    "hold": N_("预留"),
    "release": N_("解除占用"),
    "lend": N_("借出"),
    "take_back": N_("归还"),
    "hand_over": N_("移交"),
    "receive": N_("接收"),
    "add_photo": N_("添加照片"),
    "remove_photo": N_("移除照片"),
    "attach_label": N_("贴标签"),
    "retire_label": N_("停用标签"),
    "merge": N_("合并"),
    "grant": N_("授予角色"),
    "revoke": N_("收回角色"),
}

FIELDS = {
    "acquired_on": N_("取得日期"),
    "amount": N_("金额"),
    "asset_number": N_("资产编号"),
    "brand": N_("品牌"),
    "class_code": N_("分类代码"),
    "code": N_("标签码"),
    "condition": N_("新旧程度"),
    "cost": N_("原值"),
    "custodian": N_("保管人"),
    "department": N_("使用部门"),
    "email": N_("邮箱"),
    "file": N_("文件"),
    "funding": N_("经费来源"),
    "item_type": N_("资产品名"),
    "method": N_("取得方式"),
    "model": N_("型号"),
    "name": N_("名称"),
    "note": N_("备注"),
    "password": N_("密码"),
    "phone": N_("电话"),
    "photo": N_("照片"),
    "place": N_("存放地点"),
    "quantity": N_("数量"),
    "reason": N_("原因"),
    "role": N_("角色"),
    "serial": N_("出厂编号"),
    "service_life": N_("使用年限"),
    "specification": N_("规格"),
    "state": N_("状态"),
    "sub_number": N_("分号"),
    "text": N_("文字"),
    "unit": N_("计量单位"),
    "user": N_("使用人"),
    "username": N_("用户名"),
    "warranty_until": N_("保修截止"),
}


def _word(table: Mapping[str, str], code: str) -> str:
    return gettext(table[code]) if code in table else code


def state_word(code: str) -> str:
    """An asset's state; like every word here, a code not known is returned as it is."""
    return _word(STATES, code)


def condition_word(code: str) -> str:
    """An asset's condition."""
    return _word(CONDITIONS, code)


def method_word(code: str) -> str:
    """The way an asset was acquired."""
    return _word(ACQUISITION_METHODS, code)


def role_word(code: str) -> str:
    """A role held for a department."""
    return _word(ROLES, code)


def claim_word(code: str) -> str:
    """What kind of claim lies on an asset."""
    return _word(CLAIM_KINDS, code)


def verb_word(code: str) -> str:
    """What an entry of the ledger did."""
    return _word(VERBS, code)


def field_word(code: str) -> str:
    """The name of a field of a form, a sheet or the API."""
    return _word(FIELDS, code)
