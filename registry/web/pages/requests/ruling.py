"""An officer's page for a line: what was found, what was said, and the ruling."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.procurement.actions.ruling import (
    judging,
    send_back_to_answer,
    settle_clear,
    settle_matched,
    uphold,
)
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.requests import request as request_of
from registry.procurement.states import ANSWERED, LineState
from registry.web.base.fields import Choice, Key, Many, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.requests.blueprints import blueprint
from registry.web.pages.requests.showing import Asked, asked_lines
from registry.web.pages.sharing.answering import done, refused
from registry.words import _

VERBS = ("settle_clear", "settle_matched", "uphold", "send_back")


class RulingForm(StrictSchema):
    """What is ruled, and why."""

    do = Choice(VERBS, required=True)
    words = Notes(load_default="", most=1_000)
    candidates = Many(Key(), load_default=list, most=200)


def _line(request_id: int, line_id: int) -> tuple[PurchaseRequest, Asked]:
    actor = current_actor()
    found = request_of(actor, request_id)
    actor.require(Permission.REQUEST_RULE, judging(found))
    for asked in asked_lines(found):
        if asked.line.id == line_id:
            return found, asked
    raise NotFound


@blueprint.get("/<int:request_id>/lines/<int:line_id>")
@guarded(Permission.REQUEST_RULE)
def line(request_id: int, line_id: int) -> ResponseReturnValue:
    """A line to be settled or ruled on."""
    return _page(request_id, line_id, blank_form())


@blueprint.post("/<int:request_id>/lines/<int:line_id>")
@guarded(Permission.REQUEST_RULE)
def rule(request_id: int, line_id: int) -> ResponseReturnValue:
    """Settle it, or rule on what was declined."""
    _line(request_id, line_id)
    form = read_form(RulingForm)
    if not form.ok:
        return _page(request_id, line_id, form), 422
    there = url_for("requests.show", request_id=request_id)
    actor, words = current_actor(), form.values["words"]
    acts = {
        "settle_clear": lambda: settle_clear(actor, line_id, words),
        "settle_matched": lambda: settle_matched(
            actor, line_id, form.values["candidates"], words
        ),
        "uphold": lambda: uphold(actor, line_id, words),
        "send_back": lambda: send_back_to_answer(actor, line_id, words),
    }
    try:
        acts[form.values["do"]]()
    except Invalid as refusal:
        form.add(refusal)
        return _page(request_id, line_id, form), 422
    except Conflict as refusal:
        return refused(refusal, there)
    return done(_("已裁定，申请人会看到。"), there)


def _page(request_id: int, line_id: int, form: Form) -> str:
    found, asked = _line(request_id, line_id)
    standing = asked.line.standing
    shown = [*asked.found, *asked.beside]
    return render_template(
        "requests/rule.html",
        found=found,
        asked=asked,
        form=form,
        settles=standing == LineState.UNCLEAR,
        rules=standing == LineState.DECLINED,
        fits=[each for each in shown if each.candidate.kind in ANSWERED],
    )
