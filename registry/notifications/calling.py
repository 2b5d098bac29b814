"""Saying something in a group chat: one call, to a host that settings allow.

No transaction is open here. A call follows no redirect and uses no proxy; it goes to
the very address that was looked up and found fit; its answer is read up to a limit and
only the service's number of it is kept.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import structlog

from registry.config import Settings
from registry.config.robots import RobotHost, read_robot_hosts
from registry.kernel.clock import now
from registry.notifications.actions.posting import (
    Round,
    claim_round,
    note_said,
    note_unsaid,
)
from registry.notifications.models import RobotPost
from registry.notifications.models.robots import TEST
from registry.notifications.rules.robots import (
    MOST_LINES,
    Call,
    Message,
    call_of,
    plain,
    trouble_of,
)
from registry.notifications.states import RobotKind, RobotTopic, Trouble
from registry.store.transaction import release
from registry.words import _, format_date, ngettext, use_language
from registry.words.steps import step_name

TIMEOUT_SECONDS = 8.0
LONGEST_SECONDS = 20.0
"""A service that answers drop by drop is left after so long."""
MOST_ANSWER = 16_384
MOST_AT_ONCE = 50
"""Messages one round sends before it looks whether it should stop."""
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones."""

log = structlog.get_logger("registry.robots")


class NotSaid(Exception):
    """The message was not taken over, with the service's number where it gave one."""

    def __init__(self, trouble: Trouble, number: str = "") -> None:
        super().__init__(str(trouble))
        self.trouble, self.number = trouble, number


def say_due(settings: Settings) -> int:
    """Say what is due; how many messages were taken over."""
    hosts = read_robot_hosts(settings.robot_hosts)
    if not hosts:
        return 0
    said = 0
    for _turn in range(MOST_AT_ONCE):
        told = claim_round()
        if told is None:
            break
        said += _say(told, hosts, settings)
    return said


def _say(told: Round, hosts: Sequence[RobotHost], settings: Settings) -> bool:
    robot = told.robot
    message = compose_message(told, settings)
    call = call_of(RobotKind(robot.kind), robot.token, robot.secret, message, now())
    base, kind = robot.base, RobotKind(robot.kind)
    release()
    try:
        _call(base, kind, call, hosts)
    except NotSaid as trouble:
        log.warning(
            "robot_not_heard",
            robot=told.robot.id,
            trouble=str(trouble.trouble),
            number=trouble.number,
        )
        note_unsaid(told, trouble.trouble, trouble.number)
        return False
    note_said(told)
    return True


def _call(base: str, kind: RobotKind, call: Call, hosts: Sequence[RobotHost]) -> None:
    host = next((each for each in hosts if each.base == base), None)
    if host is None:
        raise NotSaid(Trouble.NOT_ALLOWED)
    talk = _dial(host)
    try:
        status, answer = _ask(talk, host, call)
    finally:
        talk.close()
    found = trouble_of(kind, status, answer)
    if found is not None:
        raise NotSaid(*found)


def fit_addresses(host: RobotHost) -> list[str]:
    """The addresses of a host at which it may be called; NotSaid if there is none."""
    try:
        found = socket.getaddrinfo(host.host, host.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSaid(Trouble.UNREACHABLE) from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if host.is_own:
        return addresses
    public = [each for each in addresses if is_public(each)]
    if not public:
        raise NotSaid(Trouble.NOT_ALLOWED)
    return public


def is_public(text: str) -> bool:
    """Whether an address lies outside, also one that stands for an IPv4 address."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if address.teredo is not None:
            return False
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast


def _dial(host: RobotHost) -> socket.socket:
    """A connection to the first fit address that answers, over TLS where so set."""
    last: Exception | None = None
    for address in fit_addresses(host)[:3]:
        try:
            plain_talk = socket.create_connection((address, host.port), TIMEOUT_SECONDS)
        except OSError as error:
            last = error
            continue
        if host.scheme == "http":
            return plain_talk
        try:
            return ssl.create_default_context().wrap_socket(
                plain_talk, server_hostname=host.host
            )
        except OSError as error:
            plain_talk.close()
            last = error
    raise NotSaid(Trouble.UNREACHABLE) from last


def _ask(talk: socket.socket, host: RobotHost, call: Call) -> tuple[int, Any]:
    """Send, and read the answer; from here on nobody knows what has arrived."""
    connection = http.client.HTTPConnection(host.host, host.port)
    connection.sock = talk
    body = json.dumps(call.body, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "registry",
        "Connection": "close",
    }
    deadline = time.monotonic() + LONGEST_SECONDS
    try:
        connection.request("POST", call.path, body=body, headers=headers)
        response = connection.getresponse()
        held = bytearray()
        while len(held) <= MOST_ANSWER:
            part = response.read1(4_096)
            if not part:
                break
            held += part
            if time.monotonic() > deadline:
                raise TimeoutError
    except (OSError, http.client.HTTPException) as error:
        raise NotSaid(Trouble.UNCLEAR) from error
    try:
        answer = json.loads(bytes(held)) if len(held) <= MOST_ANSWER else None
    except (ValueError, RecursionError):
        answer = None
    return response.status, answer


# What is said


def compose_message(told: Round, settings: Settings) -> Message:
    """What a robot says: kinds and numbers of steps, and what every colleague may see.

    No person, no price, no number of a request: a group may hold anybody.
    """
    house = told.institution
    base = settings.public_url.rstrip("/")
    with use_language(house.language):
        if all(each.topic == TEST for each in told.posts):
            return Message(
                title=_("%(name)s资产提醒", name=plain(house.short_name)),
                lines=[_("试发成功。有事要处理时，会在这里提醒。")],
                link_words=_("打开系统"),
                link=f"{base}/",
            )
        posts = [each for each in told.posts if each.topic != TEST]
        wanted = [each for each in posts if each.topic == RobotTopic.WANTED]
        waits = [each for each in posts if each.topic != RobotTopic.WANTED]
        lines = [*_wait_lines(waits), *map(_wanted_line, wanted)]
        if len(lines) > MOST_LINES:
            rest = len(lines) - MOST_LINES + 1
            lines = [*lines[: MOST_LINES - 1], _("还有 %(count)s 条", count=rest)]
        return Message(
            title=_("%(name)s资产提醒", name=plain(house.short_name)),
            lines=lines,
            link_words=_("登录后去处理") if waits else _("去看看，也许您有"),
            link=f"{base}/waiting" if waits else f"{base}/wanted",
        )


def _wait_lines(posts: Sequence[RobotPost]) -> list[str]:
    """One line for each kind of step; what is late first, each thing once."""
    late = {each.wait_id for each in posts if each.topic == RobotTopic.LATE}
    steps = {each.wait_id: each.step for each in posts}
    counted = Counter((wait in late, step) for wait, step in steps.items())
    ordered = sorted(counted.items(), key=lambda each: (not each[0][0], each[0][1]))
    return [
        (
            ngettext(
                "超时未办：%(step)s，%(num)s 件",
                "超时未办：%(step)s，%(num)s 件",
                count,
                step=step_name(step),
            )
            if is_late
            else ngettext(
                "新到：%(step)s，%(num)s 件",
                "新到：%(step)s，%(num)s 件",
                count,
                step=step_name(step),
            )
        )
        for (is_late, step), count in ordered
    ]


def _wanted_line(post: RobotPost) -> str:
    facts = post.facts
    return _(
        "求调剂：%(name)s，%(count)s 件，%(day)s 前",
        name=plain(str(facts.get("name", ""))),
        count=facts.get("count", 1),
        day=format_date(date.fromisoformat(str(facts["until"]))),
    )
