"""Audits for the office and for whoever counts: planning, beginning, how far it is."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.audits import actions, queries
from registry.audits.actions import Named, Plan
from registry.audits.errors import RulingsOpen
from registry.audits.models import Audit
from registry.audits.queries import Scope
from registry.audits.queries.audits import audit_of_part, open_round
from registry.audits.queries.counting import by_person, by_place
from registry.audits.queries.findings import counts_of, open_of
from registry.audits.queries.sampling import OwnCount, own_counts, sampled
from registry.audits.queries.ticking import counts_only_own
from registry.audits.states import UNSETTLED, AuditState, Outcome, RoundKind
from registry.catalogue.queries import asset_class as class_of
from registry.catalogue.queries import class_by_code
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Invalid
from registry.lists.of.audits import AUDITS
from registry.web.base.fields import Choice, Day, Key, Line, Money, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import caller, current_actor
from registry.web.pages.audits.blueprints import LOOKS, blueprint
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.picking import (
    department_options,
    settle_class,
    settle_person,
    settle_place,
    title_of,
)
from registry.words import N_, _, format_money, format_number, sentence
from registry.words.auditing import (
    audit_state_word,
    drawing_word,
    outcome_word,
    round_word,
)

LABELS = {
    "title": N_("名称"),
    "baseline_on": N_("基准日"),
    "due_on": N_("盘到哪天"),
    "department_id": N_("哪个部门的资产"),
    "place_id": N_("哪个地点的资产"),
    "asset_class": N_("哪一类资产"),
    "cost_from": N_("只盘单价不低于"),
    "lead_id": N_("负责人"),
    "begins_with": N_("怎么盘"),
    "note": N_("说明"),
}
MOST_PLACES = 300
CALLED_OFF = Permission.AUDIT_PLAN


class PlanDraft(StrictSchema):
    """An audit as the office plans it."""

    title = Line(required=True, most=100)
    baseline_on = Day(required=True)
    due_on = Day(load_default=None, allow_none=True)
    department_id = Key(load_default=None, allow_none=True)
    place_id = Key(load_default=None, allow_none=True)
    place_id_text = Line(load_default="", most=200)
    asset_class = Key(load_default=None, allow_none=True)
    asset_class_text = Line(load_default="", most=200)
    cost_from = Money(load_default=None, allow_none=True)
    lead_id = Key(load_default=None, allow_none=True)
    lead_id_text = Line(load_default="", most=200)
    begins_with = Choice((RoundKind.WALK, RoundKind.SELF), load_default="walk")
    note = Notes(load_default="", most=2_000)


class CounterDraft(StrictSchema):
    """Somebody who shall count, everything or one place with what is in it."""

    person_id = Key(load_default=None, allow_none=True)
    person_id_text = Line(load_default="", most=200)
    place_id = Key(load_default=None, allow_none=True)
    place_id_text = Line(load_default="", most=200)


class CounterGone(StrictSchema):
    """Somebody who shall not count there any longer."""

    person_id = Key(required=True)
    place_id = Key(load_default=None, allow_none=True)


class ReasonDraft(StrictSchema):
    """Why an audit is given up."""

    reason = Notes(load_default="", most=1_000)


@blueprint.get("")
@guarded(Permission.AUDIT_SEE)
def index() -> ResponseReturnValue:
    """The audits one sees something of, as a list."""
    view = view_of(AUDITS)
    if not isinstance(view, ListView):
        return view
    return render_template(
        "audits/index.html", view=view, looks=LOOKS, looked_for=_not_found_count()
    ), view.status


def _row(found: Audit) -> dict[str, Any]:
    actor = current_actor()
    counts = found.state == AuditState.RUNNING
    walks = counts and actor.may(Permission.AUDIT_COUNT, found)
    return {
        "audit": found,
        "sums": queries.sums_of(actor, found),
        "walk_url": url_for("walks.show", audit_id=found.id) if walks else None,
        "word": audit_state_word(found.state),
        "look": LOOKS[found.state],
    }


@blueprint.get("/new")
@guarded(Permission.AUDIT_PLAN)
def new() -> str:
    """The form for planning one."""
    day = today(_zone())
    title = _("%(year)s 年资产盘点", year=day.year)
    form = blank_form(title=title, baseline_on=day.isoformat(), begins_with="walk")
    return _plan_form(form)


def _zone() -> str:
    house = caller().house
    assert house is not None
    return house.time_zone


def _plan_form(form: Form) -> str:
    return render_template(
        "audits/new.html",
        form=form,
        labels={name: _(word) for name, word in LABELS.items()},
        departments=department_options(),
        kinds=[
            (str(each), round_word(each)) for each in (RoundKind.WALK, RoundKind.SELF)
        ],
    )


@blueprint.post("")
@guarded(Permission.AUDIT_PLAN)
def add() -> ResponseReturnValue:
    """Plan an audit; its page shows what it covers before it begins."""
    form = read_form(PlanDraft)
    place_id = settle_place(form, "place_id")
    class_id = settle_class(form, "asset_class")
    lead_id = settle_person(form, "lead_id")
    if form.ok:
        values = dict(form.values)
        department_id = values.pop("department_id")
        try:
            scope = Scope(
                (department_id,) if department_id else (),
                (place_id,) if place_id else (),
                (class_of(current_actor(), class_id).code,) if class_id else (),
                values.pop("cost_from"),
            )
            made = actions.plan(
                current_actor(), Plan(scope=scope, lead_id=lead_id, **values)
            )
            flash(_("已安排。请看范围对不对，再安排谁来盘。"), "done")
            return redirect(_address(made), 303)
        except Invalid as refusal:
            form.add(refusal)
    return _plan_form(form), 422


def _address(found: Audit) -> str:
    return url_for("audits.show", audit_id=found.id)


@blueprint.get("/<int:audit_id>")
@guarded(Permission.AUDIT_SEE)
def show(audit_id: int) -> str:
    """One audit: what it covers, who counts, how far each place is."""
    return _page(queries.audit(current_actor(), audit_id), blank_form())


@blueprint.get("/parts/<int:part_id>")
@guarded(Permission.AUDIT_SEE)
def part(part_id: int) -> ResponseReturnValue:
    """Where somebody who was asked to count goes on: to the walk, once there is one."""
    actor = current_actor()
    found = audit_of_part(actor, part_id)
    where = _row(found)["walk_url"]
    if where and counts_only_own(actor, found):
        where = url_for("audits.own", audit_id=found.id)
    return redirect(where or _address(found), 303)


def _page(found: Audit, form: Form) -> str:
    actor = current_actor()
    plans = found.state == AuditState.PLANNED
    whole = actor.may(Permission.AUDIT_SEE, found)
    leads = actor.may(Permission.AUDIT_LEAD, found) and found.state in (
        AuditState.PLANNED,
        AuditState.RUNNING,
    )
    counts = {} if plans else counts_of(actor, found)
    ahead = None
    if plans and actor.may(Permission.AUDIT_PLAN):
        ahead = queries.preview(actor, Scope.read(found.scope), besides=found.id)
    places = [] if plans else by_place(actor, found)
    last = open_round(found)
    return render_template(
        "audits/show.html",
        row=_row(found),
        found=found,
        ahead=ahead,
        covers=_covers(found),
        open_rounds=[round_word(each.kind) for each in queries.rounds_of(found)],
        places=places[:MOST_PLACES],
        places_left=max(0, len(places) - MOST_PLACES),
        people=_shares(found) if whole and not plans else [],
        counters=[each for each in found.people if each.part == "counter"],
        leads=leads,
        whole=whole,
        differing=sum(sum(each.values()) for each in counts.values()),
        undone=sum(open_of(counts, each) for each in UNSETTLED),
        own_counts=own_counts(found) if whole and not plans else [],
        mine=_mine(found),
        only_own=counts_only_own(actor, found),
        samples=sampled(found) if whole else [],
        round_kind=last.kind if last else "",
        round_name=round_word(last.kind) if last else "",
        drawing_word=drawing_word,
        may_report=bool(found.frozen_at) and actor.may(Permission.AUDIT_REPORT, found),
        leads_on=actor.may(Permission.AUDIT_LEAD, found),
        may_close=found.state == AuditState.REVIEWING
        and actor.may(Permission.AUDIT_APPROVE, found),
        may_cancel=leads and actor.may(CALLED_OFF, found),
        form=form,
    )


def _mine(found: Audit) -> OwnCount | None:
    """How far one is with what one keeps, if one was asked to look at it."""
    who = current_actor().person_id
    rows = own_counts(found, who) if who is not None else []
    return rows[0] if rows and found.state == AuditState.RUNNING else None


def _not_found_count() -> int:
    counts = counts_of(current_actor(), None)
    return sum(open_of(counts, each) for each in UNSETTLED)


def _shares(found: Audit) -> list[tuple[str, str]]:
    """Who has counted how many things."""
    return [
        (each.person.name, _("%(count)s 件", count=format_number(each.count)))
        for each in by_person(found)
    ]


def _covers(found: Audit) -> str:
    scope = Scope.read(found.scope)
    names = [title_of("department", each) for each in scope.department_ids]
    names += [title_of("place", each) for each in scope.place_ids]
    for code in scope.class_codes:
        known = class_by_code(current_actor(), code)
        names.append(known.name if known else code)
    if scope.cost_from_fen:
        names.append(_("单价不低于 %(value)s", value=format_money(scope.cost_from_fen)))
    return _("；").join(filter(None, names)) or _("全部资产")


@blueprint.post("/<int:audit_id>/begin")
@guarded(Permission.AUDIT_LEAD)
def begin(audit_id: int) -> ResponseReturnValue:
    """Freeze the list and let counting begin."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    try:
        actions.freeze(actor, audit_id)
        flash(_("清单已定下，可以去盘了。"), "done")
    except Conflict as refusal:
        flash(sentence(refusal.code, refusal.facts), "error")
    return redirect(_address(found), 303)


