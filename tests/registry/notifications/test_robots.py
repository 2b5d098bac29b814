"""Group robots: what is said, to whom, once, and to no host that is not allowed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.config import Settings
from registry.config.robots import BadRobotHost, read_robot_hosts
from registry.config.settings import SettingsError
from registry.journal.models import Entry
from registry.kernel.errors import Conflict, Forbidden, Invalid, Missing
from registry.ledger import actions as ledger
from registry.notifications import actions, queries
from registry.notifications.actions import claim_round
from registry.notifications.calling import NotSaid, fit_addresses, is_public, say_due
from registry.notifications.models import Notice, Robot, RobotPost
from registry.notifications.rules.robots import (
    Message,
    call_of,
    plain,
    read_address,
    trouble_of,
)
from registry.notifications.states import ROBOT, RobotKind, RobotState, Trouble
from registry.organisation.models import Institution
from registry.sharing.actions.wanting import post_wanted
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_institution,
)
from tests.harness.robots import RobotServer

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TOKEN = "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"
PATHS = {
    "wecom": f"/cgi-bin/webhook/send?key={TOKEN}",
    "dingtalk": f"/robot/send?access_token={TOKEN}",
    "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
}
SECRET = "SEC0123456789abcdef"


@pytest.fixture
def calling(settings: Settings, robot_server: RobotServer) -> Settings:
    """The settings of an installation that may call our receiver."""
    return replace(settings, robot_hosts=robot_server.base).checked()


@pytest.fixture
def admin(institution: Institution, clock) -> Actor:
    clock.move_to(MONDAY)
    return actor_of(make_colleague(institution, Role.ADMINISTRATOR, name="管理员"))


@pytest.fixture
def place(admin: Actor, calling: Settings, robot_server: RobotServer):
    """``place("wecom")``: a robot of a kind, speaking to our receiver."""

    def make(kind: str = "wecom", **values) -> Robot:
        values = {"name": "总务群", **values}
        where = robot_server.base + PATHS[kind]
        return actions.add_robot(admin, calling.robot_hosts, webhook=where, **values)

    return make


def report(institution: Institution, words: str = "坏了"):
    asset = make_asset(institution)
    stranger = Actor.stranger(institution.id)
    return ledger.report_from_label(stranger, asset, "problem", words)


def states(context: Session) -> list[str]:
    context.expire_all()
    return list(context.scalars(sa.select(RobotPost.state).order_by(RobotPost.id)))


def later(clock, **more: int) -> None:
    clock.shift(timedelta(**(more or {"minutes": 3})))


def test_each_service_gets_its_own_form_signed_as_it_wants(
    institution: Institution, clock, calling: Settings, robot_server, place
):
    make_colleague(institution, Role.WAREHOUSE_KEEPER)
    place("wecom")
    place("dingtalk", secret=SECRET)
    place("feishu", secret=SECRET)
    for _ in range(2):
        report(institution)
    assert say_due(calling) == 0
    later(clock)
    robot_server.answer = {"errcode": 0, "code": 0}
    assert say_due(calling) == 3
    assert say_due(calling) == 0
    said = {urlsplit(path).path: (path, body) for path, _, body in robot_server.calls}
    path, body = said["/cgi-bin/webhook/send"]
    assert parse_qs(urlsplit(path).query) == {"key": [TOKEN]}
    assert body["msgtype"] == "markdown"
    assert "问题反映，2 件" in body["markdown"]["content"]
    path, body = said["/robot/send"]
    query = {name: value[0] for name, value in parse_qs(urlsplit(path).query).items()}
    stamp = str(int((MONDAY + timedelta(minutes=3)).timestamp() * 1000))
    made = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256)
    sign = base64.b64encode(made.digest()).decode()
    assert query == {"access_token": TOKEN, "timestamp": stamp, "sign": sign}
    assert body["msgtype"] == "actionCard"
    assert "问题反映，2 件" in body["actionCard"]["text"]
    path, body = said[PATHS["feishu"]]
    made = hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256)
    assert body["sign"] == base64.b64encode(made.digest()).decode()
    assert body["msg_type"] == "post"
    assert "资产提醒" in body["content"]["post"]["zh_cn"]["title"]


def test_a_group_hears_of_its_own_people_and_nothing_it_may_not_see(
    institution: Institution, context: Session, clock, calling, robot_server, place
):
    keeper = make_colleague(institution, Role.WAREHOUSE_KEEPER, name="周师傅")
    elsewhere = make_department(institution)
    own = place(department_id=keeper.department_id)
    other = place(department_id=elsewhere.id)
    whole = place(topics=["wanted"])
    report(institution, "投影仪坏了，找王老师，价值 4500")
    seeker = make_colleague(institution, Role.DEPARTMENT_HEAD, name="李主任")
    name = "投影仪[点这里](http://x.cn)<@all>*_`"
    post_wanted(actor_of(seeker), name, quantity=8, until_on=date(2026, 12, 31))
    found = context.execute(sa.select(RobotPost.robot_id, RobotPost.topic)).all()
    assert sorted(found) == sorted([(own.id, "begun"), (whole.id, "wanted")])
    assert other.id not in {robot_id for robot_id, _ in found}
    later(clock)
    assert say_due(calling) == 2
    texts = [body["markdown"]["content"] for _, _, body in robot_server.calls]
    for text in texts:
        for hidden in ("王老师", "周师傅", "李主任", "4500", "坏了"):
            assert hidden not in text
    [wanted] = [text for text in texts if "求调剂" in text]
    assert "http://x.cn" not in wanted
    assert "<@all>" not in wanted
    assert wanted.count("](") == 1


def test_what_is_done_is_not_said_and_what_is_paused_says_nothing(
    institution: Institution,
    context: Session,
    clock,
    admin,
    calling,
    robot_server,
    place,
):
    keeper = make_colleague(institution, Role.WAREHOUSE_KEEPER)
    robot = place()
    made = report(institution)
    ledger.settle_report(actor_of(keeper), made.id, "换了")
    assert states(context) == ["dropped"]
    report(institution)
    actions.pause_robot(admin, robot.id)
    actions.pause_robot(admin, robot.id)
    report(institution)
    later(clock)
    assert say_due(calling) == 0
    assert states(context) == ["dropped", "dropped"]
    with pytest.raises(Conflict):
        actions.try_robot(admin, robot.id)
    actions.resume_robot(admin, robot.id)
    report(institution)
    later(clock)
    assert say_due(calling) == 1
    assert len(robot_server.calls) == 1


def test_a_refusal_for_good_stops_the_robot_says_why_and_tells_who_added_it(
    institution: Institution,
    context: Session,
    clock,
    admin,
    calling,
    robot_server,
    place,
):
    make_colleague(institution, Role.WAREHOUSE_KEEPER)
    robot = place("dingtalk", secret=SECRET)
    report(institution)
    robot_server.answer = {"errcode": 310000, "errmsg": "description:sign not match"}
    later(clock)
    assert say_due(calling) == 0
    seen = queries.robot(admin, robot.id)
    assert (seen.state, seen.trouble, seen.failed) == ("broken", "bad_signature", 1)
    notices = context.scalars(sa.select(Notice).where(Notice.kind == "robot_broken"))
    assert [each.person_id for each in notices] == [admin.person_id]
    later(clock, hours=3)
    assert say_due(calling) == 0
    assert len(robot_server.calls) == 1
    robot_server.answer = {"errcode": 0}
    actions.change_robot(
        admin, calling.robot_hosts, robot.id, robot.version, secret=SECRET * 2
    )
    assert actions.say_again(admin, robot.id) == 1
    assert say_due(calling) == 1
    assert states(context) == ["sent"]


@pytest.mark.parametrize("trouble", ["busy", "dead", "redirect"])
def test_what_was_not_taken_over_is_tried_again_with_pauses_and_given_up_after_a_day(
    institution: Institution,
    context: Session,
    clock,
    calling: Settings,
    robot_server,
    place,
    trouble: str,
):
    make_colleague(institution, Role.WAREHOUSE_KEEPER)
    place()
    report(institution)
    if trouble == "busy":
        robot_server.answer = {"errcode": 45009, "errmsg": "api freq out of limit"}
    elif trouble == "dead":
        robot_server.shutdown()
        robot_server.server_close()
    else:
        robot_server.status, robot_server.location = 302, f"{robot_server.base}/inside"
    later(clock)
    assert say_due(calling) == 0
    assert states(context) == ["waiting"]
    assert say_due(calling) == 0
    calls = 0 if trouble == "dead" else 1
    assert len(robot_server.calls) == calls
    assert all(path != "/inside" for path, _, _ in robot_server.calls)
    if trouble == "busy":
        later(clock)
        robot_server.answer = {"errcode": 0}
        assert say_due(calling) == 1
        assert states(context) == ["sent"]
        return
    for _ in range(14):
        later(clock, hours=2)
        say_due(calling)
    assert states(context) == ["failed"]
    assert len(robot_server.calls) <= calls * 14


@pytest.mark.parametrize("trouble", ["hangs up", "never ends", "sender dies"])
def test_what_may_have_arrived_is_never_sent_again_by_itself(
    institution: Institution,
    context: Session,
    clock,
    admin,
    calling: Settings,
    robot_server,
    place,
    trouble: str,
):
    make_colleague(institution, Role.WAREHOUSE_KEEPER)
    robot = place()
    report(institution)
    later(clock)
    if trouble == "hangs up":
        robot_server.hangs_up = True
        assert say_due(calling) == 0
        robot_server.hangs_up = False
    elif trouble == "never ends":
        robot_server.answer = b'{"errcode": 0, "x": "' + b"y" * 200_000 + b'"}'
        assert say_due(calling) == 0
        robot_server.answer = {"errcode": 0}
    else:
        assert claim_round() is not None
        assert say_due(calling) == 0
        later(clock, minutes=10)
    for _ in range(3):
        assert say_due(calling) == 0
        later(clock, hours=1)
    [post] = queries.failed_posts(admin, robot.id)
    assert post.trouble == Trouble.UNCLEAR
    assert len(robot_server.calls) == (0 if trouble == "sender dies" else 1)
    assert actions.say_again(admin, robot.id) == 1
    assert say_due(calling) == 1
    assert states(context) == ["sent"]


def test_senders_at_work_at_once_say_each_thing_once(
    app: Flask, institution: Institution, context: Session, clock, calling, place
):
    make_colleague(institution, Role.WAREHOUSE_KEEPER)
    for _ in range(4):
        place()
    for _ in range(3):
        report(institution)
    context.commit()
    later(clock)
    said: list[int] = []
    together = threading.Barrier(3)

    def work() -> None:
        with app.app_context():
            together.wait()
            said.append(say_due(calling))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(said) == 4
    assert states(context) == ["sent"] * 12


def test_a_robot_is_tried_changed_and_removed_and_its_key_is_nowhere_to_be_read(
    institution: Institution,
    context: Session,
    clock,
    admin,
    calling,
    robot_server,
    place,
):
    robot = place("feishu", secret=SECRET)
    assert (
        actions.try_robot(admin, robot.id).id == actions.try_robot(admin, robot.id).id
    )
    robot_server.answer = {"code": 19024, "msg": "Key Words Not Found"}
    assert say_due(calling) == 0
    assert queries.robot(admin, robot.id).trouble == "keyword"
    robot_server.answer = {"code": 0, "msg": "success"}
    actions.try_robot(admin, robot.id)
    assert say_due(calling) == 1
    assert queries.robot(admin, robot.id).state == "on"
    shown = repr(queries.robots(admin))
    facts = "".join(context.scalars(sa.select(Entry.facts)))
    for secret in (TOKEN, SECRET):
        assert secret not in shown + facts
    with pytest.raises(Conflict):
        actions.change_robot(
            admin, calling.robot_hosts, robot.id, robot.version + 1, name="x"
        )
    where = robot_server.base + PATHS["wecom"]
    now = actions.change_robot(
        admin, calling.robot_hosts, robot.id, robot.version, webhook=where
    )
    assert (now.kind, now.secret) == ("wecom", "")
    actions.remove_robot(admin, robot.id)
    [row] = context.execute(sa.select(Robot.token, Robot.secret))
    assert tuple(row) == ("", "")
    with pytest.raises(Missing):
        queries.robot(admin, robot.id)


def test_only_administrators_and_only_of_the_same_institution(
    institution: Institution, calling, place
):
    robot = place()
    office = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    with pytest.raises(Forbidden):
        actions.pause_robot(office, robot.id)
    away = make_institution()
    stranger = actor_of(make_colleague(away, Role.ADMINISTRATOR))
    for act in (actions.pause_robot, actions.try_robot, actions.remove_robot):
        with pytest.raises(Missing):
            act(stranger, robot.id)
    report(away)


WRONG = [
    "https://evil.example.cn/cgi-bin/webhook/send?key=" + TOKEN,
    "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + TOKEN,
    "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=" + TOKEN,
    "https://qyapi.weixin.qq.com@10.0.0.1/cgi-bin/webhook/send?key=" + TOKEN,
    "https://x:y@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + TOKEN,
    "https://qyapi.weixin.qq.com/cgi-bin/token?key=" + TOKEN,
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=short",
    f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}&key={TOKEN}",
    "https://open.feishu.cn/open-apis/bot/v2/hook/../../" + TOKEN,
    "https://open.feishu.cn/open-apis/bot/v2/hook/" + TOKEN + "/x",
    "https://127.0.0.1/robot/send?access_token=" + TOKEN,
    "https://[::1]/robot/send?access_token=" + TOKEN,
    "file:///etc/passwd",
    "https://oapi.dingtalk.com:99999/robot/send?access_token=" + TOKEN,
    "",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_robots_address_on_an_allowed_host_is_refused(text: str):
    hosts = read_robot_hosts(Settings.robot_hosts)
    with pytest.raises(Invalid) as refusal:
        read_address(text, hosts)
    assert refusal.value.problems["webhook"].code in {"robot_address", "robot_host"}


def test_allowed_hosts_are_read_strictly(settings: Settings):
    own = read_robot_hosts(" oapi.dingtalk.com , http://10.0.0.9:8080")
    assert [(each.base, each.is_own) for each in own] == [
        ("https://oapi.dingtalk.com", False),
        ("http://10.0.0.9:8080", True),
    ]
    found = read_address(f"http://10.0.0.9:8080{PATHS['feishu']}", own)
    assert (found.kind, found.token) == (RobotKind.FEISHU, TOKEN)
    for wrong in ("ftp://x", "a/b", "https://x/y", "x:y", "a b", "https://u@x"):
        with pytest.raises(BadRobotHost):
            read_robot_hosts(wrong)
    with pytest.raises(SettingsError):
        replace(settings, robot_hosts="a/b").checked()
    assert not replace(settings, robot_hosts="").checked().calls_robots


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True),
        ("10.1.2.3", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::101:101", True),
        ("2002:a00:1::", False),
        ("2606:4700::1111", True),
    ],
)
def test_an_address_inside_is_known_in_every_dress(address: str, public: bool):
    assert is_public(address) is public


def test_a_public_host_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch):
    [host] = read_robot_hosts("oapi.dingtalk.com")
    inside = [(2, 1, 6, "", ("10.0.0.5", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: inside)
    with pytest.raises(NotSaid) as refusal:
        fit_addresses(host)
    assert refusal.value.trouble is Trouble.NOT_ALLOWED
    inside.append((2, 1, 6, "", ("203.119.200.1", 443)))
    assert fit_addresses(host) == ["203.119.200.1"]


def security(words: str) -> dict[str, object]:
    return {"errcode": 310000, "errmsg": f"description:{words}"}


@pytest.mark.parametrize(
    ("kind", "status", "answer", "trouble"),
    [
        ("wecom", 200, {"errcode": 0}, None),
        ("feishu", 200, {"StatusCode": 0}, None),
        ("wecom", 200, {"errcode": 93000}, Trouble.BAD_ADDRESS),
        ("wecom", 502, {"errcode": 0}, Trouble.UNCLEAR),
        ("wecom", 200, {"errcode": False}, Trouble.REFUSED),
        ("wecom", 200, None, Trouble.UNCLEAR),
        ("wecom", 429, {}, Trouble.TOO_OFTEN),
        ("dingtalk", 200, security("ip 1.2.3.4 not in whitelist"), "not_from_here"),
        ("dingtalk", 200, security("keywords not in content"), "keyword"),
        ("dingtalk", 200, security("sign not match"), "bad_signature"),
        ("feishu", 400, {"code": 19021}, Trouble.BAD_SIGNATURE),
        ("feishu", 200, {"code": 12345}, Trouble.REFUSED),
    ],
)
def test_what_a_service_answers_is_understood(kind, status, answer, trouble):
    found = trouble_of(RobotKind(kind), status, answer)
    assert (found[0] if found else None) == trouble


@pytest.mark.parametrize("kind", RobotKind)
def test_no_name_brings_markup_into_what_is_said(kind: RobotKind):
    names = ["<at user_id='all'>", "[x](http://y)", "@所有人", "**a**\n# b", "x" * 900]
    lines = [plain(each) for each in names]
    message = Message("育才资产提醒", lines, "去看看", "https://zc.cn/waiting")
    body = str(call_of(kind, TOKEN, "", message, MONDAY).body)
    for markup in ("<at", "](http://y", "@所有人", "**a**", "\n# b"):
        assert markup not in body
    assert len(body.encode()) < 4_000


@pytest.mark.parametrize("state", RobotState)
def test_the_table_of_moves(state: RobotState):
    assert (
        ROBOT.open_verbs(state)
        == {
            "on": ["pause", "break", "remove"],
            "paused": ["resume", "remove"],
            "broken": ["pause", "resume", "remove"],
            "removed": [],
        }[state]
    )
