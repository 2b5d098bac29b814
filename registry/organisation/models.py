"""Tables of the organisation. Paths are ids from the root down: ``/1/4/9/``."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.access.roles import Role
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class PlaceKind(StrEnum):
    """What sort of place it is."""

    CAMPUS = "campus"
    BUILDING = "building"
    FLOOR = "floor"
    ROOM = "room"
    OTHER = "other"


class FactorFor(StrEnum):
    """Who must prove more than a password at sign-in."""

    NOBODY = "nobody"
    """Nobody must; everybody may."""
    DECIDERS = "deciders"
    """Administrators, and whoever approves or rules."""
    EVERYONE = "everyone"
    """Everybody who signs in."""


class Institution(Base):
    """A school or public body with a ledger of its own."""

    __tablename__ = "institutions"
    __table_args__ = (one_of("factor_for", FactorFor),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(40))
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    accent: Mapped[str] = mapped_column(sa.String(7), default="#1f5f8b")
    time_zone: Mapped[str] = mapped_column(sa.String(40), default="Asia/Shanghai")
    language: Mapped[str] = mapped_column(sa.String(10), default="zh-CN")
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    label_url: Mapped[str] = mapped_column(sa.String(200), default="")
    factor_for: Mapped[str] = mapped_column(
        sa.String(10),
        default=str(FactorFor.DECIDERS),
        server_default=str(FactorFor.DECIDERS),
    )
    """Of whom a second factor is asked."""
    factor_from: Mapped[datetime | None]
    """From when on they do nothing without; until then they are reminded. None: never
    yet."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Id, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def institution_id(self) -> int:
        """Itself, so that permission checks treat it like any other subject."""
        return self.id


class Department(Owned, Base):
    """A department; those below it stand under its path."""

    __tablename__ = "departments"
    __table_args__ = (
        unique_pair(),
        refers("parent_id", "departments"),
        refers("merged_into_id", "departments"),
        sa.Index("ix_departments_path", "institution_id", "path"),
        sa.Index("ix_departments_order", "institution_id", "name", "id"),
        sa.Index(
            "uq_departments_name",
            "institution_id",
            "parent_id",
            "name",
            unique=True,
            sqlite_where=sa.text("closed_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NULL"),
        ),
    )

    parent_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(sa.String(200))
    code: Mapped[str] = mapped_column(sa.String(40), default="")
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    path: Mapped[str] = mapped_column(sa.String(400), default="")
    merged_into_id: Mapped[int | None]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def department_path(self) -> str:
        """Its own path, for permission checks."""
        return self.path


class Place(Owned, Base):
    """A campus, building, floor or room; ``full_name`` reads from the outermost in."""

    __tablename__ = "places"
    __table_args__ = (
        unique_pair(),
        refers("parent_id", "places"),
        refers("department_id", "departments"),
        one_of("kind", PlaceKind),
        sa.Index("ix_places_path", "institution_id", "path"),
        sa.Index("ix_places_full_name", "institution_id", "full_name", "id"),
        sa.Index(
            "uq_places_name",
            "institution_id",
            "parent_id",
            "name",
            unique=True,
            sqlite_where=sa.text("closed_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NULL"),
        ),
    )

    parent_id: Mapped[int | None]
    department_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(10))
    is_store: Mapped[bool] = mapped_column(default=False)
    path: Mapped[str] = mapped_column(sa.String(400), default="")
    full_name: Mapped[str] = mapped_column(sa.String(800), default="")
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    department: Mapped[Department | None] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def department_path(self) -> str | None:
        """The path of the department that keeps it, if one does."""
        return self.department.path if self.department else None

    @property
    def near_name(self) -> str:
        """The innermost two parts of its full name: what tells it apart in a row."""
        return " / ".join(self.full_name.split(" / ")[-2:])


class Person(Owned, Base):
    """Somebody of the institution, with or without a way to sign in."""

    __tablename__ = "people"
    __table_args__ = (
        unique_pair(),
        refers("department_id", "departments"),
        refers("merged_into_id", "people"),
        sa.Index("ix_people_department", "institution_id", "department_id"),
        sa.Index("ix_people_name", "institution_id", "name", "id"),
        sa.Index("ix_people_staff_number", "institution_id", "staff_number", "id"),
        sa.Index(
            "uq_people_staff_number",
            "institution_id",
            "staff_number",
            unique=True,
            sqlite_where=sa.text("staff_number <> ''"),
            postgresql_where=sa.text("staff_number <> ''"),
        ),
    )

    name: Mapped[str] = mapped_column(sa.String(200))
    staff_number: Mapped[str] = mapped_column(sa.String(40), default="")
    department_id: Mapped[int]
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    email: Mapped[str] = mapped_column(sa.String(200), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="")
    text_size: Mapped[str] = mapped_column(sa.String(10), default="normal")
    left_on: Mapped[date | None]
    merged_into_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    department: Mapped[Department] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form

    @property
    def department_path(self) -> str:
        """The path of the person's department."""
        return self.department.path


class RoleGrant(Owned, Base):
    """A role somebody holds for a department and below, possibly for a time."""

    __tablename__ = "role_grants"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        refers("department_id", "departments"),
        one_of("role", Role),
        sa.Index(
            "uq_role_grants_live",
            "institution_id",
            "person_id",
            "role",
            "department_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    person_id: Mapped[int]
    role: Mapped[str] = mapped_column(sa.String(40))
    department_id: Mapped[int]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    department: Mapped[Department] = relationship(viewonly=True)
