"""The basket: many scanned or ticked assets, and one act for all of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.kernel.checkcodes import grouped
from registry.kernel.errors import Invalid, Refused
from registry.ledger import actions, queries
from registry.ledger.actions import SomeRefused
from registry.web.base.fields import Choice, Key, Line, Many, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.ledger.showing import MOVE_WORDS
from registry.web.pages.picking import settle_person, settle_place
from registry.words import _, sentence

blueprint = Blueprint("basket", __name__, url_prefix="/basket")

MOST = 500
ACTS = ("move", "assign", *MOVE_WORDS, "labels")


class Ticked(StrictSchema):
    """The rows ticked in a list, and what to do with them."""

    asset = Many(Key(), load_default=list, most=MOST)
    do = Choice(("labels", "basket"), load_default="basket")


@blueprint.post("/gather")
@signed_in
def gather() -> ResponseReturnValue:
    """Take what was ticked in a list to the basket, or to the printer."""
    form = read_form(Ticked)
    ids = form.values.get("asset", [])
    if not form.ok or not ids:
        flash(_("先勾选要办的资产。"), "warning")
        return redirect(url_for("ledger.index"), 303)
    if form.values["do"] == "labels":
        return redirect(url_for("labels.index", asset=ids), 303)
    actor = current_actor()
    codes = [grouped(queries.asset(actor, asset_id).code) for asset_id in ids]
    return _page(blank_form(codes="\n".join(codes)))


@blueprint.get("")
@signed_in
def index() -> str:
    """Scan one after the other, then say what to do with all of them."""
    return _page(blank_form(codes=""))


class Act(StrictSchema):
    """What to do with everything in the basket."""

    codes = Notes(required=True, most=20_000)
    act = Choice(ACTS, required=True)
    place = Key(load_default=None)
    place_text = Line()
    custodian = Key(load_default=None)
    custodian_text = Line()
    reason = Notes(load_default="", most=1_000)


@blueprint.post("")
@signed_in
def carry_out() -> ResponseReturnValue:
    """Do one thing to everything in the basket, or to nothing and say why."""
    form = read_form(Act)
    act = form.values.get("act")
    place_id = settle_place(form, "place", required=act == "move")
    custodian_id = settle_person(form, "custodian", required=act == "assign")
    ids, unknown = _read_codes(form)
    if form.ok and not unknown:
        if act == "labels":
            return redirect(url_for("labels.index", asset=ids), 303)
        try:
            document = _do(form.values, ids, place_id, custodian_id)
        except SomeRefused as refusal:
            return _page(form, refused=_refused(refusal)), 422
        except Invalid as refusal:
            form.add(refusal)
        else:
            words = _(
                "已记入台账，共 %(count)s 件，单据 %(number)s。",
                count=document.count,
                number=document.number,
            )
            flash(words, "done")
            return redirect(url_for("ledger.index", document=document.number), 303)
    return _page(form, refused=unknown), 422


def _read_codes(form: Form) -> tuple[list[int], list[tuple[str, str]]]:
    """The assets the lines name, and the lines that name none, with why."""
    lines = [line.strip() for line in str(form.values.get("codes", "")).splitlines()]
    lines = list(dict.fromkeys(filter(None, lines)))
    if len(lines) > MOST:
        form.refuse("codes", "too_many", most=MOST)
        return [], []
    actor = current_actor()
    ids: list[int] = []
    unknown: list[tuple[str, str]] = []
    for line in lines:
        try:
            found = queries.find_scanned(actor, line)
        except Refused as refusal:
            unknown.append((line[:60], sentence(refusal.code, refusal.facts)))
            continue
        if found.asset is None:
            unknown.append((line[:60], sentence("name_one_asset", {})))
        else:
            ids.append(found.asset.id)
    return ids, unknown


def _do(
    values: dict[str, Any],
    ids: list[int],
    place_id: int | None,
    custodian_id: int | None,
) -> Any:
    actor = current_actor()
    act = values["act"]
    if act == "move":
        return actions.act_on_many(actor, ids, actions.move, place_id=place_id)
    if act == "assign":
        return actions.act_on_many(
            actor, ids, actions.hand_to, custodian_id=custodian_id
        )
    return actions.act_on_many(
        actor, ids, actions.change_state, verb=act, reason=values["reason"]
    )


def _refused(refusal: SomeRefused) -> list[tuple[str, str]]:
    """Which assets cannot be changed so, and why, in words."""
    actor = current_actor()
    return [
        (
            queries.asset(actor, each["asset_id"]).number,
            sentence(each["code"], each["facts"]),
        )
        for each in refusal.facts["refused"]
    ]


def _page(form: Form, refused: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "basket/index.html",
        form=form,
        refused=refused or [],
        acts=[
            ("move", _("变更存放地点")),
            ("assign", _("变更保管人")),
            *((verb, _(word)) for verb, word in MOVE_WORDS.items()),
            ("labels", _("打印标签")),
        ],
    )
