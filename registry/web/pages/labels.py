"""Printing labels: which, on what, how they look; blanks, printers, sheets."""

from __future__ import annotations

import io
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

import labels as paper
from registry.access.permissions import Permission
from registry.kernel.errors import Invalid
from registry.labelling import actions, queries
from registry.labelling.actions.printing import MOST_BLANKS, Printed
from registry.labelling.models import Printer
from registry.labelling.queries import ROLLS
from registry.labelling.rules import FIELDS, MOST_FIELDS, USUAL, Choice
from registry.labelling.running import begin_printing
from registry.ledger import queries as ledger
from registry.lists.of.printing import PRINT_RUNS
from registry.web.base import fields as read
from registry.web.base.forms import Form, blank_form, query_values, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import caller, current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.lists.view import ListView, view_of
from registry.words import _, current_language
from registry.words.printed import medium_word
from registry.words.terms import field_word

blueprint = Blueprint("labels", __name__, url_prefix="/labels")

MOST_AT_ONCE = 200
"""So many labels are drawn while one waits; more are drawn as a job."""
MOST = 5_000


class Asked(read.StrictSchema):
    """Which labels, on what, and what stands on them."""

    asset = read.Many(read.Key(), load_default=list, most=MOST)
    place = read.Many(read.Key(), load_default=list, most=MOST)
    document = read.Line(load_default="", most=60)
    medium = read.Line(load_default="L7160", most=80)
    start_cell = read.Whole(least=1, most=600, load_default=1)
    copies = read.Whole(least=1, most=20, load_default=1)
    field = read.Many(read.Choice(FIELDS), load_default=list, most=MOST_FIELDS)
    printer = read.Key(load_default=None)


def _choice(values: dict[str, Any]) -> Choice:
    return Choice(
        medium=values["medium"],
        start_cell=values["start_cell"],
        copies=values["copies"],
        fields=tuple(values["field"]) or USUAL,
    )


@blueprint.get("")
@guarded(Permission.LABEL_PRINT)
def index() -> str:
    """What is to be printed, on what, and how it will look."""
    values = query_values(Asked)
    return _page(blank_form(**{**values, "field": values["field"] or list(USUAL)}))


def _assets(given: dict[str, Any]) -> list[int]:
    """The assets that were named, or those of a document."""
    ids = read.keys_in(given.get("asset"))
    if not ids and given.get("document"):
        wanted = ledger.Filter(document=str(given["document"]))
        actor = current_actor()
        page = ledger.list_assets(actor, wanted, sort="number", size=200)
        ids = [asset.id for asset in page.rows]
        while page.next_cursor and len(ids) < MOST:
            page = ledger.list_assets(
                actor, wanted, sort="number", size=200, cursor=page.next_cursor
            )
            ids += [asset.id for asset in page.rows]
    return ids


def _page(form: Form) -> str:
    actor = current_actor()
    ids = _assets(form.given)
    return render_template(
        "labels/index.html",
        form=form,
        ids=ids,
        places=read.keys_in(form.given.get("place")),
        media=_media(),
        printers=[(each.id, each.name) for each in queries.printers(actor)],
        field_options=[(name, field_word(name)) for name in FIELDS],
        shown=[ledger.asset(actor, each) for each in ids[:5]],
        runs=queries.print_runs(actor, limit=10),
        medium_word=medium_word,
    )


def _media() -> list[tuple[str, str]]:
    """Everything one can print on: own sheets first, rolls, the known sheets."""
    own = [
        (f"own:{each.id}", _("自定义：%(name)s", name=each.name))
        for each in queries.own_sheets(current_actor())
    ]
    rolls = [
        (f"roll:{size}", _("卷纸 %(size)s 毫米", size=size.replace("x", "×")))
        for size in ROLLS
    ]
    known = [(name, _sheet_words(each)) for name, each in paper.sheets().items()]
    return own + rolls + known


def _sheet_words(sheet: paper.Sheet) -> str:
    page = "Letter" if sheet.page_width > 212 else "A4"
    return _(
        "%(name)s：%(page)s，%(columns)s×%(rows)s 格，%(width)s×%(height)s 毫米",
        name=sheet.name,
        page=page,
        columns=sheet.columns,
        rows=sheet.rows,
        width=f"{sheet.width:g}",
        height=f"{sheet.height:g}",
    )


def _base_url() -> str:
    house = caller().house
    return (house.label_url if house else "") or current_settings().public_url


