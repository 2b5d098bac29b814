"""What audits came to in the API: figures, and the report as a file."""

from __future__ import annotations

from typing import Any

from flask import Response

from registry.access.permissions import Permission
from registry.audits.actions.ending import content_hash
from registry.audits.queries.overview import overview as look_at_all
from registry.audits.queries.reporting import reported
from registry.audits.queries.sampling import is_drawn_as_said
from registry.audits.states import AuditState
from registry.web.api.audits.blueprints import blueprint
from registry.web.api.audits.planning import audit_brief
from registry.web.api.files import BYTES
from registry.web.api.schemas import audits as shapes
from registry.web.api.schemas.assets import named
from registry.web.base.audit_files import book_of, paper_of
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor


@blueprint.get("/<int:audit_id>/report")
@guarded(Permission.AUDIT_REPORT)
@blueprint.arguments(shapes.AuditReportQuery, location="query")
@blueprint.response(200, shapes.AuditReportOut)
def report(asked: dict[str, Any], audit_id: int) -> dict[str, Any]:
    """The figures of an audit's report; with ``check`` its hash is proved again."""
    found = reported(current_actor(), audit_id)
    audit, last = found.audit, found.comparison
    is_closed = audit.state == AuditState.CLOSED
    proved = asked["check"] and is_closed
    return {
        "audit": audit_brief(audit),
        "sums": found.sums,
        "value": found.value,
        "gains": found.gains,
        "losses": found.losses,
        "accuracy": found.accuracy,
        "places": found.places,
        "untouched": found.untouched,
        "late": found.late,
        "unconfirmed": found.unconfirmed,
        "own": [
            {
                "person": named(each.part.person, each.part.person.name),
                "things": each.total,
                "found": each.found,
                "done_at": each.part.done_at,
            }
            for each in found.own
        ],
        "samples": [
            {
                "number": each.round.number,
                "method": each.round.method,
                "seed": each.round.seed,
                "percent": each.round.percent,
                "drawn": each.round.drawn,
                "agreed": each.agreed,
                "differs": each.differs,
                "unseen": each.unseen,
                "in_vain": each.in_vain,
                "is_as_said": is_drawn_as_said(audit, each.round)
                if asked["check"]
                else None,
            }
            for each in found.samples
        ],
        "hash": audit.hash,
        "is_as_closed": content_hash(audit) == audit.hash if proved else None,
        "comparison": {
            "audit": named(last.before, last.before.title),
            "sums": last.sums,
            "both": last.both,
            "missing_then_found": last.missing_then_found,
            "missing_twice": last.missing_twice,
            "newly_missing": last.newly_missing,
        }
        if last is not None
        else None,
    }


@blueprint.get("/<int:audit_id>/report/file")
@guarded(Permission.AUDIT_REPORT)
@blueprint.arguments(shapes.AuditFileQuery, location="query")
@blueprint.response(200, BYTES, content_type="application/pdf")
def report_file(asked: dict[str, Any], audit_id: int) -> Response:
    """The report as pages to be signed, or as a workbook with every line."""
    found = reported(current_actor(), audit_id)
    return book_of(found) if asked["form"] == "xlsx" else paper_of(found)


@blueprint.get("/overview")
@guarded(Permission.FIGURES_SEE)
@blueprint.response(200, shapes.AuditOverviewOut)
def overview() -> dict[str, Any]:
    """How much was counted lately, how truly, and what never was."""
    found = look_at_all(current_actor())
    return {
        "things": found.things,
        "counted": found.counted,
        "share": found.share,
        "audits": found.audits,
        "never": [{"place": name, "number": count} for name, count in found.never],
        "never_count": found.never_count,
        "slowest": [{"place": name, "number": took} for name, took in found.slowest],
    }
