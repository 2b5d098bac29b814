"""Having things kept for oneself, standing in line, and what is on its way to one."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.sharing import actions
from registry.sharing.queries import PoolFilter
from registry.sharing.queries.feeds import has_feed
from registry.sharing.queries.loans import open_loans_of
from registry.sharing.queries.transfers import open_transfers_of
from registry.sharing.queries.wishes import free_ids, wishes_of
from registry.web.base.fields import Choice, Key, Line, Many, StrictSchema, Whole
from registry.web.base.forms import read_form
from registry.web.base.redirects import local_or
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.ledger.showing import last_day_of
from registry.web.pages.sharing.answering import done, refused
from registry.web.pages.sharing.blueprints import wishes
from registry.words import _, ngettext


@wishes.get("")
@guarded(Permission.HOLD_TAKE)
def index() -> str:
    """What is kept for one, where one stands in line, what is coming, what is lent."""
    actor = current_actor()
    mine = wishes_of(actor)
    return render_template(
        "sharing/wishes.html",
        wishes=mine,
        coming=open_transfers_of(actor),
        borrowed=open_loans_of(actor),
        local_day=last_day_of,
        has_feed=has_feed(actor),
    )


class Wanted(StrictSchema):
    """Which things one wants: just these, or any so many of a type."""

    asset = Many(Key(), load_default=list, most=200)
    type = Key(load_default=None)
    count = Whole(load_default=None, least=1, most=1_000)
    department = Key(load_default=None)
    place = Key(load_default=None)
    purpose = Line(load_default="", most=400)
    do = Choice(("hold", "transfer"), load_default="hold")
    back = Line(load_default="", most=500)


def chosen(values: dict[str, Any]) -> tuple[list[int], int | None]:
    """The ids a form means, and how many of them; of a type any that are free."""
    if values["type"] is None:
        return list(dict.fromkeys(values["asset"])), None
    wanted = PoolFilter(
        item_type_id=values["type"],
        department_id=values["department"],
        place_id=values["place"],
    )
    return free_ids(current_actor(), wanted), values["count"] or 1


@wishes.post("/hold")
@guarded(Permission.HOLD_TAKE)
def hold() -> ResponseReturnValue:
    """Have things kept for some days, or go on to ask for their transfer."""
    form = read_form(Wanted)
    back = local_or(request.form.get("back"), url_for("idle.index"))
    if not form.ok:
        return refused(Invalid(problems=form.problems), back)
    values = form.values
    if values["do"] == "transfer":
        named = ("asset", "type", "count", "department", "place")
        kept: dict[str, Any] = {name: values[name] for name in named if values[name]}
        return redirect(url_for("transfers.new", **kept), 303)
    ids, count = chosen(values)
    if not ids:
        return refused(Conflict("not_enough_left", left=0, wanted=count or 1), back)
    try:
        made = actions.hold(
            current_actor(), ids, count=count, purpose=values["purpose"]
        )
    except (Conflict, Invalid) as refusal:
        return refused(refusal, back)
    words = ngettext(
        "已给您留下 %(num)s 件。要用就申请调拨，不用了请放掉。",
        "已给您留下 %(num)s 件。要用就申请调拨，不用了请放掉。",
        len(made),
    )
    return done(words, url_for("wishes.index"))


class InLine(StrictSchema):
    """The thing one stands in line for."""

    asset = Key(required=True)
    purpose = Line(load_default="", most=400)


@wishes.post("/line")
@guarded(Permission.HOLD_TAKE)
def stand_in_line() -> ResponseReturnValue:
    """Stand in line for a thing somebody else has."""
    form = read_form(InLine)
    if not form.ok:
        return refused(Invalid(problems=form.problems), url_for("idle.index"))
    asset_id = form.values["asset"]
    here = url_for("ledger.show", asset_id=asset_id)
    try:
        made = actions.stand_in_line(
            current_actor(), asset_id, purpose=form.values["purpose"]
        )
    except (Conflict, Invalid) as refusal:
        return refused(refusal, here)
    if made.state == "held":
        return done(_("正好空出来了，已给您留下。"), url_for("wishes.index"))
    return done(_("已排上队。轮到您时会通知您。"), here)


@wishes.post("/<int:hold_id>/release")
@guarded(Permission.HOLD_TAKE)
def release(hold_id: int) -> ResponseReturnValue:
    """No longer want a thing, or a place in line."""
    actions.release_hold(current_actor(), hold_id)
    back = local_or(request.form.get("back"), url_for("wishes.index"))
    return done(_("已放掉，下一位马上就能用。"), back)
