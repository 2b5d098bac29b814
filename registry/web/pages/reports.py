"""What people report from labels, and how it is settled."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid
from registry.ledger import actions, queries
from registry.ledger.queries.reports import Standing
from registry.lists.of.reports import REPORTS
from registry.web.base.fields import Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.words import _

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


class Answer(StrictSchema):
    """What was done about a report."""

    answer = Notes(required=True, most=1_000)


@blueprint.get("")
@guarded(Permission.REPORT_HANDLE)
def index() -> ResponseReturnValue:
    """The reports that wait; behind the tabs those that were settled, and all."""
    view = view_of(REPORTS)
    if not isinstance(view, ListView):
        return view
    narrowed = bool(view.asked.values.keys() - {"state"})
    return render_template(
        "reports/index.html", view=view, kinds=_tabs(view), narrowed=narrowed
    ), view.status


def _tabs(view: ListView) -> list[tuple[str, str, bool]]:
    """Waiting, settled, all: the same list, narrowed as it is."""
    now = view.asked.values.get("state", "")
    others = [pair for pair in view.asked.pairs if pair[0] != "state"]
    return [
        (
            words,
            view.url([*others, *([("state", state)] if state else [])]),
            now == state,
        )
        for state, words in (
            ("", _("待处理")),
            (str(Standing.SETTLED), _("已办结")),
            (str(Standing.ALL), _("全部")),
        )
    ]


@blueprint.get("/<int:report_id>")
@guarded(Permission.REPORT_HANDLE)
def show(report_id: int) -> str:
    """One report, and the box to settle it in."""
    return _page(report_id, blank_form())


@blueprint.post("/<int:report_id>")
@guarded(Permission.REPORT_HANDLE)
def settle(report_id: int) -> ResponseReturnValue:
    """Note what was done."""
    form = read_form(Answer)
    if form.ok:
        try:
            actions.settle_report(current_actor(), report_id, form.values["answer"])
            flash(_("已办结。"), "done")
            return redirect(url_for("reports.index"), 303)
        except Invalid as refusal:
            form.add(refusal)
    return _page(report_id, form), 422


def _page(report_id: int, form: Form) -> str:
    report = queries.report(current_actor(), report_id)
    return render_template("reports/show.html", report=report, form=form)
