"""Changing an asset: its description, place, people, department, state; corrections."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid, Missing, StaleVersion
from registry.ledger import actions, queries
from registry.ledger.actions.changing import PERMISSION_OF_MOVE
from registry.ledger.models import Asset
from registry.ledger.states import ASSET, AssetState, Condition, Method, Restriction
from registry.sharing.actions import adopt_loan
from registry.web.base.fields import (
    Choice,
    Day,
    Key,
    Line,
    Many,
    Money,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.ledger.blueprints import ledger
from registry.web.pages.ledger.showing import (
    amount_of,
    breadcrumb_of,
    move_word,
)
from registry.web.pages.picking import (
    settle_department,
    settle_person,
    settle_place,
    settle_type,
)
from registry.words import _, terms


class Description(StrictSchema):
    """What describes an asset."""

    version = Key(required=True)
    type = Key(load_default=None)
    type_text = Line()
    asset_number = Line(required=True, most=60)
    sub_number = Whole(load_default=0, most=999_999)
    serial = Line(load_default="")
    condition = Choice(Condition, load_default=None)
    cost = Money(load_default=None)
    acquired_on = Day(load_default=None)
    method = Choice(Method, load_default=None)
    funding = Line(load_default="")
    service_life_months = Whole(load_default=None, most=1_200)
    warranty_until = Day(load_default=None)
    attributes = Notes(load_default="")
    restrictions = Many(Choice(Restriction), load_default=list)
    note = Notes(load_default="")


def choices() -> dict[str, Any]:
    """What the selects of an asset's form offer."""
    return {
        "conditions": [(str(c), terms.condition_word(c)) for c in Condition],
        "methods": [(str(m), terms.method_word(m)) for m in Method],
        "restrictions": [(str(r), terms.restriction_word(r)) for r in Restriction],
    }


def read_attributes(text: str) -> dict[str, str]:
    """Attributes written a line each as ``名称：值``; Invalid for a line without."""
    found: dict[str, str] = {}
    for line in filter(None, (each.strip() for each in text.splitlines())):
        key, colon, value = line.replace(":", "：", 1).partition("：")
        if not colon or not key.strip():
            raise Invalid.field("attributes", "bad_attribute", found=line[:40])
        found[key.strip()] = value.strip()
    return found


def _described(asset: Asset) -> dict[str, Any]:
    """An asset's description as it stands in the fields of the form."""
    return {
        "version": asset.version,
        "type": asset.item_type_id,
        "type_text": asset.item_type.title,
        "asset_number": asset.asset_number,
        "sub_number": asset.sub_number,
        "serial": asset.serial,
        "condition": asset.condition,
        "cost": amount_of(asset.cost_fen),
        "acquired_on": asset.acquired_on,
        "method": asset.method,
        "funding": asset.funding,
        "service_life_months": asset.service_life_months,
        "warranty_until": asset.warranty_until,
        "attributes": "\n".join(f"{k}：{v}" for k, v in asset.attributes.items()),
        "restrictions": list(asset.restrictions),
        "note": asset.note,
    }


@ledger.get("/<int:asset_id>/edit")
@guarded(Permission.ASSET_AMEND)
def edit(asset_id: int) -> str:
    """The form that changes what describes an asset."""
    asset = _for(Permission.ASSET_AMEND, asset_id)
    return _edit_page(asset, blank_form(**_described(asset)))


@ledger.post("/<int:asset_id>/edit")
@guarded(Permission.ASSET_AMEND)
def amend(asset_id: int) -> ResponseReturnValue:
    """Change what describes an asset; of two who change it the second sees both."""
    form = read_form(Description)
    version, changes = _changes(form)
    if form.ok:
        try:
            actions.amend(current_actor(), asset_id, version, changes)
            flash(_("已保存。"), "done")
            return _back(asset_id)
        except StaleVersion:
            return _both(asset_id, form), 409
        except Invalid as refusal:
            form.add(refusal, cost_fen="cost", item_type_id="type")
    asset = _for(Permission.ASSET_AMEND, asset_id)
    return _edit_page(asset, form), 422


def _changes(form: Form) -> tuple[int | None, dict[str, Any]]:
    """What the form asks for, in the words of the ledger."""
    type_id = settle_type(form, "type", required=True)
    changes = dict(form.values)
    version = changes.pop("version", None)
    try:
        changes["attributes"] = read_attributes(changes.get("attributes", ""))
    except Invalid as refusal:
        form.add(refusal)
    changes["item_type_id"] = type_id
    changes["cost_fen"] = changes.pop("cost", None)
    changes["restrictions"] = tuple(changes.get("restrictions", ()))
    return version, changes


def _edit_page(asset: Asset, form: Form) -> str:
    return render_template(
        "ledger/edit.html",
        asset=asset,
        form=form,
        crumbs=breadcrumb_of(asset),
        **choices(),
    )


