"""Inquiries between institutions: answered on one side, followed on the other."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.lists.of.outer import ASKED_OUTSIDE, INQUIRIES
from registry.sharing import actions
from registry.sharing.queries import outer as reads
from registry.sharing.states import InquiryState
from registry.web.base.fields import Line, Notes, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.sharing.answering import done, refused
from registry.web.pages.sharing.blueprints import outer
from registry.words import _

MOST = 1_000


@outer.get("/inquiries")
@guarded(Permission.OUTER_ANSWER)
def inquiries() -> ResponseReturnValue:
    """What other institutions ask for."""
    reads.require_outside(current_actor())
    view = view_of(INQUIRIES)
    if not isinstance(view, ListView):
        return view
    return render_template("outer/inquiries.html", view=view), view.status


class Promise(StrictSchema):
    """How many one can part with."""

    count = Whole(required=True, least=1, most=MOST)


class Refusal(StrictSchema):
    """Why not."""

    reason = Notes(required=True, most=1_000)


class Giving(StrictSchema):
    """Under which approval it leaves."""

    approval = Line(required=True, most=100)


@outer.get("/inquiries/<int:inquiry_id>")
@guarded(Permission.OUTER_ANSWER)
def inquiry(inquiry_id: int) -> str:
    """One of them: who asks, for what, and what one can answer."""
    return _inquiry_page(inquiry_id, blank_form())


def _inquiry_page(inquiry_id: int, form: Form) -> str:
    actor = current_actor()
    found = reads.inquiry_to(actor, inquiry_id)
    left = found.card.count
    if "count" not in form.given and found.state == InquiryState.ASKED:
        form.given["count"] = min(found.count, left)
    return render_template(
        "outer/inquiry.html",
        inquiry=found,
        kind=found.card.item_type.standing,
        left=left,
        things=reads.things_promised(actor, found),
        form=form,
    )


@outer.post("/inquiries/<int:inquiry_id>/promise")
@guarded(Permission.OUTER_ANSWER)
def promise(inquiry_id: int) -> ResponseReturnValue:
    """Agree to so many; they are put aside."""
    said = _("已答应，东西已留出，对方已收到通知。")
    return _answered(inquiry_id, Promise, actions.promise_outside, said)


@outer.post("/inquiries/<int:inquiry_id>/refuse")
@guarded(Permission.OUTER_ANSWER)
def refuse(inquiry_id: int) -> ResponseReturnValue:
    """Say no, and why."""
    said = _("已答复，对方已收到通知。")
    return _answered(inquiry_id, Refusal, actions.refuse_outside, said)


@outer.post("/inquiries/<int:inquiry_id>/give")
@guarded(Permission.OUTER_ANSWER)
def give(inquiry_id: int) -> ResponseReturnValue:
    """Record that it was fetched: off the ledger, under one document."""
    said = _("已登记划转，这几件已从台账核销。")
    return _answered(inquiry_id, Giving, actions.give_outside, said)


def _answered(
    inquiry_id: int,
    schema: type[StrictSchema],
    act: Callable[..., object],
    said: str,
) -> ResponseReturnValue:
    """Do what was written into a form, or show it again with what is wrong."""
    form = read_form(schema)
    here = url_for("outer.inquiry", inquiry_id=inquiry_id)
    if form.ok:
        try:
            act(current_actor(), inquiry_id, **form.values)
            return done(said, here)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            return refused(refusal, here)
    return _inquiry_page(inquiry_id, form), 422


@outer.get("/asked")
@guarded(Permission.OUTER_ASK)
def asked() -> ResponseReturnValue:
    """What one has asked of other institutions."""
    reads.require_outside(current_actor())
    view = view_of(ASKED_OUTSIDE)
    if not isinstance(view, ListView):
        return view
    return render_template("outer/asked.html", view=view), view.status


@outer.get("/asked/<int:inquiry_id>")
@guarded(Permission.OUTER_ASK)
def asked_one(inquiry_id: int) -> str:
    """One of them: how it stands, and whom to call."""
    actor = current_actor()
    found = reads.inquiry_from(actor, inquiry_id)
    mine = found.asked_by_id == actor.person_id
    return render_template(
        "outer/asked_one.html",
        inquiry=found,
        kind=found.card.item_type.standing,
        may_withdraw=found.ended_at is None
        and (mine or actor.may(Permission.OUTER_ANSWER)),
    )


@outer.post("/asked/<int:inquiry_id>/withdraw")
@guarded(Permission.OUTER_ASK)
def withdraw(inquiry_id: int) -> ResponseReturnValue:
    """No longer want it."""
    here = url_for("outer.asked_one", inquiry_id=inquiry_id)
    try:
        actions.withdraw_inquiry(current_actor(), inquiry_id)
    except Conflict as refusal:
        return refused(refusal, here)
    return done(_("已告诉对方不要了。"), here)
