"""Answering what the check has found, a page for each group: take it, or say why."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.procurement.actions.answering import decline, take
from registry.procurement.queries.requests import request as request_of
from registry.procurement.states import CandidateKind, DeclineReason
from registry.sharing.errors import NotEnoughLeft
from registry.web.base.fields import Choice, Flag, Notes, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.rechecking import recheck_now
from registry.web.pages.requests.blueprints import blueprint
from registry.web.pages.requests.showing import Asked, Found, asked_lines
from registry.web.pages.sharing.answering import done, refused, refused_with
from registry.words import _, ngettext
from registry.words.asking import decline_word


class TakeForm(StrictSchema):
    """How many are taken."""

    count = Whole(required=True, least=1, most=100_000)


class DeclineForm(StrictSchema):
    """Why the rest is not taken."""

    reason = Choice(DeclineReason, required=True)
    words = Notes(load_default="", most=1_000)
    different = Flag(load_default=False)


def _group(request_id: int, candidate_id: int) -> tuple[Asked, Found]:
    found = request_of(current_actor(), request_id)
    for asked in asked_lines(found):
        for each in [*asked.found, *asked.beside]:
            if each.candidate.id == candidate_id:
                return asked, each
    raise NotFound


@blueprint.get("/<int:request_id>/found/<int:candidate_id>")
@guarded(Permission.REQUEST_ANSWER)
def group(request_id: int, candidate_id: int) -> ResponseReturnValue:
    """A group of idle things, to be taken or declined."""
    return _page(request_id, candidate_id, blank_form())


@blueprint.post("/<int:request_id>/found/<int:candidate_id>/take")
@guarded(Permission.REQUEST_ANSWER)
def have(request_id: int, candidate_id: int) -> ResponseReturnValue:
    """Have so many of them: they are kept at once, and their transfer begins."""
    form = read_form(TakeForm)
    if not form.ok:
        return _page(request_id, candidate_id, form), 422
    count = form.values["count"]
    try:
        take(current_actor(), candidate_id, count)
    except Invalid as refusal:
        form.add(refusal)
        return _page(request_id, candidate_id, form), 422
    except NotEnoughLeft:
        # Others were faster: what they left is shown, so that nobody stands still.
        words = _("刚才被别人先要走了。%(what)s", what=recheck_now(request_id).words)
        return refused_with(words, _back(request_id))
    except Conflict as refusal:
        return refused(refusal, _back(request_id))
    words = ngettext(
        "已要了 %(num)s 件，对方同意后就来。",
        "已要了 %(num)s 件，对方同意后就来。",
        count,
    )
    return done(words, _back(request_id))


@blueprint.post("/<int:request_id>/found/<int:candidate_id>/decline")
@guarded(Permission.REQUEST_ANSWER)
def turn_down(request_id: int, candidate_id: int) -> ResponseReturnValue:
    """Say why the rest of them does not serve; somebody else rules on it."""
    form = read_form(DeclineForm)
    if not form.ok:
        return _page(request_id, candidate_id, form), 422
    try:
        decline(
            current_actor(),
            candidate_id,
            form.values["reason"],
            form.values["words"],
            different=form.values["different"],
        )
    except Invalid as refusal:
        form.add(refusal)
        return _page(request_id, candidate_id, form), 422
    except Conflict as refusal:
        return refused(refusal, _back(request_id))
    return done(_("已记下原因，等资产管理处裁定。"), _back(request_id))


def _back(request_id: int) -> str:
    return url_for("requests.show", request_id=request_id)


def _page(request_id: int, candidate_id: int, form: Form) -> str:
    asked, found = _group(request_id, candidate_id)
    kind = found.candidate.kind
    left = found.group.left if found.group else found.candidate.count
    most = min(left, asked.line.to_buy)
    return render_template(
        "requests/group.html",
        request_id=request_id,
        asked=asked,
        found=found,
        form=form,
        left=left,
        most=most,
        takes=kind == CandidateKind.IDLE and most > 0,
        declines=found.group is not None and left > 0,
        reasons=[
            {"value": str(each), "label": decline_word(each)}
            for each in DeclineReason
            if each is not DeclineReason.CLAIMED or kind == CandidateKind.CLAIMED
        ],
    )