@blueprint.get("/<int:audit_id>/end-walk")
@guarded(Permission.AUDIT_LEAD)
def end_walk_form(audit_id: int) -> str:
    """Ending the walk, asked once more: what is still to be counted."""
    return _end_page(queries.audit(current_actor(), audit_id), "end")


def _end_page(found: Audit, doing: str) -> str:
    actor = current_actor()
    sums = queries.sums_of(actor, found)
    counts = counts_of(actor, found)
    undone = sum(open_of(counts, each) for each in UNSETTLED)
    told = [
        (outcome_word(str(each)), format_number(getattr(sums, each)))
        for each in Outcome
        if getattr(sums, each) or doing == "close"
    ]
    return render_template(
        "audits/end.html", found=found, doing=doing, sums=sums, told=told, undone=undone
    )


@blueprint.post("/<int:audit_id>/end-walk")
@guarded(Permission.AUDIT_LEAD)
def end_walk(audit_id: int) -> ResponseReturnValue:
    """Declare the walk over; what nobody has found is missing."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    actions.end_walk(actor, audit_id)
    flash(_("盘点结果已出。请处理差异，处理完就可以结束。"), "done")
    return redirect(url_for("audits.differences", audit_id=found.id), 303)


@blueprint.post("/<int:audit_id>/resume")
@guarded(Permission.AUDIT_LEAD)
def resume(audit_id: int) -> ResponseReturnValue:
    """Count on."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    actions.resume(actor, audit_id)
    flash(_("可以接着盘了。"), "done")
    return redirect(_address(found), 303)


