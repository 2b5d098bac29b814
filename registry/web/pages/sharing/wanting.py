"""What people look for: the list, a notice of one's own, and "I have one"."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Forbidden, Invalid, Missing
from registry.ledger.queries import find_scanned, first_photos
from registry.lists.of.wanted import WANTED
from registry.sharing import actions
from registry.sharing.queries import PoolFilter, card_of_type, pool_type
from registry.sharing.queries.wanting import finds_of, types_that_serve, wanted_of
from registry.web.base.fields import Choice, Day, Key, Line, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, query_values, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.picking import settle_type, title_of
from registry.web.pages.sharing.answering import done, refused
from registry.web.pages.sharing.blueprints import wanted
from registry.words import _

LONGEST = 500


@wanted.get("")
@guarded(Permission.WANTED_POST)
def index() -> ResponseReturnValue:
    """What people look for; perhaps somebody has it."""
    view = view_of(WANTED)
    if not isinstance(view, ListView):
        return view
    return render_template("sharing/wanted_list.html", view=view), view.status


class Begun(StrictSchema):
    """What one was looking for in the pool, to begin with."""

    q = Line(load_default="")
    type = Key(load_default=None)


class Notice(StrictSchema):
    """What one looks for, how many, until when."""

    text = Line(load_default="")
    type = Key(load_default=None)
    type_text = Line()
    quantity = Whole(load_default=1, least=1, most=1_000)
    until_on = Day(required=True)
    note = Line(load_default="", most=400)


@wanted.get("/new")
@guarded(Permission.WANTED_POST)
def new() -> str:
    """The form of a notice."""
    begun = query_values(Begun)
    given = {
        "text": begun["q"] or title_of("type", begun["type"]),
        "type": begun["type"],
        "type_text": title_of("type", begun["type"]),
        "quantity": 1,
    }
    return _new_page(blank_form(**given))


def _new_page(form: Form) -> str:
    return render_template("sharing/wanted_new.html", form=form)


@wanted.post("/new")
@guarded(Permission.WANTED_POST)
def post() -> ResponseReturnValue:
    """Say what one looks for."""
    form = read_form(Notice)
    type_id = settle_type(form, "type")
    if form.ok:
        try:
            made = actions.post_wanted(
                current_actor(), item_type_id=type_id, **form.values
            )
            return done(
                _("已发布。有合适的闲置出来，会通知您。"),
                url_for("wanted.show", wanted_id=made.id),
            )
        except Invalid as refusal:
            form.add(refusal, item_type_id="type")
    return _new_page(form), 422


@wanted.get("/<int:wanted_id>")
@guarded(Permission.WANTED_POST)
def show(wanted_id: int) -> str:
    """A notice, what was found for it, and what serves it in the pool now."""
    return _page(wanted_id, blank_form())


def _page(wanted_id: int, form: Form) -> str:
    actor = current_actor()
    found = wanted_of(actor, wanted_id)
    finds = finds_of(found)
    cards = []
    if found.ended_at is None:
        for type_id in types_that_serve(found):
            kind = pool_type(actor, type_id)
            card = card_of_type(actor, PoolFilter(item_type_id=kind.id), kind)
            if card is not None and card.free:
                cards.append(card)
    return render_template(
        "sharing/wanted.html",
        wanted=found,
        mine=actor.person_id == found.person_id,
        may_end=actor.person_id == found.person_id
        or actor.may(Permission.HOLD_END, found.department),
        finds=finds,
        photos=first_photos([each.asset_id for each in finds]),
        cards=cards,
        form=form,
    )


class Ending(StrictSchema):
    """Whether one has found it."""

    do = Choice(("meet", "withdraw"), required=True)


@wanted.post("/<int:wanted_id>")
@guarded(Permission.WANTED_POST)
def end(wanted_id: int) -> ResponseReturnValue:
    """Say that one has found it, or no longer looks."""
    form = read_form(Ending)
    if form.ok:
        met = form.values["do"] == "meet"
        actions.end_wanted(current_actor(), wanted_id, met=met)
        return done(_("已记下。"), url_for("wanted.index"))
    return redirect(url_for("wanted.show", wanted_id=wanted_id), 303)


class Offered(StrictSchema):
    """The thing somebody has, as they name it."""

    text = Line(required=True, most=LONGEST)


@wanted.post("/<int:wanted_id>/offer")
@guarded(Permission.WANTED_POST)
def offer(wanted_id: int) -> ResponseReturnValue:
    """Say that one has it: the thing turns idle, and whoever looks is told."""
    form = read_form(Offered)
    here = url_for("wanted.show", wanted_id=wanted_id)
    if form.ok:
        actor = current_actor()
        try:
            asset = find_scanned(actor, form.values["text"]).asset
            if asset is None:
                form.refuse("text", "name_one_asset")
            else:
                actions.offer(actor, wanted_id, asset.id)
                return done(_("已转为闲置，并告诉了对方。"), here)
        except Missing as refusal:
            form.refuse("text", refusal.code, **refusal.facts)
        except Invalid as refusal:
            form.add(refusal)
        except (Conflict, Forbidden) as refusal:
            return refused(refusal, here)
    return _page(wanted_id, form), 422
