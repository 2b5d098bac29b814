"""One act on many assets, and the documents of such acts, in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid
from registry.ledger import actions, queries
from registry.ledger.models import BulkChange, Document
from registry.ledger.queries import Filter
from registry.ledger.states import BulkState
from registry.lists.of.assets import ASSETS
from registry.lists.of.documents import DOCUMENTS
from registry.web.api.listing import listing_page
from registry.web.api.schemas import bulk as shapes
from registry.web.api.schemas.assets import named
from registry.web.base.api import ApiBlueprint
from registry.web.base.lists import values_of_api
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.words.bulk import act_word

bulk = ApiBlueprint(
    "api_bulk", __name__, url_prefix="/assets/bulk", description="Many assets at once"
)
documents = ApiBlueprint(
    "api_documents",
    __name__,
    url_prefix="/documents",
    description="What was changed together, and taking it back",
)
BLUEPRINTS = (bulk, documents)

GIVEN = (
    "place_id",
    "custodian_id",
    "user_id",
    "department_id",
    "reason",
    "changes",
    "restriction",
)


def _bulk_out(found: BulkChange) -> dict[str, Any]:
    plain = (
        "id",
        "act",
        "title",
        "state",
        "total",
        "document",
        "job_id",
        "created_at",
        "finished_at",
    )
    shown = {name: getattr(found, name) for name in plain}
    return shown | {"counts": queries.outcomes(found)}


def _wanted(given: dict[str, Any]) -> Filter:
    """What the act is asked for; everything only where that is said."""
    if given["asset_ids"] is not None:
        if given["filter"] is not None:
            raise Invalid.field("filter", "one_of_two")
        if not given["asset_ids"]:
            raise Invalid.field("asset_ids", "required")
        return Filter(ids=tuple(given["asset_ids"]))
    if given["filter"] is None:
        raise Invalid.field("filter", "required")
    return ASSETS.narrowed_to(values_of_api(ASSETS, given["filter"]))


@bulk.post("")
@guarded(Permission.ASSET_SEE)
@bulk.arguments(shapes.BulkIn)
@bulk.response(200, shapes.BulkOut)
def act(given: dict[str, Any]) -> dict[str, Any]:
    """Do one thing to everything a filter finds, or look at what it would do.

    Assets that cannot be changed so, or were changed meanwhile, are passed over and
    listed. More than a thousand are changed by a job.
    """
    actor = current_actor()
    how = {name: given[name] for name in GIVEN if given[name] is not None}
    found = actions.plan_bulk(
        actor, given["act"], how, _wanted(given), title=act_word(given["act"])
    )
    if not given["dry_run"] and found.state == BulkState.PLANNED:
        found = actions.confirm_bulk(actor, found.id)
    return _bulk_out(found)


@bulk.get("/<int:bulk_id>")
@guarded(Permission.ASSET_SEE)
@bulk.response(200, shapes.BulkOut)
def show(bulk_id: int) -> dict[str, Any]:
    """How far a change of one's own is, and what it comes to."""
    return _bulk_out(queries.bulk_change(current_actor(), bulk_id))


@bulk.get("/<int:bulk_id>/assets")
@guarded(Permission.ASSET_SEE)
@bulk.arguments(shapes.BulkLineQuery, location="query")
@bulk.response(200, shapes.BulkLines)
def lines(asked: dict[str, Any], bulk_id: int) -> dict[str, Any]:
    """Asset by asset: what is to become of it, or has, and why not."""
    actor = current_actor()
    found = queries.bulk_change_seen(actor, bulk_id)
    among = (asked["outcome"],) if asked.get("outcome") else ()
    rows, after = queries.bulk_lines(actor, found, among, after=asked["after"] or 0)
    plain = ("asset_id", "outcome", "code", "facts")
    items = [
        {name: getattr(row, name) for name in plain} | {"number": row.asset.number}
        for row in rows
    ]
    return {"items": items, "next_after": after}


@bulk.post("/<int:bulk_id>/confirm")
@guarded(Permission.ASSET_SEE)
@bulk.response(200, shapes.BulkOut)
def confirm(bulk_id: int) -> dict[str, Any]:
    """Carry out what was looked at, or go on with what was stopped."""
    return _bulk_out(actions.confirm_bulk(current_actor(), bulk_id))


@bulk.post("/<int:bulk_id>/cancel")
@guarded(Permission.ASSET_SEE)
@bulk.response(200, shapes.BulkOut)
def cancel(bulk_id: int) -> dict[str, Any]:
    """Give a change up before it is carried out."""
    return _bulk_out(actions.cancel_bulk(current_actor(), bulk_id))


def _document_out(found: Document) -> dict[str, Any]:
    plain = (
        "id",
        "number",
        "kind",
        "title",
        "count",
        "created_at",
        "undone_at",
        "undone",
        "undo_job_id",
    )
    person = named(found.person, found.person.name if found.person else "")
    return {name: getattr(found, name) for name in plain} | {"person": person}


def _documents_out(found: Sequence[Document]) -> list[dict[str, Any]]:
    return [_document_out(each) for each in found]


@documents.get("")
@guarded(Permission.ASSET_SEE)
@documents.arguments(shapes.DocumentQuery, location="query")
@documents.response(200, shapes.DocumentPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The documents one may see: one's own, or all if one sees everything."""
    return listing_page(DOCUMENTS, asked, _documents_out, queries.WITH_PERSON)


@documents.get("/<int:document_id>")
@guarded(Permission.ASSET_SEE)
@documents.response(200, shapes.DocumentShown)
def document(document_id: int) -> dict[str, Any]:
    """A document, and whether it was taken back."""
    return _document_out(queries.document_of(current_actor(), document_id))


@documents.get("/<int:document_id>/changes")
@guarded(Permission.ASSET_SEE)
@documents.arguments(shapes.ChangedQuery, location="query")
@documents.response(200, shapes.ChangedPage)
def changes(asked: dict[str, Any], document_id: int) -> dict[str, Any]:
    """What was changed under it, of the assets one may see."""
    actor = current_actor()
    found = queries.document_of(actor, document_id)
    rows, after = queries.changed_under(
        actor, found.number, after=asked["after"] or 0, kept=asked["kept"]
    )
    items = [
        {
            "asset_id": each.asset.id,
            "number": each.asset.number,
            "verb": each.verb,
            "changes": dict(each.changes),
            "taken_back": each.taken_back,
        }
        for each in rows
    ]
    return {"items": items, "next_after": after}


@documents.post("/<int:document_id>/undo")
@guarded(Permission.ASSET_CORRECT)
@documents.response(200, shapes.DocumentShown)
def undo(document_id: int) -> dict[str, Any]:
    """Take back all that was changed under it, as far as nobody built upon it.

    By correcting entries; of more than a thousand by the job of ``undo_job_id``.
    """
    actor = current_actor()
    actions.undo_document(actor, document_id)
    return _document_out(queries.document_of(actor, document_id))
