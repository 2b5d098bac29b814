"""What waits for one's approval, and deciding it: all that is needed on one screen."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.procurement.actions.approving import approve as agree
from registry.procurement.actions.approving import refuse, send_back
from registry.procurement.queries.approvals import open_to, to_decide
from registry.procurement.queries.certificates import Shown, looked_at, of_request
from registry.procurement.queries.requests import request as request_of
from registry.reports.certificate import Section, sections
from registry.waiting.queries import calendar_of, waited
from registry.waiting.states import WaitState
from registry.web.base.fields import Choice, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.approvals.blueprints import approvals
from registry.web.pages.approvals.outside import outside_of
from registry.web.pages.approvals.parts import (
    approval_steps,
    summary_of,
    to_buy_rows,
    total_of,
)
from registry.web.pages.rechecking import NotNow, on_fresh_check
from registry.words import _, sentence
from registry.words.approving import approver_word
from registry.words.steps import clock_words

DO = {"refuse": refuse, "send_back": send_back}


@approvals.get("")
@signed_in
def index() -> str:
    """Everything that waits for the reader's approval, longest waiting first."""
    actor = current_actor()
    calendar = calendar_of(actor.institution_id)
    rows = [
        {
            "url": url_for("approvals.show", request_id=each.request.id),
            "title": _(
                "%(department)s：%(what)s",
                department=each.request.department.name,
                what=summary_of(each.request),
            ),
            "note": _(
                "%(number)s，%(step)s审批",
                number=each.request.number,
                step=approver_word(each.step),
            ),
            "total": total_of(each.request),
            "clock": clock_words(waited(each.wait, calendar)),
            "late": each.wait.state == WaitState.OVERDUE,
        }
        for each in to_decide(actor)
    ]
    return render_template("approvals/index.html", rows=rows)


@approvals.get("/requests/<int:request_id>")
@signed_in
def show(request_id: int) -> str:
    """One request as whoever decides needs it."""
    return _page(request_id, blank_form())


def _page(request_id: int, form: Form, doing: str = "") -> str:
    actor = current_actor()
    found = request_of(actor, request_id)
    known = of_request(found.id)
    shown = looked_at(known[0]) if known else None
    mine = open_to(actor, found)
    return render_template(
        "approvals/show.html",
        request=found,
        summary=summary_of(found),
        total=total_of(found),
        counted=max((row.amount_fen for row, _decider in mine), default=0),
        to_buy=to_buy_rows(found),
        sections=_idle(shown) if shown else [],
        outside=outside_of(actor, found),
        certificate=shown.certificate if shown else None,
        steps=approval_steps(found),
        mine=_("、").join(approver_word(row.step) for row, _decider in mine),
        may_decide=bool(mine),
        form=form,
        doing=doing,
    )


def _idle(shown: Shown) -> list[Section]:
    """What lay idle for each line; the rest stands on the page otherwise."""
    return sections(shown, outside=False)[1 : 1 + len(shown.content.get("lines", ()))]


class Agreed(StrictSchema):
    """Words beside an approval, if any."""

    words = Notes(load_default="", most=1_000)


@approvals.post("/requests/<int:request_id>/approve")
@guarded(Permission.REQUEST_DECIDE)
def approve(request_id: int) -> ResponseReturnValue:
    """Agree."""
    form = read_form(Agreed)
    if not form.ok:
        return _page(request_id, form), 422
    return _decided(
        request_id,
        lambda: agree(current_actor(), request_id, **form.values),
        _("已同意。"),
    )


def _decided(request_id: int, act: Any, words: str) -> ResponseReturnValue:
    """What comes of deciding: on to the next one, or why it could not be."""
    try:
        on_fresh_check(request_id, act)
        flash(words, "done")
        return redirect(url_for("approvals.index"), 303)
    except NotNow as refusal:
        flash(refusal.words, "warning")
        return redirect(url_for("requests.show", request_id=request_id), 303)
    except (Conflict, Forbidden) as refusal:
        flash(sentence(refusal.code, refusal.facts), "warning")
        return redirect(url_for("approvals.show", request_id=request_id), 303)


@approvals.get("/requests/<int:request_id>/turn-down")
@guarded(Permission.REQUEST_DECIDE)
def turn_down_form(request_id: int) -> ResponseReturnValue:
    """Say why one refuses, or what is to be changed."""
    doing = request.args.get("do", "")
    if doing not in DO:
        return redirect(url_for("approvals.show", request_id=request_id), 303)
    return _turn_down_page(request_id, doing, blank_form())


def _turn_down_page(request_id: int, doing: str, form: Form) -> str:
    found = request_of(current_actor(), request_id)
    return render_template(
        "approvals/turn_down.html",
        request=found,
        summary=summary_of(found),
        doing=doing,
        form=form,
    )


class TurnedDown(StrictSchema):
    """Whether it is refused or sent back, and why."""

    do = Choice(DO, required=True)
    words = Notes(required=True, most=1_000)


@approvals.post("/requests/<int:request_id>/turn-down")
@guarded(Permission.REQUEST_DECIDE)
def turn_down(request_id: int) -> ResponseReturnValue:
    """Refuse, or send back."""
    form = read_form(TurnedDown)
    doing = str(form.given.get("do") or "")
    if doing not in DO:
        return redirect(url_for("approvals.show", request_id=request_id), 303)
    if form.ok:
        told = {
            "refuse": _("已记下：不同意。申请人会收到通知。"),
            "send_back": _("已退回。申请人会收到通知。"),
        }
        try:
            return _decided(
                request_id,
                lambda: DO[doing](
                    current_actor(), request_id, words=form.values["words"]
                ),
                told[doing],
            )
        except Invalid as refusal:
            form.add(refusal)
    return _turn_down_page(request_id, doing, form), 422
