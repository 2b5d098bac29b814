"""Filters kept under a name, to find the same part of a list again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.lists.actions import drop_filter, keep_filter
from registry.lists.queries import kept_filters
from registry.web.base.fields import Line, StrictSchema
from registry.web.base.forms import read_form
from registry.web.base.lists import canonical_query
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.blueprints import address_of, listing_named, lists
from registry.words import _, sentence


class Keeping(StrictSchema):
    """A name, and what the list is narrowed to."""

    name = Line(required=True, most=60)
    query = Line(required=True, most=4_000)


@lists.get("/<name>/filters")
@guarded(Permission.LIST_ARRANGE)
def filters(name: str) -> str:
    """The filters one keeps for a list, to open them or to keep them no longer."""
    listing = listing_named(name)
    kept = kept_filters(current_actor(), listing)
    return render_template(
        "lists/filters.html",
        listing=listing,
        kept=[(each, address_of(name, each.query)) for each in kept],
        back=address_of(name),
    )


@lists.post("/<name>/filters")
@guarded(Permission.LIST_ARRANGE)
def keep(name: str) -> ResponseReturnValue:
    """Keep what the list is narrowed to under a name."""
    listing, actor = listing_named(name), current_actor()
    form = read_form(Keeping)
    query = canonical_query(listing, actor, str(form.given.get("query") or ""))
    if form.ok:
        try:
            made = keep_filter(actor, listing, form.values["name"], query)
            flash(_("已存成“%(name)s”，在“我的筛选”里。", name=made.name), "done")
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "error")
    for words in form.errors.values():
        flash(words, "error")
    return redirect(address_of(name, query), 303)


@lists.post("/<name>/filters/<int:filter_id>/drop")
@guarded(Permission.LIST_ARRANGE)
def drop(name: str, filter_id: int) -> ResponseReturnValue:
    """Keep a filter no longer."""
    listing_named(name)
    drop_filter(current_actor(), filter_id)
    flash(_("已删除这个筛选，资产没有变。"), "done")
    return redirect(url_for("lists.filters", name=name), 303)
