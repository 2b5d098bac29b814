"""Documents: the list of them, one with what was changed under it, taking it back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.jobs.queries import is_at_work
from registry.kernel.errors import Missing
from registry.ledger import actions, queries
from registry.ledger.actions.undoing import UNDOABLE
from registry.ledger.models import Document
from registry.ledger.queries.documents import Changed
from registry.ledger.states import Outcome
from registry.lists.of.documents import DOCUMENTS
from registry.organisation.queries import person
from registry.web.base.fields import Flag, Key, StrictSchema
from registry.web.base.forms import query_values
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.bulk.blueprints import documents
from registry.web.pages.ledger.showing import field_words
from registry.web.pages.lists.view import ListView, view_of
from registry.words import _, terms
from registry.words.bulk import document_kind_word


@documents.get("")
@guarded(Permission.ASSET_SEE)
def index() -> ResponseReturnValue:
    """The documents one may see."""
    view = view_of(DOCUMENTS)
    if not isinstance(view, ListView):
        return view
    going = queries.open_changes(current_actor())
    return (
        render_template("documents/index.html", view=view, going=going),
        view.status,
    )


MOST_FIELDS = 8
"""So many fields of an asset are told in its line; its history tells all."""


class Which(StrictSchema):
    """From where on, and whether only what still holds."""

    after = Key(load_default=None)
    kept = Flag(load_default=False)


@documents.get("/<int:document_id>")
@guarded(Permission.ASSET_SEE)
def show(document_id: int) -> str:
    """A document: who did what, when, to which assets, and whether it still holds."""
    actor, asked = current_actor(), query_values(Which)
    found = queries.document_of(actor, document_id)
    rows, after = queries.changed_under(
        actor, found.number, after=asked["after"] or 0, kept=asked["kept"]
    )
    change = queries.bulk_of(actor, found.number)
    kept = {"kept": 1} if asked["kept"] else {}
    here: dict[str, Any] = {"document_id": document_id, **kept}
    undoing = found.undo_job_id is not None and is_at_work(found.undo_job_id)
    return render_template(
        "documents/show.html",
        document=found,
        kind=document_kind_word(found.kind),
        change=change,
        told=queries.outcomes(change) if change else {},
        left_out=(str(Outcome.UNCHANGED), str(Outcome.REFUSED), str(Outcome.OVERTAKEN)),
        rows=[_row(each) for each in rows],
        undoing=undoing,
        undoable=found.kind in UNDOABLE and not found.undone_at and not undoing,
        by=person(actor, found.undone_by_id).name if found.undone_by_id else "",
        kept=asked["kept"],
        first_url=url_for("documents.show", **here) if asked["after"] else None,
        next_url=url_for("documents.show", **here, after=after) if after else None,
    )


@documents.get("/numbered/<number>")
@guarded(Permission.ASSET_SEE)
def by_number(number: str) -> ResponseReturnValue:
    """The page of a document by its number; else the assets changed under it."""
    try:
        found = queries.document_numbered(current_actor(), number[:40])
    except Missing:
        return redirect(url_for("ledger.index", document=number[:60]))
    return redirect(url_for("documents.show", document_id=found.id))


def _row(each: Changed) -> dict[str, Any]:
    parts = [each.asset.number, terms.verb_word(each.verb)]
    for field, value in each.changes[:MOST_FIELDS]:
        if field not in ("photos", "claim"):
            label, words = terms.field_word(field), field_words(field, value)
            said = words or _("（空）")
            parts.append(_("%(label)s：%(value)s", label=label, value=said))
    note = " · ".join(parts)
    return {"asset": each.asset, "note": note, "taken_back": each.taken_back}


@documents.get("/<int:document_id>/undo")
@guarded(Permission.ASSET_CORRECT)
def ask_undo(document_id: int) -> str:
    """Ask before all of it is taken back."""
    found = queries.document_of(current_actor(), document_id)
    return render_template("documents/undo.html", document=found)


@documents.post("/<int:document_id>/undo")
@guarded(Permission.ASSET_CORRECT)
def undo(document_id: int) -> ResponseReturnValue:
    """Take it back by correcting entries, at once or as a job."""
    actor = current_actor()
    job = actions.undo_document(actor, document_id)
    if job is not None:
        return redirect(url_for("jobs.show", job_id=job.id), 303)
    flash(_undone_words(queries.document_of(actor, document_id)), "done")
    return redirect(url_for("documents.show", document_id=document_id), 303)


def _undone_words(found: Document) -> str:
    told = found.undone or {}
    if told.get("kept"):
        return _(
            "已撤销 %(back)s 处；%(kept)s 处后来又有变动，保留现在的样子。",
            back=told.get("corrected", 0),
            kept=told["kept"],
        )
    return _("已撤销 %(back)s 处。", back=told.get("corrected", 0))
