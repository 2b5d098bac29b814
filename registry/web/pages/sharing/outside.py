"""The outer pool: what other institutions show, and what one shows oneself."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.lists.of.outer import OUTER, OWN_CARDS
from registry.sharing import actions
from registry.sharing.queries import outer as reads
from registry.web.base.fields import Choice, Key, Line, Many, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, query_values, read_form
from registry.web.base.handing import photo_shown
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.idle.pool import PoolQuery, active_words, filter_of
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.sharing.answering import done, refused
from registry.web.pages.sharing.blueprints import outer
from registry.words import _, ngettext

MOST_KINDS = 100
MOST_AT_ONCE = 1_000


@outer.get("")
@guarded(Permission.OUTER_ASK)
def index() -> ResponseReturnValue:
    """What other institutions of the installation show."""
    reads.require_outside(current_actor())
    view = view_of(OUTER)
    if not isinstance(view, ListView):
        return view
    actor = current_actor()
    return (
        render_template(
            "outer/index.html",
            view=view,
            publishes=actor.may(Permission.OUTER_PUBLISH),
            open_inquiries=reads.count_inquiries(actor),
        ),
        view.status,
    )


class Asking(StrictSchema):
    """How many one would like, and what for."""

    count = Whole(required=True, least=1, most=MOST_AT_ONCE)
    words = Line(required=True, most=400)
    cause = Line(load_default="", most=60)


@outer.get("/cards/<int:card_id>")
@guarded(Permission.OUTER_ASK)
def card(card_id: int) -> str:
    """A card of another institution, and the form to ask for it."""
    cause = request.args.get("cause", "")[:60]
    return _card_page(card_id, blank_form(count=1, cause=cause))


def _card_page(card_id: int, form: Form) -> str:
    found = reads.card_of(current_actor(), card_id)
    return render_template(
        "outer/card.html",
        card=found,
        kind=found.item_type.standing,
        photo=card_id in reads.photos_of([card_id]),
        form=form,
    )


@outer.post("/cards/<int:card_id>")
@guarded(Permission.OUTER_ASK)
def ask(card_id: int) -> ResponseReturnValue:
    """Ask the other institution's asset office for it."""
    form = read_form(Asking)
    if form.ok:
        try:
            made = actions.ask_outside(current_actor(), card_id, **form.values)
            return done(
                _("已发给对方的资产管理处。对方答复了会通知您。"),
                url_for("outer.asked_one", inquiry_id=made.id),
            )
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            return refused(refusal, url_for("outer.card", card_id=card_id))
    return _card_page(card_id, form), 422


@outer.get("/cards/<int:card_id>/photo")
@guarded(Permission.OUTER_ASK)
def photo(card_id: int) -> Response:
    """The photo on a card, as an image and nothing else."""
    found = reads.photo_of(current_actor(), card_id)
    small = request.args.get("small") == "1"
    content = found.thumbnail if small else found.image
    return photo_shown(content, f"card-{card_id}", "no-cache")


# What one shows


@outer.get("/own")
@guarded(Permission.OUTER_PUBLISH)
def own() -> ResponseReturnValue:
    """What one's own institution shows to others."""
    reads.require_outside(current_actor())
    view = view_of(OWN_CARDS)
    if not isinstance(view, ListView):
        return view
    return render_template("outer/own.html", view=view), view.status


@outer.get("/own/<int:card_id>")
@guarded(Permission.OUTER_PUBLISH)
def own_card(card_id: int) -> str:
    """A card of one's own: which things stand behind it."""
    actor = current_actor()
    found = reads.own_card(actor, card_id)
    return render_template(
        "outer/own_card.html",
        card=found,
        kind=found.item_type.standing,
        things=reads.things_behind(actor, found),
    )


@outer.post("/own/<int:card_id>/withdraw")
@guarded(Permission.OUTER_PUBLISH)
def withdraw_card(card_id: int) -> ResponseReturnValue:
    """Show nothing of a card any more."""
    count = actions.withdraw_card(current_actor(), card_id)
    words = ngettext("已撤下 %(num)s 件。", "已撤下 %(num)s 件。", count)
    return done(words, url_for("outer.own"))


class OneThing(StrictSchema):
    """Whether a thing is to be shown or not."""

    do = Choice(("publish", "withdraw"), required=True)


@outer.post("/assets/<int:asset_id>")
@guarded(Permission.OUTER_PUBLISH)
def one_thing(asset_id: int) -> ResponseReturnValue:
    """Show one thing to other institutions, or show it no more."""
    form = read_form(OneThing)
    here = url_for("ledger.show", asset_id=asset_id)
    if not form.ok:
        return redirect(here, 303)
    actor = current_actor()
    try:
        if form.values["do"] == "publish":
            actions.publish(actor, [asset_id])
            return done(_("已对外公开：别的单位只看得到品名、新旧、照片和件数。"), here)
        actions.withdraw_from_outside(actor, [asset_id])
    except Conflict as refusal:
        return refused(refusal, here)
    return done(_("已撤下，别的单位看不到了。"), here)


class Publishing(StrictSchema):
    """Which item types of what was narrowed, or all of it."""

    types = Many(Key(), load_default=list, most=MOST_KINDS)
    do = Choice(("chosen", "all"), load_default="chosen")


@outer.get("/publish")
@guarded(Permission.OUTER_PUBLISH)
def publish_form() -> str:
    """Choose what to show, from the pool as it is narrowed."""
    reads.require_outside(current_actor())
    return _publish_page(blank_form())


def _publish_page(form: Form) -> str:
    values = query_values(PoolQuery)
    actor = current_actor()
    asked: dict[str, Any] = request.args.to_dict(flat=False)
    counted = reads.count_publishable(actor, filter_of(values))
    return render_template(
        "outer/publish.html",
        kinds=counted[:MOST_KINDS],
        more=len(counted) > MOST_KINDS,
        things=sum(count for _kind, count in counted),
        active=active_words(values),
        address=url_for("outer.publish", **asked),
        chosen=[str(each) for each in form.given.get("types") or []],
        form=form,
    )


@outer.post("/publish")
@guarded(Permission.OUTER_PUBLISH)
def publish() -> ResponseReturnValue:
    """Show what was chosen; what somebody has by now is passed over."""
    form = read_form(Publishing)
    actor = current_actor()
    wanted: dict[str, Any] = query_values(PoolQuery)
    if form.ok:
        chosen = form.values["types"] if form.values["do"] == "chosen" else None
        ids = reads.publishable(actor, filter_of(wanted), chosen, MOST_AT_ONCE)
        if ids:
            try:
                found = actions.publish(actor, ids, passing_over=True)
            except Conflict as refusal:
                return refused(refusal, url_for("outer.own"))
            words = ngettext("已公开 %(num)s 件。", "已公开 %(num)s 件。", len(found))
            return done(words, url_for("outer.own"))
        form.refuse("types", "required")
    return _publish_page(form), 422
