"""Changes of many assets, and documents, as the API takes and shows them."""

from __future__ import annotations

import marshmallow as ma

from registry.ledger.actions.acts import ACTS
from registry.ledger.states import BulkState, Condition, Method, Outcome, Restriction
from registry.lists.of.assets import ASSETS
from registry.lists.of.documents import DOCUMENTS
from registry.web.api.schemas.assets import Named
from registry.web.api.schemas.listing import ListPage
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import filter_schema, list_schema

BulkFilter = filter_schema("Bulk", ASSETS)
"""What the ledger is narrowed to; an empty one means all one sees."""


class BulkFields(StrictSchema):
    """What describes many assets alike; only what is given is changed."""

    condition = Choice(Condition, allow_none=True)
    method = Choice(Method, allow_none=True)
    funding = Line()
    acquired_on = Day(allow_none=True)
    service_life_months = Whole(most=1_200, allow_none=True)
    warranty_until = Day(allow_none=True)


class BulkIn(StrictSchema):
    """One act for everything a filter finds, or for assets by id."""

    act = Choice(ACTS, required=True, metadata={"example": "move"})
    asset_ids = Many(Key(), load_default=None, allow_none=True, most=5_000)
    filter = ma.fields.Nested(BulkFilter, load_default=None, allow_none=True)
    dry_run = Flag(
        load_default=False,
        metadata={"description": "Only look at it; carry it out later, or never"},
    )
    place_id = Key(load_default=None, allow_none=True)
    custodian_id = Key(load_default=None, allow_none=True)
    user_id = Key(load_default=None, allow_none=True)
    department_id = Key(load_default=None, allow_none=True)
    reason = Notes(load_default="", most=1_000)
    changes = ma.fields.Nested(BulkFields, load_default=None, allow_none=True)
    restriction = Choice(Restriction, load_default=None, allow_none=True)


class OutcomeCounts(StrictSchema):
    """How many assets there are of each outcome."""

    planned = Whole(required=True)
    unchanged = Whole(required=True)
    refused = Whole(required=True)
    changed = Whole(required=True)
    overtaken = Whole(required=True)


class BulkOut(StrictSchema):
    """A change of many assets: how far it is, and what it comes to.

    While it is ``planning`` or ``running``, the job of ``job_id`` works on it.
    """

    id = Key(required=True)
    act = Choice(ACTS, required=True)
    title = ma.fields.String(required=True)
    state = Choice(BulkState, required=True)
    total = Whole(required=True)
    counts = ma.fields.Nested(OutcomeCounts, required=True)
    document = Line(required=True, allow_none=True)
    job_id = Key(required=True, allow_none=True)
    created_at = Moment(required=True)
    finished_at = Moment(required=True, allow_none=True)


class BulkLineOut(StrictSchema):
    """One asset of it, and why it was refused or passed over."""

    asset_id = Key(required=True)
    number = Line(required=True)
    outcome = Choice(Outcome, required=True)
    code = ma.fields.String(required=True)
    facts = ma.fields.Dict(required=True, allow_none=True)


class OnwardQuery(StrictSchema):
    """From where on."""

    after = Key(load_default=None)


class BulkLineQuery(OnwardQuery):
    """Which lines, and from where on."""

    outcome = Choice(Outcome)


class BulkLines(StrictSchema):
    """Lines in the order of entry, and what to ask for as ``after`` to go on."""

    items = Many(ma.fields.Nested(BulkLineOut), required=True)
    next_after = Key(required=True, allow_none=True)


class UndoneOut(StrictSchema):
    """How many entries were taken back, and how many were built upon and stay."""

    corrected = Whole(required=True)
    kept = Whole(required=True)


class DocumentShown(StrictSchema):
    """An act on many assets: what, by whom, and whether it was taken back."""

    id = Key(required=True)
    number = Line(required=True, metadata={"example": "PL2026-000012"})
    kind = Line(required=True, metadata={"example": "bulk"})
    title = ma.fields.String(required=True)
    count = Whole(required=True)
    person = ma.fields.Nested(Named, required=True, allow_none=True)
    created_at = Moment(required=True)
    undone_at = Moment(required=True, allow_none=True)
    undone = ma.fields.Nested(UndoneOut, required=True, allow_none=True)
    undo_job_id = Key(required=True, allow_none=True)


class DocumentPage(ListPage):
    """A page of documents and the cursor of what follows."""

    items = Many(ma.fields.Nested(DocumentShown), required=True)


DocumentQuery = list_schema("Document", DOCUMENTS)
"""What the list of documents is narrowed to, and from where on."""


class ChangedQuery(OnwardQuery):
    """Whether only what still holds, and from where on."""

    kept = Flag(
        load_default=False, metadata={"description": "Only what was not taken back"}
    )


class ChangedOut(StrictSchema):
    """What was changed of an asset."""

    asset_id = Key(required=True)
    number = Line(required=True)
    verb = Line(required=True)
    changes = ma.fields.Dict(required=True)
    taken_back = Flag(required=True)


class ChangedPage(StrictSchema):
    """What was changed, in order, and what to ask for as ``after`` to go on."""

    items = Many(ma.fields.Nested(ChangedOut), required=True)
    next_after = Key(required=True, allow_none=True)
