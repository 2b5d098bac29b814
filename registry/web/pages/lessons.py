"""What answers have taught the search: the list, one of them, deciding it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Forbidden
from registry.lists.of.lessons import LESSONS
from registry.procurement.actions import lessons as actions
from registry.procurement.queries.lessons import lesson
from registry.procurement.queries.requests import may_see
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.words import _, sentence
from registry.words.lessons import lesson_kind_word, lesson_state_word

blueprint = Blueprint("lessons", __name__, url_prefix="/lessons")

CHIPS = {
    "proposed": ("question", "warn"),
    "confirmed": ("done", "good"),
    "dismissed": ("stopped", "still"),
}


@blueprint.get("")
@guarded(Permission.LESSON_MANAGE)
def index() -> ResponseReturnValue:
    """All that was taught, the newest first."""
    view = view_of(LESSONS)
    if not isinstance(view, ListView):
        return view
    return render_template("lessons/index.html", view=view, chips=CHIPS), view.status


@blueprint.get("/<int:lesson_id>")
@guarded(Permission.LESSON_MANAGE)
def show(lesson_id: int) -> str:
    """What was taught, from which request and by whom, and what follows from it."""
    actor = current_actor()
    found = lesson(actor, lesson_id)
    return render_template(
        "lessons/show.html",
        found=found,
        chips=CHIPS,
        state=lesson_state_word(found.state),
        kind=lesson_kind_word(found.kind),
        seen=may_see(actor, found.request),
    )


@blueprint.post("/<int:lesson_id>/<any(confirm, dismiss, unlearn):verb>")
@guarded(Permission.LESSON_MANAGE)
def decide(lesson_id: int, verb: str) -> ResponseReturnValue:
    """Have the search go by it, or not, or no longer."""
    here = url_for("lessons.show", lesson_id=lesson_id)
    acts = {
        "confirm": (actions.confirm_lesson, _("已采用，从现在起生效。")),
        "dismiss": (actions.dismiss_lesson, _("没有采用，不会再提。")),
        "unlearn": (actions.unlearn_lesson, _("已收回，从现在起不再这样找。")),
    }
    act, words = acts[verb]
    lesson(current_actor(), lesson_id)
    try:
        act(current_actor(), lesson_id)
    except (Conflict, Forbidden) as refusal:
        flash(sentence(refusal.code, refusal.facts), "error")
        return redirect(here, 303)
    flash(words, "done")
    return redirect(here, 303)
