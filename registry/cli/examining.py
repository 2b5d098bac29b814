"""What a doctor looks at: each check says what is wrong and what to do about it."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import requests
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from labels.fonts import font_path
from registry.auth.queries import unreadable_factors
from registry.auth.throttling import Limit, count
from registry.backup.queries import last_run
from registry.backup.states import RunKind
from registry.cli.serve import is_loopback
from registry.config import Settings
from registry.config.smtp import read_smtp_url
from registry.jobs.queries import oldest_waiting
from registry.journal.models import Entry
from registry.kernel.clock import now
from registry.kernel.errors import Refused
from registry.labelling.models import Printer
from registry.notifications.models import Delivery, RobotPost
from registry.notifications.states import DeliveryState
from registry.organisation.queries import institutions
from registry.store import migrations
from registry.store.db import apart, make_engine, session
from registry.store.holding import file_of
from registry.store.trouble import passing
from registry.upkeep.models import Duty
from registry.words import _, sentence
from registry.words.formats import format_datetime, format_size

FEWEST_CHARACTERS = 12
"""A secret with fewer different characters was typed, not drawn."""
NEARLY_FULL = 1 << 30
FULL = 100 << 20
"""Bytes that are free."""
CLOCK_DOUBT = timedelta(seconds=5)
CLOCK_WRONG = timedelta(minutes=1)
UNSENT_FOR = timedelta(hours=1)
STUCK_FOR = timedelta(minutes=10)
UNDONE_FOR = timedelta(hours=1)
NO_BACKUP_FOR = timedelta(days=2)
NO_DRILL_FOR = timedelta(days=8)
PATIENCE_SECONDS = 3.0
"""For whatever has to answer over a network."""


class Severity(StrEnum):
    """How bad it is, the worst first."""

    UNFIT = "unfit"
    """Nothing works before this is mended."""
    WRONG = "wrong"
    DOUBT = "doubt"


@dataclass(frozen=True)
class Symptom:
    """One thing that was found: by which check, how bad, in words, and what to do."""

    check: str
    severity: Severity
    what: str
    do: str


Found = Iterator[tuple[Severity, str, str]]


class Room:
    """Where an installation is examined: its settings and its database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.file = file_of(settings.database_url)
        self._inside = ExitStack()
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """An engine on the database."""
        if self._engine is None:
            self._engine = make_engine(self.settings.database_url)
            self._inside.callback(self._engine.dispose)
        return self._engine

    def step_inside(self) -> None:
        """From now on ``session()`` is of the database."""
        self._inside.enter_context(apart(self.settings.database_url))

    def __enter__(self) -> Room:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._inside.close()


def secret(room: Room) -> Found:
    """The secret key is long, drawn, and nobody else's to read."""
    if len(set(room.settings.secret_key)) < FEWEST_CHARACTERS:
        yield (
            Severity.WRONG,
            _("密钥太简单，容易被猜到。"),
            _("运行 registry secret 生成一个新的。"),
        )
    path = room.settings.secret_file
    if path and Path(path).stat().st_mode & 0o077:
        yield (
            Severity.WRONG,
            _("密钥文件 %(file)s 别的用户也能读。", file=path),
            _("运行 chmod 600 %(file)s。", file=path),
        )


def database(room: Room) -> Found:
    """The database answers, with the schema of this version."""
    try:
        found = None
        if room.file is None or room.file.exists():
            found = migrations.current(room.engine)
    except DBAPIError as error:
        told = str(error.orig).partition("\n")[0]
        yield (
            Severity.UNFIT,
            _("数据库不能使用：%(reason)s", reason=told),
            _("检查 REGISTRY_DATABASE_URL，以及数据库服务是否启动。"),
        )
        return
    if found is None:
        yield (
            Severity.UNFIT,
            _("数据库还是空的。"),
            _("运行 registry db upgrade；要恢复备份，运行 registry backup restore。"),
        )
    elif not migrations.knows(found):
        yield (
            Severity.UNFIT,
            _("数据库来自更新的程序版本（%(revision)s）。", revision=found),
            _("安装那个版本的程序。"),
        )
    elif found != migrations.head():
        yield (
            Severity.UNFIT,
            _("数据库结构比程序旧（%(revision)s）。", revision=found),
            _("先运行 registry backup create，再运行 registry db upgrade。"),
        )
    else:
        room.step_inside()


def durability(room: Room) -> Found:
    """What is acknowledged is on the disk, and only we can read the file."""
    if room.file is None:
        yield from _durability_of_server(room.engine)
        return
    with room.engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        try:
            state = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        except DBAPIError as error:
            state = str(error.orig)
    if state != "ok":
        yield (
            Severity.WRONG,
            _("数据库文件已损坏：%(reason)s", reason=state),
            _("停止服务，从最近一份备份恢复：registry backup restore。"),
        )
    if mode != "wal":
        yield (
            Severity.WRONG,
            _("数据库不在 WAL 模式，多人同时使用会互相等待。"),
            _("停止服务，运行 registry db upgrade。"),
        )
    if room.file.stat().st_mode & 0o077:
        yield (
            Severity.DOUBT,
            _("数据库文件 %(file)s 别的用户也能读。", file=room.file),
            _("运行 chmod 600 %(file)s。", file=room.file),
        )


