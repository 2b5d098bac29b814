"""Scanning: what a code leads to, for colleagues and for whoever finds a thing."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.codes.errors import CodeRetired, CodeUnknown
from registry.images import read_code as read_picture
from registry.kernel.checkcodes import CodeMistyped, grouped, read_code
from registry.kernel.errors import Invalid, Missing, Refused
from registry.ledger import actions, queries
from registry.ledger.models import Asset
from registry.ledger.queries import Found, Sight
from registry.ledger.queries.finding import by_code
from registry.organisation import queries as organisation
from registry.procurement.queries.certificates import is_certificate
from registry.web.base.fields import Choice, Line, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.labels import look_at_label
from registry.web.base.routes import at_most, guarded, public, signed_in
from registry.web.base.scans import note_scan
from registry.web.base.sessions import current_actor, label_in
from registry.words import _, sentence
from registry.words.terms import state_word

blueprint = Blueprint("scan", __name__)

LONGEST = 500
TONES = {
    "in_use": ("done", "good"),
    "idle": ("idle", "calm"),
    "under_repair": ("repair", "warn"),
    "missing": ("question", "bad"),
}
_CERTIFICATE = re.compile(r"(?i)https?://[^/?#]+/c/([0-9a-z-]{1,40})/?")
"""The address in the symbol of a certificate, on whatever host."""
STATUS_OF = {CodeMistyped: "mistyped", CodeRetired: "retired"}


@blueprint.get("/scan")
@signed_in
def index() -> str:
    """The scan page: camera, photo, hand-held scanner, typing."""
    return render_template("scan/index.html")


@blueprint.get("/scan/open")
@signed_in
def open_scanned() -> ResponseReturnValue:
    """Go to what a scanned or typed text names."""
    text = request.args.get("text", "").strip()[:LONGEST]
    if not text:
        return redirect(url_for("scan.index"), 303)
    if (certificate := _CERTIFICATE.fullmatch(text)) is not None:
        return redirect(url_for("certificates.look", text=certificate[1]), 303)
    try:
        found = queries.find_scanned(current_actor(), text)
    except CodeUnknown as refusal:
        if not is_certificate(str(refusal.facts["found"])):
            raise
        return redirect(url_for("certificates.look", text=refusal.facts["found"]), 303)
    return _lead_to(found)


def _lead_to(found: Found) -> ResponseReturnValue:
    if found.asset is not None:
        note_scan(found.asset)
        return redirect(url_for("ledger.show", asset_id=found.asset.id), 303)
    if found.place is not None:
        return redirect(url_for("ledger.index", place=found.place.id), 303)
    if found.blank is not None:
        return redirect(url_for("scan.blank", code=found.blank), 303)
    return render_template("scan/several.html", assets=found.several)


@blueprint.post("/scan/photo")
@signed_in
def photo() -> ResponseReturnValue:
    """Read the code on a photo; a page goes on to it, a script is told."""
    sent = request.files.get("photo")
    text = read_picture(sent.read()) if sent is not None else None
    if text is None:
        raise Invalid("photo_without_code")
    if request.accept_mimetypes.best == "application/json":
        return jsonify(text=text)
    return redirect(url_for("scan.open_scanned", text=text[:LONGEST]), 303)


@blueprint.post("/scan/frame")
@signed_in
def frame() -> ResponseReturnValue:
    """Read the code in one frame of a camera; nothing if there is none."""
    try:
        text = read_picture(request.get_data(cache=False), live=True)
    except Invalid:
        text = None
    return ("", 204) if text is None else jsonify(text=text[:LONGEST])


@blueprint.get("/scan/look")
@signed_in
def look() -> ResponseReturnValue:
    """What a scanned text names, as a card for the basket."""
    text = request.args.get("text", "").strip()[:LONGEST]
    try:
        found = queries.find_scanned(current_actor(), text)
    except Refused as refusal:
        status = STATUS_OF.get(type(refusal), "unknown")
        words = sentence(refusal.code, refusal.facts)
        return jsonify(status=status, text=text, sentence=words)
    if found.asset is None:
        return jsonify(
            status="unknown", text=text, sentence=_("这不是一件资产的标签。")
        )
    note_scan(found.asset)
    return jsonify(status="found", text=text, **_card(found.asset))


def _card(asset: Asset) -> dict[str, Any]:
    icon, tone = TONES.get(asset.state, ("dot", "still"))
    return {
        "code": grouped(asset.code),
        "name": asset.item_type.standing.name,
        "place": asset.place.full_name if asset.place else "",
        "state_word": state_word(asset.state),
        "tone": tone,
        "icon": icon,
    }


@blueprint.get("/a/<text>")
@blueprint.get("/A/<text>", endpoint="label_upper")
@public("a label is for whoever finds the thing")
@at_most(300, 60)
@label_in("text")
def label(text: str) -> ResponseReturnValue:
    """Where every label leads: colleagues to the asset, others to its public card."""
    actor, found = look_at_label(text)
    if found.asset is None:
        return _other_label(actor, found)
    if queries.sight_of(actor, found.asset) > Sight.PUBLIC:
        note_scan(found.asset)
        return redirect(url_for("ledger.show", asset_id=found.asset.id), 303)
    return _public_page(found.asset, blank_form(kind="problem"))


def _other_label(actor: Actor, found: Found) -> ResponseReturnValue:
    """The label of a door, or one that names nothing yet."""
    theirs = found.place is not None and found.place.institution_id
    if not actor.is_stranger and (found.blank or theirs == actor.institution_id):
        return _lead_to(found)
    if found.place is not None:
        home = organisation.institution(found.place.institution_id)
        return render_template("scan/door.html", place=found.place, home=home)
    return render_template("scan/unused.html")


def _public_page(asset: Asset, form: Form) -> str:
    """Name, department, contact; never cost, people or place."""
    home = organisation.institution(asset.institution_id)
    return render_template(
        "scan/public.html",
        name=asset.item_type.standing.name,
        code=asset.code,
        department=asset.department.name,
        contact=asset.department.contact or home.contact,
        home=home,
        form=form,
    )


class Report(StrictSchema):
    """What somebody tells us from a label."""

    kind = Choice(("problem", "found"), required=True)
    words = Notes(required=True, most=1_000)
    contact = Line(load_default="", most=100)


@blueprint.post("/a/<text>/report")
@public("whoever finds a thing may tell us")
@at_most(10, 600)
@label_in("text")
def report(text: str) -> ResponseReturnValue:
    """Keep what somebody tells us, for the department to settle."""
    actor, found = look_at_label(text)
    if found.asset is None:
        raise Missing(what="assets")
    form = read_form(Report)
    if form.ok:
        try:
            actions.report_from_label(actor, found.asset, **form.values)
            return render_template("scan/thanks.html", code=found.asset.code)
        except Invalid as refusal:
            form.add(refusal)
    return _public_page(found.asset, form), 422


@blueprint.get("/scan/blank/<code>")
@guarded(Permission.BLANK_CLAIM)
def blank(code: str) -> str:
    """A label that names nothing yet: say what it is stuck on."""
    found = by_code(current_actor(), read_code(code[:60]))
    if found.blank is None:
        raise Missing(what="codes")
    return render_template("scan/blank.html", code=found.blank, form=blank_form())


class Target(StrictSchema):
    """The asset that a blank label is stuck on, as one names it."""

    text = Line(required=True, most=LONGEST)


@blueprint.post("/scan/blank/<code>")
@guarded(Permission.BLANK_CLAIM)
def claim_blank(code: str) -> ResponseReturnValue:
    """Let a blank label name an asset from now on."""
    form = read_form(Target)
    if form.ok:
        try:
            found = queries.find_scanned(current_actor(), form.values["text"])
            if found.asset is None:
                form.refuse("text", "name_one_asset")
            else:
                actions.take_blank(current_actor(), found.asset.id, code)
                return redirect(url_for("ledger.show", asset_id=found.asset.id), 303)
        except Missing as refusal:
            form.refuse("text", refusal.code, **refusal.facts)
        except Invalid as refusal:
            form.add(refusal)
    return render_template("scan/blank.html", code=read_code(code), form=form), 422


class BlankCode(StrictSchema):
    """The code of the blank label in one's hand."""

    code = Line(required=True, most=LONGEST)


@blueprint.get("/assets/<int:asset_id>/label")
@guarded(Permission.BLANK_CLAIM)
def take_blank_form(asset_id: int) -> str:
    """The form that gives an asset the blank label in one's hand."""
    asset = queries.asset_seen(current_actor(), asset_id)
    return render_template("scan/take_blank.html", asset=asset, form=blank_form())


@blueprint.post("/assets/<int:asset_id>/label")
@guarded(Permission.BLANK_CLAIM)
def take_blank(asset_id: int) -> ResponseReturnValue:
    """Give an asset the blank label in one's hand."""
    actor = current_actor()
    form = read_form(BlankCode)
    if form.ok:
        try:
            text = form.values["code"]
            tail = text.rstrip("/").rpartition("/")[2] if "://" in text else text
            actions.take_blank(actor, asset_id, tail)
            return redirect(url_for("ledger.show", asset_id=asset_id), 303)
        except Invalid as refusal:
            form.refuse("code", refusal.code, **refusal.facts)
    asset = queries.asset_seen(actor, asset_id)
    return render_template("scan/take_blank.html", asset=asset, form=form), 422
