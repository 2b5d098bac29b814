"""What waits: for the reader, and in the departments they answer for; how long."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.lists.of.waits import WAITS
from registry.organisation.queries import names_of
from registry.procurement.queries.passing import candidates_for
from registry.waiting import actions, queries
from registry.waiting.models import Wait
from registry.waiting.queries import Holder
from registry.waiting.rules.calendar import Calendar
from registry.waiting.states import WaitState
from registry.web.base.fields import Key, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.lists import ListView, view_of
from registry.web.pages.subjects import address_of_step
from registry.web.pages.timelines import timeline_of
from registry.words import N_, _, format_list, sentence
from registry.words.steps import clock_words, step_words

blueprint = Blueprint("waiting", __name__, url_prefix="/waiting")

MOST_OWN = 200
OUTCOMES = {
    "answered": N_("已答复"),
    "needless": N_("已有变动，不用再答"),
    "settled": N_("已办结"),
}


def row_of(found: Wait, holders: list[Holder], calendar: Calendar) -> dict[str, Any]:
    """A step as lists show it: what, who has it, and for how long."""
    late = found.state == WaitState.OVERDUE
    return {
        "id": found.id,
        "step": found.step,
        "title": step_words(found.step, found.facts),
        "url": address_of_step(found.step, found.subject_kind, found.subject_id),
        "who": format_list([each.name for each in holders]) or _("还没有人经手"),
        "department": found.department.name if found.department else "",
        "clock": clock_words(queries.waited(found, calendar)),
        "late": late,
    }


def rows_of(waits: list[Wait]) -> list[dict[str, Any]]:
    """Several steps as lists show them."""
    if not waits:
        return []
    calendar = queries.calendar_of(current_actor().institution_id)
    holders = queries.holders_of(waits)
    return [row_of(each, holders[each.id], calendar) for each in waits]


@blueprint.get("")
@signed_in
def index() -> str:
    """What waits for the reader, longest waiting first."""
    mine = queries.waits_of(current_actor(), MOST_OWN)
    return render_template("waiting/index.html", rows=rows_of(mine))


@blueprint.get("/all")
@guarded(Permission.WAIT_SEE)
def everything() -> ResponseReturnValue:
    """Everything that waits in the departments one answers for, the overdue first."""
    view = view_of(WAITS)
    if not isinstance(view, ListView):
        return view
    return render_template("waiting/all.html", view=view), view.status


@blueprint.get("/<int:wait_id>")
@signed_in
def show(wait_id: int) -> str:
    """One step: who has it, since when, and how it came to them."""
    return _page(wait_id, blank_form())


class Handover(StrictSchema):
    """To whom a step is given, and why."""

    person = Key(required=True)
    reason = Notes(load_default="", most=1_000)


@blueprint.post("/<int:wait_id>/pass-on")
@signed_in
def pass_on(wait_id: int) -> ResponseReturnValue:
    """Give a step to somebody else."""
    form = read_form(Handover)
    if form.ok:
        try:
            values = form.values
            actions.pass_on(
                current_actor(), wait_id, values["person"], values["reason"]
            )
        except Invalid as refusal:
            form.add(refusal)
        else:
            flash(_("已转给对方，对方会收到通知。"), "done")
            return redirect(url_for("waiting.index"), 303)
    return _page(wait_id, form), 422


@blueprint.post("/<int:wait_id>/nudge")
@guarded(Permission.WAIT_SEE)
def nudge(wait_id: int) -> ResponseReturnValue:
    """Remind whoever has a step."""
    try:
        actions.nudge(current_actor(), wait_id)
        flash(_("已提醒经手人。"), "done")
    except Conflict as refusal:
        flash(sentence(refusal.code, refusal.facts), "warning")
    return redirect(url_for("waiting.show", wait_id=wait_id), 303)


def _page(wait_id: int, form: Form) -> str:
    actor = current_actor()
    found = queries.wait(actor, wait_id)
    calendar = queries.calendar_of(actor.institution_id)
    holders = queries.holders_of([found])[found.id]
    is_open = found.ended_at is None
    may_pass = is_open and (
        queries.has_it_now(actor, found) or actor.may(Permission.WAIT_HAND_ON, found)
    )
    return render_template(
        "waiting/show.html",
        found=found,
        row=row_of(found, holders, calendar),
        holders=holders,
        is_open=is_open,
        outcome=_(OUTCOMES[found.outcome]) if found.outcome in OUTCOMES else "",
        entries=_timeline(found),
        candidates=[
            (each.id, f"{each.name} · {each.department.name}")
            for each in (candidates_for(actor, found) if may_pass else [])
        ],
        may_pass=may_pass,
        may_nudge=is_open and actor.may(Permission.WAIT_SEE, found),
        form=form,
    )


def _timeline(found: Wait) -> list[dict[str, Any]]:
    actor = current_actor()
    people: dict[int, str] = {}

    def said(field: str, value: Any) -> Any:
        if field in {"asked", "to"}:
            ids = value if isinstance(value, list) else [value]
            people.update(names_of(actor, ids))
            return format_list([people.get(each, "") for each in ids])
        if field == "reason":
            return value
        return ""

    labels = {"asked": _("现在由谁处理"), "to": _("转给"), "reason": _("原因")}
    return timeline_of(actor, "wait", found.id, labels=labels, said=said)
