"""Why a row is not imported and what to look at in one that is, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.words import N_, gettext

REASONS: dict[str, str] = {
    "missing_asset_no": N_("没有资产编号。请补上。"),
    "missing_name": N_("没有资产名称。请补上。"),
    "bad_quantity": N_("数量“%(found)s”不对，要填大于 0 的整数。请改正。"),
    "bad_amount": N_("金额“%(found)s”不对，要填不小于 0 的数。请改正；不知道就留空。"),
    "bad_date": N_(
        "日期“%(found)s”不对，或晚于今天。请按 2026-09-01 这样填；不知道就留空。"
    ),
    "duplicate_asset_no": N_("资产编号“%(found)s”前面已经出现过。请核对后改正。"),
    "bad_sub_number": N_("分号“%(found)s”不对，要填整数。请改正。"),
    "text_too_long": N_("“%(found)s…”太长，最多 %(most)s 个字。请缩短。"),
    "missing_person_name": N_("没有姓名。请补上。"),
    "missing_department": N_("没有部门。请补上。"),
    "missing_place": N_("没有地点名称。请补上。"),
    "missing_code": N_("没有代码。请补上。"),
    "missing_type_name": N_("没有品名。请补上。"),
    "bad_email": N_("邮箱“%(found)s”不对。请改正；没有就留空。"),
    "bad_phone": N_("电话“%(found)s”不对。请改正；没有就留空。"),
    "bad_years": N_("年限“%(found)s”不对，要填数字，单位是年。请改正。"),
    "duplicate_staff_number": N_("工号“%(found)s”前面已经出现过。请核对后改正。"),
    "duplicate_row": N_("和前面一行相同（%(found)s）。请删去一行。"),
}
"""Reason codes of rejected rows. The first six are the ledger's, in that order."""

WARNINGS: dict[str, str] = {
    "unit_missing": N_("没有计量单位"),
    "date_missing": N_("没有取得日期"),
    "keeper_missing": N_("没有保管人和使用人"),
    "department_missing": N_("没有使用部门"),
    "place_missing": N_("没有存放地点"),
    "class_missing": N_("没有分类代码"),
    "amount_missing": N_("没有金额"),
    "cost_computed": N_("原值没有填，按数量×单价计算"),
    "sum_mismatch": N_("原值不等于数量×单价，按表里的原值"),
    "status_missing": N_("没有使用状况，按“在用”"),
    "status_unknown": N_("使用状况“%(found)s”不认识，按“在用”，原文留在附加信息里"),
    "method_unknown": N_("取得方式“%(found)s”不认识，按“其他方式”，原文留在附加信息里"),
    "condition_unknown": N_("新旧程度“%(found)s”不认识，原文留在附加信息里"),
    "warranty_unknown": N_("保修“%(found)s”看不懂，原文留在附加信息里"),
    "service_life_unknown": N_("使用年限“%(found)s”看不懂，原文留在附加信息里"),
    "digits_lost": N_("“%(found)s”位数太多，表格软件已改动末几位，请核对"),
    "shortened": N_("“%(found)s…”太长，全文放在备注里"),
}
"""What to look at in rows that are imported all the same."""

INTERLUDES: dict[str, str] = {
    "blank": N_("空行"),
    "header": N_("重复的表头"),
    "title": N_("重复的标题"),
    "subtotal": N_("小计"),
    "total": N_("合计"),
    "signature": N_("签字栏"),
    "caption": N_("说明文字"),
}
"""Why a row was passed over."""

REASON_HEADER = N_("不能导入的原因")
"""The header of the column that says so in a reject file; ignored when read again."""


def reason_words(code: str, facts: Mapping[str, Any]) -> str:
    """A reason in the reader's language; never fails, whatever the code or facts."""
    message = REASONS.get(code) or WARNINGS.get(code) or code.replace("%", "%%")
    return gettext(message, **{"found": "", "most": "", **facts})
