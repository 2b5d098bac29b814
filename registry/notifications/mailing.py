"""Notices as a mail, and handing it to the mail server. No transaction is open here."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

import structlog

from registry.access.actor import Door
from registry.config import Settings
from registry.config.smtp import SmtpServer, read_smtp_url
from registry.kernel.text import clean_line
from registry.notifications.actions.delivering import (
    Batch,
    claim,
    note_needless,
    note_sent,
    note_trouble,
)
from registry.notifications.digests import notice_words, tell_summary
from registry.notifications.models.notices import DIGEST
from registry.notifications.states import MailWish
from registry.organisation.queries import actor_of_person
from registry.store.transaction import release
from registry.words import _, ngettext, use_language

TIMEOUT_SECONDS = 20.0
MOST_AT_ONCE = 200
"""Mails one round sends before it looks whether it should stop."""
LAST_REFUSAL = range(500, 600)
"""Answers of a server that trying again does not change."""

log = structlog.get_logger("registry.mail")


class Unreachable(Exception):
    """The server does not answer or will not talk to us; nothing was sent."""


class Refused(Exception):
    """The server will not take this mail; ``final`` if it never will."""

    def __init__(self, words: str, *, final: bool) -> None:
        super().__init__(words)
        self.final = final


def compose(batch: Batch, settings: Settings) -> EmailMessage | None:
    """The mail of a batch, in the receiver's language, with links; None for nothing.

    A summary that would say nothing of its reader is not sent.
    """
    house = batch.institution
    base = settings.public_url.rstrip("/")
    with use_language(batch.person.language or house.language):
        if batch.notices[0].kind == DIGEST:
            told = _summary(batch, base)
            if told is None:
                return None
            subject, parts = told
        else:
            subject, parts = _notices(batch, base)
        foot = _(
            "这封信由 %(name)s的资产登记自动发出，不用回复。"
            "不想收，或想改成马上发、每天一封、每周一封，请在“我的资料”里改：%(url)s",
            name=house.name,
            url=f"{base}/me",
        )
    mail = EmailMessage()
    mail["Subject"] = clean_line(f"[{house.short_name}] {subject}", most=400)
    mail["From"] = _sender(settings, house.short_name)
    mail["To"] = batch.person.email
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{batch.name}@{_domain(settings)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join([*parts, "--", foot]) + "\n", cte="base64")
    return mail


def _notices(batch: Batch, base: str) -> tuple[str, list[str]]:
    lines = [notice_words(notice) for notice in batch.notices]
    subject = lines[0]
    if len(lines) > 1:
        subject = ngettext("%(num)s 件事等您看", "%(num)s 件事等您看", len(lines))
    return subject, [
        f"{line}\n{base}/notices/{notice.id}"
        for line, notice in zip(lines, batch.notices, strict=True)
    ]


def _summary(batch: Batch, base: str) -> tuple[str, list[str]] | None:
    facts = batch.notices[0].facts
    since = datetime.fromisoformat(str(facts["since"]))
    person = batch.person
    told = tell_summary(
        actor_of_person(person.institution_id, person.id, Door.COMMAND), since
    )
    weekly = facts["wish"] == MailWish.WEEKLY
    if not told.is_due and not (weekly and told.sections):
        return None
    parts = []
    for each in told.sections:
        lines = [f"· {line}\n  {base}{path}" for line, path in each.lines]
        rest = [each.rest] if each.rest else []
        parts.append("\n".join([f"【{each.heading}】", *lines, *rest]))
    kind = _("每周汇总") if weekly else _("每日汇总")
    return _("%(kind)s：%(what)s", kind=kind, what=told.title), parts


def _sender(settings: Settings, name: str) -> Address:
    return Address(display_name=clean_line(name), addr_spec=settings.mail_from)


def _domain(settings: Settings) -> str:
    return settings.mail_from.rpartition("@")[2]


@contextmanager
def connected(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """A connection that has said hello and signed in; Unreachable if it cannot be."""
    try:
        talk = _dial(server)
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(_told(error)) from error
    try:
        yield talk
    finally:
        try:
            talk.quit()
        except (OSError, smtplib.SMTPException):
            talk.close()


def _dial(server: SmtpServer) -> smtplib.SMTP:
    # Our own name is given: the library would ask name servers, which may keep silent.
    place = server.host, server.port, socket.gethostname()
    trust = ssl.create_default_context()
    talk: smtplib.SMTP
    if server.scheme == "smtps":
        talk = smtplib.SMTP_SSL(*place, timeout=TIMEOUT_SECONDS, context=trust)
    else:
        talk = smtplib.SMTP(*place, timeout=TIMEOUT_SECONDS)
    try:
        if server.scheme == "smtp+starttls":
            talk.starttls(context=trust)
        if server.user:
            talk.login(server.user, server.password)
    except BaseException:
        talk.close()
        raise
    return talk


def hand_over(talk: smtplib.SMTP, mail: EmailMessage) -> None:
    """Give one mail to the server; Refused or Unreachable if it does not take it."""
    try:
        talk.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, words)] = error.recipients.values()
        raise Refused(_answer(code, words), final=code in LAST_REFUSAL) from error
    except smtplib.SMTPSenderRefused as error:
        # It is our own account that is refused: no receiver is to blame for that.
        raise Refused(_told(error), final=False) from error
    except smtplib.SMTPResponseException as error:
        final = error.smtp_code in LAST_REFUSAL
        raise Refused(_told(error), final=final) from error
    except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError) as error:
        raise Refused(_told(error), final=True) from error
    except OSError as error:
        raise Unreachable(_told(error)) from error


def _told(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return str(error)[:300] or type(error).__name__


def _answer(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"[:300]


def send_due(settings: Settings) -> int:
    """Send what is due; how many mails went out. Stops when the server is not there."""
    if not settings.sends_mail:
        return 0
    batch = claim()
    if batch is None:
        return 0
    sent = 0
    try:
        with connected(read_smtp_url(settings.smtp_url)) as talk:
            while batch is not None and sent < MOST_AT_ONCE:
                sent += _send(talk, batch, settings)
                batch = None
                batch = claim()
    except Unreachable as trouble:
        log.warning("mail_server_unreachable", trouble=str(trouble))
        if batch is not None:
            note_trouble(batch, str(trouble))
    return sent


def _send(talk: smtplib.SMTP, batch: Batch, settings: Settings) -> bool:
    if batch.person.left_on is not None:
        note_needless(batch)
        return False
    if not batch.person.email:
        note_trouble(batch, "no address", final=True)
        return False
    try:
        mail = compose(batch, settings)
        release()
        if mail is None:
            note_needless(batch)
            return False
        hand_over(talk, mail)
    except Refused as refusal:
        note_trouble(batch, str(refusal), final=refusal.final)
        return False
    except ValueError as error:
        note_trouble(batch, str(error), final=True)
        return False
    note_sent(batch)
    return True
