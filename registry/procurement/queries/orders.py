"""Reading orders, what is left to order, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.kernel.errors import Missing
from registry.organisation import queries as organisation
from registry.procurement.models.orders import (
    GoodsReceipt,
    OrderLine,
    PartedLine,
    PurchaseOrder,
    ReceivedAsset,
)
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.requests import RequestFilter, narrowed_rows
from registry.procurement.states import RequestState
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

MAY_ORDER = (Role.ASSET_OFFICE, Role.DEPARTMENT_ASSET_OFFICER)
MAY_RECEIVE = (*MAY_ORDER, Role.WAREHOUSE_KEEPER)


def order(actor: Actor, order_id: int) -> PurchaseOrder:
    """An order of the actor's institution; whoever sees its request sees it."""
    found = session().scalar(
        sa.select(PurchaseOrder).where(
            PurchaseOrder.id == order_id,
            PurchaseOrder.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="purchase_orders")
    return found


def orders_of(request: PurchaseRequest) -> list[PurchaseOrder]:
    """The orders of a request with their lines, the oldest first."""
    return list(
        session().scalars(
            sa.select(PurchaseOrder)
            .where(PurchaseOrder.request_id == request.id)
            .options(selectinload(PurchaseOrder.lines))
            .order_by(PurchaseOrder.id)
            .execution_options(populate_existing=True)
        )
    )


def left_to_order(request: PurchaseRequest) -> dict[int, int]:
    """How many of each line are to be bought and not ordered yet."""
    rows = session().execute(
        sa.select(OrderLine.line_id, sa.func.sum(OrderLine.quantity))
        .join(PurchaseOrder, PurchaseOrder.id == OrderLine.order_id)
        .where(PurchaseOrder.request_id == request.id)
        .group_by(OrderLine.line_id)
    )
    gone = {line_id: int(count) for line_id, count in rows}
    for line_id, count in parted_of(request).items():
        gone[line_id] = gone.get(line_id, 0) + count
    return {
        line.id: max(0, line.to_buy - gone.get(line.id, 0)) for line in request.lines
    }


def parted_of(request: PurchaseRequest) -> dict[int, int]:
    """How many of its lines are asked for in a request of their own by now."""
    rows = session().execute(
        sa.select(PartedLine.line_id, sa.func.sum(PartedLine.count))
        .where(
            PartedLine.institution_id == request.institution_id,
            PartedLine.line_id.in_(sorted(line.id for line in request.lines)),
        )
        .group_by(PartedLine.line_id)
    )
    return {line_id: int(count) for line_id, count in rows}


def receipts_of(request: PurchaseRequest) -> list[GoodsReceipt]:
    """What came for the orders of a request, the oldest first."""
    ordered = sa.select(PurchaseOrder.id).where(PurchaseOrder.request_id == request.id)
    return list(
        session().scalars(
            sa.select(GoodsReceipt)
            .where(
                GoodsReceipt.institution_id == request.institution_id,
                GoodsReceipt.order_id.in_(ordered),
            )
            .options(joinedload(GoodsReceipt.document))
            .order_by(GoodsReceipt.id)
        )
    )


def receipt(actor: Actor, receipt_id: int) -> GoodsReceipt:
    """A receipt of the actor's institution."""
    found = session().scalar(
        sa.select(GoodsReceipt)
        .where(
            GoodsReceipt.id == receipt_id,
            GoodsReceipt.institution_id == actor.institution_id,
        )
        .options(joinedload(GoodsReceipt.document))
    )
    if found is None:
        raise Missing(what="goods_receipts")
    return found


@dataclass(frozen=True)
class BuyingFilter:
    """What the list of what is to be bought is narrowed to."""

    text: str = ""
    """A number, or a part of what is asked for."""
    states: tuple[str, ...] = ()
    department_id: int | None = None


BUYING_ORDERS: Orders = {"oldest": Order()}
"""In which orders they are listed: what was approved or asked for first, first."""


def buying_rows(actor: Actor, wanted: BuyingFilter, sort: str) -> Rows[PurchaseRequest]:
    """Requests that one may order or take in now.

    The same rule as the policy's for ``procurement:order:place`` and ``:receive``.
    """
    asked = RequestFilter(text=wanted.text, department_id=wanted.department_id)
    return narrowed_rows(actor, asked, _to_be_bought(actor, wanted.states))


def _to_be_bought(actor: Actor, states: tuple[str, ...]) -> sa.ColumnElement[bool]:
    mine: list[sa.ColumnElement[bool]] = []
    for state, permission, roles in (
        (RequestState.APPROVED, Permission.ORDER_PLACE, MAY_ORDER),
        (RequestState.ORDERED, Permission.ORDER_RECEIVE, MAY_RECEIVE),
    ):
        if (states and state not in states) or not actor.may(permission):
            continue
        here: sa.ColumnElement[bool] = sa.true()
        if not actor.is_system:
            below = organisation.departments_below(
                actor.institution_id, actor.paths_of(*roles)
            )
            here = PurchaseRequest.department_id.in_(below)
        mine.append(sa.and_(PurchaseRequest.state == str(state), here))
    return sa.or_(*mine) if mine else sa.false()


def received_ids(receipts: Sequence[GoodsReceipt]) -> dict[int, list[int]]:
    """The ids of the assets that came with each receipt of an institution."""
    found: dict[int, list[int]] = {each.id: [] for each in receipts}
    if not found:
        return found
    rows = session().execute(
        sa.select(ReceivedAsset.receipt_id, ReceivedAsset.asset_id)
        .where(
            ReceivedAsset.institution_id == receipts[0].institution_id,
            ReceivedAsset.receipt_id.in_(sorted(found)),
        )
        .order_by(ReceivedAsset.asset_id)
    )
    for receipt_id, asset_id in rows:
        found[receipt_id].append(asset_id)
    return found
