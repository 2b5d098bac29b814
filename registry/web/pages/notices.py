"""Notices: what one was told, the way to it, and how mail is wished for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.clock import now
from registry.kernel.pages import PAGE_SIZE
from registry.notifications import actions, queries
from registry.notifications.digests import notice_words, tell_summary
from registry.notifications.rules.timing import SPANS
from registry.notifications.states import MailWish
from registry.web.base.fields import Choice, Key, StrictSchema, Whole
from registry.web.base.forms import query_values, read_form
from registry.web.base.paging import address_with, asked_cursor, page_of
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.subjects import address_of
from registry.words import _

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


class Asked(StrictSchema):
    """Which notices are shown."""

    unread = Choice(("1",), load_default=None)


@blueprint.get("")
@signed_in
def index() -> str:
    """One's notices, newest first."""
    actor = current_actor()
    unread = query_values(Asked)["unread"] is not None
    after = asked_cursor(1)
    rows = queries.notices_of(
        actor,
        unread=unread,
        before=after[0] if after else None,
        limit=PAGE_SIZE + 1,
    )
    page = page_of(rows, PAGE_SIZE, lambda row: [row.id])
    return render_template(
        "notices/index.html",
        told=[(row, notice_words(row)) for row in page.rows],
        unread=unread,
        count=queries.count_unread(actor),
        newest=page.rows[0].id if page.rows else None,
        first_url=address_with(cursor=None) if request.args.get("cursor") else None,
        next_url=address_with(cursor=page.next_cursor) if page.next_cursor else None,
    )


@blueprint.get("/<int:notice_id>")
@signed_in
def show(notice_id: int) -> str:
    """One notice, for whoever follows the link of a mail: what it is about."""
    notice = queries.notice(current_actor(), notice_id)
    return render_template(
        "notices/show.html",
        notice=notice,
        words=notice_words(notice),
        target=address_of(notice.subject_kind, notice.subject_id),
    )


@blueprint.post("/<int:notice_id>")
@signed_in
def follow(notice_id: int) -> ResponseReturnValue:
    """Note a notice as read, and go where it leads."""
    notice = actions.read(current_actor(), notice_id)
    return redirect(address_of(notice.subject_kind, notice.subject_id), 303)


class UpTo(StrictSchema):
    """The newest notice that was shown, so that later ones stay unread."""

    up_to = Key(required=True)


@blueprint.post("/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Note all that was shown, and all before it, as read."""
    form = read_form(UpTo)
    if form.ok:
        actions.read_all(current_actor(), form.values["up_to"])
        flash(_("都标为已读了。"), "done")
    return redirect(url_for("notices.index"), 303)


class Wish(StrictSchema):
    """When one wants mail."""

    mail = Choice(MailWish, required=True)
    hour = Whole(least=0, most=23)


@blueprint.post("/wish")
@signed_in
def wish() -> ResponseReturnValue:
    """Remember when one wants notices by mail."""
    form = read_form(Wish)
    if form.ok:
        actions.wish_mail(current_actor(), form.values["mail"], form.values.get("hour"))
        flash(_("已保存。"), "done")
    return redirect(url_for("account.me"), 303)


@blueprint.get("/summary")
@signed_in
def summary() -> str:
    """What a summary would say now."""
    actor = current_actor()
    wish, _hour = queries.mail_wish(actor.institution_id, actor.person_id)
    span = SPANS.get(wish, SPANS[MailWish.WEEKLY])
    return render_template(
        "notices/summary.html", told=tell_summary(actor, now() - span)
    )


@blueprint.get("/mail")
@guarded(Permission.MAIL_MANAGE)
def outbox() -> str:
    """How mail goes out, and what could not be sent."""
    actor = current_actor()
    after = asked_cursor(1)
    rows = queries.failed_deliveries(
        actor, before=after[0] if after else None, limit=PAGE_SIZE + 1
    )
    page = page_of(rows, PAGE_SIZE, lambda row: [row.id])
    return render_template(
        "notices/mail.html",
        failed=[(row, notice_words(row.notice)) for row in page.rows],
        outbox=queries.outbox(actor),
        sends_mail=current_settings().sends_mail,
        sender=current_settings().mail_from,
        first_url=address_with(cursor=None) if request.args.get("cursor") else None,
        next_url=address_with(cursor=page.next_cursor) if page.next_cursor else None,
    )


@blueprint.post("/mail/retry")
@guarded(Permission.MAIL_MANAGE)
def retry() -> ResponseReturnValue:
    """Try everything that failed again."""
    count = actions.retry_failed(current_actor())
    flash(_("已重新放进发送队列：%(count)s 封。", count=count), "done")
    return redirect(url_for("notices.outbox"), 303)
