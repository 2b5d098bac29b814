"""Deciding requests in the API: what waits, and each step's answer."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.organisation.models import Person
from registry.procurement.actions.approving import approve as agree
from registry.procurement.actions.approving import refuse as say_no
from registry.procurement.actions.approving import send_back as give_back
from registry.procurement.models.approvals import Approval
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import open_to, steps_of, to_decide
from registry.procurement.queries.certificates import of_request
from registry.procurement.queries.outside import read_outside, shown_since
from registry.procurement.queries.requests import request as request_of
from registry.web.api.approvals.blueprints import blueprint
from registry.web.api.requests import outer_match_out
from registry.web.api.schemas import approvals as shapes
from registry.web.api.schemas.assets import named
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor


def person_out(found: Person | None) -> dict[str, Any] | None:
    """Somebody, or nobody."""
    return None if found is None else named(found, found.name)


def _step_out(row: Approval) -> dict[str, Any]:
    plain = (
        "step",
        "round",
        "stage",
        "state",
        "causes",
        "opened_at",
        "decided_at",
        "words",
    )
    return {name: getattr(row, name) for name in plain} | {
        "decided_by": person_out(row.decided_by),
        "acting_for": person_out(row.acting_for),
    }


def approval_out(found: PurchaseRequest) -> dict[str, Any]:
    """How a request stands in approving."""
    certificates = of_request(found.id)
    return {
        "request_id": found.id,
        "number": found.number,
        "state": found.state,
        "department": named(found.department, found.department.name),
        "amount": found.amount_fen,
        "steps": [_step_out(row) for row in steps_of(found.id)],
        "mine": [row.step for row, _decider in open_to(current_actor(), found)],
        "certificate_id": certificates[0].id if certificates else None,
        "certificate": certificates[0].code if certificates else None,
    }


@blueprint.get("")
@signed_in
@blueprint.response(200, shapes.InboxOut)
def inbox() -> dict[str, Any]:
    """What waits for one's approval, longest waiting first."""
    rows = to_decide(current_actor())
    return {"items": [approval_out(each.request) for each in rows]}


@blueprint.get("/requests/<int:request_id>")
@signed_in
@blueprint.response(200, shapes.ApprovalShownOut)
def show(request_id: int) -> dict[str, Any]:
    """The steps of a request: who has agreed, who is asked.

    With what other institutions show since its check; what they showed then stands in
    the request.
    """
    found = request_of(current_actor(), request_id)
    since = shown_since(found, read_outside(found, found.lines))
    return approval_out(found) | {
        "shown_since": [
            outer_match_out(hit) | {"line_id": line_id}
            for line_id, hits in since.items()
            for hit in hits
        ]
    }


@blueprint.post("/requests/<int:request_id>/approve")
@guarded(Permission.REQUEST_DECIDE)
@blueprint.arguments(shapes.ConsentIn)
@blueprint.response(200, shapes.ApprovalOut)
def approve(given: dict[str, Any], request_id: int) -> dict[str, Any]:
    """Agree. Sent twice it acts once; whoever comes second is told so (409)."""
    request_of(current_actor(), request_id)
    return approval_out(agree(current_actor(), request_id, **given))


@blueprint.post("/requests/<int:request_id>/refuse")
@guarded(Permission.REQUEST_DECIDE)
@blueprint.arguments(shapes.TurnDownIn)
@blueprint.response(200, shapes.ApprovalOut)
def refuse(given: dict[str, Any], request_id: int) -> dict[str, Any]:
    """Refuse, with why; the request ends."""
    request_of(current_actor(), request_id)
    return approval_out(say_no(current_actor(), request_id, **given))


@blueprint.post("/requests/<int:request_id>/send-back")
@guarded(Permission.REQUEST_DECIDE)
@blueprint.arguments(shapes.TurnDownIn)
@blueprint.response(200, shapes.ApprovalOut)
def send_back(given: dict[str, Any], request_id: int) -> dict[str, Any]:
    """Send back to whoever asks, with what to change."""
    request_of(current_actor(), request_id)
    return approval_out(give_back(current_actor(), request_id, **given))
