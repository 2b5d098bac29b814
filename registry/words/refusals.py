"""The one table from refusal codes to sentences: what happened, and what to do next.

Placeholders are the facts of the refusal, always written ``%(name)s``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from registry.words.catalogue import N_, SPOKEN
from registry.words.formats import (
    format_date,
    format_datetime,
    format_number,
    format_size,
)
from registry.words.terms import claim_word, field_word, state_word, verb_word

UNKNOWN = N_("这一步没有办成，什么都没有改动。请稍后再试；仍不行请告诉管理员。")

REQUESTS = {
    "refused": UNKNOWN,
    "missing": N_("没有找到，可能已被移走，或您无权查看。请返回列表重新查找。"),
    "forbidden": N_("您没有权限办这一步。请找部门资产管理员或资产管理处办理。"),
    "invalid": N_("有内容需要改正。请按红字提示修改后再提交。"),
    "conflict": N_("刚才情况有变，没有保存。请刷新页面，看清后再办。"),
    "wrong_state": N_(
        "现在是“%(state)s”，不能“%(verb)s”。请刷新页面看看现在能办什么。"
    ),
    "stale_version": N_(
        "您打开之后别人改过这条记录，没有保存。请对照两边的内容再提交。"
    ),
    "already_claimed": N_("已被占用（%(kind)s）。请联系占用人，或换一件。"),
    "gone": N_("原来的已经不再使用。请返回查找现在的。"),
    "too_large": N_("内容太大，超过了 %(most_bytes)s。请缩小或分几次提交。"),
    "throttled": N_("操作太频繁。请等 %(retry_after)s 秒后再试。"),
    "busy": N_("系统正忙，没有保存。请稍等几秒再试。"),
    "storage_full": N_("服务器存储空间已满，没有保存。请告诉管理员。"),
    "idempotency_mismatch": N_(
        "同一个提交编号用在了不同的内容上，没有保存。请刷新页面再提交。"
    ),
    "answered_already": N_(
        "已经办好了，其中的密码或令牌只显示一次。没有记下的话请重新生成。"
    ),
    "csrf": N_("页面放得太久，已经失效，没有保存。请刷新页面再提交。"),
    "invalid_json": N_("发来的内容不是有效的 JSON，没有处理。请检查格式后重发。"),
    "bad_request": N_("看不懂这个请求，没有处理。请返回上一页重新操作。"),
    "untrusted_host": N_("请用学校公布的网址打开。"),
    "unsupported_media_type": N_("这种内容类型不能处理。请按接口说明改用支持的类型。"),
    "method_not_allowed": N_("这个地址不支持这种操作。请返回上一页。"),
    "not_acceptable": N_("没有您要的这种格式。请换一种格式。"),
    "precondition_required": N_(
        "缺少版本号（If-Match）。请先读取最新内容，再带版本号提交。"
    ),
    "internal": N_("系统出了差错，没有保存。请把编号 %(incident)s 告诉管理员。"),
    "unavailable": N_("系统暂时不能服务。请过几分钟再试。"),
}

SIGNING_IN = {
    "unauthenticated": N_("请先登录。"),
    "bad_credentials": N_("用户名或密码不对。请检查后再试；忘记密码请找管理员重设。"),
    "session_ended": N_("登录已失效。请重新登录，填过的内容请再提交一次。"),
    "bad_token": N_("访问令牌无效或已停用。请换一个有效的令牌。"),
    "token_expired": N_("访问令牌已过期。请新建一个令牌。"),
    "weak_password": N_("这个密码太常见，容易被猜到。请换一个。"),
    "password_too_short": N_("密码至少要 %(least)s 个字符。请加长。"),
    "password_holds_name": N_("密码里不能含有用户名。请换一个。"),
    "same_password": N_("新密码和现在的一样。请换一个。"),
    "password_must_change": N_("请先把初始密码换成自己的密码，再办别的事。"),
    "already_has_credential": N_("这个人已经可以登录。忘了密码请用“重设密码”。"),
    "last_administrator": N_(
        "这是最后一位系统管理员，不能停用或收回。请先指定另一位。"
    ),
}

CODES = {
    "code_mistyped": N_("这个码有一两个字符不对。请对照标签核对后重新输入。"),
    "code_unknown": N_("没有这个码的记录。请核对标签，或改用资产编号查找。"),
    "code_retired": N_("这张标签已停用。请扫新标签，或用资产编号查找。"),
    "code_blank": N_("这是一张还没有使用的空白标签。请先把它贴到一件资产上登记。"),
    "code_taken": N_("这张标签已经用在别的资产上。请换一张空白标签。"),
    "code_not_read": N_("照片里没有读到二维码。请靠近些、对准、避开反光再拍一张。"),
}

PHOTOS = {
    "photo_empty": N_("照片是空的，没有收到内容。请重新选择或拍一张。"),
    "photo_too_large": N_("照片超过 %(most_bytes)s。请改小或重新拍一张。"),
    "photo_too_many_pixels": N_("照片超过 %(most)s 个像素。请把相机分辨率调低后重拍。"),
    "photo_heic": N_(
        "不支持 HEIC 照片。请在相机设置里选“兼容性最佳”（JPEG）再拍，或发送截图。"
    ),
    "photo_unsupported": N_("这不是照片。请上传 JPEG、PNG 或 WebP 图片。"),
    "photo_damaged": N_("照片已损坏或没有传完整。请重新上传或另拍一张。"),
    "photo_too_hard": N_("这张照片处理不了。请换一张，或截图后再上传。"),
}

FIELDS = {
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
    "future": N_("不能晚于今天。请检查日期。"),
    "past": N_("不能早于今天。请检查日期。"),
    "before_start": N_("结束不能早于开始。请检查两个日期。"),
    "bad_cursor": N_("翻页的位置已经失效。请从第一页重新查看。"),
    "not_found": N_("没有这一项。请从列表中选择。"),
    "own_ancestor": N_("不能放在自己或自己的下级之下。请另选上级。"),
    "too_many": N_("太多了，最多 %(most)s 项。请分几次办理。"),
    "wrong_password": N_("现在的密码不对。请重新输入。"),
    "not_the_same": N_("两次输入不一致。请重新输入。"),
}

SENTENCES = {**REQUESTS, **SIGNING_IN, **CODES, **PHOTOS, **FIELDS}

SAYING: dict[str, Callable[[str], str]] = {
    "state": state_word,
    "verb": verb_word,
    "kind": claim_word,
    "field": field_word,
}
"""The facts that are codes, and the words they are said in."""

_MOST_GROUPED = 10**15


class _Said(dict[str, str]):
    """Facts as words; one that was not given leaves a mark instead of an error."""

    def __missing__(self, name: str) -> str:
        return "…"


def _say(name: str, value: Any) -> str:
    """A fact as a reader sees it: by its name if that tells, else by its type."""
    if isinstance(value, str):
        return SAYING.get(name, str)(value)
    if isinstance(value, datetime) and value.tzinfo:
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if type(value) is int and 0 <= value < _MOST_GROUPED:
        return (format_size if name.endswith("_bytes") else format_number)(value)
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(_say(name, each) for each in value)
    return str(value)


def known_codes() -> frozenset[str]:
    """Every refusal code that has its own sentence."""
    return frozenset(SENTENCES)


def sentence(error_code: str, facts: Mapping[str, Any] | None = None) -> str:
    """A refusal in the reader's language; never fails, whatever the code or facts."""
    message = SENTENCES.get(error_code, UNKNOWN)
    said = _Said({name: _say(name, value) for name, value in (facts or {}).items()})
    return SPOKEN.gettext(message) % said
