"""Tables of how each person likes their lists: columns chosen, filters kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, Owned, refers, unique_pair


class ChosenColumns(Owned, Base):
    """The columns somebody wants of a list, in the order they want them."""

    __tablename__ = "chosen_columns"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.UniqueConstraint("institution_id", "person_id", "listing"),
    )

    person_id: Mapped[int]
    listing: Mapped[str] = mapped_column(sa.String(30))
    columns: Mapped[list[str]] = mapped_column(sa.JSON)
    changed_at: Mapped[datetime]


class KeptFilter(Owned, Base):
    """What somebody narrows a list to again and again, under a name of their own."""

    __tablename__ = "kept_filters"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.UniqueConstraint("institution_id", "person_id", "listing", "name"),
    )

    person_id: Mapped[int]
    listing: Mapped[str] = mapped_column(sa.String(30))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.Text)
    """The filters and the order as they stand in the address of the list."""
    kept_at: Mapped[datetime]
