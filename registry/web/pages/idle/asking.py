"""Whether things are still in use: what one is asked, and one tap for each answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.images import Photo, clean_photo
from registry.kernel.errors import Invalid
from registry.ledger.models import Asset
from registry.ledger.queries import first_photos
from registry.ledger.states import Condition
from registry.sharing import actions
from registry.sharing.actions import Answered, Reply
from registry.sharing.errors import QuestionClosed
from registry.sharing.models import IdleQuestion
from registry.sharing.queries.policies import policy_of
from registry.sharing.queries.questions import asked_of
from registry.sharing.queries.questions import question as question_of
from registry.sharing.states import Answer, Reason
from registry.waiting.models import Wait
from registry.waiting.queries import calendar_of, holders_of, open_wait, waited
from registry.web.base.fields import Choice, Key, Line, Many, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.redirects import local_or
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.idle.blueprints import idle
from registry.web.pages.idle.pool import condition_options
from registry.words import _, ngettext, sentence
from registry.words.idling import question_word, reason_word, sign_words

MOST_SHOWN = 500
_PILE = re.compile(r"[0-9]{1,18}(,[0-9]{1,18}){0,199}")


class AnswerForm(StrictSchema):
    """What somebody answers to some questions."""

    question = Many(Key(), load_default=list, most=200)
    pile = Many(Line(most=2_000), load_default=list, most=200)
    answer = Choice(Answer, load_default=None)
    reason = Choice(Reason, load_default=None)
    words = Notes(load_default="", most=1_000)
    condition = Choice(Condition, load_default=None)
    back = Line(load_default="", most=500)


@dataclass(frozen=True)
class Pile:
    """Questions about things alike in one place: one thing to decide."""

    questions: tuple[IdleQuestion, ...]
    signs: tuple[str, ...]
    photo_id: int | None

    @property
    def key(self) -> str:
        """Its questions' ids, as a tick sends them."""
        return ",".join(str(each.id) for each in self.questions)

    @property
    def asset(self) -> Asset:
        """One of the things."""
        return self.questions[0].asset


def piles_of(questions: Iterable[IdleQuestion]) -> list[Pile]:
    """Questions about the same kind of thing in the same place, for the same signs."""
    alike: dict[Any, list[IdleQuestion]] = {}
    for each in questions:
        asset = each.asset
        signs = tuple(sign["signal"] for sign in each.signs)
        key = (asset.item_type.standing.id, asset.place_id, signs)
        alike.setdefault(key, []).append(each)
    photos = first_photos([each.asset_id for pile in alike.values() for each in pile])
    return [
        Pile(
            tuple(pile),
            tuple(dict.fromkeys(words for each in pile for words in _signs(each))),
            next((photos[q.asset_id] for q in pile if q.asset_id in photos), None),
        )
        for pile in alike.values()
    ]


def _signs(found: IdleQuestion) -> list[str]:
    return [sign_words(sign) for sign in found.signs]


@idle.get("/asked")
@signed_in
def asked() -> str:
    """Everything one is asked about, each with one tap to answer."""
    return _asked_page(blank_form())


def _asked_page(form: Form) -> str:
    actor = current_actor()
    found = asked_of(actor, MOST_SHOWN)
    return render_template(
        "idle/asked.html",
        piles=piles_of(found),
        count=len(found),
        form=form,
        wrong=_key_of(form) if form.problems else None,
        reasons=reasons(),
        conditions=condition_options(),
        months=policy_of(actor.institution_id).ask_again_months,
        may_mark=lambda asset: actor.may(Permission.ASSET_STATE, asset),
        may_photo=lambda asset: actor.may(Permission.ASSET_PHOTO, asset),
    )


def reasons() -> list[tuple[str, str]]:
    """Why something is in use, as chips; other reasons need words."""
    return [(str(each), reason_word(each)) for each in Reason if each != Reason.OTHER]


@idle.get("/asked/<int:asking_id>")
@signed_in
def bundle(asking_id: int) -> ResponseReturnValue:
    """Where a notice of one bundle leads: to all that one is asked."""
    return redirect(url_for("idle.asked"), 303)


@idle.get("/questions/<int:question_id>")
@signed_in
def question(question_id: int) -> str:
    """One question: its signs, who has it and how long, what was answered."""
    return _question_page(question_id, blank_form())


