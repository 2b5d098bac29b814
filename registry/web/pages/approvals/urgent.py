"""Urgent purchases: letting one through, and the list of what is to be reviewed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Forbidden, Invalid, Missing
from registry.procurement.actions import urgent as actions
from registry.procurement.models.approvals import UrgentPass
from registry.procurement.queries.approvals import urgent_passes
from registry.procurement.queries.deciders import reviewers_for
from registry.procurement.queries.requests import request as request_of
from registry.procurement.states import ReviewVerdict
from registry.waiting.queries import calendar_of, holders_of, open_waits, waited
from registry.waiting.states import WaitState
from registry.web.base.fields import Choice, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.approvals.blueprints import approvals
from registry.web.pages.approvals.parts import summary_of, to_buy_rows, total_of
from registry.words import _, format_list, sentence
from registry.words.approving import verdict_word
from registry.words.steps import clock_words


@approvals.get("/urgent")
@signed_in
def urgent() -> str:
    """What was let through as urgent: first what still has to be reviewed."""
    actor = current_actor()
    waiting = [each for each in urgent_passes(actor, reviewed=False) if _seen(each)]
    reviewed = [each for each in urgent_passes(actor, reviewed=True) if _seen(each)]
    waits = open_waits(
        actor.institution_id, actions.REVIEW, [each.id for each in waiting]
    )
    holders = holders_of(list(waits.values()))
    calendar = calendar_of(actor.institution_id)
    return render_template(
        "approvals/urgent.html",
        waiting=[
            _row(each)
            | {
                "clock": clock_words(waited(waits[each.id], calendar)),
                "who": format_list([h.name for h in holders[waits[each.id].id]]),
                "late": waits[each.id].state == WaitState.OVERDUE,
            }
            for each in waiting
            if each.id in waits
        ],
        reviewed=[_row(each) for each in reviewed],
    )


def _seen(each: UrgentPass) -> bool:
    """Whether the reader may see the request it is about."""
    try:
        request_of(current_actor(), each.request_id)
    except Missing:
        return False
    return True


def _row(each: UrgentPass) -> dict[str, Any]:
    return {
        "url": url_for("approvals.review_form", pass_id=each.id),
        "title": _(
            "%(department)s：%(what)s",
            department=each.request.department.name,
            what=summary_of(each.request),
        ),
        "note": each.reason,
        "verdict": verdict_word(each.verdict) if each.verdict else "",
    }


@approvals.get("/urgent/<int:pass_id>")
@signed_in
def review_form(pass_id: int) -> str:
    """What was let through and why; and saying whether it was right."""
    return _review_page(pass_id, blank_form(verdict="justified"))


def _review_page(pass_id: int, form: Form) -> str:
    actor = current_actor()
    found = actions.urgent_pass(actor, pass_id)
    about = request_of(actor, found.request_id)
    reviewers = {each for rung in reviewers_for(about) for each in rung}
    may_review = (
        found.reviewed_at is None
        and actor.person_id in reviewers
        and actor.person_id not in (found.allowed_by_id, found.requester_id)
    )
    return render_template(
        "approvals/review.html",
        found=found,
        about=about,
        summary=summary_of(about),
        to_buy=to_buy_rows(about),
        total=total_of(about),
        verdict=verdict_word(found.verdict) if found.verdict else "",
        may_review=may_review,
        form=form,
        verdicts=[
            {"value": str(each), "label": verdict_word(each)} for each in ReviewVerdict
        ],
    )


class Review(StrictSchema):
    """Whether it was right to let it through."""

    verdict = Choice(ReviewVerdict, required=True)
    words = Notes(load_default="", most=1_000)


@approvals.post("/urgent/<int:pass_id>")
@guarded(Permission.URGENT_REVIEW)
def review(pass_id: int) -> ResponseReturnValue:
    """Keep what the review found."""
    form = read_form(Review)
    if form.ok:
        try:
            actions.review_urgent(current_actor(), pass_id, **form.values)
            flash(_("补审已记下。"), "done")
            return redirect(url_for("approvals.urgent"), 303)
        except Invalid as refusal:
            form.add(refusal)
        except (Conflict, Forbidden) as refusal:
            flash(sentence(refusal.code, refusal.facts), "warning")
            return redirect(url_for("approvals.review_form", pass_id=pass_id), 303)
    return _review_page(pass_id, form), 422


@approvals.get("/requests/<int:request_id>/urgent")
@guarded(Permission.URGENT_ALLOW)
def allow_form(request_id: int) -> str:
    """Let a request through that cannot wait."""
    return _allow_page(request_id, blank_form())


def _allow_page(request_id: int, form: Form) -> str:
    found = request_of(current_actor(), request_id)
    return render_template(
        "approvals/allow.html",
        request=found,
        summary=summary_of(found),
        to_buy=to_buy_rows(found),
        total=total_of(found),
        form=form,
        least=actions.LEAST_REASON,
    )


class Allowed(StrictSchema):
    """Why it cannot wait."""

    reason = Notes(required=True, most=1_000)


@approvals.post("/requests/<int:request_id>/urgent")
@guarded(Permission.URGENT_ALLOW)
def allow(request_id: int) -> ResponseReturnValue:
    """Let it through, with a reason and one's name."""
    form = read_form(Allowed)
    if form.ok:
        try:
            actions.allow_urgent(current_actor(), request_id, **form.values)
            flash(_("已放行，可以订购。事后要补审，补审人已收到通知。"), "done")
            return redirect(url_for("approvals.show", request_id=request_id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "warning")
            return redirect(url_for("approvals.show", request_id=request_id), 303)
    return _allow_page(request_id, form), 422
