"""What people tell us from labels, and what else waits, in the API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from registry.access.permissions import Permission
from registry.kernel.errors import Missing
from registry.ledger import actions, queries
from registry.ledger.actions.reports import KINDS
from registry.ledger.models import LabelReport
from registry.lists.of.reports import REPORTS
from registry.web.api.listing import listing_page
from registry.web.api.schemas.listing import ListPage
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import (
    Choice,
    Key,
    Line,
    Many,
    Moment,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.labels import look_at_label
from registry.web.base.lists import list_schema
from registry.web.base.routes import at_most, guarded, public, signed_in
from registry.web.base.sessions import current_actor, label_in

blueprint = ApiBlueprint(
    "api_reports", __name__, url_prefix="", description="Reports, and what waits"
)


class ReportIn(StrictSchema):
    """A problem with a thing, or that it was found."""

    kind = Choice(KINDS, required=True)
    words = Notes(required=True, most=1_000, metadata={"example": "灯泡不亮了"})
    contact = Line(load_default="", most=100, metadata={"example": "62751234"})


class Thanks(StrictSchema):
    """That a report has been taken; more of it is for the department."""

    code = Line(required=True, metadata={"example": "K7Q4M2XNT"})


class ReportOut(StrictSchema):
    """A report, and how it was settled."""

    id = Key(required=True)
    asset_id = Key(required=True)
    kind = Choice(KINDS, required=True)
    words = ma.fields.String(required=True, metadata={"example": "灯泡不亮了"})
    contact = ma.fields.String(required=True, metadata={"example": "62751234"})
    made_at = Moment(required=True)
    made_by_id = Key(required=True, allow_none=True)
    handled_at = Moment(required=True, allow_none=True)
    handled_by_id = Key(required=True, allow_none=True)
    answer = ma.fields.String(required=True, metadata={"example": "已换灯泡"})


class ReportPage(ListPage):
    """A page of reports that one may settle."""

    items = Many(ma.fields.Nested(ReportOut), required=True)


ReportQuery = list_schema("Report", REPORTS)
"""What the list of reports is narrowed to, and from where on."""


class AnswerIn(StrictSchema):
    """What was done about a report."""

    answer = Notes(required=True, most=1_000, metadata={"example": "已换灯泡"})


class Waiting(StrictSchema):
    """What waits for whoever asks."""

    reports = Many(ma.fields.Nested(ReportOut), required=True)
    unknown_borrowers = Many(Key(), required=True)


class StateCount(StrictSchema):
    """How many assets are in a state."""

    state = Line(required=True, metadata={"example": "in_use"})
    count = Whole(required=True)


class Figures(StrictSchema):
    """The ledger in figures, as far as one may see it."""

    by_state = Many(ma.fields.Nested(StateCount), required=True)


@blueprint.post("/labels/<code>/reports")
@public("whoever finds a thing may tell us")
@at_most(10, 600)
@label_in("code")
@blueprint.arguments(ReportIn)
@blueprint.response(201, Thanks)
def report_from_label(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Tell the department about a problem or a find."""
    actor, found = look_at_label(code)
    if found.asset is None:
        raise Missing(what="assets")
    actions.report_from_label(actor, found.asset, **given)
    return {"code": found.asset.code}


@blueprint.get("/reports")
@guarded(Permission.REPORT_HANDLE)
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, ReportPage)
def reports(asked: dict[str, Any]) -> dict[str, Any]:
    """The reports that wait, or those settled, narrowed, a page at a time."""
    return listing_page(REPORTS, asked)


@blueprint.get("/reports/<int:report_id>")
@guarded(Permission.REPORT_HANDLE)
@blueprint.response(200, ReportOut)
def report(report_id: int) -> LabelReport:
    """One report."""
    return queries.report(current_actor(), report_id)


@blueprint.post("/reports/<int:report_id>/settle")
@guarded(Permission.REPORT_HANDLE)
@blueprint.arguments(AnswerIn)
@blueprint.response(200, ReportOut)
def settle(given: dict[str, Any], report_id: int) -> LabelReport:
    """Note what was done about a report."""
    return actions.settle_report(current_actor(), report_id, given["answer"])


@blueprint.get("/waiting")
@signed_in
@blueprint.response(200, Waiting)
def waiting() -> dict[str, Any]:
    """What waits for whoever asks: reports, and loans to nobody knows whom."""
    actor = current_actor()
    loans = queries.unknown_borrowers(actor)
    mine = [each.id for each in loans if actor.may(Permission.ASSET_STATE, each)]
    return {"reports": queries.open_reports(actor), "unknown_borrowers": mine}


@blueprint.get("/figures")
@signed_in
@blueprint.response(200, Figures)
def figures() -> dict[str, Any]:
    """How many assets of each state one may see."""
    counts = queries.counts_by_state(current_actor())
    by_state = [{"state": key, "count": counts[key]} for key in sorted(counts)]
    return {"by_state": by_state}
