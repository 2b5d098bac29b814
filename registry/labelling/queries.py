"""Reading printers, sheets and the history of printing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

import labels
from registry.access.actor import Actor
from registry.kernel.clock import start_of
from registry.kernel.errors import Missing
from registry.labelling.errors import MediumUnknown
from registry.labelling.models import OwnSheet, PrintedLabel, Printer, PrintRun
from registry.organisation import queries as organisation
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

ROLLS = ("50x30", "60x40", "70x50")

Medium = labels.Sheet | labels.Roll


def printers(actor: Actor) -> list[Printer]:
    """The printers one may print to."""
    return list(
        session().scalars(
            sa.select(Printer)
            .where(
                Printer.institution_id == actor.institution_id,
                Printer.removed_at.is_(None),
            )
            .order_by(Printer.name)
        )
    )


def printer(actor: Actor, printer_id: int) -> Printer:
    """A printer that has not been removed."""
    found = next((each for each in printers(actor) if each.id == printer_id), None)
    if found is None:
        raise Missing(what="printers")
    return found


def own_sheets(actor: Actor) -> list[OwnSheet]:
    """The institution's own sheets."""
    return list(
        session().scalars(
            sa.select(OwnSheet)
            .where(
                OwnSheet.institution_id == actor.institution_id,
                OwnSheet.removed_at.is_(None),
            )
            .order_by(OwnSheet.name)
        )
    )


def own_sheet(actor: Actor, sheet_id: int) -> OwnSheet:
    """One of the institution's own sheets."""
    found = next((each for each in own_sheets(actor) if each.id == sheet_id), None)
    if found is None:
        raise Missing(what="own_sheets")
    return found


def medium_named(actor: Actor, name: str) -> tuple[Medium, tuple[float, float]]:
    """The sheet or roll of a name, and its printer's offset; MediumUnknown."""
    kind, colon, rest = name.partition(":")
    if colon and kind == "own" and rest.isascii() and rest.isdigit() and len(rest) < 10:
        own = own_sheet(actor, int(rest))
        sheet = labels.read_sheet({"name": own.name, **own.measures})
        return sheet, (own.offset_x, own.offset_y)
    if colon and kind == "roll":
        return _roll(rest), (0.0, 0.0)
    known = labels.sheets().get(name)
    if known is None:
        raise MediumUnknown(medium=name[:40])
    return known, (0.0, 0.0)


def _roll(text: str) -> labels.Roll:
    wide, cross, high = text.lower().partition("x")
    try:
        if not cross or len(text) > 15:
            raise ValueError(text)
        return labels.Roll(float(wide), float(high))
    except (ValueError, labels.LabelError) as error:
        raise MediumUnknown(medium=text[:40]) from error


PRINT_ORDERS: Orders = {"newest": Order(falling=True)}


@dataclass(frozen=True)
class PrintFilter:
    """What the history of printing is narrowed to."""

    kinds: tuple[str, ...] = ()
    mine: bool = False
    day_from: date | None = None
    day_to: date | None = None


def print_rows(actor: Actor, wanted: PrintFilter, sort: str) -> Rows[PrintRun]:
    """What was printed."""
    query = sa.select(PrintRun).where(PrintRun.institution_id == actor.institution_id)
    where: list[sa.ColumnElement[bool]] = []
    if wanted.kinds:
        where.append(PrintRun.kind.in_(wanted.kinds))
    if wanted.mine:
        where.append(PrintRun.person_id == actor.person_id)
    zone = organisation.institution(actor.institution_id).time_zone
    if wanted.day_from is not None:
        where.append(PrintRun.at >= start_of(wanted.day_from, zone))
    if wanted.day_to is not None:
        after = start_of(wanted.day_to + timedelta(days=1), zone)
        where.append(PrintRun.at < after)
    return Rows(query, PrintRun.id, tuple(where))


def print_runs(actor: Actor, limit: int = 50) -> list[PrintRun]:
    """What was printed last, newest first."""
    query = sa.select(PrintRun).where(PrintRun.institution_id == actor.institution_id)
    return list(session().scalars(query.order_by(PrintRun.id.desc()).limit(limit)))


def printed(
    institution_id: int, codes: list[str]
) -> list[tuple[PrintedLabel, PrintRun]]:
    """When these codes were printed, newest first."""
    rows = session().execute(
        sa.select(PrintedLabel, PrintRun)
        .join(PrintRun, PrintRun.id == PrintedLabel.run_id)
        .where(
            PrintedLabel.institution_id == institution_id, PrintedLabel.code.in_(codes)
        )
        .order_by(PrintedLabel.id.desc())
    )
    return [(label, run) for label, run in rows]
