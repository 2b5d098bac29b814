"""Answering what other institutions show: asking for it, or saying why not."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid, Missing
from registry.procurement.actions.outside import ask_owner, decline_outside
from registry.procurement.queries.outside import read_outside
from registry.procurement.queries.requests import request as request_of
from registry.procurement.states import OUTER_REASONS
from registry.web.base.fields import Choice, Line, Notes, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.requests.blueprints import blueprint
from registry.web.pages.sharing.answering import done, refused, refused_with
from registry.words import _
from registry.words.asking import decline_word
from registry.words.matches import reason_sentence


class AskForm(StrictSchema):
    """How many one would like of it, and what for."""

    count = Whole(required=True, least=1, most=1_000)
    words = Line(required=True, most=400)


class WhyForm(StrictSchema):
    """Why it does not serve."""

    reason = Choice(OUTER_REASONS, required=True)
    why = Notes(required=True, most=1_000)


@blueprint.get("/<int:request_id>/outside/<int:candidate_id>")
@guarded(Permission.REQUEST_ANSWER)
def outside(request_id: int, candidate_id: int) -> str:
    """A card of another institution, to be asked for or declined."""
    return _page(request_id, candidate_id, blank_form())


@blueprint.post("/<int:request_id>/outside/<int:candidate_id>/ask")
@guarded(Permission.REQUEST_ANSWER)
def ask_outside(request_id: int, candidate_id: int) -> ResponseReturnValue:
    """Ask its owner for it; what they answer answers it."""
    form = read_form(AskForm)
    if form.ok:
        try:
            ask_owner(current_actor(), candidate_id, **form.values)
            return done(
                _("已发给对方的资产管理处。对方答复了，申请会接着往下走。"),
                _back(request_id),
            )
        except Invalid as refusal:
            form.add(refusal)
        except Missing:
            words = _("对方已不再公开这种东西。请在下面写明“对方已没有了”。")
            here = url_for(
                "requests.outside", request_id=request_id, candidate_id=candidate_id
            )
            return refused_with(words, here)
        except Conflict as refusal:
            return refused(refusal, _back(request_id))
    return _page(request_id, candidate_id, form), 422


@blueprint.post("/<int:request_id>/outside/<int:candidate_id>/decline")
@guarded(Permission.REQUEST_ANSWER)
def not_outside(request_id: int, candidate_id: int) -> ResponseReturnValue:
    """Say why it does not serve."""
    form = read_form(WhyForm)
    if form.ok:
        try:
            reason, words = form.values["reason"], form.values["why"]
            decline_outside(current_actor(), candidate_id, reason, words)
            return done(_("已记下原因，审批的人会看到。"), _back(request_id))
        except Invalid as refusal:
            form.add(refusal, words="why")
        except Conflict as refusal:
            return refused(refusal, _back(request_id))
    return _page(request_id, candidate_id, form), 422


def _back(request_id: int) -> str:
    return url_for("requests.show", request_id=request_id)


def _page(request_id: int, candidate_id: int, form: Form) -> str:
    found = request_of(current_actor(), request_id)
    outside = read_outside(found, found.lines)
    for line in found.lines:
        for read in outside[line.id]:
            if read.candidate.id == candidate_id:
                reasons = [
                    reason_sentence(each["code"], each["facts"])
                    for each in read.candidate.reasons
                ]
                return render_template(
                    "requests/outside.html",
                    request_id=request_id,
                    line=line,
                    read=read,
                    card=read.candidate,
                    why_found=[each for each in reasons if each],
                    form=form,
                    most=min(line.to_buy, read.candidate.count),
                    reasons=[
                        {"value": str(each), "label": decline_word(each)}
                        for each in OUTER_REASONS
                    ],
                )
    raise NotFound
