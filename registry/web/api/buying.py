"""Orders and receipts in the API: what was approved is bought, and becomes assets."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.lists.of.buying import BUYING
from registry.procurement.actions import buying as actions
from registry.procurement.actions.buying import Arrived, Wanted
from registry.procurement.models.orders import GoodsReceipt
from registry.procurement.queries import orders as queries
from registry.procurement.queries.requests import WHOLE
from registry.procurement.queries.requests import request as request_of
from registry.web.api.approvals.deciding import approval_out
from registry.web.api.listing import listing_page
from registry.web.api.requests import heads_out
from registry.web.api.schemas import approvals as approval_shapes
from registry.web.api.schemas import buying as shapes
from registry.web.api.schemas import requests as request_shapes
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor

blueprint = ApiBlueprint(
    "api_buying",
    __name__,
    url_prefix="/buying",
    description="Orders for what was approved, and goods that become assets",
)


@blueprint.get("")
@signed_in
@blueprint.arguments(shapes.BuyingQuery, location="query")
@blueprint.response(200, request_shapes.RequestPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """Requests that one may order now, or take the goods of in."""
    return listing_page(BUYING, asked, heads_out, WHOLE)


@blueprint.get("/requests/<int:request_id>/orders")
@signed_in
@blueprint.response(200, shapes.OrderList)
def orders(request_id: int) -> dict[str, Any]:
    """The orders of a request, the oldest first."""
    found = request_of(current_actor(), request_id)
    return {"items": queries.orders_of(found)}


@blueprint.post("/requests/<int:request_id>/orders")
@guarded(Permission.ORDER_PLACE)
@blueprint.arguments(shapes.OrderIn)
@blueprint.response(201, shapes.OrderOut)
def place(given: dict[str, Any], request_id: int) -> Any:
    """Order some or all of what was approved; 409 ``costs_more`` if it costs more."""
    actor = current_actor()
    request_of(actor, request_id)
    lines = [
        Wanted(each["line_id"], each["quantity"], each["price"])
        for each in given.pop("lines")
    ]
    return actions.place_order(actor, request_id, lines=lines, **given)


@blueprint.post("/requests/<int:request_id>/ask-more")
@guarded(Permission.ORDER_PLACE)
@blueprint.arguments(shapes.MoreIn)
@blueprint.response(200, approval_shapes.ApprovalOut)
def ask_more(given: dict[str, Any], request_id: int) -> dict[str, Any]:
    """Let those agree who must, since it costs more than was estimated."""
    actor = current_actor()
    request_of(actor, request_id)
    return approval_out(actions.ask_for_more(actor, request_id, given["total"]))


@blueprint.post("/requests/<int:request_id>/close")
@guarded(Permission.ORDER_PLACE)
@blueprint.arguments(shapes.CloseIn)
@blueprint.response(200, approval_shapes.ApprovalOut)
def close(given: dict[str, Any], request_id: int) -> dict[str, Any]:
    """Close a request of which the rest will not come."""
    actor = current_actor()
    request_of(actor, request_id)
    return approval_out(actions.close_request(actor, request_id, given["reason"]))


@blueprint.post("/orders/<int:order_id>/receipts")
@guarded(Permission.ORDER_RECEIVE)
@blueprint.arguments(shapes.TakenIn)
@blueprint.response(201, shapes.ReceiptOut)
def receive(given: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Enter what came into the ledger; its labels are printed by the document.

    409 ``other_kind`` or ``other_kind_idle`` for something else than was asked for of
    which the like may lie idle: the asset office says ``why``.
    """
    actor = current_actor()
    request_of(actor, queries.order(actor, order_id).request_id)
    arrived = [
        Arrived(**{**each, "serials": tuple(each["serials"])})
        for each in given["arrived"]
    ]
    made = actions.receive(
        actor,
        order_id,
        arrived,
        received_on=given["received_on"],
        replaces=given["replaces"],
        why=given["why"],
    )
    return _receipt_out(made)


def _receipt_out(found: GoodsReceipt) -> dict[str, Any]:
    actor = current_actor()
    order = queries.order(actor, found.order_id)
    about = request_of(actor, order.request_id)
    return {
        "id": found.id,
        "order_id": found.order_id,
        "document": queries.receipt(actor, found.id).document.number,
        "received_at": found.received_at,
        "count": found.count,
        "asset_ids": queries.received_ids([found])[found.id],
        "request_state": about.state,
    }


@blueprint.get("/receipts/<int:receipt_id>")
@signed_in
@blueprint.response(200, shapes.ReceiptOut)
def receipt(receipt_id: int) -> dict[str, Any]:
    """What came, as assets."""
    return _receipt_out(queries.receipt(current_actor(), receipt_id))
