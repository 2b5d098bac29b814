"""Notices: who is told what, on the page and by mail; never lost, never doubled."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.config import Settings
from registry.config.settings import SettingsError
from registry.config.smtp import BadSmtpUrl, read_smtp_url
from registry.kernel.errors import Conflict, Forbidden, Missing
from registry.ledger import actions as ledger
from registry.notifications import actions, queries
from registry.notifications.actions import claim
from registry.notifications.mailing import compose, send_due
from registry.notifications.models import Delivery, Notice
from registry.notifications.rules.timing import PATIENCE, next_try
from registry.notifications.states import DELIVERY, DeliveryState
from registry.organisation import actions as organisation
from registry.organisation.models import Institution, Person
from registry.store.transaction import transaction
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    actor_of,
    grant,
    make_colleague,
    make_institution,
    make_person,
)
from tests.harness.mail import MailServer

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FROM = "zc@school.edu.cn"


@pytest.fixture
def mailing(settings: Settings, mail_server: MailServer) -> Settings:
    """The settings of an installation that sends mail to our server."""
    return replace(settings, smtp_url=mail_server.url, mail_from=FROM).checked()


def with_mail(institution: Institution, address: str, name: str = "") -> Person:
    return make_person(institution, name, email=address)


def tell(institution: Institution, *people: Person, title: str = "导入完成") -> None:
    actions.notify(
        institution.id,
        [each.id for each in people],
        "job_done",
        subject=("job", 1),
        facts={"title": title},
    )


def states(context: Session) -> list[str]:
    context.expire_all()
    return list(context.scalars(sa.select(Delivery.state).order_by(Delivery.id)))


def later(clock, **more: int) -> None:
    clock.shift(timedelta(**(more or {"minutes": 3})))


def test_a_report_tells_the_officers_and_settling_it_takes_the_notice_away(
    institution: Institution, context: Session, clock, mailing: Settings
):
    clock.move_to(MONDAY)
    keeper = make_colleague(institution, Role.WAREHOUSE_KEEPER, name="周师傅")
    asset = make_asset(institution)
    stranger = Actor.stranger(institution.id)
    report = ledger.report_from_label(stranger, asset, "problem", "灯泡不亮了")
    [notice] = queries.notices_of(actor_of(keeper), unread=True)
    assert (notice.kind, notice.subject_kind) == ("wait_begun", "label_report")
    assert notice.subject_id == report.id
    assert queries.count_unread(actor_of(keeper)) == 1
    ledger.settle_report(actor_of(keeper), report.id, "换了")
    assert queries.count_unread(actor_of(keeper)) == 0
    with pytest.raises(Conflict) as refusal:
        ledger.settle_report(actor_of(keeper), report.id, "又换了")
    assert refusal.value.code == "report_settled"


def test_what_failed_told_nobody(institution: Institution, context: Session):
    person = with_mail(institution, "a@school.edu.cn")

    class Fell(Exception):
        pass

    def fall() -> None:
        with transaction():
            tell(institution, person)
            raise Fell

    with pytest.raises(Fell):
        fall()
    assert context.scalars(sa.select(Notice)).all() == []
    assert states(context) == []


def test_mail_goes_to_those_with_an_address_who_want_it(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    eager = with_mail(institution, "eager@school.edu.cn")
    silent = with_mail(institution, "silent@school.edu.cn")
    without = make_person(institution)
    gone = with_mail(institution, "gone@school.edu.cn")
    actions.wish_mail(actor_of(silent), "never")
    organisation.leave(Actor.system(institution.id), gone.id, gone.version)
    tell(institution, eager, silent, without, gone)
    assert len(context.scalars(sa.select(Notice)).all()) == 3
    assert send_due(mailing) == 0
    later(clock)
    assert send_due(mailing) == 1
    assert send_due(mailing) == 0
    [(to, mail)] = mail_server.box.mails
    assert to == ["eager@school.edu.cn"]
    assert mail["From"] == f"育才中学 <{FROM}>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "已完成：导入完成" in mail["Subject"]
    assert "/notices/" in mail.get_content()
    assert states(context) == [DeliveryState.SENT]


def test_several_notices_go_as_one_mail_in_the_receivers_language(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    person = with_mail(institution, "a@school.edu.cn")
    organisation.set_preferences(actor_of(person), language="en")
    for number in range(3):
        tell(institution, person, title=f"import {number}")
    later(clock)
    assert send_due(mailing) == 1
    [text] = mail_server.box.texts()
    assert [f"import {number}" in text for number in range(3)] == [True] * 3
    assert "Done" in text
    [(_to, mail)] = mail_server.box.mails
    assert "3" in mail["Subject"]


def test_pauses_grow_and_end():
    made = MONDAY
    pauses = [next_try(n, made, made) for n in range(1, 12)]
    waits = [each - made for each in pauses if each]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=2)
    assert next_try(3, made + PATIENCE, made) is None


def test_a_recipient_refused_for_good_fails_alone_and_is_seen(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    wrong = with_mail(institution, "wrong@school.edu.cn")
    right = with_mail(institution, "right@school.edu.cn")
    mail_server.box.recipient_answers["wrong@school.edu.cn"] = "550 no such user"
    tell(institution, wrong, right)
    later(clock)
    assert send_due(mailing) == 1
    assert sorted(states(context)) == [DeliveryState.FAILED, DeliveryState.SENT]
    admin = actor_of(make_colleague(institution, Role.ADMINISTRATOR))
    [failed] = queries.failed_deliveries(admin)
    assert failed.trouble == "550 no such user"
    assert queries.outbox(admin) == queries.Outbox(waiting=0, failed=1)
    with pytest.raises(Forbidden):
        queries.failed_deliveries(actor_of(right))
    mail_server.box.recipient_answers.clear()
    assert actions.retry_failed(admin) == 1
    assert send_due(mailing) == 1
    assert states(context) == [DeliveryState.SENT] * 2


@pytest.mark.parametrize("trouble", ["recipient", "data"])
def test_a_refusal_for_now_is_tried_again_under_the_same_name(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
    trouble: str,
):
    person = with_mail(institution, "a@school.edu.cn")
    if trouble == "recipient":
        mail_server.box.recipient_answers["a@school.edu.cn"] = "450 busy, come back"
    else:
        mail_server.box.data_answer = "451 try later"
    tell(institution, person)
    later(clock)
    assert send_due(mailing) == 0
    assert states(context) == [DeliveryState.WAITING]
    assert send_due(mailing) == 0
    mail_server.box.recipient_answers.clear()
    mail_server.box.data_answer = ""
    later(clock)
    assert send_due(mailing) == 1
    assert states(context) == [DeliveryState.SENT]


def test_when_our_own_account_is_refused_nothing_is_given_up(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    people = [with_mail(institution, f"p{n}@school.edu.cn") for n in range(3)]
    mail_server.box.sender_answer = "553 sender not allowed"
    tell(institution, *people)
    later(clock)
    assert send_due(mailing) == 0
    assert states(context) == [DeliveryState.WAITING] * 3
    mail_server.box.sender_answer = ""
    later(clock)
    assert send_due(mailing) == 3


def test_a_server_without_starttls_is_sent_nothing_in_the_clear(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    safe = replace(
        mailing, smtp_url=mailing.smtp_url.replace("smtp:", "smtp+starttls:")
    )
    tell(institution, with_mail(institution, "a@school.edu.cn"))
    later(clock)
    assert send_due(safe) == 0
    assert mail_server.box.mails == []
    assert states(context) == [DeliveryState.WAITING]


def test_a_silent_server_is_left_in_time_and_tried_again(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("registry.notifications.mailing.TIMEOUT_SECONDS", 0.2)
    mail_server.box.silence.clear()
    tell(institution, with_mail(institution, "a@school.edu.cn"))
    later(clock)
    assert send_due(mailing) == 0
    assert states(context) == [DeliveryState.WAITING]
    mail_server.box.silence.set()
    monkeypatch.undo()
    later(clock)
    assert send_due(mailing) == 1


def test_while_a_slow_server_thinks_others_write(
    app: Flask,
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    person = with_mail(institution, "a@school.edu.cn")
    tell(institution, person)
    context.commit()
    later(clock)
    mail_server.box.silence.clear()
    sent: list[int] = []

    def work() -> None:
        with app.app_context():
            sent.append(send_due(mailing))

    sender = threading.Thread(target=work)
    sender.start()
    try:
        assert mail_server.box.spoken_to.wait(30)
        tell(institution, person, title="另一件")
        context.commit()
    finally:
        mail_server.box.silence.set()
        sender.join()
    assert sent == [1]
    assert sorted(states(context)) == [DeliveryState.SENT, DeliveryState.WAITING]


def test_who_has_left_gets_no_mail_and_nobody_must_look_after_it(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    person = with_mail(institution, "a@school.edu.cn")
    tell(institution, person)
    system = Actor.system(institution.id)
    organisation.leave(system, person.id, person.version)
    later(clock)
    assert send_due(mailing) == 0
    assert mail_server.box.mails == []
    assert states(context) == [DeliveryState.DROPPED]


def test_a_dead_server_loses_nothing_and_is_given_up_visibly_after_days(
    institution: Institution, context: Session, clock, settings: Settings
):
    dead = replace(settings, smtp_url="smtp://127.0.0.1:1", mail_from=FROM)
    person = with_mail(institution, "a@school.edu.cn")
    tell(institution, person)
    later(clock)
    assert send_due(dead) == 0
    assert states(context) == [DeliveryState.WAITING]
    for _ in range(60):
        later(clock, hours=2)
        send_due(dead)
    assert states(context) == [DeliveryState.FAILED]
    [row] = context.scalars(sa.select(Delivery))
    assert row.trouble


def test_a_mail_taken_over_but_not_answered_is_repeated_under_the_same_message_id(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    person = with_mail(institution, "a@school.edu.cn")
    mail_server.box.hangs_up_after_data = True
    tell(institution, person)
    later(clock)
    assert send_due(mailing) == 0
    mail_server.box.hangs_up_after_data = False
    later(clock)
    assert send_due(mailing) == 1
    names = {mail["Message-ID"] for _to, mail in mail_server.box.mails}
    assert len(mail_server.box.mails) == 2
    assert len(names) == 1


def test_a_sender_that_died_leaves_it_to_the_next_one(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    person = with_mail(institution, "a@school.edu.cn")
    tell(institution, person)
    later(clock)
    held = claim()
    assert held is not None
    assert send_due(mailing) == 0
    later(clock, minutes=6)
    assert send_due(mailing) == 1
    [(_to, mail)] = mail_server.box.mails
    assert held.name in mail["Message-ID"]


def test_senders_at_work_at_once_send_each_mail_once(
    app: Flask,
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    people = [with_mail(institution, f"p{n}@school.edu.cn") for n in range(24)]
    tell(institution, *people)
    context.commit()
    later(clock)
    sent: list[int] = []
    together = threading.Barrier(3)

    def work() -> None:
        with app.app_context():
            together.wait()
            while (count := send_due(mailing)) > 0:
                sent.append(count)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 24
    to = [address for addresses, _ in mail_server.box.mails for address in addresses]
    assert sorted(to) == sorted(each.email for each in people)
    assert states(context) == [DeliveryState.SENT] * 24


def test_a_step_that_ended_before_the_mail_went_out_sends_none(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    keeper = with_mail(institution, "a@school.edu.cn")
    grant(institution, keeper, Role.WAREHOUSE_KEEPER)
    asset = make_asset(institution)
    stranger = Actor.stranger(institution.id)
    report = ledger.report_from_label(stranger, asset, "problem", "坏了")
    ledger.settle_report(actor_of(keeper), report.id, "好了")
    later(clock)
    assert send_due(mailing) == 0
    assert states(context) == [DeliveryState.DROPPED]
    assert mail_server.box.mails == []


@pytest.mark.parametrize(
    "name",
    ["普通", "坏\r\nBcc: all@school.edu.cn", "x" * 190, "﷽" * 60, '"', "<b>&"],
)
def test_no_name_makes_a_header_of_its_own(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
    name: str,
):
    institution.short_name = name[:40]
    context.commit()
    tell(institution, with_mail(institution, "a@school.edu.cn"), title=name)
    later(clock)
    assert send_due(mailing) == 1
    [(to, mail)] = mail_server.box.mails
    assert to == ["a@school.edu.cn"]
    assert mail["Bcc"] is None


def test_an_address_no_server_can_be_given_fails_and_holds_nobody_up(
    institution: Institution,
    context: Session,
    clock,
    mailing: Settings,
    mail_server: MailServer,
):
    odd = with_mail(institution, "王@school.edu.cn")
    plain = with_mail(institution, "a@school.edu.cn")
    tell(institution, odd, plain)
    later(clock)
    send_due(mailing)
    assert ["a@school.edu.cn"] in [to for to, _ in mail_server.box.mails]
    assert DeliveryState.WAITING not in states(context)


def test_nobody_reads_what_others_are_told(institution: Institution, context: Session):
    one, other = make_person(institution), make_person(institution)
    stranger = make_person(make_institution())
    tell(institution, one)
    [notice] = queries.notices_of(actor_of(one))
    for actor in (actor_of(other), actor_of(stranger)):
        assert queries.notices_of(actor) == []
        with pytest.raises(Missing):
            actions.read(actor, notice.id)


def test_reading_all_leaves_what_came_later_unread(institution: Institution):
    person = make_person(institution)
    tell(institution, person)
    tell(institution, person)
    newest = queries.notices_of(actor_of(person))[0].id
    tell(institution, person)
    assert actions.read_all(actor_of(person), newest) == 2
    assert queries.count_unread(actor_of(person)) == 1


def test_what_was_read_long_ago_is_forgotten(
    institution: Institution, context: Session, clock
):
    person = with_mail(institution, "a@school.edu.cn")
    tell(institution, person)
    actions.read_all(actor_of(person))
    tell(institution, person)
    later(clock, days=400)
    actions.forget_old_notices()
    context.expire_all()
    assert len(context.scalars(sa.select(Notice)).all()) == 1


def test_a_mail_names_its_links_by_the_public_address(
    institution: Institution, context: Session, clock, mailing: Settings
):
    tell(institution, with_mail(institution, "a@school.edu.cn"))
    later(clock)
    batch = claim()
    assert batch is not None
    public = replace(mailing, public_url="https://zc.school.edu.cn/")
    text = compose(batch, public).get_content()
    assert f"https://zc.school.edu.cn/notices/{batch.notices[0].id}" in text


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\x85", "\u2028"])
def test_no_name_writes_a_head_of_a_mail(
    institution: Institution, context: Session, clock, mailing: Settings, line_end: str
):
    tell(
        institution,
        with_mail(institution, "a@school.edu.cn"),
        title=f"投影仪{line_end}Bcc: b@elsewhere.example{line_end}{line_end}别的正文",
    )
    later(clock)
    batch = claim()
    assert batch is not None
    mail = compose(batch, mailing)
    assert mail is not None
    sent = message_from_bytes(mail.as_bytes(policy=SMTP), policy=SMTP)
    assert sent["Bcc"] is None
    assert sent["To"] == "a@school.edu.cn"
    assert "投影仪" in sent["Subject"]
    assert len(sent["Subject"].splitlines()) == 1


@pytest.mark.parametrize("state", DeliveryState)
def test_the_table_of_moves(state: DeliveryState):
    assert (
        DELIVERY.open_verbs(state)
        == {
            DeliveryState.WAITING: ["send", "put_off", "give_up", "drop"],
            DeliveryState.SENT: [],
            DeliveryState.FAILED: ["drop", "retry"],
            DeliveryState.DROPPED: [],
        }[state]
    )


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://mail", ("smtp", "mail", 25, "", "")),
        ("smtps://a%40b:p%3Ax@mail:1", ("smtps", "mail", 1, "a@b", "p:x")),
        ("smtp+starttls://mail", ("smtp+starttls", "mail", 587, "", "")),
    ],
)
def test_a_mail_servers_address_is_taken_apart(url: str, found: tuple):
    read = read_smtp_url(url)
    assert (read.scheme, read.host, read.port, read.user, read.password) == found
    assert "p:x" not in repr(read)


@pytest.mark.parametrize("url", ["mail:25", "http://mail", "smtp://", "smtp://a:b"])
def test_what_is_no_mail_servers_address_stops_the_start(url: str, settings: Settings):
    with pytest.raises(BadSmtpUrl):
        read_smtp_url(url)
    with pytest.raises(SettingsError):
        replace(settings, smtp_url=url, mail_from=FROM).checked()


def test_mail_needs_a_sender(settings: Settings):
    with pytest.raises(SettingsError):
        replace(settings, smtp_url="smtp://mail").checked()