@blueprint.get("/preview.png")
@guarded(Permission.LABEL_PRINT)
def preview() -> Response:
    """The first page as it will be printed."""
    values = query_values(Asked)
    picture = actions.preview(
        current_actor(), _assets(values), _choice(values), _base_url()
    )
    return Response(picture, mimetype="image/png")


@blueprint.post("")
@guarded(Permission.LABEL_PRINT)
def print_out() -> ResponseReturnValue:
    """Draw the labels and hand them over, send them to a printer, or begin a job."""
    form = read_form(Asked)
    ids, places = _assets(form.values), list(form.values.get("place") or [])
    if form.ok and not ids and not places:
        form.refuse("asset", "nothing_to_print")
    if form.ok:
        try:
            return _print(form.values, ids, places)
        except Invalid as refusal:
            form.add(refusal, fields="field")
    return _page(form), 422


def _print(
    values: dict[str, Any], ids: list[int], places: list[int]
) -> ResponseReturnValue:
    actor, choice = current_actor(), _choice(values)
    printer = queries.printer(actor, values["printer"]) if values["printer"] else None
    if printer is not None or len(ids) + len(places) > MOST_AT_ONCE:
        return _begin_job(ids, places, choice, printer)
    act = actions.print_assets if ids else actions.print_places
    return _file(act(actor, ids or places, choice, _base_url()))


