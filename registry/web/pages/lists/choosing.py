"""The columns of a list: which, and in what order, for whoever chooses."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid
from registry.lists.actions import choose_columns, reset_columns
from registry.lists.queries import chosen_columns
from registry.lists.rules import moved, usual_order
from registry.web.base.fields import Choice, Line, Many, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.redirects import local_or
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.blueprints import address_of, listing_named, lists
from registry.words import _

UP, DOWN = "up", "down"
MOST = 100


class Choosing(StrictSchema):
    """The columns as they stand on the page, those ticked, and what was pressed."""

    order = Many(Line(most=40), load_default=list, most=MOST)
    column = Many(Line(most=40), load_default=list, most=MOST)
    do = Choice(("save", "reset", UP, DOWN), load_default="save")
    moving = Line(load_default="", most=50)
    next = Line(load_default="", most=4_000)


@lists.get("/<name>/columns")
@guarded(Permission.LIST_ARRANGE)
def columns(name: str) -> str:
    """Choose the columns: tick them, put them in order; for oneself alone."""
    listing = listing_named(name)
    chosen = [column.key for column in chosen_columns(current_actor(), listing)]
    known = [column.key for column in listing.columns_for(current_actor())]
    return _page(
        name,
        usual_order(chosen, known),
        chosen,
        blank_form(next=request.args.get("next", "")[:4_000]),
    )


@lists.post("/<name>/columns")
@guarded(Permission.LIST_ARRANGE)
def choose(name: str) -> ResponseReturnValue:
    """Keep the choice, or show the page again with one column moved."""
    listing = listing_named(name)
    form, actor = read_form(Choosing), current_actor()
    known = [column.key for column in listing.columns_for(actor)]
    order = usual_order(form.values.get("order", []), known)
    ticked = [key for key in order if key in form.values.get("column", [])]
    back = local_or(str(form.values.get("next", "")), address_of(name))
    if form.ok and form.values["moving"]:
        way, _colon, key = form.values["moving"].partition(":")
        order = moved(order, key, -1 if way == UP else 1)
        return _page(name, order, ticked, form)
    if form.ok:
        try:
            if form.values["do"] == "reset":
                reset_columns(actor, listing)
                flash(_("已恢复原来的列。"), "done")
            else:
                choose_columns(actor, listing, ticked)
                flash(_("已记住您要看的列，换台设备登录也一样。"), "done")
            return redirect(back, 303)
        except Invalid as refusal:
            form.add(refusal)
    return _page(name, order, ticked, form), 422


def _page(name: str, order: list[str], ticked: list[str], form: Form) -> str:
    listing = listing_named(name)
    back = local_or(str(form.given.get("next") or ""), address_of(name))
    return render_template(
        "lists/columns.html",
        listing=listing,
        order=[listing.by_key[key] for key in order],
        ticked=ticked,
        form=form,
        back=back,
        moved=str(form.values.get("moving") or "").partition(":")[2],
    )
