"""Tables of the catalogue."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.catalogue.rules import title
from registry.store.base import Base, Id, Owned, refers, unique_pair


class AssetClass(Owned, Base):
    """A class of the national classification, or of the institution's own table."""

    __tablename__ = "asset_classes"
    __table_args__ = (unique_pair(), sa.UniqueConstraint("institution_id", "code"))

    edition: Mapped[str] = mapped_column(sa.String(10))
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    parent_code: Mapped[str] = mapped_column(sa.String(20), default="")
    service_life_months: Mapped[int | None]


class ItemType(Owned, Base):
    """A kind of thing: what assets of one name, brand, model and measure share."""

    __tablename__ = "item_types"
    __table_args__ = (
        unique_pair(),
        refers("class_id", "asset_classes"),
        refers("merged_into_id", "item_types"),
        sa.Index("ix_item_types_name", "institution_id", "name"),
        sa.Index("ix_item_types_class", "institution_id", "class_id"),
        sa.Index(
            "uq_item_types_identity",
            "institution_id",
            "identity",
            unique=True,
            sqlite_where=sa.text("merged_into_id IS NULL"),
            postgresql_where=sa.text("merged_into_id IS NULL"),
        ),
        sa.CheckConstraint("replacement_price_fen >= 0", name="price_not_negative"),
    )

    name: Mapped[str] = mapped_column(sa.String(200))
    brand: Mapped[str] = mapped_column(sa.String(200), default="")
    model: Mapped[str] = mapped_column(sa.String(200), default="")
    specification: Mapped[str] = mapped_column(sa.String(200), default="")
    unit: Mapped[str] = mapped_column(sa.String(20), default="")
    class_id: Mapped[int | None]
    service_life_months: Mapped[int | None]
    replacement_price_fen: Mapped[int | None]
    is_labelled: Mapped[bool] = mapped_column(default=True)
    identity: Mapped[str] = mapped_column(sa.String(64))
    merged_into_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    merged_into: Mapped[ItemType | None] = relationship(
        viewonly=True,
        primaryjoin="foreign(ItemType.merged_into_id) == remote(ItemType.id)",
    )
    asset_class: Mapped[AssetClass | None] = relationship(viewonly=True)
    aliases: Mapped[list[ItemAlias]] = relationship(
        viewonly=True, order_by="ItemAlias.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def standing(self) -> ItemType:
        """Itself, or the item type it was merged into."""
        return self.merged_into or self

    @property
    def title(self) -> str:
        """Name, brand, model and specification in one line."""
        return title(self.name, self.brand, self.model, self.specification)


class ItemAlias(Owned, Base):
    """Another name by which people ask for an item type."""

    __tablename__ = "item_aliases"
    __table_args__ = (
        unique_pair(),
        refers("item_type_id", "item_types"),
        sa.UniqueConstraint("institution_id", "item_type_id", "alias"),
    )

    item_type_id: Mapped[int]
    alias: Mapped[str] = mapped_column(sa.String(200))