@blueprint.get("/<int:audit_id>/close")
@guarded(Permission.AUDIT_APPROVE)
def close_form(audit_id: int) -> str:
    """Closing for good, asked once more."""
    return _end_page(queries.audit(current_actor(), audit_id), "close")


@blueprint.post("/<int:audit_id>/close")
@guarded(Permission.AUDIT_APPROVE)
def close(audit_id: int) -> ResponseReturnValue:
    """Close it for good."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    try:
        actions.close(actor, audit_id)
        flash(_("盘点已结束，结果不能再改。"), "done")
    except RulingsOpen as refusal:
        flash(sentence(refusal.code, refusal.facts), "warning")
        return redirect(url_for("audits.differences", audit_id=found.id), 303)
    return redirect(_address(found), 303)


@blueprint.post("/<int:audit_id>/counters")
@guarded(Permission.AUDIT_LEAD)
def add_counter(audit_id: int) -> ResponseReturnValue:
    """Let somebody count, everything or one place."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    form = read_form(CounterDraft)
    person_id = settle_person(form, "person_id", required=True)
    place_id = settle_place(form, "place_id")
    if form.ok and person_id is not None:
        try:
            wanted = [*_counters(found), Named(person_id, place_id)]
            actions.name_counters(actor, audit_id, wanted)
            flash(_("已安排，对方会收到通知。"), "done")
            return redirect(_address(found), 303)
        except Invalid as refusal:
            form.add(refusal)
    return _page(found, form), 422


def _counters(found: Audit) -> list[Named]:
    everybody = [each for each in found.people if each.part == "counter"]
    return [Named(each.person_id, each.place_id) for each in everybody]


@blueprint.post("/<int:audit_id>/counters/off")
@guarded(Permission.AUDIT_LEAD)
def take_off(audit_id: int) -> ResponseReturnValue:
    """Let somebody count there no longer; what they have counted stays."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    form = read_form(CounterGone)
    if form.ok:
        gone = Named(form.values["person_id"], form.values["place_id"])
        left = [each for each in _counters(found) if each != gone]
        actions.name_counters(actor, audit_id, left)
        flash(_("已去掉。已经盘的都留着。"), "done")
    return redirect(_address(found), 303)


@blueprint.get("/<int:audit_id>/cancel")
@guarded(CALLED_OFF)
def cancel_form(audit_id: int) -> str:
    """Giving an audit up, asked once more."""
    found = queries.audit(current_actor(), audit_id)
    return render_template("audits/cancel.html", found=found, form=blank_form())


@blueprint.post("/<int:audit_id>/cancel")
@guarded(CALLED_OFF)
def cancel(audit_id: int) -> ResponseReturnValue:
    """Give an audit up, with a reason."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    form = read_form(ReasonDraft)
    if form.ok:
        try:
            actions.cancel(actor, audit_id, reason=form.values["reason"])
            flash(_("盘点已取消，盘过的记录都留着。"), "done")
            return redirect(_address(found), 303)
        except Invalid as refusal:
            form.add(refusal)
    return render_template("audits/cancel.html", found=found, form=form), 422
