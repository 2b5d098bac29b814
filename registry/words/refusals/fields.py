"""What is said of one field of a form, a sheet or the API."""

from __future__ import annotations

from registry.words.catalogue import N_

FIELDS = {
    "one_of_two": N_("两样只能给一样。"),
    "required": N_("必须填写。"),
    "too_long": N_("太长了，最多 %(most)s 个字。请缩短。"),
    "too_short": N_("太短了，至少 %(least)s 个字。请补充。"),
    "not_text": N_("请填写文字。"),
    "not_a_number": N_("请填写数字。"),
    "not_a_whole_number": N_("请填写整数。"),
    "not_a_date": N_("日期不对。请按 2026-09-01 这样填写。"),
    "not_a_moment": N_("时间不对。请按 2026-09-01 14:30 这样填写。"),
    "not_a_choice": N_("请从列出的选项中选择。"),
    "not_yes_or_no": N_("请选“是”或“否”。"),
    "not_a_list": N_("这里要填一组内容。请检查格式。"),
    "control_characters": N_("有看不见的特殊字符。请删去后重新输入。"),
    "negative": N_("不能是负数。请填写 0 或更大的数。"),
    "too_small": N_("太小了，最小 %(least)s。请改大。"),
    "too_large_number": N_("太大了，最大 %(most)s。请改小。"),
    "bad_amount": N_("金额不对。请按 1234.50 这样填写，最多两位小数。"),
    "unknown_field": N_("没有这个字段。请删去或核对名称。"),
    "duplicate": N_("已经有相同的一条。请核对后换一个。"),
    "bad_email": N_("邮箱地址不对。请检查，例如 name@school.edu.cn。"),
    "bad_phone": N_("电话号码不对。请只填数字、空格、加号和横线。"),
    "bad_link": N_("网址不对。请以 http:// 或 https:// 开头。"),
    "bad_format": N_("格式不对。请按示例填写。"),
    "bad_cursor": N_("翻页的位置已经失效。请从第一页重新查看。"),
    "not_found": N_("没有这一项。请从列表中选择。"),
    "too_many": N_("太多了，最多 %(most)s 项。请分几次办理。"),
    "wrong_password": N_("现在的密码不对。请重新输入。"),
    "not_the_same": N_("两次输入不一致。请重新输入。"),
    "in_the_future": N_("不能晚于今天。请检查日期。"),
    "too_long_ago": N_("日期太早了。请检查年份。"),
    "ends_before_start": N_("结束不能早于开始。请检查两个日期。"),
    "out_of_range": N_("超出范围，应在 %(least)s 到 %(most)s 之间。请修改。"),
    "no_such_choice": N_("没有这一项。请从列表中选择。"),
    "choose_a_column": N_("至少要留一列。请勾选要看的列。"),
    "nothing_to_keep": N_("现在没有筛选条件，不用存。请先筛选，再存。"),
    "bad_attribute": N_("“%(found)s”看不懂。请写成“名称：值”。"),
}
