"""Transfers in the API: asking, answering, handing over, receiving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.access.permissions import Permission
from registry.lists.of.transfers import TRANSFERS
from registry.sharing import actions
from registry.sharing.models import Transfer, TransferLine
from registry.sharing.queries.transfers import WHOLE, lines_of, transfer_of
from registry.web.api.assets import assets_out
from registry.web.api.listing import listing_page
from registry.web.api.schemas import sharing as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.sharing.blueprints import blueprint
from registry.web.api.sharing.holds import chosen
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor


def head_out(found: Transfer) -> dict[str, Any]:
    """A transfer without its lines."""
    place = found.place
    plain = (
        "id",
        "number",
        "state",
        "purpose",
        "cause",
        "count",
        "requested_at",
        "closed_at",
    )
    return {name: getattr(found, name) for name in plain} | {
        "from_departments": [
            named(side.department, side.department.name) for side in found.sides
        ],
        "to_department": named(found.to_department, found.to_department.name),
        "custodian": named(
            found.custodian, found.custodian.name if found.custodian else ""
        ),
        "requester": named(
            found.requester, found.requester.name if found.requester else ""
        ),
        "place": named(place, place.full_name if place else ""),
    }


def heads_out(found: Sequence[Transfer]) -> list[dict[str, Any]]:
    """Transfers as a list shows them."""
    return [head_out(each) for each in found]


def transfer_out(transfer_id: int) -> dict[str, Any]:
    """A transfer with its lines, as it is now."""
    actor = current_actor()
    found = transfer_of(actor, transfer_id)
    lines = lines_of(actor, found)
    assets = assets_out([line.asset for line in lines])
    return head_out(found) | {
        "lines": [
            _line_out(line, asset) for line, asset in zip(lines, assets, strict=True)
        ]
    }


def _line_out(line: TransferLine, asset: dict[str, Any]) -> dict[str, Any]:
    plain = (
        "state",
        "reason",
        "wiped",
        "answered_at",
        "handed_at",
        "received_at",
        "ended_at",
    )
    home = line.side.department
    return {name: getattr(line, name) for name in plain} | {
        "asset": asset,
        "from_department": named(home, home.name),
    }


@blueprint.get("/transfers")
@guarded(Permission.TRANSFER_SEE)
@blueprint.arguments(shapes.TransferQuery, location="query")
@blueprint.response(200, shapes.TransferPage)
def transfers(asked: dict[str, Any]) -> dict[str, Any]:
    """The transfers of one's departments, and what one asked for."""
    return listing_page(TRANSFERS, asked, heads_out, WHOLE)


@blueprint.post("/transfers")
@guarded(Permission.TRANSFER_REQUEST)
@blueprint.arguments(shapes.TransferIn)
@blueprint.response(201, shapes.TransferOut)
def request_transfer(given: dict[str, Any]) -> dict[str, Any]:
    """Ask for things to go to a department; each is kept for it from now on."""
    ids, count = chosen(given)
    made = actions.request_transfer(
        current_actor(),
        ids,
        count=count,
        to_department_id=given["to_department_id"],
        custodian_id=given["custodian_id"],
        place_id=given["to_place_id"],
        purpose=given["purpose"],
    )
    return transfer_out(made.id)


@blueprint.get("/transfers/<int:transfer_id>")
@guarded(Permission.TRANSFER_SEE)
@blueprint.response(200, shapes.TransferOut)
def transfer(transfer_id: int) -> dict[str, Any]:
    """A transfer with everything that is in it."""
    return transfer_out(transfer_id)


@blueprint.post("/transfers/<int:transfer_id>/agree")
@guarded(Permission.TRANSFER_ANSWER)
@blueprint.arguments(shapes.AgreeIn)
@blueprint.response(200, shapes.TransferOut)
def agree(given: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Let things go."""
    actions.agree(current_actor(), transfer_id, given["asset_ids"])
    return transfer_out(transfer_id)


@blueprint.post("/transfers/<int:transfer_id>/refuse")
@guarded(Permission.TRANSFER_ANSWER)
@blueprint.arguments(shapes.RefuseIn)
@blueprint.response(200, shapes.TransferOut)
def refuse(given: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Do not let things go, and say why."""
    actions.refuse(
        current_actor(), transfer_id, given["asset_ids"], reason=given["reason"]
    )
    return transfer_out(transfer_id)


@blueprint.post("/transfers/<int:transfer_id>/hand-over")
@guarded(Permission.TRANSFER_HAND_OVER)
@blueprint.arguments(shapes.GiveAwayIn)
@blueprint.response(200, shapes.TransferOut)
def hand_over(given: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Note that things have been given away; repeating it changes nothing."""
    actions.hand_over(
        current_actor(), transfer_id, given["asset_ids"], wiped=given["wiped"]
    )
    return transfer_out(transfer_id)


@blueprint.post("/transfers/<int:transfer_id>/take-back")
@guarded(Permission.TRANSFER_HAND_OVER)
@blueprint.arguments(shapes.LinesIn)
@blueprint.response(200, shapes.TransferOut)
def take_back(given: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Note that things were not handed over after all."""
    actions.take_back(current_actor(), transfer_id, given["asset_ids"])
    return transfer_out(transfer_id)


@blueprint.post("/transfers/<int:transfer_id>/receive")
@guarded(Permission.TRANSFER_RECEIVE)
@blueprint.arguments(shapes.ReceiveIn)
@blueprint.response(200, shapes.TransferOut)
def receive(given: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Take things in: department, custodian and place of each change at once."""
    actions.receive(
        current_actor(),
        transfer_id,
        given["asset_ids"],
        custodian_id=given["custodian_id"],
        place_id=given["place_id"],
    )
    return transfer_out(transfer_id)


@blueprint.post("/transfers/<int:transfer_id>/cancel")
@guarded(Permission.TRANSFER_RECEIVE)
@blueprint.arguments(shapes.CancelIn)
@blueprint.response(200, shapes.TransferOut)
def cancel(given: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """No longer want things that were asked for."""
    actions.cancel(
        current_actor(), transfer_id, given["asset_ids"], reason=given["reason"]
    )
    return transfer_out(transfer_id)