def _durability_of_server(engine: Engine) -> Found:
    with engine.connect() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            setting = sa.func.current_setting(name)
            if connection.scalar(sa.select(setting)) == "off":
                yield (
                    Severity.WRONG,
                    _("PostgreSQL 的 %(name)s 关着，断电会丢数据。", name=name),
                    _("在 PostgreSQL 的设置里打开它。"),
                )
        is_super = sa.func.current_setting("is_superuser")
        if connection.scalar(sa.select(is_super)) == "on":
            yield (
                Severity.DOUBT,
                _("程序用的是数据库的超级用户。"),
                _("另建一个只管本库的用户，见 docs/operations.md。"),
            )


def disk(room: Room) -> Found:
    """There is room where the database, the backups and passing files lie."""
    places = [room.file.parent if room.file else None, tempfile.gettempdir()]
    places.append(room.settings.backup_folder or None)
    for place in dict.fromkeys(str(each) for each in places if each):
        if not Path(place).is_dir():
            continue
        free = shutil.disk_usage(place).free
        if free < NEARLY_FULL:
            yield (
                Severity.WRONG if free < FULL else Severity.DOUBT,
                _(
                    "磁盘快满了：%(place)s 只剩 %(free)s。",
                    place=place,
                    free=format_size(free),
                ),
                _("清理磁盘，或换一块大的。"),
            )


def keeping(room: Room) -> Found:
    """Something can be written and is kept: a counter of the doctor's own."""
    try:
        count(Limit("doctor", most=1, seconds=1))
    except (DBAPIError, Refused) as error:
        yield (
            Severity.WRONG,
            _("现在什么也保存不了：%(reason)s", reason=_why(error)),
            _("看数据库所在的磁盘：是否满了、坏了，或变成了只读。腾出空间后不用重启。"),
        )


def _why(error: DBAPIError | Refused) -> str:
    refusal = error if isinstance(error, Refused) else passing(error)
    if refusal is not None:
        return sentence(refusal.code, refusal.facts)
    return str(getattr(error, "orig", error))


def clock(room: Room) -> Found:
    """This machine's clock agrees with the database's, and has not gone back."""
    if room.file is None:
        moment = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))
        with room.engine.connect() as connection:
            theirs = connection.scalar(sa.select(moment))
        apart_by = abs(now() - theirs) if theirs else timedelta()
        if apart_by > CLOCK_DOUBT:
            yield (
                Severity.WRONG if apart_by > CLOCK_WRONG else Severity.DOUBT,
                _(
                    "本机的钟与数据库差 %(seconds)s 秒。",
                    seconds=round(apart_by.total_seconds()),
                ),
                _("给两台机器都打开自动对时（NTP）。"),
            )
    newest = session().scalar(sa.select(sa.func.max(Entry.at)))
    if newest and newest > now() + CLOCK_WRONG:
        yield (
            Severity.WRONG,
            _(
                "最近一条记录的时间（%(moment)s）比本机现在还晚，钟可能倒退过。",
                moment=format_datetime(newest),
            ),
            _("给这台机器打开自动对时（NTP）。"),
        )


def duties(room: Room) -> Found:
    """Timed work is done, long work is taken up, and none of it fails."""
    waiting = oldest_waiting()
    if waiting and now() - waiting > STUCK_FOR:
        yield (
            Severity.WRONG,
            _("有后台任务从 %(since)s 起没有人做。", since=format_datetime(waiting)),
            _(
                "启动 registry serve；设了 REGISTRY_WORKER_IN_PROCESS=0 的，"
                "启动 registry work。"
            ),
        )
    known = session().scalars(sa.select(Duty).order_by(Duty.name)).all()
    late = [each.due_at for each in known if now() - each.due_at > UNDONE_FOR]
    if late:
        yield (
            Severity.WRONG,
            _(
                "定时工作（封存、催办等）从 %(since)s 起停了。",
                since=format_datetime(min(late)),
            ),
            _("启动 registry serve 或 registry work。"),
        )
    for each in known:
        if each.failed_at and (not each.done_at or each.failed_at > each.done_at):
            yield (
                Severity.WRONG,
                _(
                    "定时工作 %(name)s 在 %(moment)s 出错。",
                    name=each.name,
                    moment=format_datetime(each.failed_at),
                ),
                _("看日志里的 duty_failed。"),
            )