def _begin_job(
    ids: list[int], places: list[int], choice: Choice, printer: Printer | None
) -> ResponseReturnValue:
    what = "assets" if ids else "places"
    job = begin_printing(
        current_actor(), what, ids or places, choice, _base_url(), printer
    )
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _file(printed: Printed) -> Response:
    answer = Response(printed.content, mimetype=printed.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{printed.name}"'
    return answer


class Blanks(read.StrictSchema):
    """How many blank labels, on what."""

    count = read.Whole(least=1, most=MOST_BLANKS, required=True)
    medium = read.Line(load_default="L7160", most=80)
    start_cell = read.Whole(least=1, most=600, load_default=1)


@blueprint.get("/blanks")
@guarded(Permission.BLANK_PRINT)
def blanks() -> str:
    """The form for blank labels, stuck on first and given to things on site."""
    return _blanks_page(blank_form(count=21, medium="L7160", start_cell=1))


@blueprint.post("/blanks")
@guarded(Permission.BLANK_PRINT)
def print_blanks() -> ResponseReturnValue:
    """Issue blank codes and draw them."""
    form = read_form(Blanks)
    if form.ok:
        values = form.values
        choice = Choice(medium=values["medium"], start_cell=values["start_cell"])
        try:
            return _file(
                actions.print_blanks(
                    current_actor(), values["count"], choice, _base_url()
                )
            )
        except Invalid as refusal:
            form.add(refusal)
    return _blanks_page(form), 422


def _blanks_page(form: Form) -> str:
    return render_template("labels/blanks.html", form=form, media=_media())


@blueprint.get("/runs")
@guarded(Permission.LABEL_PRINT)
def runs() -> ResponseReturnValue:
    """Everything that was printed, as a list."""
    view = view_of(PRINT_RUNS)
    if not isinstance(view, ListView):
        return view
    return render_template("labels/runs.html", view=view), view.status


@blueprint.get("/settings")
@guarded(Permission.PRINTER_MANAGE)
def settings() -> str:
    """Printers on the network, own sheets, and the calibration page."""
    return _settings_page(_printer_form(), _sheet_form())


def _printer_form() -> Form:
    return blank_form(port=9100, language="zpl", dpi=203, width_mm=60, height_mm=40)


def _sheet_form() -> Form:
    return blank_form(page="A4", offset_x="0", offset_y="0")


def _settings_page(printer: Form, sheet: Form) -> str:
    actor = current_actor()
    return render_template(
        "labels/settings.html",
        printers=queries.printers(actor),
        sheets=queries.own_sheets(actor),
        printer_form=printer,
        own=sheet,
        media=[each for each in _media() if not each[0].startswith("roll:")],
    )


class NewPrinter(read.StrictSchema):
    """A label printer on the network."""

    name = read.Line(required=True, most=100)
    host = read.Line(required=True, most=200)
    port = read.Whole(least=1, most=65_535, load_default=9100)
    language = read.Choice(("zpl", "tspl"), load_default="zpl")
    dpi = read.Choice(("203", "300", "600"), load_default="203")
    width_mm = read.Whole(least=15, most=220, load_default=60)
    height_mm = read.Whole(least=10, most=300, load_default=40)


@blueprint.post("/printers")
@guarded(Permission.PRINTER_MANAGE)
def add_printer() -> ResponseReturnValue:
    """Name a label printer."""
    form = read_form(NewPrinter)
    if form.ok:
        values = dict(form.values)
        values["dpi"] = int(values["dpi"])
        try:
            actions.add_printer(current_actor(), **values)
            flash(_("已添加打印机。"), "done")
            return redirect(url_for("labels.settings"), 303)
        except Invalid as refusal:
            form.add(refusal)
    return _settings_page(form, _sheet_form()), 422


@blueprint.post("/printers/<int:printer_id>/remove")
@guarded(Permission.PRINTER_MANAGE)
def remove_printer(printer_id: int) -> ResponseReturnValue:
    """No longer offer a printer."""
    actions.remove_printer(current_actor(), printer_id)
    flash(_("已移除打印机。"), "done")
    return redirect(url_for("labels.settings"), 303)


class NewSheet(read.StrictSchema):
    """A sheet as somebody measured it, in millimetres."""

    sheet_name = read.Line(required=True, most=80)
    page = read.Choice(("A4", "Letter"), load_default="A4")
    columns = read.Whole(least=1, most=50, required=True)
    rows = read.Whole(least=1, most=100, required=True)
    width = read.Line(required=True, most=8)
    height = read.Line(required=True, most=8)
    left = read.Line(required=True, most=8)
    top = read.Line(required=True, most=8)
    pitch_x = read.Line(load_default="", most=8)
    pitch_y = read.Line(load_default="", most=8)
    offset_x = read.Line(load_default="0", most=8)
    offset_y = read.Line(load_default="0", most=8)


@blueprint.post("/sheets")
@guarded(Permission.PRINTER_MANAGE)
def add_sheet() -> ResponseReturnValue:
    """Keep the measures of a sheet."""
    form = read_form(NewSheet)
    measures = _measures(form)
    if form.ok:
        offsets = {name: measures.pop(name) for name in ("offset_x", "offset_y")}
        try:
            actions.add_sheet(
                current_actor(), form.values["sheet_name"], measures, **offsets
            )
            flash(_("已保存纸张。先打一张校准页看看准不准。"), "done")
            return redirect(url_for("labels.settings"), 303)
        except Invalid as refusal:
            field = str(refusal.facts.get("field") or "sheet_name")
            form.refuse(field, refusal.code, **refusal.facts)
    return _settings_page(_printer_form(), form), 422


def _measures(form: Form) -> dict[str, Any]:
    """The measures of the form as numbers; a problem beside each that is none."""
    found: dict[str, Any] = {
        name: form.values.get(name) for name in ("page", "columns", "rows")
    }
    for name in ("width", "height", "left", "top", "pitch_x", "pitch_y"):
        if text := form.values.get(name):
            found[name] = _millimetres(form, name, text)
    for name in ("offset_x", "offset_y"):
        found[name] = _millimetres(form, name, form.values.get(name) or "0")
    return found


def _millimetres(form: Form, name: str, text: str) -> float:
    plain = text.replace(",", ".")
    digits = plain.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        form.refuse(name, "not_a_number")
        return 0.0
    return float(plain)


@blueprint.post("/sheets/<int:sheet_id>/remove")
@guarded(Permission.PRINTER_MANAGE)
def remove_sheet(sheet_id: int) -> ResponseReturnValue:
    """No longer offer an own sheet."""
    actions.remove_sheet(current_actor(), sheet_id)
    flash(_("已移除纸张。"), "done")
    return redirect(url_for("labels.settings"), 303)


@blueprint.get("/calibration.pdf")
@guarded(Permission.LABEL_PRINT)
def calibration() -> Response:
    """A page that shows by how much a printer is off."""
    name = request.args.get("medium", "L7160")[:80]
    medium, offset = queries.medium_named(current_actor(), name)
    if isinstance(medium, paper.Roll):
        raise Invalid.field("medium", "sheet_only")
    out = io.BytesIO()
    language = "en" if current_language() == "en" else "zh"
    paper.draw_calibration_pdf(medium, language, out=out, offset=offset)
    answer = Response(out.getvalue(), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="calibration.pdf"'
    return answer
