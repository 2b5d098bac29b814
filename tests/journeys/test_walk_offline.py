"""Walking an audit without a network: nothing is lost, nothing counts twice.

The network is taken away by taking the server away; the phone is killed like one whose
battery ran out.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    FilePayload,
    Page,
    expect,
)
from werkzeug.serving import make_server

from registry.audits.models import Audit, AuditItem, AuditPhoto, AuditRecord
from registry.audits.queries import sums_of
from registry.kernel.checkcodes import new_code
from registry.kernel.clock import now
from registry.organisation.models import Institution
from registry.store.db import db, session
from tests.factories.audits import Campus, make_campus
from tests.factories.catalogue import make_type
from tests.harness.browser import ARGUMENTS, PATIENCE_MILLISECONDS, PHONE, find_chromium
from tests.harness.label_photos import photo_of
from tests.harness.looks import (
    accessibility_faults,
    badly_legible,
    too_small,
    too_wide,
)
from tests.harness.server import free_port
from tests.journeys.conftest import burst
from tests.labels.samples import asset_label
from tests.registry.web.pages.lending import lend_session

pytestmark = pytest.mark.browser

PATIENCE = 30_000
IS_KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const { serviceWorker } = navigator;
  while (!serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
}"""


class Mast:
    """The network: a server on one address that can be there or not."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: Any = None

    def up(self) -> None:
        if self.server is None:
            self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
            self.server.daemon_threads = True
            work = self.server.serve_forever
            threading.Thread(target=work, args=(0.05,), daemon=True).start()

    def cut_next(self) -> None:
        """The next records arrive, and the answer does not."""
        whole = self.app.wsgi_app

        def cut(environ: Any, start: Any) -> Any:
            answer = whole(environ, start)
            if environ["PATH_INFO"].endswith("/records"):
                b"".join(answer)
                self.app.wsgi_app = whole  # type: ignore[method-assign]
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return answer

        self.app.wsgi_app = cut  # type: ignore[method-assign]

    def down(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def mast(app: Flask) -> Iterator[Mast]:
    made = Mast(app)
    made.up()
    yield made
    made.down()


class Phone:
    """A phone that keeps what it has when it is killed."""

    def __init__(
        self, browser: Browser, folder: Path, mast: Mast, session: Any
    ) -> None:
        self.browser = browser
        self.session = session
        self.folder = folder
        self.mast = mast
        self.context: BrowserContext = self.start()

    def start(self) -> BrowserContext:
        self.context = self.browser.browser_type.launch_persistent_context(
            str(self.folder),
            executable_path=find_chromium(),
            args=ARGUMENTS,
            base_url=self.mast.url,
            locale="zh-CN",
            **PHONE,
        )
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.context.add_init_script("delete Navigator.prototype.mediaDevices")
        return self.context

    def sign_in(self, page: Page) -> None:
        """As its owner, for as long as the phone is not killed."""
        lend_session(page, self.session)

    def open(self, audit: Audit) -> Page:
        page = self.context.new_page()
        page.goto(f"/audits/{audit.id}/walk/")
        page.wait_for_selector("#walk[data-ready]")
        return page

    def kill(self) -> None:
        """All at once, as when the battery is taken out."""
        own = f"--user-data-dir={self.folder}".encode()
        for process in Path("/proc").iterdir():
            if not process.name.isdigit():
                continue
            try:
                called = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if own in called:
                os.kill(int(process.name), signal.SIGKILL)
        self.put_away()

    def put_away(self) -> None:
        """Let go of it; one that was killed is gone already."""
        with suppress(Error):
            self.context.close()


@pytest.fixture
def phones(
    browser: Browser, tmp_path: Path, mast: Mast, signed_in_as: Any
) -> Iterator[Any]:
    made: list[Phone] = []

    def hand(person: Any) -> Phone:
        session = signed_in_as(person=person)
        phone = Phone(browser, tmp_path / f"phone-{len(made)}", mast, session)
        made.append(phone)
        phone.sign_in(phone.context.new_page())
        return phone

    yield hand
    for phone in made:
        phone.put_away()


@pytest.fixture
def campus(institution: Institution) -> Campus:
    return make_campus(institution)


def answer(page: Page) -> Any:
    return page.locator("[data-screen=room] [data-answer] .answer")


def scan(page: Page, *codes: str) -> None:
    """A hand-held scanner that reads one label after the other."""
    for code in codes:
        burst(page, code)


def counted(audit: Audit) -> int:
    db.session.rollback()
    return (
        session().scalar(
            sa.select(sa.func.count()).where(
                AuditRecord.audit_id == audit.id, AuditRecord.kind == "scan"
            )
        )
        or 0
    )


def test_350_scans_without_a_network_and_over_a_dead_battery_count_once(
    campus: Campus, mast: Mast, phones: Any
) -> None:
    things = campus.add(400, campus.room, item_type_id=make_type(campus.institution).id)
    audit = campus.begin()
    phone = phones(campus.counter)
    page = phone.open(audit)
    page.get_by_role("link", name=campus.room.full_name).click()
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 0 / 400")
    page.evaluate(IS_KEPT)
    mast.down()
    scan(page, *(each.code for each in things[:300]))
    expect(page.locator("[data-room-sum]")).to_have_text(
        "已盘 300 / 400", timeout=PATIENCE
    )
    assert counted(audit) == 0
    phone.kill()

    # Whether Chromium had written its cookies down by then is a matter of seconds.
    phone.start().clear_cookies()
    page = phone.open(audit)
    page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 300 / 400")
    scan(page, *(each.code for each in things[300:350]), things[0].code)
    expect(answer(page)).to_contain_text("已经盘过")
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 350 / 400")
    page.goto(f"/audits/{audit.id}/walk/#sent")
    expect(page.locator("[data-queue-words]")).to_have_text("350 条待传")

    mast.up()
    page.get_by_role("button", name="现在传送").click()
    expect(page.locator("[data-sync-words]")).to_contain_text("请重新登录")
    expect(page.get_by_role("link", name="重新登录")).to_be_visible()
    phone.sign_in(page)
    page.get_by_role("button", name="现在传送").click()
    expect(page.locator("[data-queue-words]")).to_have_text(
        "都传到了", timeout=PATIENCE
    )
    assert counted(audit) == 350
    sums = sums_of(campus.system, session().get(Audit, audit.id))
    assert (sums.expected, sums.here, sums.pending) == (400, 350, 50)


def test_two_phones_in_one_room_count_everything_once(
    campus: Campus, mast: Mast, phones: Any
) -> None:
    things = campus.add(12, campus.room)
    audit = campus.begin()
    pages = [phones(each).open(audit) for each in (campus.counter, campus.second)]
    for page in pages:
        page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
        page.evaluate(IS_KEPT)
    mast.down()
    first, second = pages
    scan(first, *(each.code for each in things[:8]))
    scan(second, *(each.code for each in things[4:12]))
    expect(first.locator("[data-room-sum]")).to_have_text("已盘 8 / 12")
    expect(second.locator("[data-room-sum]")).to_have_text("已盘 8 / 12")
    mast.up()
    for page in pages:
        page.goto(f"/audits/{audit.id}/walk/#sent")
        page.get_by_role("button", name="现在传送").click()
        expect(page.locator("[data-queue-words]")).to_have_text("都传到了")
    for page in pages:
        page.get_by_role("button", name="更新清单").click()
        page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
        expect(page.locator("[data-room-sum]")).to_have_text("已盘 12 / 12")
    scan(second, things[0].code)
    expect(answer(second)).to_contain_text(f"{campus.counter.name}在")
    assert counted(audit) >= 16
    sums = sums_of(campus.system, session().get(Audit, audit.id))
    assert (sums.expected, sums.here, sums.pending) == (12, 12, 0)
    rows = (
        session()
        .scalars(sa.select(AuditItem).where(AuditItem.audit_id == audit.id))
        .all()
    )
    assert sorted(each.times for each in rows)[:8] == [1] * 8


ONE_YEAR_AHEAD = """(() => {
  const Real = Date;
  const ahead = 365 * 86_400_000;
  window.Date = class extends Real {
    constructor(...given) {
      if (given.length) super(...given);
      else super(Real.now() + ahead);
    }
    static now() { return Real.now() + ahead; }
  };
})()"""


def test_a_clock_one_year_off_and_an_answer_that_never_came(
    campus: Campus, mast: Mast, phones: Any
) -> None:
    things = campus.add(5, campus.room)
    audit = campus.begin()
    phone = phones(campus.counter)
    phone.context.add_init_script(ONE_YEAR_AHEAD)
    page = phone.open(audit)
    page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
    page.evaluate(IS_KEPT)
    mast.down()
    scan(page, *(each.code for each in things))
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 5 / 5")
    mast.cut_next()
    mast.up()
    page.goto(f"/audits/{audit.id}/walk/#sent")
    page.get_by_role("button", name="现在传送").click()
    expect(page.locator("[data-sync-words]")).to_contain_text("没有网络")
    assert counted(audit) == 5
    expect(page.locator("[data-queue-words]")).to_have_text("5 条待传")
    page.get_by_role("button", name="现在传送").click()
    expect(page.locator("[data-queue-words]")).to_have_text("都传到了")
    expect(page.locator("[data-queue-notes]")).to_contain_text("手机时间差了 365 天")
    assert counted(audit) == 5
    said = session().scalars(sa.select(AuditRecord.at)).all()
    assert all(each > now() + timedelta(days=364) for each in said)


def record_kinds(audit: Audit) -> list[str]:
    db.session.rollback()
    rows = sa.select(AuditRecord.kind).where(AuditRecord.audit_id == audit.id)
    return sorted(session().scalars(rows))


def test_everything_one_does_in_a_room_on_a_plain_address(
    campus: Campus, mast: Mast, phones: Any
) -> None:
    chairs = make_type(campus.institution, "会议椅", is_labelled=False)
    things = campus.add(3, campus.room)
    campus.add(60, campus.room, item_type_id=chairs.id)
    stray = campus.add(1, campus.other)[0]
    audit = campus.begin()
    phone = phones(campus.counter)
    phone.context.add_init_script(PLAIN_HTTP)
    page = phone.open(audit)
    expect(page.locator("[data-notes]")).to_contain_text("不是 https 开头")
    no_faults(page)
    page.get_by_role("link", name=campus.room.full_name).click()
    scan(page, things[0].code)
    expect(answer(page)).to_contain_text("相符")
    page.get_by_role("link", name="备注、拍照、状况").click()
    no_faults(page)
    page.get_by_label("新旧程度").select_option("poor")
    page.get_by_label("看着没人用").check()
    picture = snapped(things[1].code, "straight")
    page.get_by_label("照片").set_input_files(picture)
    page.get_by_role("button", name="记下").click()
    expect(answer(page)).to_contain_text("已记下")

    wrong = things[1].code[:8] + ("A" if things[1].code[8] != "A" else "B")
    page.get_by_label("输入编号").fill(wrong)
    page.get_by_role("button", name="记下").click()
    expect(answer(page)).to_contain_text("码不对")
    scan(page, stray.code)
    expect(answer(page)).to_contain_text(campus.other.full_name)
    page.get_by_role("button", name="撤销").click()
    expect(answer(page)).to_contain_text("已撤销")
    page.locator("[data-snap]").set_input_files(snapped(new_code(), "turned"))
    expect(answer(page)).to_contain_text("不认识的码")

    tick = page.get_by_role("link", name="勾上").first
    tick.click()
    no_faults(page)
    page.get_by_label("够不着").check()
    page.get_by_role("button", name="记下").click()
    expect(answer(page)).to_contain_text("没扫码：够不着")
    page.get_by_role("link", name="清点：会议椅").click()
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("alert")).to_contain_text("请写一个数")
    no_faults(page)
    page.locator("#walk-count").fill("58")
    page.get_by_role("button", name="记下").click()
    expect(answer(page)).to_contain_text("账上 60 件")
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 60 / 63")
    no_faults(page)
    page.get_by_role("button", name="盘完了").click()
    expect(page.locator("[data-finish-words]")).to_have_text("没盘到 3 件")
    no_faults(page)
    page.get_by_role("button", name="确认盘完").click()
    expect(page.get_by_role("link", name="已盘完")).to_be_visible()
    page.locator('[data-do="sent"]').click()
    expect(page.locator("[data-queue-words]")).to_have_text("都传到了")
    no_faults(page)
    expected = ["close_place", "count", "note", *["scan"] * 3, "tick", "undo"]
    assert record_kinds(audit) == expected
    assert session().scalar(sa.select(sa.func.count(AuditPhoto.id))) == 1
    sums = sums_of(campus.system, session().get(Audit, audit.id))
    assert (sums.here, sums.missing, sums.pending) == (60, 3, 1)


def snapped(code: str, kind: str) -> FilePayload:
    """A photo of a label, as the phone's camera hands it over."""
    label = asset_label(payload=f"HTTPS://ZC.SCHOOL.EDU.CN/A/{code}")
    photo = photo_of(label, kind)
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo}


