"""The ledger one may see, as a list."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid, Refused
from registry.ledger import actions, queries
from registry.lists.of.assets import ASSETS
from registry.web.base.fields import Notes, StrictSchema
from registry.web.base.forms import read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.ledger.blueprints import ledger
from registry.web.pages.lists.view import ListView, view_of


@ledger.get("")
@guarded(Permission.ASSET_SEE)
def index() -> ResponseReturnValue:
    """The assets one may see in full; an exact code or number opens its page."""
    text = request.args.get("q", "")
    if text and len(request.args) == 1:
        direct = _directly(text)
        if direct is not None:
            return redirect(direct, 303)
    view = view_of(ASSETS)
    if not isinstance(view, ListView):
        return view
    chosen = view.asked.values.get("found")
    named = queries.found_set(current_actor(), chosen) if chosen else None
    return render_template("ledger/index.html", view=view, named=named), view.status


class Numbers(StrictSchema):
    """Numbers, codes or serials, as they were pasted."""

    numbers = Notes(required=True, most=20_000)


@ledger.post("/found")
@guarded(Permission.ASSET_SEE)
def name_assets() -> ResponseReturnValue:
    """List just the assets that the pasted numbers name."""
    form = read_form(Numbers)
    if form.ok:
        try:
            made = actions.name_assets(current_actor(), form.values["numbers"])
            return redirect(url_for("ledger.index", found=made.id), 303)
        except Invalid as refusal:
            form.add(refusal)
    for words in form.errors.values():
        flash(words, "error")
    return redirect(url_for("ledger.index"), 303)


def _directly(text: str) -> str | None:
    """Where a text leads that is one asset's code, number or serial and no more."""
    try:
        found = queries.find_scanned(current_actor(), text)
    except Refused:
        return None
    if found.asset is None:
        return None
    return url_for("ledger.show", asset_id=found.asset.id)
