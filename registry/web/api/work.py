"""Labels, imports, long work and the journal in the API."""

from __future__ import annotations

import json
from typing import Any

import marshmallow as ma
from flask import Response, request

from registry.access.permissions import Permission
from registry.interchange import actions as interchange
from registry.interchange import queries as imports
from registry.interchange.actions.importing import KINDS, LEDGER
from registry.jobs import queries as jobs
from registry.jobs.models import JobState
from registry.journal.queries import entries_after, last_position
from registry.kernel.errors import Invalid
from registry.labelling import actions as labelling
from registry.labelling.rules import FIELDS, MOST_FIELDS, USUAL, Choice
from registry.ledger.verifying import verify
from registry.web.base import fields as read
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import guarded, signed_in, takes_imports
from registry.web.base.sessions import caller, current_actor
from registry.web.base.settings import current_settings

blueprint = ApiBlueprint(
    "api_work", __name__, url_prefix="", description="Labels, imports, long work"
)

MOST_LABELS = 200


class LabelsIn(read.StrictSchema):
    """Which labels, on what; see the page of labels for the names of sheets."""

    asset_ids = read.Many(read.Key(), required=True, most=MOST_LABELS)
    medium = read.Line(load_default="L7160", most=80)
    start_cell = read.Whole(least=1, most=600, load_default=1)
    copies = read.Whole(least=1, most=20, load_default=1)
    fields_ = read.Many(
        read.Choice(FIELDS), load_default=list, most=MOST_FIELDS, data_key="fields"
    )


class ImportOut(read.StrictSchema):
    """An import: how far it is, and what it would do or has done."""

    id = read.Key(required=True)
    kind = read.Choice(KINDS, required=True)
    file_name = read.Line(required=True)
    state = read.Line(required=True)
    document = ma.fields.String(required=True, allow_none=True)
    summary = ma.fields.Dict(required=True)
    counts = ma.fields.Dict(required=True)
    job_id = read.Key(required=True, allow_none=True)


class JobOut(read.StrictSchema):
    """Long work: how far it is, and what came of it."""

    id = read.Key(required=True)
    kind = read.Line(required=True)
    title = ma.fields.String(required=True)
    state = read.Choice(JobState, required=True)
    done = read.Whole(required=True)
    total = read.Whole(required=True)
    result = ma.fields.Dict(required=True)


class JournalEntryOut(read.StrictSchema):
    """One entry of the journal, in the order of positions."""

    position = read.Whole(required=True)
    subject_kind = read.Line(required=True)
    subject_id = read.Key(required=True)
    number = read.Whole(required=True)
    verb = read.Line(required=True)
    at = read.Moment(required=True)
    document = ma.fields.String(required=True, allow_none=True)
    facts = ma.fields.Dict(required=True)
    hash = read.Line(required=True)


class EntryPage(read.StrictSchema):
    """Entries after a position, and the last position there is."""

    items = read.Many(ma.fields.Nested(JournalEntryOut), required=True, most=500)
    last_position = read.Whole(required=True)


class EntryQuery(read.StrictSchema):
    """After which position."""

    after = read.Whole(load_default=0, most=2**62)
    limit = read.Whole(least=1, most=500, load_default=200)


class FindingOut(read.StrictSchema):
    """Something that is not as it must be."""

    code = read.Line(required=True)
    subject = ma.fields.String(required=True)
    detail = ma.fields.String(required=True)


class Proof(read.StrictSchema):
    """What verifying the ledger found; nothing is as it should be."""

    whole = read.Flag(required=True)
    findings = read.Many(ma.fields.Nested(FindingOut), required=True, most=100)
    last_position = read.Whole(required=True)


@blueprint.post("/labels")
@guarded(Permission.LABEL_PRINT)
@blueprint.arguments(LabelsIn)
@blueprint.response(200, content_type="application/pdf")
def print_labels(given: dict[str, Any]) -> Response:
    """The labels of some assets as PDF; the run is kept on record."""
    choice = Choice(
        medium=given["medium"],
        start_cell=given["start_cell"],
        copies=given["copies"],
        fields=tuple(given["fields_"]) or USUAL,
    )
    if not given["asset_ids"]:
        raise Invalid.field("asset_ids", "required")
    house = caller().house
    base = (house.label_url if house else "") or current_settings().public_url
    printed = labelling.print_assets(current_actor(), given["asset_ids"], choice, base)
    return Response(printed.content, mimetype=printed.media_type)


@blueprint.post("/imports")
@guarded(Permission.IMPORT_PEOPLE)
@takes_imports
@blueprint.response(202, ImportOut)
def take() -> Any:
    """Take a file (multipart ``file``, and ``kind``) and have it checked."""
    sent = request.files.get("file")
    if sent is None:
        raise Invalid.field("file", "required")
    kind = request.form.get("kind", LEDGER)
    name = sent.filename or "upload"
    made, _job = interchange.take_file(current_actor(), kind, name, sent.read())
    return made, 202


@blueprint.get("/imports/<int:import_id>")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.response(200, ImportOut)
def show_import(import_id: int) -> Any:
    """How far an import is."""
    return imports.import_of(current_actor(), import_id)


@blueprint.post("/imports/<int:import_id>/confirm")
@guarded(Permission.IMPORT_PEOPLE)
@blueprint.response(202, JobOut)
def confirm(import_id: int) -> Any:
    """Have a checked import applied."""
    return interchange.confirm(current_actor(), import_id), 202


@blueprint.get("/jobs/<int:job_id>")
@signed_in
@blueprint.response(200, JobOut)
def job(job_id: int) -> Any:
    """How far long work is."""
    return jobs.job(current_actor(), job_id)


@blueprint.get("/entries")
@guarded(Permission.LEDGER_VERIFY)
@blueprint.arguments(EntryQuery, location="query")
@blueprint.response(200, EntryPage)
def entries(asked: dict[str, Any]) -> dict[str, Any]:
    """What happened after a position, in order; nothing missed, nothing twice."""
    actor = current_actor()
    rows = entries_after(actor.institution_id, asked["after"], asked["limit"])
    items = [
        {
            **{name: getattr(row, name) for name in PLAIN_OF_ENTRY},
            "facts": json.loads(row.facts),
        }
        for row in rows
    ]
    last = last_position(actor.institution_id)
    return {"items": items, "last_position": last}


PLAIN_OF_ENTRY = (
    "position",
    "subject_kind",
    "subject_id",
    "number",
    "verb",
    "at",
    "document",
    "hash",
)


@blueprint.get("/ledger/proof")
@guarded(Permission.LEDGER_VERIFY)
@blueprint.response(200, Proof)
def proof() -> dict[str, Any]:
    """Prove the ledger: chains, positions, seals, names, rows."""
    actor = current_actor()
    findings = []
    for finding in verify(actor):
        findings.append(finding)
        if len(findings) == 100:
            break
    last = last_position(actor.institution_id)
    return {"whole": not findings, "findings": findings, "last_position": last}
