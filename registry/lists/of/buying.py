"""What is to be ordered, and what is on its way, as a list."""

from __future__ import annotations

from sqlalchemy.orm import joinedload, selectinload

from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.orders import (
    BUYING_ORDERS,
    BuyingFilter,
    buying_rows,
)
from registry.procurement.states import RequestState
from registry.words import N_, gettext

__all__ = ["BUYING"]

STEPS = {
    str(RequestState.APPROVED): N_("要订购"),
    str(RequestState.ORDERED): N_("等到货"),
}
"""What is to be done with a request here."""
_LINES = (selectinload(PurchaseRequest.lines),)


def what_to_buy(found: PurchaseRequest) -> str:
    """What of a request is to be bought, in one line."""
    return "、".join(
        f"{line.text} × {line.to_buy}" for line in found.lines if line.to_buy
    )


BUYING: Listing[BuyingFilter, PurchaseRequest] = Listing(
    name="buying",
    title=N_("订购和验收"),
    wanted=BuyingFilter,
    rows=buying_rows,
    orders=BUYING_ORDERS,
    usual="oldest",
    order_labels={"oldest": N_("先申请的在前")},
    columns=(
        Column("what", N_("要买什么"), what_to_buy, phone="title", loads=_LINES),
        Column(
            "state",
            N_("要办什么"),
            lambda found: gettext(STEPS[found.state]),
            phone="chip",
        ),
        Column(
            "department",
            N_("申请部门"),
            lambda found: found.department.name,
            loads=(joinedload(PurchaseRequest.department),),
        ),
        Column("number", N_("单号"), lambda found: found.number, kind=Kind.CODE),
        Column(
            "amount",
            N_("预计金额"),
            lambda found: found.amount_fen,
            kind=Kind.MONEY,
            loads=_LINES,
        ),
        Column(
            "submitted_at",
            N_("提交时间"),
            lambda found: found.submitted_at,
            kind=Kind.MOMENT,
            phone="none",
        ),
    ),
    filters=(
        SEARCH,
        FilterField("state", N_("要办什么"), Narrows.CHOICES, "states", choices=STEPS),
        FilterField(
            "department",
            N_("申请部门"),
            Narrows.KEY,
            "department_id",
            api="department_id",
            picks="department",
            chip=N_("%(value)s申请的"),
        ),
    ),
    topics="requests waiting",
)
