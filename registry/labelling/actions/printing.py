"""Printing labels of assets, places and blanks, and keeping what was printed."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import labels
from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.codes.actions import issue, mark_printed
from registry.codes.models import Code, CodeKind
from registry.codes.queries import current_code
from registry.journal.actions import record as write_entry
from registry.kernel.checkcodes import grouped
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing
from registry.labelling.errors import LabelNotDrawn, PrinterUnreachable
from registry.labelling.models import PrintedLabel, Printer, PrintRun
from registry.labelling.queries import medium_named
from registry.labelling.rules import FIELDS, MOST_FIELDS, Choice, payload
from registry.ledger.models import Asset
from registry.ledger.queries.listing import LISTED
from registry.organisation import queries as organisation
from registry.organisation.models import Institution, Place
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.words import gettext as _

MOST_LABELS = 10_000
MOST_BLANKS = 2_000
BATCH = 500
CONNECT_SECONDS = 5
SEND_SECONDS = 30

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Printed:
    """What a run has made: the bytes, their kind, and the run that is on record."""

    run: PrintRun
    content: bytes
    media_type: str
    name: str


def print_assets(
    actor: Actor,
    asset_ids: Sequence[int],
    choice: Choice,
    base_url: str,
    *,
    printer: Printer | None = None,
    progress: Progress | None = None,
) -> Printed:
    """Draw the labels of assets, then record the run in a short transaction.

    With a printer they are handed to it, which is for jobs: it may take minutes.
    Raises Missing, Forbidden, MediumUnknown, LabelNotDrawn, PrinterUnreachable.
    """
    _check_count(asset_ids, MOST_LABELS)
    _check_fields(choice)
    assets = _assets(actor, asset_ids)
    for asset in assets:
        actor.require(Permission.LABEL_PRINT, asset)
    home = organisation.institution(actor.institution_id)
    made = [_asset_label(asset, home, choice, base_url) for asset in assets]
    codes = [asset.code for asset in assets]
    return _run(actor, "asset", codes, made, choice, printer, progress)


def print_places(
    actor: Actor,
    place_ids: Sequence[int],
    choice: Choice,
    base_url: str,
    *,
    printer: Printer | None = None,
    progress: Progress | None = None,
) -> Printed:
    """Draw door labels; a place that has no code yet gets one."""
    _check_count(place_ids, MOST_LABELS)
    places = [organisation.place(actor, place_id) for place_id in place_ids]
    for place in places:
        actor.require(Permission.LABEL_PRINT, place)
    home = organisation.institution(actor.institution_id)
    codes = [_place_code(actor, place) for place in places]
    made = [
        labels.Label(
            payload=payload(home.label_url or base_url, code),
            code=grouped(code),
            title=place.name,
            lines=((_("位置"), place.full_name),),
            institution=home.name,
            kind=labels.Kind.PLACE,
        )
        for place, code in zip(places, codes, strict=True)
    ]
    return _run(actor, "place", codes, made, choice, printer, progress)


def print_blanks(
    actor: Actor,
    count: int,
    choice: Choice,
    base_url: str,
    *,
    progress: Progress | None = None,
) -> Printed:
    """Issue and draw blank codes that are given to things on site."""
    actor.require(Permission.BLANK_PRINT)
    if not 1 <= count <= MOST_BLANKS:
        raise Invalid.field("count", "out_of_range", least=1, most=MOST_BLANKS)
    codes = issue(actor.institution_id, CodeKind.BLANK, [None] * count)
    home = organisation.institution(actor.institution_id)
    made = blank_labels(codes, home, base_url)
    return _run(actor, "blank", codes, made, choice, None, progress)


def blank_labels(
    codes: Sequence[str], home: Institution, base_url: str
) -> list[labels.Label]:
    """Labels with a code and a line to write on."""
    return [
        labels.Label(
            payload=payload(home.label_url or base_url, code),
            code=grouped(code),
            lines=((_("名称"), ""),),
            institution=home.name,
            kind=labels.Kind.BLANK,
        )
        for code in codes
    ]


def preview(
    actor: Actor, asset_ids: Sequence[int], choice: Choice, base_url: str
) -> bytes:
    """The first page as a picture, drawn as it will be printed; nothing is recorded."""
    _check_fields(choice)
    assets = _assets(actor, asset_ids[:100])
    for asset in assets:
        actor.require(Permission.LABEL_PRINT, asset)
    home = organisation.institution(actor.institution_id)
    made = [_asset_label(asset, home, choice, base_url) for asset in assets]
    medium, offset = medium_named(actor, choice.medium)
    try:
        return labels.draw_preview_png(
            made, medium, 1, start_cell=choice.start_cell, offset=offset
        )
    except labels.LabelError as refusal:
        raise _refused(refusal) from refusal


def draw(
    made: Sequence[labels.Label],
    choice: Choice,
    medium: labels.Sheet | labels.Roll,
    offset: tuple[float, float],
    progress: Progress | None = None,
) -> tuple[bytes, str, str]:
    """Labels as bytes, with their media type and file ending; LabelNotDrawn."""
    try:
        if choice.form == "pdf":
            return (
                _pdf(made, choice, medium, offset, progress),
                "application/pdf",
                "pdf",
            )
        if not isinstance(medium, labels.Roll):
            raise Invalid.field("form", "roll_only", form=choice.form)
        if choice.form == "png":
            return labels.draw_png(made[0], medium, choice.dpi), "image/png", "png"
        drawers = {"zpl": labels.draw_zpl, "tspl": labels.draw_tspl}
        drawer = drawers.get(choice.form)
        if drawer is None:
            raise Invalid.field("form", "not_a_choice", found=choice.form[:20])
        parts = [
            drawer(label, medium, choice.dpi, copies=choice.copies) for label in made
        ]
        return b"".join(parts), "application/octet-stream", choice.form
    except labels.LabelError as refusal:
        raise _refused(refusal) from refusal


def _pdf(
    made: Sequence[labels.Label],
    choice: Choice,
    medium: labels.Sheet | labels.Roll,
    offset: tuple[float, float],
    progress: Progress | None,
) -> bytes:
    out = io.BytesIO()
    if isinstance(medium, labels.Roll):
        labels.draw_roll_pdf(
            made, medium, out=out, copies=choice.copies, progress=progress
        )
    else:
        labels.draw_sheet_pdf(
            made,
            medium,
            out=out,
            start_cell=choice.start_cell,
            offset=offset,
            copies=choice.copies,
            progress=progress,
        )
    return out.getvalue()


@contextmanager
def _connected(printer: Printer) -> Iterator[socket.socket]:
    """A label printer that answers; PrinterUnreachable if it does not, or stops to."""
    try:
        with socket.create_connection(
            (printer.host, printer.port), timeout=CONNECT_SECONDS
        ) as connection:
            connection.settimeout(SEND_SECONDS)
            yield connection
    except OSError as error:
        raise PrinterUnreachable(printer=printer.name) from error


def _run(
    actor: Actor,
    kind: str,
    codes: Sequence[str],
    made: Sequence[labels.Label],
    choice: Choice,
    printer: Printer | None,
    progress: Progress | None,
) -> Printed:
    if printer is not None:
        return _send(actor, kind, codes, made, choice, printer, progress)
    medium, offset = medium_named(actor, choice.medium)
    content, media_type, ending = draw(made, choice, medium, offset, progress)
    run = _record(actor, kind, codes, choice, None)
    return Printed(run, content, media_type, f"labels-{run.id}.{ending}")


def _send(
    actor: Actor,
    kind: str,
    codes: Sequence[str],
    made: Sequence[labels.Label],
    choice: Choice,
    printer: Printer,
    progress: Progress | None,
) -> Printed:
    """Hand labels to a printer one by one, which may be slow: never in a transaction.

    What is handed over is on record before; of a printer that does not answer nothing.
    """
    choice = Choice(
        medium=f"roll:{printer.width_mm:g}x{printer.height_mm:g}",
        form=printer.language,
        copies=choice.copies,
        dpi=printer.dpi,
    )
    medium, offset = medium_named(actor, choice.medium)
    parts = [draw([label], choice, medium, offset)[0] for label in made]
    with _connected(printer) as connection:
        run = _record(actor, kind, codes, choice, printer)
        for number, part in enumerate(parts, 1):
            connection.sendall(part)
            if progress is not None and (number % 20 == 0 or number == len(parts)):
                progress(number)
    name = f"labels-{run.id}.{choice.form}"
    return Printed(run, b"".join(parts), "application/octet-stream", name)


def _record(
    actor: Actor,
    kind: str,
    codes: Sequence[str],
    choice: Choice,
    printer: Printer | None,
) -> PrintRun:
    with transaction() as session:
        run = PrintRun(
            institution_id=actor.institution_id,
            person_id=actor.person_id,
            at=now(),
            kind=kind,
            medium=choice.medium,
            start_cell=choice.start_cell,
            count=len(codes),
            printer_id=printer.id if printer else None,
        )
        session.add(run)
        session.flush()
        before = _printed_before(codes)
        session.execute(
            sa.insert(PrintedLabel),
            [
                {
                    "institution_id": actor.institution_id,
                    "run_id": run.id,
                    "code": code,
                    "is_reprint": code in before,
                }
                for code in codes
            ],
        )
        mark_printed(codes)
        facts = {"kind": kind, "medium": choice.medium, "count": len(codes)}
        write_entry(actor, "print_run", run.id, "print", facts, is_new=True)
        return run


def _printed_before(codes: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(codes), BATCH):
        found |= set(
            current_session().scalars(
                sa.select(Code.code).where(
                    Code.code.in_(codes[start : start + BATCH]),
                    Code.printed_at.is_not(None),
                )
            )
        )
    return found


def _assets(actor: Actor, asset_ids: Sequence[int]) -> list[Asset]:
    """The assets in the order asked for; Missing if one is not there."""
    found: dict[int, Asset] = {}
    for start in range(0, len(asset_ids), BATCH):
        rows = current_session().scalars(
            sa.select(Asset)
            .where(
                Asset.institution_id == actor.institution_id,
                Asset.id.in_(asset_ids[start : start + BATCH]),
            )
            .options(*LISTED)
        )
        found.update((row.id, row) for row in rows)
    if missing := [each for each in asset_ids if each not in found]:
        raise Missing(what="assets", count=len(missing))
    return [found[each] for each in dict.fromkeys(asset_ids)]


def _asset_label(
    asset: Asset, home: Institution, choice: Choice, base_url: str
) -> labels.Label:
    try:
        return labels.Label(
            payload=payload(home.label_url or base_url, asset.code),
            code=grouped(asset.code),
            title=asset.item_type.name,
            lines=tuple(
                _line(asset, field) for field in FIELDS if field in choice.fields
            ),
            institution=home.name,
            kind=labels.Kind.ASSET,
        )
    except labels.LabelError as refusal:
        raise _refused(refusal) from refusal


def _line(asset: Asset, field: str) -> tuple[str, str]:
    kind = asset.item_type
    day = asset.acquired_on
    values = {
        "model": (
            _("型号"),
            " ".join(part for part in (kind.brand, kind.model) if part),
        ),
        "asset_number": (_("编号"), asset.number),
        "serial": (_("序列号"), asset.serial),
        "department": (_("部门"), asset.department.name),
        "place": (_("地点"), asset.place.full_name if asset.place else ""),
        "custodian": (_("保管人"), asset.custodian.name if asset.custodian else ""),
        "acquired_on": (_("取得日期"), day.isoformat() if day else ""),
    }
    return values[field]


def _place_code(actor: Actor, place: Place) -> str:
    known = current_code(CodeKind.PLACE, place.id)
    if known is not None:
        return known.code
    [code] = issue(actor.institution_id, CodeKind.PLACE, [place.id])
    return code


def _check_count(ids: Sequence[int], most: int) -> None:
    if not 1 <= len(ids) <= most:
        raise Invalid.field("assets", "out_of_range", least=1, most=most)


def _check_fields(choice: Choice) -> None:
    unknown = set(choice.fields) - set(FIELDS)
    if unknown or len(choice.fields) > MOST_FIELDS:
        raise Invalid.field("fields", "not_a_choice", most=MOST_FIELDS)


def _refused(refusal: labels.LabelError) -> LabelNotDrawn:
    facts: dict[str, Any] = dict(refusal.facts)
    return LabelNotDrawn(refusal.code, **facts)
