"""Tables of buying: what was ordered for a request, and what came of it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.ledger.models import Document
from registry.organisation.models import Person
from registry.procurement.models.requests import PurchaseRequest
from registry.store.append_only import AppendOnly
from registry.store.base import Base, Owned, refers, unique_pair


class PurchaseOrder(Owned, Base):
    """An order placed for an approved request; a request may have several."""

    __tablename__ = "purchase_orders"
    __table_args__ = (
        unique_pair(),
        refers("request_id", "purchase_requests"),
        refers("ordered_by_id", "people"),
        sa.UniqueConstraint("institution_id", "number"),
        sa.Index("ix_purchase_orders_request", "request_id"),
        sa.CheckConstraint("supplier <> ''", name="has_supplier"),
    )

    request_id: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(40))
    supplier: Mapped[str] = mapped_column(sa.String(200))
    reference: Mapped[str] = mapped_column(sa.String(60), default="")
    """The number of the contract, or what the supplier calls it."""
    ordered_on: Mapped[date]
    ordered_at: Mapped[datetime]
    ordered_by_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    lines: Mapped[list[OrderLine]] = relationship(
        viewonly=True,
        order_by="OrderLine.id",
        foreign_keys="[OrderLine.institution_id, OrderLine.order_id]",
        primaryjoin="and_(PurchaseOrder.institution_id == OrderLine.institution_id, "
        "PurchaseOrder.id == OrderLine.order_id)",
    )
    ordered_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[PurchaseOrder.institution_id, PurchaseOrder.ordered_by_id]",
    )
    request: Mapped[PurchaseRequest] = relationship(
        viewonly=True,
        foreign_keys="[PurchaseOrder.institution_id, PurchaseOrder.request_id]",
    )

    @property
    def total_fen(self) -> int:
        """What the whole order costs."""
        return sum(each.quantity * each.price_fen for each in self.lines)


class OrderLine(Owned, Base):
    """So many of one line of a request, at a price for each; and how many came."""

    __tablename__ = "order_lines"
    __table_args__ = (
        unique_pair(),
        refers("order_id", "purchase_orders"),
        refers("line_id", "purchase_lines"),
        sa.UniqueConstraint("order_id", "line_id"),
        sa.Index("ix_order_lines_line", "institution_id", "line_id"),
        sa.CheckConstraint("quantity > 0", name="orders_something"),
        sa.CheckConstraint("price_fen >= 0", name="price_not_negative"),
        sa.CheckConstraint("received BETWEEN 0 AND quantity", name="received_counts"),
    )

    order_id: Mapped[int]
    line_id: Mapped[int]
    quantity: Mapped[int] = mapped_column(sa.Integer)
    price_fen: Mapped[int]
    received: Mapped[int] = mapped_column(sa.Integer, default=0)

    @property
    def missing(self) -> int:
        """How many have not come yet."""
        return self.quantity - self.received


class GoodsReceipt(Owned, Base):
    """Goods that came for an order and became assets, under one document."""

    __tablename__ = "goods_receipts"
    __table_args__ = (
        unique_pair(),
        refers("order_id", "purchase_orders"),
        refers("document_id", "documents"),
        refers("received_by_id", "people"),
        sa.Index("ix_goods_receipts_order", "institution_id", "order_id"),
    )

    order_id: Mapped[int]
    document_id: Mapped[int]
    received_at: Mapped[datetime]
    received_by_id: Mapped[int | None]
    count: Mapped[int] = mapped_column(sa.Integer)

    document: Mapped[Document] = relationship(viewonly=True)
    received_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[GoodsReceipt.institution_id, GoodsReceipt.received_by_id]",
    )


class ReceivedAsset(Base):
    """An asset that came with a receipt, and the line it was bought for."""

    __tablename__ = "received_assets"
    __table_args__ = (
        refers("receipt_id", "goods_receipts"),
        refers("order_line_id", "order_lines"),
        refers("asset_id", "assets"),
        sa.Index("ix_received_assets_receipt", "institution_id", "receipt_id"),
    )

    asset_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institutions.id"))
    receipt_id: Mapped[int]
    order_line_id: Mapped[int]


class PartedLine(AppendOnly, Owned, Base):
    """So many of an ordered line that are asked for anew, in a request of their own.

    Something turned idle after the first order: what is ordered goes on, the rest
    comes to the check again.
    """

    __tablename__ = "parted_lines"
    __table_args__ = (
        unique_pair(),
        refers("line_id", "purchase_lines"),
        refers("into_id", "purchase_lines"),
        sa.UniqueConstraint("into_id"),
        sa.Index("ix_parted_lines_line", "institution_id", "line_id"),
        sa.CheckConstraint("count > 0", name="parts_something"),
        sa.CheckConstraint("into_id <> line_id", name="into_another"),
    )

    line_id: Mapped[int]
    into_id: Mapped[int]
    count: Mapped[int] = mapped_column(sa.Integer)
    parted_at: Mapped[datetime]
