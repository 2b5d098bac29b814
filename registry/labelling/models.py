"""Tables of printing: printers, own sheets, print runs and what was on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class Printer(Owned, Base):
    """A label printer on the network, named by an administrator."""

    __tablename__ = "printers"
    __table_args__ = (
        unique_pair(),
        one_of("language", ("zpl", "tspl")),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name="port_exists"),
    )

    name: Mapped[str] = mapped_column(sa.String(100))
    host: Mapped[str] = mapped_column(sa.String(200))
    port: Mapped[int] = mapped_column(sa.Integer, default=9100)
    language: Mapped[str] = mapped_column(sa.String(10))
    dpi: Mapped[int] = mapped_column(sa.Integer, default=203)
    width_mm: Mapped[float] = mapped_column(sa.Float)
    height_mm: Mapped[float] = mapped_column(sa.Float)
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class OwnSheet(Owned, Base):
    """A sheet measured by the institution itself, or a known one with an offset."""

    __tablename__ = "own_sheets"
    __table_args__ = (unique_pair(),)

    name: Mapped[str] = mapped_column(sa.String(80))
    measures: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    offset_x: Mapped[float] = mapped_column(sa.Float, default=0.0)
    offset_y: Mapped[float] = mapped_column(sa.Float, default=0.0)
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Id, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class PrintRun(Owned, Base):
    """One act of printing."""

    __tablename__ = "print_runs"
    __table_args__ = (
        unique_pair(),
        sa.Index("ix_print_runs_newest", "institution_id", "id"),
    )

    person_id: Mapped[int | None]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(10))
    medium: Mapped[str] = mapped_column(sa.String(80))
    start_cell: Mapped[int] = mapped_column(sa.Integer, default=1)
    count: Mapped[int] = mapped_column(sa.Integer)
    printer_id: Mapped[int | None]


class PrintedLabel(Owned, Base):
    """One label of a run; ``is_reprint`` where the code had been printed before."""

    __tablename__ = "printed_labels"
    __table_args__ = (
        unique_pair(),
        refers("run_id", "print_runs"),
        sa.Index("ix_printed_labels_code", "code"),
        sa.Index("ix_printed_labels_run", "institution_id", "run_id"),
    )

    run_id: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(9), sa.ForeignKey("codes.code"))
    is_reprint: Mapped[bool]