def _both(asset_id: int, form: Form) -> str:
    """Both versions side by side, for the one who came second."""
    asset = _for(Permission.ASSET_AMEND, asset_id)
    theirs = _described(asset)
    rows = [
        {
            "name": name,
            "label": terms.field_word(name),
            "mine": form.given.get(name),
            "value": form.given.get(name) or "",
            "theirs": theirs[name],
            "their_value": theirs[name] if theirs[name] is not None else "",
        }
        for name in theirs
        if name not in ("version", "type", "restrictions")
        and str(form.given.get(name) or "") != str(theirs[name] or "")
    ]
    return render_template(
        "ledger/both.html",
        asset=asset,
        rows=rows,
        kept={**theirs, **{row["name"]: None for row in rows}},
        crumbs=breadcrumb_of(asset),
    )


class Moving(StrictSchema):
    """Where an asset stands from now on."""

    version = Key(required=True)
    place = Key(load_default=None)
    place_text = Line()
    effective_on = Day(load_default=None)


@ledger.get("/<int:asset_id>/move")
@guarded(Permission.ASSET_MOVE)
def move_form(asset_id: int) -> str:
    """The form that says where an asset stands."""
    asset = _for(Permission.ASSET_MOVE, asset_id)
    where = asset.place.full_name if asset.place else ""
    given = {"place": asset.place_id, "place_text": where, "version": asset.version}
    return _page("move", asset, blank_form(**given))


@ledger.post("/<int:asset_id>/move")
@guarded(Permission.ASSET_MOVE)
def move(asset_id: int) -> ResponseReturnValue:
    """Record that an asset stands elsewhere."""
    form = read_form(Moving)
    place_id = settle_place(form, "place", required=True)
    return _carry_out("move", asset_id, form, actions.move, place_id=place_id)


class Assigning(StrictSchema):
    """Who keeps and who uses an asset."""

    version = Key(required=True)
    custodian = Key(load_default=None)
    custodian_text = Line()
    user = Key(load_default=None)
    user_text = Line()
    effective_on = Day(load_default=None)


@ledger.get("/<int:asset_id>/assign")
@guarded(Permission.ASSET_ASSIGN)
def assign_form(asset_id: int) -> str:
    """The form that names custodian and user."""
    asset = _for(Permission.ASSET_ASSIGN, asset_id)
    given = {
        "version": asset.version,
        "custodian": asset.custodian_id,
        "custodian_text": asset.custodian.name if asset.custodian else "",
        "user": asset.user_id,
        "user_text": asset.user.name if asset.user else "",
    }
    return _page("assign", asset, blank_form(**given))


@ledger.post("/<int:asset_id>/assign")
@guarded(Permission.ASSET_ASSIGN)
def assign(asset_id: int) -> ResponseReturnValue:
    """Record who keeps and who uses an asset."""
    form = read_form(Assigning)
    who = {
        "custodian_id": settle_person(form, "custodian"),
        "user_id": settle_person(form, "user"),
    }
    return _carry_out("assign", asset_id, form, actions.assign, **who)


class Reassigning(StrictSchema):
    """Which department has an asset from now on."""

    version = Key(required=True)
    department = Key(load_default=None)
    department_text = Line()
    custodian = Key(load_default=None)
    custodian_text = Line()
    place = Key(load_default=None)
    place_text = Line()
    reason = Notes(load_default="", most=1_000)


@ledger.get("/<int:asset_id>/reassign")
@guarded(Permission.ASSET_REASSIGN)
def reassign_form(asset_id: int) -> str:
    """The form that puts an asset into another department."""
    asset = _for(Permission.ASSET_REASSIGN, asset_id)
    return _page("reassign", asset, blank_form(version=asset.version))


@ledger.post("/<int:asset_id>/reassign")
@guarded(Permission.ASSET_REASSIGN)
def reassign(asset_id: int) -> ResponseReturnValue:
    """Put an asset into another department."""
    form = read_form(Reassigning)
    target = {
        "department_id": settle_department(form, "department", required=True),
        "custodian_id": settle_person(form, "custodian"),
        "place_id": settle_place(form, "place"),
    }
    return _carry_out("reassign", asset_id, form, actions.reassign, **target)


class StateChange(StrictSchema):
    """Why a state changes, and since when."""

    version = Key(required=True)
    reason = Notes(load_default="", most=1_000)
    effective_on = Day(load_default=None)


@ledger.get("/<int:asset_id>/state/<verb>")
@signed_in
def state_form(asset_id: int, verb: str) -> str:
    """The page that asks before a state changes."""
    asset = _for(_permission_of(verb), asset_id)
    ASSET.after(AssetState(asset.state), verb)
    return _state_page(asset, verb, blank_form(version=asset.version))


@ledger.post("/<int:asset_id>/state/<verb>")
@signed_in
def change_state(asset_id: int, verb: str) -> ResponseReturnValue:
    """Carry out a move of the state machine."""
    permission = _permission_of(verb)
    form = read_form(StateChange)
    if form.ok:
        try:
            asset = actions.change_state(current_actor(), asset_id, verb, **form.values)
            word = terms.state_word(asset.state)
            flash(_("已记入台账：现在是“%(state)s”。", state=word), "done")
            return _back(asset_id)
        except Invalid as refusal:
            form.add(refusal)
    return _state_page(_for(permission, asset_id), verb, form), 422


