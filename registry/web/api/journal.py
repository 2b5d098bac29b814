"""The journal in the API: following entries, proving the ledger."""

from __future__ import annotations

import json
from typing import Any

import marshmallow as ma

from registry.access.permissions import Permission
from registry.jobs.actions import enqueue
from registry.journal.queries import entries_after, last_position
from registry.ledger.running import KIND
from registry.ledger.verifying import verify
from registry.web.api.schemas.jobs import JobOut
from registry.web.base import fields as read
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import at_most, guarded
from registry.web.base.sessions import current_actor
from registry.words import _

blueprint = ApiBlueprint(
    "api_journal", __name__, url_prefix="", description="Entries and proof"
)

MOST_FINDINGS = 100


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
@at_most(10, 600)
@blueprint.response(200, Proof)
def proof() -> dict[str, Any]:
    """Prove the ledger: chains, positions, seals, names, rows."""
    actor = current_actor()
    findings = []
    for finding in verify(actor):
        findings.append(finding)
        if len(findings) == MOST_FINDINGS:
            break
    last = last_position(actor.institution_id)
    return {"whole": not findings, "findings": findings, "last_position": last}


@blueprint.post("/ledger/proof")
@guarded(Permission.LEDGER_VERIFY)
@at_most(10, 600)
@blueprint.response(202, JobOut)
def prove_later() -> Any:
    """Have a long ledger proved as a job; its result tells what was found."""
    return enqueue(current_actor(), KIND, title=_("台账核验"))
