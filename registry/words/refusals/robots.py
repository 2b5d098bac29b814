"""What is said of group robots: what is wrong with one, and what to do."""

from __future__ import annotations

from registry.words.catalogue import N_

ROBOTS = {
    "robot_address": N_(
        "这不是群机器人的网址。"
        "请在群设置里找到机器人，把它的 Webhook 地址整个粘贴过来。"
    ),
    "robot_host": N_(
        "这台服务器不允许连到 %(host)s。"
        "请让管理服务器的人把它加进 REGISTRY_ROBOT_HOSTS。"
    ),
    "robot_no_secret": N_("企业微信机器人没有签名密钥，这一格请留空。"),
    "robot_secret": N_("签名密钥不对。请从机器人的安全设置里重新复制。"),
    "robot_paused": N_("这个机器人暂停着。请先恢复，再试发。"),
    "too_many_robots": N_("最多 %(most)s 个群机器人。请先移除不用的。"),
}
