"""Labels in the API: printing, blanks, what was printed, printers and sheets."""

from __future__ import annotations

import io
from typing import Any

from flask import Response

import labels as paper
from registry.access.permissions import Permission
from registry.kernel.errors import Invalid
from registry.labelling import actions, queries
from registry.labelling.actions.printing import Printed
from registry.labelling.queries import ROLLS
from registry.labelling.rules import USUAL, Choice
from registry.labelling.running import begin_printing
from registry.lists.of.printing import PRINT_RUNS
from registry.web.api.files import BYTES, handed_out
from registry.web.api.listing import listing_page
from registry.web.api.schemas import labels as shapes
from registry.web.api.schemas.jobs import JobOut
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import guarded
from registry.web.base.sessions import caller, current_actor
from registry.web.base.settings import current_settings
from registry.words import current_language

blueprint = ApiBlueprint(
    "api_labels", __name__, url_prefix="", description="Labels, printers, sheets"
)


def base_url() -> str:
    """What the address on a label begins with."""
    house = caller().house
    return (house.label_url if house else "") or current_settings().public_url


def choice_of(given: dict[str, Any]) -> Choice:
    """How labels are to look."""
    plain = ("medium", "start_cell", "copies", "form")
    known = {name: given[name] for name in plain if name in given}
    return Choice(**known, fields=tuple(given.get("fields_", ())) or USUAL)


def _wanted(given: dict[str, Any]) -> tuple[str, list[int]]:
    """Of what labels are wanted; Invalid for nothing, and for both at once."""
    assets, places = given["asset_ids"], given["place_ids"]
    if bool(assets) == bool(places):
        raise Invalid.field("asset_ids", "nothing_to_print")
    return ("assets", assets) if assets else ("places", places)


def _file(printed: Printed) -> Response:
    return handed_out(printed.content, printed.media_type, printed.name)


@blueprint.post("/labels")
@guarded(Permission.LABEL_PRINT)
@blueprint.arguments(shapes.LabelsIn)
@blueprint.response(200, BYTES, content_type="application/pdf")
def print_labels(given: dict[str, Any]) -> Response:
    """Labels of up to 200 assets or places as a file: PDF, PNG, ZPL or TSPL; on record.

    A printer is handed labels by a job: ``POST /labels/jobs``.
    """
    what, ids = _wanted(given)
    act = actions.print_assets if what == "assets" else actions.print_places
    return _file(act(current_actor(), ids, choice_of(given), base_url()))


@blueprint.post("/labels/jobs")
@guarded(Permission.LABEL_PRINT)
@blueprint.arguments(shapes.ManyLabelsIn)
@blueprint.response(202, JobOut)
def print_many(given: dict[str, Any]) -> Any:
    """Have up to 5,000 labels drawn; the file is found with the job.

    With ``printer_id`` they are handed to that printer as well, on its own roll.
    """
    actor, key = current_actor(), given["printer_id"]
    what, ids = _wanted(given)
    printer = queries.printer(actor, key) if key else None
    return begin_printing(actor, what, ids, choice_of(given), base_url(), printer)


@blueprint.get("/labels/preview")
@guarded(Permission.LABEL_PRINT)
@blueprint.arguments(shapes.PreviewQuery, location="query")
@blueprint.response(200, BYTES, content_type="image/png")
def preview(asked: dict[str, Any]) -> Response:
    """The first page of labels as it would be printed; nothing is recorded."""
    actor, ids = current_actor(), asked["asset_ids"]
    picture = actions.preview(actor, ids, choice_of(asked), base_url())
    return handed_out(picture, "image/png")


@blueprint.post("/labels/blanks")
@guarded(Permission.BLANK_PRINT)
@blueprint.arguments(shapes.BlanksIn)
@blueprint.response(200, BYTES, content_type="application/pdf")
def print_blanks(given: dict[str, Any]) -> Response:
    """Issue blank codes, which are given to things on site, and draw them."""
    actor, count = current_actor(), given.pop("count")
    return _file(actions.print_blanks(actor, count, choice_of(given), base_url()))


@blueprint.get("/labels/media")
@guarded(Permission.LABEL_PRINT)
@blueprint.response(200, shapes.MediaOut)
def media() -> dict[str, Any]:
    """Everything one can print on."""
    own = queries.own_sheets(current_actor())
    rolls = [f"roll:{size}" for size in ROLLS]
    return {"sheets": list(paper.sheets()), "rolls": rolls, "own": own}


@blueprint.get("/labels/calibration")
@guarded(Permission.LABEL_PRINT)
@blueprint.arguments(shapes.MediumQuery, location="query")
@blueprint.response(200, BYTES, content_type="application/pdf")
def calibration(asked: dict[str, Any]) -> Response:
    """A page that shows by how much a printer is off."""
    medium, offset = queries.medium_named(current_actor(), asked["medium"])
    if isinstance(medium, paper.Roll):
        raise Invalid.field("medium", "sheet_only")
    out, language = io.BytesIO(), "en" if current_language() == "en" else "zh"
    paper.draw_calibration_pdf(medium, language, out=out, offset=offset)
    return handed_out(out.getvalue(), "application/pdf")


@blueprint.get("/print-runs")
@guarded(Permission.LABEL_PRINT)
@blueprint.arguments(shapes.PrintRunQuery, location="query")
@blueprint.response(200, shapes.PrintRunPage)
def print_runs(asked: dict[str, Any]) -> dict[str, Any]:
    """What was printed, newest first, narrowed, a page at a time."""
    return listing_page(PRINT_RUNS, asked)


@blueprint.get("/printers")
@guarded(Permission.LABEL_PRINT)
@blueprint.response(200, shapes.PrinterList)
def printers() -> dict[str, Any]:
    """The printers one may print to."""
    return {"items": queries.printers(current_actor())}


@blueprint.post("/printers")
@guarded(Permission.PRINTER_MANAGE)
@blueprint.arguments(shapes.PrinterIn)
@blueprint.response(201, shapes.PrinterOut)
def add_printer(given: dict[str, Any]) -> Any:
    """Name a label printer on the network."""
    return actions.add_printer(current_actor(), **given)


@blueprint.delete("/printers/<int:printer_id>")
@guarded(Permission.PRINTER_MANAGE)
@blueprint.response(204)
def remove_printer(printer_id: int) -> None:
    """No longer offer a printer."""
    actions.remove_printer(current_actor(), printer_id)


@blueprint.post("/sheets")
@guarded(Permission.PRINTER_MANAGE)
@blueprint.arguments(shapes.SheetMeasures)
@blueprint.response(201, shapes.SheetOut)
def add_sheet(given: dict[str, Any]) -> Any:
    """Keep the measures of a sheet of one's own."""
    name = given.pop("name")
    offsets = {each: given.pop(each) for each in ("offset_x", "offset_y")}
    return actions.add_sheet(current_actor(), name, given, **offsets)


@blueprint.delete("/sheets/<int:sheet_id>")
@guarded(Permission.PRINTER_MANAGE)
@blueprint.response(204)
def remove_sheet(sheet_id: int) -> None:
    """No longer offer an own sheet."""
    actions.remove_sheet(current_actor(), sheet_id)
