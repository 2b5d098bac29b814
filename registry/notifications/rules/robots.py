"""A robot's address, its signature, and what is said in the form each service takes.

Pure: text in, text out. What is said holds no line of markup that a name could bring.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from registry.config.robots import RobotHost
from registry.kernel.errors import Invalid
from registry.notifications.states import RobotKind, Trouble

PATHS = {
    RobotKind.WECOM: "/cgi-bin/webhook/send",
    RobotKind.DINGTALK: "/robot/send",
    RobotKind.FEISHU: "/open-apis/bot/v2/hook/",
}
TOKENS = {RobotKind.WECOM: "key", RobotKind.DINGTALK: "access_token"}
MOST_LINES = 12
MOST_IN_LINE = 120
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")
_MARKUP = str.maketrans(
    {
        **dict.fromkeys("<>[](){}*_`#|@~!\\&", " "),
        "<": "〈",
        ">": "〉",
        "[": "［",
        "]": "］",
        "(": "（",
        ")": "）",
        "*": "＊",
        "_": "＿",
        "#": "＃",
        "@": "＠",
        "&": "＆",
        "!": "！",
    }
)


@dataclass(frozen=True)
class Address:
    """A robot's address taken apart: whose it is, where, and its key."""

    kind: RobotKind
    base: str
    token: str


@dataclass(frozen=True)
class Message:
    """What is said: a title, lines of plain text, and where to go on."""

    title: str
    lines: Sequence[str]
    link_words: str
    link: str


@dataclass(frozen=True)
class Call:
    """What is sent: the path with its query, and the body."""

    path: str
    body: dict[str, Any]


def read_address(text: str, hosts: Sequence[RobotHost]) -> Address:
    """The address as the service shows it, taken apart; nothing else of it is kept.

    Raises Invalid: ``robot_address`` for what is no robot's address, ``robot_host``
    for a host that this installation may not call.
    """
    try:
        parts = urlsplit(text.strip())
        base = f"{parts.scheme}://{(parts.hostname or '').lower()}"
        port = parts.port
    except ValueError as error:
        raise Invalid.field("webhook", "robot_address") from error
    found = _kind_and_token(parts.path, parse_qs(parts.query))
    if found is None or parts.username is not None or parts.fragment:
        raise Invalid.field("webhook", "robot_address")
    full = base if port is None else f"{base}:{port}"
    for host in hosts:
        if full in {host.base, f"{host.base}:{host.port}"}:
            return Address(found[0], host.base, found[1])
    raise Invalid.field("webhook", "robot_host", host=(parts.hostname or "")[:60])


def _kind_and_token(
    path: str, query: Mapping[str, Sequence[str]]
) -> tuple[RobotKind, str] | None:
    for kind, start in PATHS.items():
        if kind is RobotKind.FEISHU:
            token = path.removeprefix(start) if path.startswith(start) else ""
        else:
            given = query.get(TOKENS[kind], ()) if path == start else ()
            token = given[0] if len(given) == 1 else ""
        if _TOKEN.fullmatch(token):
            return kind, token
    return None


def clean_secret(kind: RobotKind, text: str) -> str:
    """The secret of a signature, if one was given; Invalid where there is none."""
    secret = text.strip()
    if secret and kind is RobotKind.WECOM:
        raise Invalid.field("secret", "robot_no_secret")
    if secret and not re.fullmatch(r"[\x21-\x7e]{8,200}", secret):
        raise Invalid.field("secret", "robot_secret")
    return secret


def plain(text: str) -> str:
    """One line in which nothing is markup, a link or a call to somebody."""
    line = " ".join(text.split()).translate(_MARKUP).replace("://", "：//")
    return line if len(line) <= MOST_IN_LINE else line[: MOST_IN_LINE - 1] + "…"


def call_of(
    kind: RobotKind, token: str, secret: str, message: Message, moment: datetime
) -> Call:
    """What is sent to say something, signed if the robot has a secret."""
    if kind is RobotKind.WECOM:
        return Call(f"{PATHS[kind]}?key={token}", _wecom(message))
    if kind is RobotKind.DINGTALK:
        return Call(
            f"{PATHS[kind]}?access_token={token}{_dingtalk_sign(secret, moment)}",
            _dingtalk(message),
        )
    return Call(PATHS[kind] + token, _feishu_sign(secret, moment) | _feishu(message))


