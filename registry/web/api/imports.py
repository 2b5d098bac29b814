"""Spreadsheets in the API: taken, looked at, confirmed, mended, undone."""

from __future__ import annotations

import io
from typing import Any

import marshmallow as ma
from flask import Response

from registry.access.permissions import Permission
from registry.interchange import actions, queries
from registry.interchange.actions.importing import KINDS, LEDGER
from registry.interchange.actions.undoing import UNDO_JOB
from registry.interchange.models import Import
from registry.interchange.rules.fields import ATTRIBUTE
from registry.interchange.rules.ledger_fields import LEDGER_FIELDS
from registry.interchange.sheets.reading import choices_from
from registry.interchange.sheets.registers import REGISTERS
from registry.interchange.sheets.templates import write_template
from registry.interchange.sheets.writing import MEDIA_TYPES
from registry.interchange.states import ImportState
from registry.jobs.actions import enqueue
from registry.kernel.errors import Invalid, Missing
from registry.lists.of.imports import IMPORTS
from registry.web.api.files import BYTES, SheetIn, handed_out
from registry.web.api.listing import listing_page
from registry.web.api.schemas.jobs import JobOut
from registry.web.api.schemas.listing import ListPage
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import Choice, Key, Line, Many, Moment, StrictSchema
from registry.web.base.lists import list_schema
from registry.web.base.routes import guarded, takes_imports
from registry.web.base.sessions import current_actor
from registry.words import _

blueprint = ApiBlueprint(
    "api_imports", __name__, url_prefix="/imports", description="Spreadsheets in"
)

FORMS = ("xlsx", "csv")


class ImportOut(StrictSchema):
    """An import: how far it is, and what it would do or has done."""

    id = Key(required=True)
    kind = Choice(KINDS, required=True)
    file_name = Line(required=True, metadata={"example": "资产台账.xlsx"})
    state = Choice(ImportState, required=True)
    document = ma.fields.String(
        required=True, allow_none=True, metadata={"example": "DR2026-000003"}
    )
    summary = ma.fields.Dict(required=True)
    counts = ma.fields.Dict(required=True)
    job_id = Key(required=True, allow_none=True)
    created_at = Moment(required=True)


class ImportPage(ListPage):
    """A page of one's own imports."""

    items = Many(ma.fields.Nested(ImportOut), required=True)


ImportsQuery = list_schema("Imports", IMPORTS)
"""What the list of one's own imports is narrowed to, and from where on."""


class ImportQuery(StrictSchema):
    """What a sheet holds."""

    kind = Choice(KINDS, load_default=LEDGER)


class ColumnIn(StrictSchema):
    """What a column means; null leaves it out, ``attribute`` keeps it as it is."""

    index = ma.fields.Integer(
        required=True, strict=True, validate=ma.validate.Range(0, 1_000)
    )
    field = Line(required=True, allow_none=True, metadata={"example": "name"})


class ReadingIn(StrictSchema):
    """How a file is read: what its columns mean, or which sheet is meant."""

    columns = Many(ma.fields.Nested(ColumnIn), load_default=list, most=1_000)
    sheet = Line(load_default="", metadata={"example": "Sheet1"})


class FormQuery(StrictSchema):
    """As a workbook or as delimited text."""

    form = Choice(FORMS, load_default="xlsx")


@blueprint.get("")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.arguments(ImportsQuery, location="query")
@blueprint.response(200, ImportPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own imports, narrowed, a page at a time."""
    return listing_page(IMPORTS, asked)


@blueprint.post("")
@guarded(Permission.IMPORT_PEOPLE)
@takes_imports
@blueprint.arguments(ImportQuery, location="query")
@blueprint.arguments(SheetIn, location="files")
@blueprint.response(202, ImportOut)
def take(asked: dict[str, Any], sent: dict[str, Any]) -> Any:
    """Take a file and have it checked; nothing of it is in the ledger yet."""
    file = sent["file"]
    name, content = file.filename or "upload", file.read()
    made, _job = actions.take_file(current_actor(), asked["kind"], name, content)
    return made


@blueprint.get("/<int:import_id>")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.response(200, ImportOut)
def show(import_id: int) -> Any:
    """How far an import is; once checked, what it would do."""
    return queries.import_of(current_actor(), import_id)


@blueprint.put("/<int:import_id>/reading")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.arguments(ReadingIn)
@blueprint.response(200, ImportOut)
def read_again(given: dict[str, Any], import_id: int) -> Any:
    """Read the file again with the columns, or from the sheet, that are named."""
    actor = current_actor()
    found = queries.import_of(actor, import_id)
    return actions.check(actor, import_id, _choices(found, given))


def _choices(found: Import, given: dict[str, Any]) -> dict[str, Any]:
    """A person's choices over what was found out, as ``check`` takes them."""
    if given["sheet"] and given["sheet"] != found.plan.get("sheet"):
        return {"sheet": given["sheet"], "encoding": found.plan.get("encoding")}
    known = {each.name for each in _fields_of(found)} | {ATTRIBUTE, None}
    chosen = {str(each["index"]): each["field"] or None for each in given["columns"]}
    if not set(chosen.values()) <= known:
        raise Invalid.field("columns", "not_a_choice")
    plan = dict(found.plan)
    plan["mapping"] = {**plan.get("mapping", {}), **chosen}
    whole = found.kind == LEDGER and "date_order" in plan
    return choices_from(plan) if whole else plan


def _fields_of(found: Import) -> Any:
    fields = LEDGER_FIELDS if found.kind == LEDGER else REGISTERS[found.kind]
    return fields.fields


@blueprint.post("/<int:import_id>/confirm")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.response(202, JobOut)
def confirm(import_id: int) -> Any:
    """Have a checked import applied under one document."""
    return actions.confirm(current_actor(), import_id)


@blueprint.post("/<int:import_id>/cancel")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.response(200, ImportOut)
def cancel(import_id: int) -> Any:
    """Give an import up before it is confirmed."""
    return actions.cancel(current_actor(), import_id)


@blueprint.post("/<int:import_id>/undo")
@guarded(Permission.ASSET_CORRECT)
@blueprint.response(202, JobOut)
def undo(import_id: int) -> Any:
    """Have an import taken back by correcting entries."""
    actor = current_actor()
    found = queries.import_of(actor, import_id)
    if found.state != ImportState.DONE:
        raise Missing(what="imports")
    title = _("撤销导入 %(name)s", name=found.file_name)
    return enqueue(actor, UNDO_JOB, title=title, arguments={"import": import_id})


@blueprint.get("/<int:import_id>/rejects")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.arguments(FormQuery, location="query")
@blueprint.response(200, BYTES, content_type=MEDIA_TYPES["xlsx"])
def rejects(asked: dict[str, Any], import_id: int) -> Response:
    """The refused rows as a file to mend and send again."""
    form = asked["form"]
    content = actions.rejects_of(current_actor(), import_id, form)
    return handed_out(content, MEDIA_TYPES[form], f"rejects-{import_id}.{form}")


@blueprint.get("/templates/<kind>")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.response(200, BYTES, content_type=MEDIA_TYPES["xlsx"])
def template(kind: str) -> Response:
    """An empty sheet with the right headers."""
    if kind not in KINDS:
        raise Missing(what="templates")
    out = io.BytesIO()
    write_template(out, kind)
    return handed_out(out.getvalue(), MEDIA_TYPES["xlsx"], f"{kind}.xlsx")
