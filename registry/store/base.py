"""The declarative base, common columns, and types that both databases share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit key that SQLite also takes as its row id."""


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC moment; refuses a naive one. SQLite keeps it as sortable text."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Any) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Any) -> Any:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Id,
        datetime: UtcDateTime(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
    }


def table_of(model: type[Base]) -> sa.Table:
    """The table of a model, for many rows that need no objects."""
    return cast("sa.Table", model.__table__)


class Owned:
    """A row of one institution, referable together with it.

    The pair ``(institution_id, id)`` is unique, so that other tables can refer to it
    by a composite foreign key and no reference ever crosses institutions.
    """

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    institution_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("institutions.id"), nullable=False
    )


def unique_pair() -> sa.UniqueConstraint:
    """The constraint that lets other tables refer to (institution, id)."""
    return sa.UniqueConstraint("institution_id", "id")


def refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    """A reference to a row of the same institution; never deleted under us."""
    return sa.ForeignKeyConstraint(
        ["institution_id", column],
        [f"{table}.institution_id", f"{table}.id"],
        ondelete="RESTRICT",
    )


def one_of(column: str, values: Any, *, name: str | None = None) -> sa.CheckConstraint:
    """A check that a text column holds one of an enumeration's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")
