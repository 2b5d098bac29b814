"""What an audit came to: the report on screen, on paper and as a workbook."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request

from registry.access.permissions import Permission
from registry.audits.actions.ending import content_hash
from registry.audits.queries.counting import by_department
from registry.audits.queries.overview import Overview, overview
from registry.audits.queries.reporting import Reported, reported
from registry.audits.queries.sampling import is_drawn_as_said
from registry.audits.states import AuditState, Outcome
from registry.reports.auditing import facts_of
from registry.web.base.audit_files import book_of, paper_of
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.audits.blueprints import LOOKS, blueprint
from registry.words import _, format_money, format_number
from registry.words.auditing import audit_state_word, outcome_word

MOST_DEPARTMENTS = 20


@blueprint.get("/<int:audit_id>/report")
@guarded(Permission.AUDIT_REPORT)
def report(audit_id: int) -> str:
    """The report on screen, with the files to keep; ``check`` proves the hash again."""
    actor = current_actor()
    found = reported(actor, audit_id)
    audit = found.audit
    checked = None
    if request.args.get("check") and audit.state == AuditState.CLOSED:
        checked = content_hash(audit) == audit.hash and all(
            is_drawn_as_said(audit, each.round) for each in found.samples
        )
    return render_template(
        "audits/report.html",
        found=audit,
        report=found,
        facts_told=facts_of(found),
        figures=_figures(found),
        departments=[
            {
                "label": department.name,
                "value": sums.share,
                "shown": f"{sums.share}%",
                "note": _(
                    "%(done)s / %(total)s",
                    done=format_number(sums.done),
                    total=format_number(sums.expected),
                ),
            }
            for department, sums in by_department(actor, audit)[:MOST_DEPARTMENTS]
        ],
        word=audit_state_word(audit.state),
        look=LOOKS[audit.state],
        checked=checked,
    )


def _figures(found: Reported) -> list[dict[str, Any]]:
    return [
        {
            "label": outcome_word(each),
            "value": format_number(getattr(found.sums, each)),
            "note": format_money(found.values.get(each, 0)),
        }
        for each in Outcome
        if getattr(found.sums, each) or each != Outcome.PENDING
    ]


@blueprint.get("/<int:audit_id>/report.pdf")
@guarded(Permission.AUDIT_REPORT)
def report_paper(audit_id: int) -> Response:
    """The report as pages to be signed."""
    return paper_of(reported(current_actor(), audit_id))


@blueprint.get("/<int:audit_id>/report.xlsx")
@guarded(Permission.AUDIT_REPORT)
def report_book(audit_id: int) -> Response:
    """The report as a workbook, every line of the list in it."""
    return book_of(reported(current_actor(), audit_id))


@blueprint.get("/overview")
@guarded(Permission.FIGURES_SEE)
def figures() -> str:
    """How much of the ledger was counted lately, how well it agreed, what never was."""
    found: Overview = overview(current_actor())
    return render_template(
        "audits/overview.html",
        seen=found,
        accuracies=[
            {"label": each.title, "value": each.accuracy, "shown": f"{each.accuracy}%"}
            for each in found.audits
        ],
        rooms=[
            {
                "label": place,
                "value": minutes,
                "shown": _("%(count)s 分钟", count=minutes),
            }
            for place, minutes in found.slowest
        ],
    )
