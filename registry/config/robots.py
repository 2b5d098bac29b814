"""Which hosts group robots may be called at, as one setting writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PUBLIC_HOSTS = "qyapi.weixin.qq.com, oapi.dingtalk.com, open.feishu.cn"
PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


class BadRobotHost(ValueError):
    """An entry cannot be read; the message says which."""


@dataclass(frozen=True)
class RobotHost:
    """A host that may be called.

    A bare name is a public service: by https, and only at a public address. Written
    with ``http://`` or ``https://`` it is a gateway of one's own, wherever it stands.
    """

    scheme: str
    host: str
    port: int
    is_own: bool

    @property
    def base(self) -> str:
        """Its address without a path: ``https://oapi.dingtalk.com``."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def read_robot_hosts(text: str) -> tuple[RobotHost, ...]:
    """The hosts of a setting, separated by commas; BadRobotHost if one cannot be."""
    return tuple(_read(each.strip()) for each in text.split(",") if each.strip())


def _read(entry: str) -> RobotHost:
    is_own = "://" in entry
    try:
        parts = urlsplit(entry if is_own else f"https://{entry}")
        port = parts.port
    except ValueError as error:
        raise BadRobotHost(entry) from error
    host = (parts.hostname or "").lower()
    plain = not (parts.path.strip("/") or parts.query or parts.fragment)
    named = parts.username is None and _HOST.fullmatch(host)
    if parts.scheme not in PORTS or not plain or not named:
        raise BadRobotHost(entry)
    return RobotHost(parts.scheme, host, port or PORTS[parts.scheme], is_own)
