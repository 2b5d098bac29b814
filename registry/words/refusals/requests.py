"""What is said of whole requests, and of signing in."""

from __future__ import annotations

from registry.words.catalogue import N_

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
    "no_stream_left": N_("同时打开的实时连接已满。请每隔十秒查询一次。"),
    "busy": N_("系统正忙，没有保存。请稍等几秒再试。"),
    "crowded": N_("现在同时用的人太多，这一次没有办。请稍等几秒再试。"),
    "storage_full": N_("服务器存储空间已满，没有保存。请告诉管理员。"),
    "storage_failing": N_("服务器的硬盘读写出错，没有保存。请告诉管理员。"),
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
    "already_exists": N_("已经有相同的一条，没有保存。请刷新页面，看清后再办。"),
    "too_many_kept": N_(
        "每个清单最多存 %(most)s 个筛选。请先在“我的筛选”里删掉不用的。"
    ),
    "name_one_asset": N_("请一行写一件资产：标签码、资产编号或出厂编号。"),
}

SIGNING_IN = {
    "unauthenticated": N_("请先登录。"),
    "bad_credentials": N_("用户名或密码不对。请检查后再试；忘记密码请找管理员重设。"),
    "session_ended": N_("登录已失效。请重新登录，填过的内容请再提交一次。"),
    "bad_token": N_("访问令牌无效或已停用。请换一个有效的令牌。"),
    "weak_password": N_("这个密码太常见，容易被猜到。请换一个。"),
    "password_too_short": N_("密码至少要 %(least)s 个字符。请加长。"),
    "password_holds_name": N_("密码里不能含有用户名。请换一个。"),
    "same_password": N_("新密码和现在的一样。请换一个。"),
    "password_must_change": N_("请先把初始密码换成自己的密码，再办别的事。"),
    "already_has_credential": N_("这个人已经可以登录。忘了密码请用“重设密码”。"),
    "second_step_over": N_("验证没有在十分钟内完成，或登录方式刚改过。请重新登录。"),
    "second_factor_must_be_set": N_("请先设好二次验证，再办别的事。"),
    "second_factor_missing": N_("现在没有开启二次验证，不用办这一步。"),
    "own_second_factor": N_(
        "自己的二次验证不能自己重设。请在“二次验证”里换手机，或请另一位管理员重设。"
    ),
    "second_factor_is_asked": N_("本单位要求您用二次验证，不能关闭。"),
    "wrong_code": N_(
        "验证码不对，或已经过时。请看手机上现在显示的数字；总是不对，多半是手机时间"
        "不准，请在手机设置里打开“自动设置时间”。"
    ),
    "code_used": N_("这个码已经用过。请等手机上换成下一个，或换一个备用码。"),
    "phone_is_slow": N_(
        "手机时间慢了约 %(minutes)s 分钟。请在手机设置里打开“自动设置时间”，再输"
        "新的数字。"
    ),
    "phone_is_fast": N_(
        "手机时间快了约 %(minutes)s 分钟。请在手机设置里打开“自动设置时间”，再输"
        "新的数字。"
    ),
    "factor_unreadable": N_(
        "服务器的密钥换过，核对不了手机上的数字。请用备用码，或请管理员重设二次验证。"
    ),
    "last_administrator": N_(
        "这是最后一位系统管理员，不能停用或收回。请先指定另一位。"
    ),
}
