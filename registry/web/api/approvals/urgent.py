"""Urgent purchases in the API: letting one through, and reviewing it afterwards."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.procurement.actions import urgent as actions
from registry.procurement.models.approvals import UrgentPass
from registry.procurement.queries.approvals import urgent_passes
from registry.procurement.queries.requests import may_see
from registry.procurement.queries.requests import request as request_of
from registry.web.api.approvals.blueprints import blueprint
from registry.web.api.approvals.deciding import approval_out, person_out
from registry.web.api.schemas import approvals as shapes
from registry.web.api.schemas.assets import named
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor


def _pass_out(found: UrgentPass) -> dict[str, Any]:
    plain = (
        "id",
        "request_id",
        "reason",
        "allowed_at",
        "verdict",
        "review_words",
        "reviewed_at",
    )
    home = found.request.department
    return {name: getattr(found, name) for name in plain} | {
        "number": found.request.number,
        "department": named(home, home.name),
        "allowed_by": person_out(found.allowed_by),
        "reviewed_by": person_out(found.reviewed_by),
    }


@blueprint.post("/requests/<int:request_id>/urgent")
@guarded(Permission.URGENT_ALLOW)
@blueprint.arguments(shapes.UrgentIn)
@blueprint.response(200, shapes.ApprovalOut)
def allow(given: dict[str, Any], request_id: int) -> dict[str, Any]:
    """Let a request through because it cannot wait; it must be reviewed afterwards."""
    request_of(current_actor(), request_id)
    return approval_out(actions.allow_urgent(current_actor(), request_id, **given))


@blueprint.get("/urgent")
@signed_in
@blueprint.arguments(shapes.UrgentQuery, location="query")
@blueprint.response(200, shapes.UrgentList)
def urgent(asked: dict[str, Any]) -> dict[str, Any]:
    """What was let through as urgent, of the requests one may see."""
    actor = current_actor()
    rows = urgent_passes(actor, reviewed=asked["reviewed"])
    return {"items": [_pass_out(each) for each in rows if may_see(actor, each.request)]}


@blueprint.post("/urgent/<int:pass_id>/review")
@guarded(Permission.URGENT_REVIEW)
@blueprint.arguments(shapes.ReviewIn)
@blueprint.response(200, shapes.UrgentPassOut)
def review(given: dict[str, Any], pass_id: int) -> dict[str, Any]:
    """Say afterwards whether it was right."""
    actor = current_actor()
    request_of(actor, actions.urgent_pass(actor, pass_id).request_id)
    return _pass_out(actions.review_urgent(actor, pass_id, **given))
