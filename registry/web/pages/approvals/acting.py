"""Who acts for whom while somebody is away, for oneself or for others."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Invalid
from registry.organisation import queries as organisation
from registry.procurement.actions.acting import end_acting as end
from registry.procurement.actions.acting import name_acting as name
from registry.procurement.queries.deciders import acting_listed
from registry.web.base.fields import Day, Key, Line, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.approvals.blueprints import approvals
from registry.web.pages.picking import settle_person
from registry.words import _, sentence


class ActingForm(StrictSchema):
    """Who decides in whose place, from when to when."""

    person = Key(load_default=None)
    person_text = Line(load_default="")
    acting = Key(load_default=None)
    acting_text = Line(load_default="")
    first = Day(required=True)
    last = Day(required=True)
    reason = Line(load_default="")


@approvals.get("/acting")
@guarded(Permission.APPROVAL_ACTING)
def acting() -> str:
    """Who acts for whom, and naming somebody."""
    zone = organisation.institution(current_actor().institution_id).time_zone
    return _page(blank_form(first=today(zone).isoformat()))


def _page(form: Form) -> str:
    actor = current_actor()
    for_all = _names_for_all()
    return render_template(
        "approvals/acting.html",
        form=form,
        rows=acting_listed(actor, own=not for_all),
        for_all=for_all,
    )


def _names_for_all() -> bool:
    """Whether one may name somebody for others than oneself."""
    return current_actor().may(Permission.APPROVAL_ACTING, _Anybody())


class _Anybody:
    """Somebody who is not the reader."""

    custodian_id = None


@approvals.post("/acting")
@guarded(Permission.APPROVAL_ACTING)
def name_acting() -> ResponseReturnValue:
    """Name somebody."""
    form = read_form(ActingForm)
    person = settle_person(form, "person") if _names_for_all() else None
    stands_in = settle_person(form, "acting", required=True)
    if form.ok and stands_in is not None:
        values: dict[str, Any] = form.values
        try:
            name(
                current_actor(),
                person_id=person,
                acting_id=stands_in,
                first=values["first"],
                last=values["last"],
                reason=values["reason"],
            )
            flash(_("已指定。这几天里两个人都能批，谁先批都行。"), "done")
            return redirect(url_for("approvals.acting"), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("first", refusal.code, **refusal.facts)
    return _page(form), 422


@approvals.post("/acting/<int:acting_id>/end")
@guarded(Permission.APPROVAL_ACTING)
def end_acting(acting_id: int) -> ResponseReturnValue:
    """Let it end now."""
    try:
        end(current_actor(), acting_id)
        flash(_("替岗已结束。"), "done")
    except Conflict as refusal:
        flash(sentence(refusal.code, refusal.facts), "warning")
    return redirect(url_for("approvals.acting"), 303)
