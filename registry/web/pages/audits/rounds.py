"""Rounds besides the first: a sample drawn, custodians asked, walking on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.audits import actions, queries
from registry.audits.actions import Sample
from registry.audits.errors import NothingInScope, RoundOpen
from registry.audits.models import Audit
from registry.audits.queries.sampling import lots
from registry.audits.rules.drawing import Method
from registry.audits.states import RoundKind
from registry.kernel.errors import Conflict, Invalid
from registry.web.base.fields import Choice, Day, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.audits.blueprints import blueprint
from registry.words import N_, _, sentence
from registry.words.auditing import drawing_word

LABELS = {
    "percent": N_("抽多少"),
    "method": N_("怎么抽"),
    "due_on": N_("查到哪天"),
}
USUAL_PERCENT = 20


class SampleDraft(StrictSchema):
    """A sample as the lead wants it."""

    percent = Whole(required=True, least=1, most=100)
    method = Choice(Method, load_default=Method.SPREAD)
    due_on = Day(load_default=None, allow_none=True)


class RoundDraft(StrictSchema):
    """Which round begins."""

    kind = Choice((RoundKind.WALK, RoundKind.SELF), required=True)


@blueprint.get("/<int:audit_id>/sample")
@guarded(Permission.AUDIT_LEAD)
def sample_form(audit_id: int) -> str:
    """Drawing things to be counted once more: how much, and how."""
    found = queries.audit(current_actor(), audit_id)
    usual = blank_form(percent=USUAL_PERCENT, method=str(Method.SPREAD))
    return _sample_page(found, usual)


def _sample_page(found: Audit, form: Form) -> str:
    current_actor().require(Permission.AUDIT_LEAD, found)
    return render_template(
        "audits/sample.html",
        found=found,
        form=form,
        labels={name: _(word) for name, word in LABELS.items()},
        methods=[(str(each), drawing_word(each)) for each in Method],
        lots=len(lots(found)),
    )


@blueprint.post("/<int:audit_id>/sample")
@guarded(Permission.AUDIT_LEAD)
def draw(audit_id: int) -> ResponseReturnValue:
    """Draw a sample and begin its round."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    form = read_form(SampleDraft)
    if form.ok:
        try:
            made = actions.draw_sample(actor, audit_id, Sample(**form.values))
            told = _("抽到 %(count)s 件，可以去复查了。", count=made.drawn)
            flash(told, "done")
            return redirect(url_for("audits.show", audit_id=audit_id), 303)
        except NothingInScope:
            flash(_("清单上没有贴标签的东西，抽不了。"), "error")
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "error")
    return _sample_page(found, form), 422


@blueprint.post("/<int:audit_id>/rounds")
@guarded(Permission.AUDIT_LEAD)
def ask_again(audit_id: int) -> ResponseReturnValue:
    """Ask custodians to look at their own, or walk on."""
    actor = current_actor()
    queries.audit(actor, audit_id)
    form = read_form(RoundDraft)
    if form.ok:
        try:
            actions.ask_again(actor, audit_id, str(form.values["kind"]))
            if form.values["kind"] == RoundKind.SELF:
                flash(_("已请保管人核对自己保管的东西。"), "done")
            else:
                flash(_("可以去现场盘了，自查的结果都留着。"), "done")
        except RoundOpen:
            flash(_("这一轮正在进行。"), "warning")
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "error")
    return redirect(url_for("audits.show", audit_id=audit_id), 303)