def outbox(room: Room) -> Found:
    """What is to go out goes out."""
    for model, what, is_set_up in (
        (Delivery, _("邮件"), room.settings.sends_mail),
        (RobotPost, _("群消息"), room.settings.calls_robots),
    ):
        if not is_set_up:
            continue
        since = session().scalar(
            sa.select(sa.func.min(model.next_at)).where(
                model.state == DeliveryState.WAITING
            )
        )
        if since and now() - since > UNSENT_FOR:
            yield (
                Severity.WRONG,
                _(
                    "有%(what)s从 %(since)s 起没有发出去。",
                    what=what,
                    since=format_datetime(since),
                ),
                _(
                    "看 registry serve 或 registry work 是否在运行，"
                    "再试 registry mail test。"
                ),
            )


def backups(room: Room) -> Found:
    """There is a fresh backup, and one was tried lately."""
    if not institutions():
        return
    made, tried = last_run(RunKind.BACKUP), last_run(RunKind.DRILL)
    if _is_older(made, NO_BACKUP_FOR):
        yield (
            Severity.WRONG,
            _("最近一次备份：%(moment)s。", moment=_said(made)),
            _("运行 registry backup create，并设成每天自动做，见 docs/operations.md。"),
        )
    elif _is_older(tried, NO_DRILL_FOR):
        yield (
            Severity.DOUBT,
            _(
                "最近一次试恢复：%(moment)s。没有试过的备份不算备份。",
                moment=_said(tried),
            ),
            _("运行 registry backup drill，并设成每周自动做。"),
        )


def _is_older(moment: datetime | None, age: timedelta) -> bool:
    return moment is None or now() - moment > age


def _said(moment: datetime | None) -> str:
    return format_datetime(moment) if moment else _("从未")


def second_factors(room: Room) -> Found:
    """The secrets of second factors open with the present key."""
    unreadable = unreadable_factors(room.settings)
    if unreadable:
        yield (
            Severity.WRONG,
            _(
                "%(count)s 个人的二次验证核对不了：密钥不是开启时的那个。",
                count=unreadable,
            ),
            _(
                "换回原来的密钥；找不回来，就运行 registry admin "
                "reset-second-factor 逐个重设（备用码仍可登录）。"
            ),
        )


def fonts(room: Room) -> Found:
    """Labels and printed pages have a font with Chinese characters."""
    path = font_path(room.settings.font_path or None).partition("#")[0]
    if not Path(path).is_file():
        yield (
            Severity.WRONG,
            _("找不到字体文件：%(file)s，不能打印标签。", file=path),
            _("改正或去掉 REGISTRY_FONT_PATH；自带的字体不见了就重新安装程序。"),
        )


def address(room: Room) -> Found:
    """People reach this installation at the address that labels bear."""
    public = room.settings.public_url.rstrip("/")
    host = urlsplit(public).hostname or ""
    if not room.settings.secure and not is_loopback(host):
        yield (
            Severity.DOUBT,
            _(
                "网址 %(url)s 不是 https，手机不能实时扫码，密码会明文传输。",
                url=public,
            ),
            _("配好证书，再改 REGISTRY_PUBLIC_URL。"),
        )
    try:
        with requests.Session() as talk:
            talk.trust_env = False
            answer = talk.get(
                f"{public}/healthz", timeout=PATIENCE_SECONDS, allow_redirects=False
            )
        is_ours = answer.ok and answer.json() == {"status": "alive"}
    except (requests.RequestException, ValueError):
        is_ours = False
    if not is_ours:
        yield (
            Severity.DOUBT,
            _("从本机打不开 %(url)s，或那里不是本系统。", url=public),
            _("看服务是否启动，以及 REGISTRY_PUBLIC_URL、证书和反向代理。"),
        )


def mail(room: Room) -> Found:
    """The mail server can be reached."""
    if not room.settings.sends_mail:
        return
    server = read_smtp_url(room.settings.smtp_url)
    if not _answers(server.host, server.port):
        yield (
            Severity.DOUBT,
            _(
                "连不上邮件服务器 %(host)s:%(port)s。",
                host=server.host,
                port=server.port,
            ),
            _("检查 REGISTRY_SMTP_URL 和防火墙，再试 registry mail test。"),
        )


def printers(room: Room) -> Found:
    """Label printers can be reached."""
    known = session().scalars(sa.select(Printer).where(Printer.removed_at.is_(None)))
    for each in known:
        if not _answers(each.host, each.port):
            yield (
                Severity.DOUBT,
                _(
                    "连不上标签打印机“%(name)s”（%(host)s:%(port)s）。",
                    name=each.name,
                    host=each.host,
                    port=each.port,
                ),
                _("看打印机是否开机、联网，地址是否变了。"),
            )


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True


CHECKS: dict[str, Callable[[Room], Found]] = {
    "secret": secret,
    "database": database,
    "durability": durability,
    "disk": disk,
    "keeping": keeping,
    "clock": clock,
    "duties": duties,
    "outbox": outbox,
    "backups": backups,
    "second factors": second_factors,
    "fonts": fonts,
    "address": address,
    "mail": mail,
    "printers": printers,
}
"""In this order; from the third on the database is known to be usable."""
