"""Group robots in words: whose they are, what they tell, why they cannot speak."""

from __future__ import annotations

from registry.words.catalogue import N_, gettext

KINDS = {
    "wecom": N_("企业微信"),
    "dingtalk": N_("钉钉"),
    "feishu": N_("飞书"),
}

TOPICS = {
    "begun": N_("有新的事要处理"),
    "late": N_("有事超过时限没处理"),
    "wanted": N_("有人求调剂"),
    "test": N_("试发"),
}

STATES = {
    "on": N_("正常"),
    "paused": N_("已暂停"),
    "broken": N_("发不出去"),
    "removed": N_("已移除"),
}

TROUBLES = {
    "unreachable": N_("连不上服务商，会自动再试。一直这样，请检查服务器能不能上外网。"),
    "unclear": N_("发出后连接断了，不知道群里收到没有。为免重复，没有再发。"),
    "too_often": N_("服务商说发得太频繁，过一会儿自动再发。"),
    "refused": N_("服务商没有接收，会自动再试一天。"),
    "bad_address": N_("机器人的网址失效了：可能被移出群，或网址重设过。请换成新网址。"),
    "bad_signature": N_("签名不对。请从机器人的安全设置里重新复制密钥，填在“修改”里。"),
    "keyword": N_("机器人设了关键词，没对上。请把关键词设成“资产提醒”，或改用签名。"),
    "not_from_here": N_("机器人限定了 IP。请把本服务器的出口地址加进去，或改用签名。"),
    "not_allowed": N_("本服务器的设置不允许连到这个网址。请找管理服务器的人。"),
    "too_late": N_("拖了一天还没发出去，不再发了。"),
}
"""What is wrong, and what to do about it."""


def robot_kind_word(code: str) -> str:
    """Whose robot it is."""
    return gettext(KINDS[code]) if code in KINDS else code


def robot_topic_word(code: str) -> str:
    """What a group is told."""
    return gettext(TOPICS[code]) if code in TOPICS else code


def robot_state_word(code: str) -> str:
    """Whether a robot speaks."""
    return gettext(STATES[code]) if code in STATES else code


def robot_trouble_words(code: str) -> str:
    """Why a robot could not speak, and what to do; empty for no trouble."""
    return gettext(TROUBLES[code]) if code in TROUBLES else code