def test_a_camera_counts_what_is_held_before_it_once(
    campus: Campus, mast: Mast, signed_in_as: Any, browser: Browser, tmp_path: Path
) -> None:
    [thing] = campus.add(1, campus.room)
    audit = campus.begin()
    film = tmp_path / "label.mjpeg"
    film.write_bytes(snapped(thing.code, "turned")["buffer"])
    filmed = browser.browser_type.launch(
        executable_path=find_chromium(),
        args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"],
    )
    page = filmed.new_context(base_url=mast.url, locale="zh-CN", **PHONE).new_page()
    page.add_init_script("delete window.BarcodeDetector")
    lend_session(page, signed_in_as(person=campus.counter))
    page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
    page.wait_for_selector("#walk[data-ready]")
    page.get_by_role("button", name="扫码", exact=True).click()
    expect(answer(page)).to_contain_text("相符", timeout=PATIENCE)
    page.get_by_role("button", name="停下摄像头").click()
    expect(page.locator("video")).to_be_hidden()
    page.locator('[data-screen="room"] a[href="#places"]').click()
    page.locator('[data-do="sent"]').click()
    expect(page.locator("[data-queue-words]")).to_have_text("都传到了")
    assert counted(audit) == 1
    filmed.close()


def test_what_a_restored_backup_lacks_is_sent_again_from_the_phone(
    campus: Campus, mast: Mast, phones: Any, database_url: str, tmp_path: Path
) -> None:
    things = campus.add(5, campus.room)
    audit = campus.begin()
    page = phones(campus.counter).open(audit)
    page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
    scan(page, *(each.code for each in things[:2]))
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 2 / 5")
    page.goto(f"/audits/{audit.id}/walk/#sent")
    expect(page.locator("[data-queue-words]")).to_have_text("都传到了")
    assert counted(audit) == 2
    database, backup = database_url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    copied(database, backup)
    page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
    scan(page, *(each.code for each in things[2:]))
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 5 / 5")
    page.goto(f"/audits/{audit.id}/walk/#sent")
    expect(page.locator("[data-queue-words]")).to_have_text("都传到了")
    assert counted(audit) == 5

    mast.down()
    db.session.rollback()
    db.engine.dispose()
    copied(backup, database)
    assert counted(audit) == 2
    mast.up()
    page.get_by_role("button", name="更新清单").click()
    expect(page.locator("[data-queue-notes]")).to_contain_text("5 条自己再传一次")
    expect(page.locator("[data-queue-words]")).to_have_text("都传到了")
    assert counted(audit) == 5
    page.get_by_role("button", name="更新清单").click()
    page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 5 / 5")
    assert counted(audit) == 5


