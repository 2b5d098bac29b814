"""Who decides in whose place, in the API."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.procurement.actions.acting import end_acting as end
from registry.procurement.actions.acting import name_acting as name
from registry.procurement.models.approvals import ActingApprover
from registry.procurement.queries.deciders import acting_listed
from registry.web.api.approvals.blueprints import blueprint
from registry.web.api.schemas import approvals as shapes
from registry.web.api.schemas.assets import named
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor


def _acting_out(found: ActingApprover) -> dict[str, Any]:
    return {
        "id": found.id,
        "person": named(found.person, found.person.name),
        "acting": named(found.acting, found.acting.name),
        "first": found.first,
        "last": found.last,
        "reason": found.reason,
        "made_at": found.made_at,
        "ended_at": found.ended_at,
    }


class _Anybody:
    """Somebody who is not the caller."""

    custodian_id = None


@blueprint.get("/acting")
@guarded(Permission.APPROVAL_ACTING)
@blueprint.response(200, shapes.ActingList)
def acting() -> dict[str, Any]:
    """Who decides in whose place, now or later: one's own, for the office all."""
    actor = current_actor()
    own = not actor.may(Permission.APPROVAL_ACTING, _Anybody())
    return {"items": [_acting_out(each) for each in acting_listed(actor, own=own)]}


@blueprint.post("/acting")
@guarded(Permission.APPROVAL_ACTING)
@blueprint.arguments(shapes.ActingIn)
@blueprint.response(201, shapes.ActingOut)
def name_acting(given: dict[str, Any]) -> dict[str, Any]:
    """Name somebody who decides in a person's place for some days."""
    return _acting_out(name(current_actor(), **given))


@blueprint.post("/acting/<int:acting_id>/end")
@guarded(Permission.APPROVAL_ACTING)
@blueprint.response(200, shapes.ActingOut)
def end_acting(acting_id: int) -> dict[str, Any]:
    """Let it end now."""
    return _acting_out(end(current_actor(), acting_id))