def _question_page(question_id: int, form: Form) -> str:
    actor = current_actor()
    found = question_of(actor, question_id)
    step = open_wait(
        actor.institution_id, "idle_asking", found.asking_id, "idle_question"
    )
    return render_template(
        "idle/question.html",
        question=found,
        pile=piles_of([found])[0],
        signs=_signs(found),
        step=step if found.closed_at is None else None,
        holders=holders_of([step])[step.id] if step else [],
        hours=_hours(step) if step else None,
        state=question_word(found.state),
        reason=reason_word(found.reason) if found.reason else "",
        may_answer=found.closed_at is None
        and (actor.may(Permission.IDLE_ANSWER, found) or _has(step)),
        may_withdraw=found.closed_at is None
        and actor.may(Permission.IDLE_ASK, found.asset.department),
        may_see=actor.may(Permission.ASSET_SEE, found.asset),
        form=form,
        wrong=str(found.id) if form.problems else None,
        reasons=reasons(),
        conditions=condition_options(),
        months=policy_of(actor.institution_id).ask_again_months,
        may_mark=lambda asset: actor.may(Permission.ASSET_STATE, asset),
        may_photo=lambda asset: actor.may(Permission.ASSET_PHOTO, asset),
    )


def _has(step: Wait | None) -> bool:
    mine = current_actor().person_id
    if step is None:
        return False
    return any(each.person_id == mine for each in holders_of([step])[step.id])


def _hours(step: Wait) -> int:
    """For how many whole working hours a question has waited."""
    calendar = calendar_of(current_actor().institution_id)
    return int(waited(step, calendar).total_seconds() // 3600)


@idle.post("/answer")
@guarded(Permission.IDLE_ANSWER)
def answer() -> ResponseReturnValue:
    """Keep an answer to one thing, or to several alike."""
    form = read_form(AnswerForm)
    ids = _ids(form)
    back = local_or(form.values.get("back"), url_for("idle.asked"))
    if form.ok and not ids:
        flash(_("先勾选要一起答的。"), "warning")
        return redirect(back, 303)
    if form.ok:
        try:
            answered = actions.answer(current_actor(), ids, _reply(form))
            flash(_told(answered), "done")
            return redirect(back, 303)
        except QuestionClosed as late:
            flash(sentence(late.code), "warning")
            return redirect(back, 303)
        except Invalid as refusal:
            form.add(refusal)
    if len(ids) == 1 and back.endswith(f"/questions/{ids[0]}"):
        return _question_page(ids[0], form), 422
    return _asked_page(form), 422


def _ids(form: Form) -> list[int]:
    """The questions that were ticked one by one, and those of whole piles."""
    ids = list(form.values.get("question", []))
    for pile in form.values.get("pile", []):
        if not _PILE.fullmatch(pile):
            form.refuse("pile", "bad_format")
            return []
        ids += map(int, pile.split(","))
    return list(dict.fromkeys(ids))


def _key_of(form: Form) -> str:
    return ",".join(map(str, _ids(form)))


def _reply(form: Form) -> Reply:
    """What a tap means: a reason alone says that the thing is in use."""
    values = form.values
    said = values["answer"] or (Answer.IN_USE if values["reason"] else "")
    sent = request.files.get("photo")
    photo: Photo | None = None
    if said == Answer.IDLE and sent is not None and sent.filename:
        photo = clean_photo(sent.read())
    return Reply(
        answer=str(said),
        reason=values["reason"],
        words=values["words"],
        condition=values["condition"],
        photo=photo,
    )


def _told(answered: Answered) -> str:
    """What became of an answer, in one sentence."""
    first, count = answered.done[0], len(answered.done)
    if first.answer == Answer.IDLE:
        words = ngettext(
            "已把 %(num)s 件标为闲置，同事们现在都能看到。",
            "已把 %(num)s 件标为闲置，同事们现在都能看到。",
            count,
        )
    elif first.answer == Answer.IN_USE:
        months = policy_of(current_actor().institution_id).ask_again_months
        words = _("记下了：在用。%(months)s 个月内不再问。", months=months)
    else:
        words = _("记下了。资产管理员会看到您写的话，去弄清在谁那里。")
    if answered.late:
        late = _("其中 %(count)s 件已有别人答过。", count=len(answered.late))
        return f"{words}{late}"
    return words


@idle.post("/questions/<int:question_id>/withdraw")
@guarded(Permission.IDLE_ASK)
def withdraw(question_id: int) -> ResponseReturnValue:
    """No longer ask about a thing."""
    actions.withdraw(current_actor(), question_id)
    flash(_("已撤回，不再问了。"), "done")
    return redirect(url_for("idle.question", question_id=question_id), 303)
