"""Asking for a transfer: of what, to whom, where to; and the list of transfers."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.ledger.models import Asset
from registry.ledger.queries import asset as asset_of
from registry.lists.of.transfers import TRANSFERS
from registry.organisation import queries as organisation
from registry.sharing import actions
from registry.sharing.queries import pool_type
from registry.web.base.fields import Key, Line, key_in, keys_in
from registry.web.base.forms import Form, blank_form, query_values, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.picking import (
    department_options,
    settle_person,
    settle_place,
)
from registry.web.pages.sharing.answering import done, refused
from registry.web.pages.sharing.blueprints import transfers
from registry.web.pages.sharing.wishing import Wanted, chosen
from registry.words import _

SHOWN = 50


@transfers.get("")
@guarded(Permission.TRANSFER_SEE)
def index() -> ResponseReturnValue:
    """The transfers of one's departments, and what one asked for."""
    view = view_of(TRANSFERS)
    if not isinstance(view, ListView):
        return view
    return render_template("sharing/transfers.html", view=view), view.status


class Request(Wanted):
    """What is to be transferred, and to whom."""

    to_department = Key(required=True)
    custodian = Key(load_default=None)
    custodian_text = Line()
    new_place = Key(load_default=None)
    new_place_text = Line()


@transfers.get("/new")
@guarded(Permission.TRANSFER_REQUEST)
def new() -> ResponseReturnValue:
    """The form that asks for a transfer of what was chosen before."""
    actor = current_actor()
    values = query_values(Wanted)
    if not values["asset"] and values["type"] is None:
        return redirect(url_for("idle.index"), 303)
    return _page(blank_form(**values, to_department=actor.department_id))


@transfers.post("/new")
@guarded(Permission.TRANSFER_REQUEST)
def ask() -> ResponseReturnValue:
    """Ask for the transfer; each thing is kept for it from now on."""
    form = read_form(Request)
    place_id = settle_place(form, "new_place", required=True)
    custodian_id = settle_person(form, "custodian")
    if not form.ok:
        return _page(form), 422
    ids, count = chosen(form.values)
    try:
        if not ids:
            raise Conflict("not_enough_left", left=0, wanted=count or 1)
        made = actions.request_transfer(
            current_actor(),
            ids,
            count=count,
            to_department_id=form.values["to_department"],
            custodian_id=custodian_id,
            place_id=place_id,
            purpose=form.values["purpose"],
        )
    except Invalid as refusal:
        form.add(
            refusal,
            department_id="to_department",
            custodian_id="custodian",
            place_id="new_place",
        )
        return _page(form), 422
    except Forbidden:
        form.refuse("to_department", "not_ones_own_department")
        return _page(form), 422
    except Conflict as refusal:
        return refused(refusal, request.full_path if ids else url_for("idle.index"))
    return done(
        _("已申请调拨，单号 %(number)s。等对方答复。", number=made.number),
        url_for("transfers.show", transfer_id=made.id),
    )


def _page(form: Form) -> str:
    actor = current_actor()
    given = form.given
    type_id = key_in(given.get("type"))
    assets: list[Asset] = []
    if type_id is None:
        ids = keys_in(given.get("asset"))
        assets = [asset_of(actor, each) for each in ids[:SHOWN]]
    return render_template(
        "sharing/transfer_new.html",
        form=form,
        assets=assets,
        kind=pool_type(actor, type_id) if type_id is not None else None,
        departments=_targets(),
    )


def _targets() -> list[tuple[int, str]]:
    """The departments one may ask for."""
    actor = current_actor()
    may = {
        each.id
        for each in organisation.departments(actor)
        if actor.may(Permission.TRANSFER_REQUEST, each)
    }
    return [(key, word) for key, word in department_options() if key in may]