def copied(one: str | Path, other: str | Path) -> None:
    """A whole database in the place of another one, as a backup has it."""
    with (
        closing(sqlite3.connect(one)) as there,
        closing(sqlite3.connect(other)) as here,
    ):
        there.backup(here)


PLAIN_HTTP = """
  Object.defineProperty(window, "isSecureContext", { value: false });
  delete Navigator.prototype.serviceWorker;
  delete Navigator.prototype.locks;
  delete Navigator.prototype.storage;
  delete Crypto.prototype.randomUUID;
  delete window.caches;
"""


def no_faults(page: Page) -> None:
    """The screen shown now can be read, pressed and heard by everybody."""
    faults = [*accessibility_faults(page), *too_wide(page)]
    assert not [*faults, *too_small(page, "normal"), *badly_legible(page, "normal")]


def test_signing_out_takes_the_list_away_and_leaves_what_is_not_sent(
    campus: Campus, mast: Mast, phones: Any, signed_in_as: Any
) -> None:
    things = campus.add(3, campus.room)
    audit = campus.begin()
    phone = phones(campus.counter)
    page = phone.open(audit)
    page.goto(f"/audits/{audit.id}/walk/#room/{campus.room.id}")
    page.evaluate(IS_KEPT)
    mast.down()
    scan(page, things[0].code, things[1].code)
    expect(page.locator("[data-room-sum]")).to_have_text("已盘 2 / 3")
    # Signed out by another tab: what is on this phone waits for its owner.
    lend_session(page, signed_in_as(person=campus.second))
    mast.up()
    page.goto(f"/audits/{audit.id}/walk/#sent")
    page.get_by_role("button", name="现在传送").click()
    expect(page.locator("[data-sync-words]")).to_contain_text("现在登录的是别人")
    assert counted(audit) == 0
    page.reload()
    page.wait_for_selector("#walk[data-ready]")
    page.goto(f"/audits/{audit.id}/walk/#places")
    expect(page.locator("[data-notes]")).to_contain_text(
        f"{campus.counter.name} 的 2 条"
    )
    phone.sign_in(page)
    page.reload()
    page.wait_for_selector("#walk[data-ready]")
    page.goto(f"/audits/{audit.id}/walk/#sent")
    expect(page.locator("[data-queue-words]")).to_have_text("都传到了")
    assert counted(audit) == 2
    page.locator("details.menu-end summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in*")
    left = page.evaluate(LEFT_ON_THE_PHONE)
    assert left == {"pages": [], "lists": 0, "records": 2}


LEFT_ON_THE_PHONE = """async () => {
  const pages = (await caches.keys()).filter((name) => name.endsWith("-page"));
  const asked = (request) => new Promise((done) => {
    request.onsuccess = () => done(request.result);
  });
  const db = await asked(indexedDB.open("registry-walk"));
  const all = (name) => asked(db.transaction(name).objectStore(name).getAll());
  const lists = (await all("walks")).filter((walk) => walk.load).length;
  return { pages, lists, records: (await all("records")).length };
}"""
