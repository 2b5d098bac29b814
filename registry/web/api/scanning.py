"""Scanning in the API: what a code leads to, for colleagues and for anyone."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from registry.images import read_code as read_picture
from registry.kernel.errors import Invalid
from registry.ledger import queries
from registry.organisation import queries as organisation
from registry.web.api.assets import asset_out, assets_out
from registry.web.api.files import PhotoIn
from registry.web.api.schemas.assets import AssetOut, Named
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import Choice, Line, Many, StrictSchema
from registry.web.base.labels import look_at_label
from registry.web.base.routes import at_most, public, signed_in
from registry.web.base.scans import note_scan
from registry.web.base.sessions import current_actor, label_in

blueprint = ApiBlueprint(
    "api_scan", __name__, url_prefix="", description="What a label leads to"
)


class ScanQuery(StrictSchema):
    """What was scanned or typed."""

    text = Line(required=True, most=500, metadata={"example": "K7Q4-M2XN-T"})


class ScanOut(StrictSchema):
    """What a text leads to."""

    kind = Choice(("asset", "several", "place", "blank"), required=True)
    asset = ma.fields.Nested(AssetOut)
    several = Many(ma.fields.Nested(AssetOut), most=50)
    place = ma.fields.Nested(Named)
    code = Line()


class PublicCard(StrictSchema):
    """What anyone sees who finds a thing: never cost, people or place."""

    code = Line(required=True)
    name = Line(required=True)
    department = Line(required=True)
    contact = Line(required=True)
    institution = Line(required=True)


class TextOut(StrictSchema):
    """The text of a code on a photo."""

    text = ma.fields.String(required=True)


@blueprint.get("/scan")
@signed_in
@blueprint.arguments(ScanQuery, location="query")
@blueprint.response(200, ScanOut)
def scan(asked: dict[str, Any]) -> dict[str, Any]:
    """What a label's address, code, asset number or serial leads to."""
    found = queries.find_scanned(current_actor(), asked["text"])
    if found.asset is not None:
        note_scan(found.asset)
        return {"kind": "asset", "asset": asset_out(found.asset)}
    if found.place is not None:
        place = {"id": found.place.id, "name": found.place.full_name}
        return {"kind": "place", "place": place}
    if found.blank is not None:
        return {"kind": "blank", "code": found.blank}
    return {"kind": "several", "several": assets_out(found.several)}


@blueprint.get("/labels/<code>")
@public("a label is for whoever finds the thing")
@at_most(300, 60)
@label_in("code")
@blueprint.response(200, PublicCard)
def label(code: str) -> dict[str, Any]:
    """The public card behind a label's code."""
    _actor, found = look_at_label(code)
    if found.asset is None:
        raise Invalid("name_one_asset")
    home = organisation.institution(found.asset.institution_id)
    department = found.asset.department
    return {
        "code": found.asset.code,
        "name": found.asset.item_type.standing.name,
        "department": department.name,
        "contact": department.contact or home.contact,
        "institution": home.name,
    }


@blueprint.post("/scan/photo")
@signed_in
@blueprint.arguments(PhotoIn, location="files")
@blueprint.response(200, TextOut)
def photo(sent: dict[str, Any]) -> dict[str, Any]:
    """Read the code on a photo."""
    text = read_picture(sent["photo"].read())
    if text is None:
        raise Invalid("photo_without_code")
    return {"text": text}
