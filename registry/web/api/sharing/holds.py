"""Having things kept for oneself, and standing in line, in the API."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid
from registry.sharing import actions
from registry.sharing.errors import NotEnoughLeft
from registry.sharing.models import Hold
from registry.sharing.queries import PoolFilter, pool_type
from registry.sharing.queries.wishes import free_ids, line_for, wishes_of
from registry.web.api.assets import asset_out
from registry.web.api.schemas import sharing as shapes
from registry.web.api.sharing.blueprints import blueprint
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor


def chosen(given: dict[str, Any]) -> tuple[list[int], int | None]:
    """The ids that are meant, and how many of them; of a type any that are free."""
    ids: list[int] = list(given["asset_ids"])
    count: int | None = given["count"]
    if given["item_type_id"] is not None:
        if ids:
            raise Invalid.field("asset_ids", "not_with_others")
        actor = current_actor()
        wanted = PoolFilter(
            item_type_id=pool_type(actor, given["item_type_id"]).id,
            department_id=given["department_id"],
            place_id=given["place_id"],
        )
        ids, count = free_ids(actor, wanted), count or 1
        if not ids:
            raise NotEnoughLeft(left=0, wanted=count)
    if not ids:
        raise Invalid.field("asset_ids", "required")
    return ids, count


def hold_out(hold: Hold, ahead: int) -> dict[str, Any]:
    """A hold as the API shows it."""
    return {
        "id": hold.id,
        "asset": asset_out(hold.asset),
        "state": hold.state,
        "ahead": ahead,
        "purpose": hold.purpose,
        "asked_at": hold.asked_at,
        "until": hold.until,
        "ended_at": hold.ended_at,
    }


@blueprint.get("/holds")
@guarded(Permission.HOLD_TAKE)
@blueprint.response(200, shapes.HoldList)
def holds() -> dict[str, Any]:
    """What one has kept for oneself and stands in line for."""
    mine = wishes_of(current_actor())
    return {"items": [hold_out(each.hold, each.ahead) for each in mine]}


@blueprint.post("/holds")
@guarded(Permission.HOLD_TAKE)
@blueprint.arguments(shapes.HoldIn)
@blueprint.response(201, shapes.HoldList)
def hold(given: dict[str, Any]) -> dict[str, Any]:
    """Have things kept for some days: all that are named, or any so many."""
    ids, count = chosen(given)
    made = actions.hold(current_actor(), ids, count=count, purpose=given["purpose"])
    return {"items": [hold_out(each, 0) for each in made]}


@blueprint.post("/holds/line")
@guarded(Permission.HOLD_TAKE)
@blueprint.arguments(shapes.LineIn)
@blueprint.response(201, shapes.HoldOut)
def stand_in_line(given: dict[str, Any]) -> dict[str, Any]:
    """Stand in line for a thing somebody else has; a free one is kept at once."""
    actor = current_actor()
    made = actions.stand_in_line(actor, given["asset_id"], purpose=given["purpose"])
    return hold_out(made, line_for(actor, made.asset).ahead)


@blueprint.post("/holds/<int:hold_id>/release")
@guarded(Permission.HOLD_TAKE)
@blueprint.arguments(shapes.ReasonIn)
@blueprint.response(200, shapes.HoldOut)
def release(given: dict[str, Any], hold_id: int) -> dict[str, Any]:
    """Let go of a thing or of a place in line; the office may end anybody's."""
    found = actions.release_hold(current_actor(), hold_id, reason=given["reason"])
    return hold_out(found, 0)
