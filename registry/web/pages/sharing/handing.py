"""Handing over and receiving by scanning: one after the other, then all at once."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Forbidden, Invalid, Missing, Refused
from registry.ledger.queries import find_scanned
from registry.sharing.queries.transfers import lines_of, transfer_of
from registry.sharing.states import TransferLineState
from registry.web.base.fields import Flag, Key, Line, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.picking import settle_person, settle_place
from registry.web.pages.sharing.answering import done, refused
from registry.web.pages.sharing.blueprints import transfers
from registry.web.pages.sharing.moving import can_do, carry_out
from registry.words import _, sentence

MOST = 1_000
STATE_BEFORE = {
    "hand_over": TransferLineState.AGREED,
    "receive": TransferLineState.HANDED_OVER,
}


@transfers.get("/<int:transfer_id>/scan/<verb>")
@guarded(Permission.TRANSFER_SEE)
def scan(transfer_id: int, verb: str) -> str:
    """Scan what is given away, or what has come."""
    return _page(transfer_id, _known(verb), blank_form(codes=""))


def _known(verb: str) -> str:
    """The step an address names; Missing for none."""
    if verb not in STATE_BEFORE:
        raise Missing(what="transfers")
    return verb


class Scanned(StrictSchema):
    """The codes that were scanned, and what is said of all of them."""

    codes = Notes(required=True, most=40_000)
    wiped = Flag(load_default=False)
    place = Key(load_default=None)
    place_text = Line()
    custodian = Key(load_default=None)
    custodian_text = Line()


@transfers.post("/<int:transfer_id>/scan/<verb>")
@guarded(Permission.TRANSFER_SEE)
def scanned(transfer_id: int, verb: str) -> ResponseReturnValue:
    """Note what was scanned as given or received; all of it, or nothing and why."""
    form = read_form(Scanned)
    verb = _known(verb)
    here = url_for("transfers.show", transfer_id=transfer_id)
    place_id = settle_place(form, "place")
    custodian_id = settle_person(form, "custodian")
    ids, unknown = _read(transfer_id, verb, form)
    if form.ok and not unknown:
        try:
            words = carry_out(
                transfer_id,
                verb,
                ids,
                wiped=form.values["wiped"],
                place_id=place_id,
                custodian_id=custodian_id,
            )
        except Invalid as refusal:
            form.add(refusal, place_id="place", custodian_id="custodian")
        except (Conflict, Forbidden) as refusal:
            return refused(refusal, here)
        else:
            return done(words, here)
    return _page(transfer_id, verb, form, unknown), 422


def _read(
    transfer_id: int, verb: str, form: Form
) -> tuple[list[int], list[tuple[str, str]]]:
    """The things of the transfer that the codes name, and the codes that name none."""
    lines = [line.strip() for line in str(form.values.get("codes", "")).splitlines()]
    lines = list(dict.fromkeys(filter(None, lines)))
    if len(lines) > MOST:
        form.refuse("codes", "too_many", most=MOST)
        return [], []
    actor = current_actor()
    found = transfer_of(actor, transfer_id)
    states = {line.asset_id: line.state for line in lines_of(actor, found)}
    ids: list[int] = []
    unknown: list[tuple[str, str]] = []
    for text in lines:
        try:
            asset = find_scanned(actor, text).asset
        except Refused as refusal:
            unknown.append((text[:60], sentence(refusal.code, refusal.facts)))
            continue
        if asset is None:
            unknown.append((text[:60], sentence("name_one_asset", {})))
        elif asset.id not in states:
            unknown.append((text[:60], _("不在这张调拨单上。")))
        elif states[asset.id] != STATE_BEFORE[verb]:
            unknown.append((text[:60], _wrong(states[asset.id])))
        else:
            ids.append(asset.id)
    return list(dict.fromkeys(ids)), unknown


def _wrong(state: str) -> str:
    """Why a thing that is on the list cannot be given or taken now."""
    words = {
        TransferLineState.REQUESTED: _("还没有答复，不能交接。"),
        TransferLineState.AGREED: _("对方还没有交出。请先让对方扫码交出。"),
        TransferLineState.HANDED_OVER: _("已经交出过了。"),
        TransferLineState.RECEIVED: _("已经点收过了。"),
    }
    return words.get(TransferLineState(state), _("这件已不调拨了。"))


def _page(
    transfer_id: int,
    verb: str,
    form: Form,
    unknown: list[tuple[str, str]] | None = None,
) -> str:
    actor = current_actor()
    found = transfer_of(actor, transfer_id)
    lines = lines_of(actor, found)
    can = can_do(actor, found, lines)
    return render_template(
        "sharing/scan.html",
        transfer=found,
        verb=verb,
        form=form,
        unknown=unknown or [],
        can=can,
        left=can.hand_over if verb == "hand_over" else can.receive,
    )
