"""Naming label printers and measuring own sheets."""

from __future__ import annotations

import re
from typing import Any

import labels
from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record as write_entry
from registry.kernel.clock import now
from registry.kernel.errors import Invalid
from registry.kernel.text import required_line
from registry.labelling.errors import LabelNotDrawn
from registry.labelling.models import OwnSheet, Printer
from registry.labelling.queries import own_sheet, printer
from registry.store.transaction import transaction

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:\-]{0,198}[A-Za-z0-9])?")


def add_printer(
    actor: Actor,
    name: str,
    host: str,
    *,
    port: int = 9100,
    language: str = "zpl",
    dpi: int = 203,
    width_mm: float = 60.0,
    height_mm: float = 40.0,
) -> Printer:
    """Name a label printer at an address that only administrators choose."""
    with transaction() as session:
        actor.require(Permission.PRINTER_MANAGE)
        if not _HOST.fullmatch(host):
            raise Invalid.field("host", "bad_host", found=host[:80])
        if not 1 <= port <= 65_535:
            raise Invalid.field("port", "out_of_range", least=1, most=65_535)
        if language not in ("zpl", "tspl"):
            raise Invalid.field("language", "not_a_choice", found=language[:20])
        if dpi not in (203, 300, 600):
            raise Invalid.field("dpi", "not_a_choice", found=dpi)
        _check(lambda: labels.Roll(width_mm, height_mm))
        made = Printer(
            institution_id=actor.institution_id,
            name=required_line(name, field="name", most=100),
            host=host,
            port=port,
            language=language,
            dpi=dpi,
            width_mm=width_mm,
            height_mm=height_mm,
        )
        session.add(made)
        session.flush()
        facts = {"name": made.name, "host": host, "port": port}
        write_entry(actor, "printer", made.id, "add", facts, is_new=True)
        return made


def remove_printer(actor: Actor, printer_id: int) -> None:
    """No longer print to a printer."""
    with transaction() as session:
        actor.require(Permission.PRINTER_MANAGE)
        found = printer(actor, printer_id)
        found.removed_at = now()
        session.flush()
        write_entry(actor, "printer", found.id, "remove")


def add_sheet(
    actor: Actor,
    name: str,
    measures: dict[str, Any],
    *,
    offset_x: float = 0.0,
    offset_y: float = 0.0,
) -> OwnSheet:
    """Keep the measures of a sheet, and by how much the printer is off."""
    with transaction() as session:
        actor.require(Permission.PRINTER_MANAGE)
        title = required_line(name, field="name", most=80)
        _check(lambda: labels.read_sheet({"name": title, **measures}))
        for field, value in (("offset_x", offset_x), ("offset_y", offset_y)):
            if not -10.0 <= value <= 10.0:
                raise Invalid.field(field, "out_of_range", least=-10, most=10)
        made = OwnSheet(
            institution_id=actor.institution_id,
            name=title,
            measures=measures,
            offset_x=offset_x,
            offset_y=offset_y,
        )
        session.add(made)
        session.flush()
        write_entry(actor, "own_sheet", made.id, "add", {"name": title}, is_new=True)
        return made


def remove_sheet(actor: Actor, sheet_id: int) -> None:
    """No longer offer an own sheet."""
    with transaction() as session:
        actor.require(Permission.PRINTER_MANAGE)
        found = own_sheet(actor, sheet_id)
        found.removed_at = now()
        session.flush()
        write_entry(actor, "own_sheet", found.id, "remove")


def _check(make: Any) -> None:
    try:
        make()
    except labels.LabelError as refusal:
        facts: dict[str, Any] = dict(refusal.facts)
        raise LabelNotDrawn(refusal.code, **facts) from refusal
