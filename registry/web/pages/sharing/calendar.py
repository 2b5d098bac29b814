"""One's due dates as a calendar that a phone subscribes to, by a secret address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.clock import now
from registry.sharing import actions
from registry.sharing.queries.feeds import Dues, dues_of_secret
from registry.sharing.rules.calendars import Due, calendar_file
from registry.web.base.routes import at_most, guarded, public, tells_secret
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.sharing.answering import done
from registry.web.pages.sharing.blueprints import feed, wishes
from registry.words import _, use_language

LONGEST = 100


@wishes.post("/calendar")
@guarded(Permission.CALENDAR_FEED)
@tells_secret
def make_feed() -> str:
    """A new secret address, shown once; the one before it no longer works."""
    secret = actions.make_feed(current_actor())
    return render_template("sharing/calendar.html", address=address_of(secret))


def address_of(secret: str) -> str:
    """The address a phone subscribes to."""
    base = current_settings().public_url.rstrip("/")
    return base + url_for("feed.calendar", secret=secret)


@wishes.post("/calendar/drop")
@guarded(Permission.CALENDAR_FEED)
def drop_feed() -> ResponseReturnValue:
    """Let one's calendar address work no longer."""
    actions.drop_feed(current_actor())
    return done(_("日历地址已停用。"), url_for("wishes.index"))


@feed.get("/<secret>.ics")
@public("whoever knows the secret address, as calendars cannot sign in")
@at_most(60, 60)
def calendar(secret: str) -> Response:
    """The due dates behind a secret address."""
    dues = dues_of_secret(secret[:LONGEST])
    settings = current_settings()
    base = settings.public_url.rstrip("/")
    host = base.partition("://")[2].partition("/")[0].partition(":")[0]
    with use_language(dues.person.language or "zh-CN"):
        text = calendar_file(_("借用和留下的东西"), host, _days(dues, base), now())
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _days(dues: Dues, base: str) -> Iterator[Due]:
    for loan in dues.loans:
        yield Due(
            f"loan-{loan.id}",
            loan.until_on,
            _("归还：%(name)s", name=loan.asset.item_type.standing.name),
            loan.asset.number,
            base + url_for("loans.show", loan_id=loan.id),
        )
    for hold in dues.holds:
        yield Due(
            f"hold-{hold.id}",
            date.fromisoformat(dues.last_day(hold)),
            _("最后一天给您留：%(name)s", name=hold.asset.item_type.standing.name),
            hold.asset.number,
            base + url_for("wishes.index"),
        )
    for wanted in dues.wanted:
        yield Due(
            f"wanted-{wanted.id}",
            wanted.until_on,
            _("求调剂到期：%(name)s", name=wanted.text),
            "",
            base + url_for("wanted.show", wanted_id=wanted.id),
        )