def _wecom(message: Message) -> dict[str, Any]:
    lines = [f"**{message.title}**", *(f"> {each}" for each in message.lines)]
    lines.append(f"[{message.link_words}]({message.link})")
    return {"msgtype": "markdown", "markdown": {"content": "\n".join(lines)}}


def _dingtalk(message: Message) -> dict[str, Any]:
    text = "\n".join(
        [f"#### {message.title}", "", *(f"- {each}" for each in message.lines)]
    )
    card = {
        "title": message.title,
        "text": text,
        "singleTitle": message.link_words,
        "singleURL": message.link,
    }
    return {"msgtype": "actionCard", "actionCard": card}


def _feishu(message: Message) -> dict[str, Any]:
    content: list[list[dict[str, str]]] = [
        [{"tag": "text", "text": f"· {each}"}] for each in message.lines
    ]
    content.append([{"tag": "a", "text": message.link_words, "href": message.link}])
    post = {"zh_cn": {"title": message.title, "content": content}}
    return {"msg_type": "post", "content": {"post": post}}


def _dingtalk_sign(secret: str, moment: datetime) -> str:
    if not secret:
        return ""
    stamp = str(int(moment.timestamp() * 1000))
    made = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    sign = quote(base64.b64encode(made.digest()).decode(), safe="")
    return f"&timestamp={stamp}&sign={sign}"


def _feishu_sign(secret: str, moment: datetime) -> dict[str, Any]:
    if not secret:
        return {}
    stamp = str(int(moment.timestamp()))
    made = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)
    return {"timestamp": stamp, "sign": base64.b64encode(made.digest()).decode()}


_ANSWERS: dict[RobotKind, dict[int, Trouble]] = {
    RobotKind.WECOM: {
        93000: Trouble.BAD_ADDRESS,
        93008: Trouble.BAD_ADDRESS,
        93033: Trouble.NOT_FROM_HERE,
        45009: Trouble.TOO_OFTEN,
        45033: Trouble.TOO_OFTEN,
    },
    RobotKind.DINGTALK: {
        300001: Trouble.BAD_ADDRESS,
        300005: Trouble.BAD_ADDRESS,
        400101: Trouble.BAD_ADDRESS,
        130101: Trouble.TOO_OFTEN,
        410100: Trouble.TOO_OFTEN,
        410101: Trouble.TOO_OFTEN,
    },
    RobotKind.FEISHU: {
        19001: Trouble.BAD_ADDRESS,
        19021: Trouble.BAD_SIGNATURE,
        19022: Trouble.NOT_FROM_HERE,
        19024: Trouble.KEYWORD,
        11232: Trouble.TOO_OFTEN,
        9499: Trouble.TOO_OFTEN,
    },
}
"""What the services' own numbers mean; any other one is tried again for a day."""
_UNCLEAR = frozenset({500, 502, 504})
"""Something broke on the way or behind it: perhaps after the message was taken over."""
_DINGTALK_SECURITY = 310000
"""One number for three settings of a robot; its words tell which."""


def trouble_of(kind: RobotKind, status: int, answer: Any) -> tuple[Trouble, str] | None:
    """What is wrong, with the service's own number; None if it was taken over."""
    if status == 429:
        return Trouble.TOO_OFTEN, "429"
    if status in _UNCLEAR or (status == 200 and not isinstance(answer, dict)):
        return Trouble.UNCLEAR, str(status)
    if not isinstance(answer, dict):
        return Trouble.REFUSED, str(status)
    number = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    if status == 200 and number == 0 and not isinstance(number, bool):
        return None
    if not isinstance(number, int) or isinstance(number, bool):
        return Trouble.REFUSED, str(status)
    if kind is RobotKind.DINGTALK and number == _DINGTALK_SECURITY:
        return _of_security(str(answer.get("errmsg", ""))), str(number)
    return _ANSWERS[kind].get(number, Trouble.REFUSED), str(number)[:20]


def _of_security(words: str) -> Trouble:
    if "sign" in words or "timestamp" in words:
        return Trouble.BAD_SIGNATURE
    if "ip" in words.lower().split() or "whitelist" in words:
        return Trouble.NOT_FROM_HERE
    return Trouble.KEYWORD
