"""Entering new things, one or a batch of equal ones."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.catalogue.actions import TypeDraft, ensure_types
from registry.kernel.errors import Invalid
from registry.ledger import actions
from registry.ledger.rules.drafts import AssetDraft
from registry.ledger.states import AssetState, Condition, Method
from registry.store.transaction import transaction
from registry.web.base.fields import (
    Choice,
    Day,
    Key,
    Line,
    Money,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.ledger.blueprints import ledger
from registry.web.pages.ledger.changing import choices
from registry.web.pages.picking import (
    department_options,
    settle_person,
    settle_place,
    title_of,
)
from registry.words import ngettext


class NewAsset(StrictSchema):
    """What is asked of new things; a known item type, or the words for a new one."""

    type = Key(load_default=None)
    type_text = Line()
    brand = Line(load_default="")
    model = Line(load_default="")
    specification = Line(load_default="")
    unit = Line(load_default="", most=20)
    quantity = Whole(load_default=1, least=1, most=1_000)
    asset_number = Line(load_default="", most=60)
    serial = Line(load_default="")
    department = Key(required=True)
    place = Key(load_default=None)
    place_text = Line()
    custodian = Key(load_default=None)
    custodian_text = Line()
    state = Choice((AssetState.IN_USE, AssetState.IDLE), load_default="in_use")
    condition = Choice(Condition, load_default=None)
    cost = Money(load_default=None)
    acquired_on = Day(load_default=None)
    method = Choice(Method, load_default=None)
    funding = Line(load_default="")
    warranty_until = Day(load_default=None)
    note = Notes(load_default="")
    blank = Line(load_default="", most=40)


@ledger.get("/new")
@guarded(Permission.ASSET_REGISTER)
def new() -> str:
    """The form that enters new things."""
    actor = current_actor()
    type_id = request.args.get("type", "")
    plain = type_id.isascii() and type_id.isdigit() and len(type_id) < 16
    known = int(type_id) if plain else None
    given = {
        "department": actor.department_id,
        "quantity": 1,
        "state": "in_use",
        "type": known,
        "type_text": title_of("type", known),
        "blank": request.args.get("blank", "")[:40],
    }
    return _page(blank_form(**given))


@ledger.post("/new")
@guarded(Permission.ASSET_REGISTER)
def register() -> ResponseReturnValue:
    """Enter new things under one number."""
    form = read_form(NewAsset)
    place_id = settle_place(form, "place")
    custodian_id = settle_person(form, "custodian")
    if not form.given.get("type_text"):
        form.refuse("type", "required")
    if form.ok:
        try:
            ids = _enter(form.values, place_id, custodian_id)
            words = ngettext("已登记 %(num)s 件。", "已登记 %(num)s 件。", len(ids))
            flash(words, "done")
            return redirect(url_for("ledger.show", asset_id=ids[0]), 303)
        except Invalid as refusal:
            form.add(refusal, department_id="department", count="quantity", name="type")
    return _page(form), 422


def _enter(
    values: dict[str, Any], place_id: int | None, custodian_id: int | None
) -> list[int]:
    actor = current_actor()
    with transaction():
        draft = AssetDraft(
            item_type_id=values["type"] or _type_of(values),
            department_id=values["department"],
            asset_number=values["asset_number"],
            place_id=place_id,
            custodian_id=custodian_id,
            serial=values["serial"],
            state=values["state"],
            condition=values["condition"],
            cost_fen=values["cost"],
            acquired_on=values["acquired_on"],
            method=values["method"],
            funding=values["funding"],
            warranty_until=values["warranty_until"],
            note=values["note"],
        )
        ids = actions.register(actor, draft, count=values["quantity"])
        if values["blank"]:
            actions.take_blank(actor, ids[0], values["blank"])
        return ids


def _type_of(values: dict[str, Any]) -> int:
    """The item type that was described, made if there is none such."""
    draft = TypeDraft(
        name=values["type_text"],
        brand=values["brand"],
        model=values["model"],
        specification=values["specification"],
        unit=values["unit"],
    )
    return ensure_types(current_actor(), [draft])[0]


def _page(form: Form) -> str:
    return render_template(
        "ledger/new.html", form=form, departments=department_options(), **choices()
    )
