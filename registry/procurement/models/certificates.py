"""Certificates of checks: what was frozen, under a number that finance can verify."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.procurement.models.requests import PurchaseRequest
from registry.store.append_only import AppendOnly
from registry.store.base import Base, Owned, refers, unique_pair


class Certificate(AppendOnly, Owned, Base):
    """The frozen check of a request, as plain JSON, with its hash; never changed.

    What it is worth now is asked when it is looked at; a later one of the same request
    stands in its place.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        unique_pair(),
        refers("request_id", "purchase_requests"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("request_id", "number"),
        sa.Index("ix_certificates_issued", "institution_id", "issued_at", "id"),
    )

    request_id: Mapped[int]
    number: Mapped[int] = mapped_column(sa.Integer)
    """Which certificate of the request it is: 1, 2, 3…"""
    code: Mapped[str] = mapped_column(sa.String(9))
    """Its number, as finance types it: eight characters and a check character."""
    content: Mapped[str] = mapped_column(sa.Text)
    """What was frozen, as canonical JSON."""
    hash: Mapped[str] = mapped_column(sa.String(64))
    issued_at: Mapped[datetime]

    request: Mapped[PurchaseRequest] = relationship(viewonly=True)
