"""Summaries by mail: when, for whom, what they say, and never two of one period."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.config import Settings
from registry.ledger import actions as ledger
from registry.notifications import actions, queries
from registry.notifications.actions import begin_digests
from registry.notifications.mailing import send_due
from registry.notifications.models import Digest
from registry.notifications.rules.timing import period_of
from registry.notifications.states import MailWish
from registry.organisation.models import Institution, Person
from registry.sharing.actions.wanting import post_wanted
from registry.waiting.actions import set_day
from registry.waiting.rules.calendar import Calendar, Pause
from tests.factories.ledger import make_asset
from tests.factories.organisation import actor_of, grant, make_colleague, make_person
from tests.harness.mail import MailServer

MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
"""Half past eight in the morning, where the institution is."""
FROM = "zc@school.edu.cn"


@pytest.fixture
def mailing(settings: Settings, mail_server: MailServer) -> Settings:
    return replace(settings, smtp_url=mail_server.url, mail_from=FROM).checked()


@pytest.fixture
def keeper(institution: Institution, clock) -> Person:
    clock.move_to(MONDAY - timedelta(days=4))
    made = make_person(institution, "周师傅", email="a@school.edu.cn")
    grant(institution, made, Role.WAREHOUSE_KEEPER)
    actions.wish_mail(actor_of(made), "daily")
    return made


def report(institution: Institution, words: str = "灯泡不亮"):
    stranger = Actor.stranger(institution.id)
    return ledger.report_from_label(stranger, make_asset(institution), "problem", words)


def test_one_mail_says_what_waits_since_when_what_falls_due_and_what_came_idle(
    institution: Institution, context: Session, clock, mailing, mail_server, keeper
):
    report(institution)
    for words in ("灯坏了", "门坏了"):
        made = report(institution, words)
        ledger.settle_report(actor_of(keeper), made.id, "修好了")
    post_wanted(actor_of(keeper), "三角板", until_on=date(2026, 11, 25))
    clock.move_to(MONDAY - timedelta(days=2))
    actions.notify(
        institution.id,
        [keeper.id],
        "job_done",
        subject=("job", 1),
        facts={"title": "导入"},
    )
    clock.move_to(MONDAY)
    idle = make_asset(institution)
    ledger.change_state(Actor.system(institution.id), idle.id, "mark_idle")
    assert send_due(mailing) == 0
    assert begin_digests() == 1
    assert send_due(mailing) == 1
    [(to, mail)] = mail_server.box.mails
    assert to == ["a@school.edu.cn"]
    assert "每日汇总：1 件事等您办" in mail["Subject"]
    text = mail.get_content()
    assert "【等您办的】" in text
    assert "2026-11-19 起，已等 16 个工作小时" in text
    assert "求调剂“三角板”" in text
    assert "已完成：导入" in text
    assert idle.item_type.name in text.partition("新闲置")[2]
    assert f"{mailing.public_url}/waiting/" in text
    assert queries.notices_of(actor_of(keeper), unread=True)
    assert all(each.kind != "digest" for each in queries.notices_of(actor_of(keeper)))


def test_there_is_one_for_each_period_whatever_is_restarted_and_however_many_work(
    app: Flask,
    institution: Institution,
    context: Session,
    clock,
    mailing,
    mail_server,
    keeper,
):
    report(institution)
    others = [make_person(institution, email=f"p{n}@school.edu.cn") for n in range(5)]
    for each in others:
        actions.wish_mail(actor_of(each), "weekly", 7)
        actions.notify(
            institution.id,
            [each.id],
            "job_done",
            subject=("job", 1),
            facts={"title": "x"},
        )
    gone = make_person(institution, email="")
    actions.wish_mail(actor_of(gone), "daily")
    context.commit()
    clock.move_to(MONDAY)
    together = threading.Barrier(3)
    begun: list[int] = []

    def work() -> None:
        with app.app_context():
            together.wait()
            begun.append(begin_digests())
            send_due(mailing)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    send_due(mailing)
    assert sum(begun) == 6
    for hours in (0, 3, 8):
        clock.move_to(MONDAY + timedelta(hours=hours))
        assert begin_digests() == 0
    send_due(mailing)
    to = sorted(address for who, _ in mail_server.box.mails for address in who)
    assert to == ["a@school.edu.cn", *(f"p{n}@school.edu.cn" for n in range(5))]
    clock.move_to(MONDAY + timedelta(days=1))
    assert begin_digests() == 1
    with pytest.raises(sa.exc.IntegrityError):
        context.execute(
            sa.insert(Digest).from_select(
                [
                    "institution_id",
                    "person_id",
                    "wish",
                    "period",
                    "since",
                    "created_at",
                    "notice_id",
                ],
                sa.select(
                    Digest.institution_id,
                    Digest.person_id,
                    Digest.wish,
                    Digest.period,
                    Digest.since,
                    Digest.created_at,
                    Digest.notice_id,
                ).limit(1),
            )
        )
    context.rollback()


def test_a_day_without_anything_to_say_sends_none_and_a_day_off_begins_none(
    institution: Institution, context: Session, clock, mailing, mail_server, keeper
):
    clock.move_to(MONDAY)
    assert begin_digests() == 1
    assert send_due(mailing) == 0
    assert mail_server.box.mails == []
    report(institution)
    admin = actor_of(make_colleague(institution, Role.ADMINISTRATOR))
    set_day(admin, date(2026, 11, 24), name="校庆", works=False)
    clock.move_to(MONDAY + timedelta(days=1))
    assert begin_digests() == 0
    clock.move_to(MONDAY + timedelta(days=2))
    assert begin_digests() == 1
    assert send_due(mailing) == 1


CALENDAR = Calendar(pauses=[Pause(date(2026, 11, 23), date(2026, 11, 24))])


@pytest.mark.parametrize(
    ("wish", "hour", "local", "period"),
    [
        ("daily", 8, "2026-11-25 08:00", "2026-11-25"),
        ("daily", 8, "2026-11-25 07:59", None),
        ("daily", 8, "2026-11-25 23:59", "2026-11-25"),
        ("daily", 8, "2026-11-28 09:00", None),
        ("daily", 8, "2026-11-23 09:00", None),
        ("weekly", 8, "2026-11-23 09:00", None),
        ("weekly", 8, "2026-11-25 08:00", "2026-11-23"),
        ("weekly", 17, "2026-11-27 17:00", "2026-11-23"),
        ("weekly", 8, "2026-11-30 08:00", "2026-11-30"),
        ("now", 0, "2026-11-25 08:00", None),
        ("never", 0, "2026-11-25 08:00", None),
    ],
)
def test_when_a_summary_is_due(wish: str, hour: int, local: str, period: str | None):
    moment = datetime.fromisoformat(f"{local}+08:00").astimezone(UTC)
    found = period_of(MailWish(wish), hour, moment, CALENDAR)
    assert found == (date.fromisoformat(period) if period else None)