def _permission_of(verb: str) -> Permission:
    if verb not in PERMISSION_OF_MOVE:
        raise Missing(what="pages")
    return PERMISSION_OF_MOVE[verb]


def _state_page(asset: Asset, verb: str, form: Form) -> str:
    return render_template(
        "ledger/state.html",
        asset=asset,
        verb=verb,
        word=move_word(asset.state, verb),
        form=form,
        crumbs=breadcrumb_of(asset),
    )


class Correcting(StrictSchema):
    """Why an entry is taken back."""

    version = Key(required=True)
    reason = Line(required=True, most=1_000)


@ledger.get("/<int:asset_id>/history/<int:number>/correct")
@guarded(Permission.ASSET_CORRECT)
def correct_form(asset_id: int, number: int) -> str:
    """The page that asks why an entry is taken back."""
    asset = _for(Permission.ASSET_CORRECT, asset_id)
    return _correct_page(asset, number, blank_form(version=asset.version))


@ledger.post("/<int:asset_id>/history/<int:number>/correct")
@guarded(Permission.ASSET_CORRECT)
def correct(asset_id: int, number: int) -> ResponseReturnValue:
    """Take back an entry by a correcting one."""
    form = read_form(Correcting)
    if form.ok:
        try:
            actions.correct(current_actor(), asset_id, number, **form.values)
            flash(_("已更正，原来的记录仍保留在变动记录里。"), "done")
            return redirect(url_for("ledger.history", asset_id=asset_id), 303)
        except Invalid as refusal:
            form.add(refusal)
    asset = _for(Permission.ASSET_CORRECT, asset_id)
    return _correct_page(asset, number, form), 422


def _correct_page(asset: Asset, number: int, form: Form) -> str:
    lines = queries.history(current_actor(), asset)
    line = next((each for each in lines if each.number == number), None)
    if line is None:
        raise Missing(what="entries")
    return render_template(
        "ledger/correct.html",
        asset=asset,
        line=line,
        form=form,
        crumbs=breadcrumb_of(asset),
    )


class LoanDetails(StrictSchema):
    """Who really has a lent asset."""

    version = Key(required=True)
    person = Key(load_default=None)
    person_text = Line()
    holder = Line(load_default="")
    until = Day(load_default=None)


@ledger.get("/<int:asset_id>/loan")
@guarded(Permission.ASSET_STATE)
def loan_form(asset_id: int) -> str:
    """The form that completes a loan nobody knows the borrower of."""
    asset = _for(Permission.ASSET_STATE, asset_id)
    if asset.claim is None or asset.claim.kind != "loan":
        raise Missing(what="claims")
    given = {"version": asset.version, "holder": asset.claim.holder}
    return _page("loan", asset, blank_form(**given))


@ledger.post("/<int:asset_id>/loan")
@guarded(Permission.ASSET_STATE)
def complete_loan(asset_id: int) -> ResponseReturnValue:
    """Say who has a lent asset, and until when."""
    form = read_form(LoanDetails)
    person_id = settle_person(form, "person")
    if form.ok and person_id is None and not form.values.get("holder"):
        form.refuse("person", "required")
    return _carry_out("loan", asset_id, form, adopt_loan, person_id=person_id)


@ledger.post("/<int:asset_id>/loan/end")
@guarded(Permission.ASSET_STATE)
def end_loan(asset_id: int) -> ResponseReturnValue:
    """Record that a lent asset is back."""
    actions.end_loan(current_actor(), asset_id)
    flash(_("已归还。"), "done")
    return _back(asset_id)


def _carry_out(
    name: str, asset_id: int, form: Form, act: Any, **values: Any
) -> ResponseReturnValue:
    """Do what a form asks for, or show the form again with what is wrong."""
    if form.ok:
        try:
            act(current_actor(), asset_id, **{**form.values, **values})
            flash(_("已记入台账。"), "done")
            return _back(asset_id)
        except Invalid as refusal:
            names = {f"{each}_id": each for each in ("place", "custodian", "user")}
            form.add(refusal, department_id="department", **names)
    asset = queries.asset_seen(current_actor(), asset_id)
    return _page(name, asset, form), 422


def _page(name: str, asset: Asset, form: Form) -> str:
    return render_template(
        f"ledger/{name}.html", asset=asset, form=form, crumbs=breadcrumb_of(asset)
    )


def _for(permission: Permission, asset_id: int) -> Asset:
    """The asset a form is about, if the reader may do this to it."""
    actor = current_actor()
    asset = queries.asset_seen(actor, asset_id)
    actor.require(permission, asset)
    return asset


def _back(asset_id: int) -> ResponseReturnValue:
    return redirect(url_for("ledger.show", asset_id=asset_id), 303)
