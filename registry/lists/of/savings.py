"""What was not spent, document by document, as a list."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.interchange.rules.fields import Kind
from registry.ledger.models import Asset
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.sharing.models import Transfer, TransferLine, TransferSide
from registry.sharing.queries.savings import (
    SAVING_ORDERS,
    SavingFilter,
    saving_rows,
)
from registry.words import N_
from registry.words.passing import pricing_word

__all__ = ["SAVINGS"]

_ASSET = (
    joinedload(TransferLine.asset)
    .joinedload(Asset.item_type)
    .joinedload(ItemType.merged_into),
)
_TRANSFER = (joinedload(TransferLine.transfer).joinedload(Transfer.to_department),)
_SIDE = (joinedload(TransferLine.side).joinedload(TransferSide.department),)

SAVINGS: Listing[SavingFilter, TransferLine] = Listing(
    name="savings",
    title=N_("盘活节约"),
    wanted=SavingFilter,
    rows=saving_rows,
    orders=SAVING_ORDERS,
    usual="newest",
    permission=Permission.SAVINGS_SEE,
    columns=(
        Column(
            "name",
            N_("资产名称"),
            lambda line: line.asset.item_type.standing.title,
            phone="title",
            loads=_ASSET,
        ),
        Column(
            "saved",
            N_("没花的钱"),
            lambda line: line.saved_fen,
            kind=Kind.MONEY,
        ),
        Column(
            "saved_by",
            N_("按什么算"),
            lambda line: pricing_word(line.saved_by or ""),
            phone="plain",
        ),
        Column(
            "document",
            N_("调拨单号"),
            lambda line: line.transfer.number,
            kind=Kind.CODE,
            loads=_TRANSFER,
        ),
        Column(
            "number",
            N_("资产编号"),
            lambda line: line.asset.number,
            kind=Kind.CODE,
            phone="none",
            wide=True,
            loads=_ASSET,
        ),
        Column(
            "from",
            N_("调出部门"),
            lambda line: line.side.department.name,
            phone="none",
            loads=_SIDE,
        ),
        Column(
            "to",
            N_("调入部门"),
            lambda line: line.transfer.to_department.name,
            phone="none",
            loads=_TRANSFER,
        ),
        Column(
            "received_at",
            N_("点收时间"),
            lambda line: line.received_at,
            kind=Kind.MOMENT,
            sort="newest",
            phone="none",
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "to_department",
            N_("调入部门"),
            Narrows.KEY,
            "to_department_id",
            api="to_department_id",
            picks="department",
            chip=N_("调到%(value)s"),
        ),
        FilterField(
            "day_from", N_("点收日期从"), Narrows.DAY, chip=N_("%(value)s起点收")
        ),
        FilterField("day_to", N_("到"), Narrows.DAY, chip=N_("%(value)s前点收")),
    ),
    topics="sharing",
)
