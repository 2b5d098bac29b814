"""Taking lists out as files, and an asset's label as a picture, in the API."""

from __future__ import annotations

from typing import Any

from flask import Response

import labels as paper
from registry.access.permissions import Permission
from registry.interchange.actions.exporting import export_ledger
from registry.interchange.sheets.writing import FORMATS, MEDIA_TYPES
from registry.kernel.checkcodes import grouped
from registry.labelling.rules import payload
from registry.ledger import queries
from registry.lists.description import Listing
from registry.lists.exporting import columns_named, export
from registry.lists.of import LISTINGS
from registry.lists.of.assets import ASSETS
from registry.web.api.files import BYTES
from registry.web.api.labels import base_url
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import Choice, Many
from registry.web.base.handing import handed_out, table_answer
from registry.web.base.lists import filter_schema, sort_field, values_of_api
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import caller, current_actor
from registry.words import _

blueprint = ApiBlueprint(
    "api_exports", __name__, url_prefix="", description="Lists and labels as files"
)

COLUMNS_HELP = (
    "Which columns, in their order, or `all`; without any those one has chosen. The "
    "ledger without any comes in the form in which it can be read in again."
)


def _query(listing: Listing[Any, Any]) -> Any:
    """What of a list, in which order, with which columns, and as what kind of file."""
    return filter_schema(
        f"{listing.name.title().replace('-', '')}Export",
        listing,
        sort=sort_field(listing),
        form=Choice(FORMATS, load_default="xlsx"),
        columns=Many(
            Choice(("all", *listing.by_key)),
            load_default=list,
            most=100,
            metadata={"description": COLUMNS_HELP},
        ),
    )


def _add_export(listing: Listing[Any, Any]) -> None:
    """A route that hands a list out as a file."""
    admitted = guarded(listing.permission) if listing.permission else signed_in

    def handed(asked: dict[str, Any]) -> Response:
        return _table(listing, asked)

    handed.__doc__ = f"The list of {listing.name}, as it is narrowed, as a file."
    view = blueprint.response(200, BYTES, content_type=MEDIA_TYPES["xlsx"])(
        admitted(handed)
    )
    view = blueprint.arguments(_query(listing), location="query")(view)
    name = f"export_{listing.name.replace('-', '_')}"
    blueprint.route(f"/exports/{listing.name}", endpoint=name)(view)


def _table(listing: Listing[Any, Any], asked: dict[str, Any]) -> Response:
    actor, title = current_actor(), _(listing.title)
    values, sort = values_of_api(listing, asked), asked["sort"]
    if listing is ASSETS and not asked["columns"]:
        columns, rows = export_ledger(actor, ASSETS.narrowed_to(values), sort=sort)
    else:
        named = columns_named(actor, listing, asked["columns"])
        columns, rows = export(actor, listing, values, sort=sort, columns=named)
    return table_answer(asked["form"], columns, rows, title, title)


for _listing in LISTINGS.values():
    _add_export(_listing)


@blueprint.get("/assets/<int:asset_id>/label")
@guarded(Permission.ASSET_SEE)
@blueprint.response(200, BYTES, content_type="image/png")
def label(asset_id: int) -> Response:
    """The asset's label as a picture; nothing is printed."""
    asset, house = queries.asset_seen(current_actor(), asset_id), caller().house
    drawn = paper.Label(
        payload=payload(base_url(), asset.code),
        code=grouped(asset.code),
        title=asset.item_type.name,
        lines=((_("编号"), asset.number),),
        institution=house.name if house else "",
    )
    picture = paper.draw_png(drawn, paper.Roll(60, 40), 203)
    return handed_out(picture, "image/png")
