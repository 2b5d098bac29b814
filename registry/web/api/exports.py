"""Taking lists out as files, and an asset's label as a picture, in the API."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, stream_with_context

import labels as paper
from registry.access.permissions import Permission
from registry.interchange.actions.exporting import export_ledger
from registry.interchange.sheets.writing import MEDIA_TYPES, csv_pieces, table_file
from registry.kernel.checkcodes import grouped
from registry.labelling.rules import payload
from registry.ledger import queries
from registry.web.api.assets import filter_of
from registry.web.api.files import BYTES, handed_out
from registry.web.api.labels import base_url
from registry.web.api.schemas.assets import AssetFilter
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import Choice
from registry.web.base.routes import guarded
from registry.web.base.sessions import caller, current_actor
from registry.words import _

blueprint = ApiBlueprint(
    "api_exports", __name__, url_prefix="", description="Lists and labels as files"
)

PIECE = 64 * 1024


class ExportQuery(AssetFilter):
    """What of the ledger, and as what kind of file."""

    form = Choice(("xlsx", "csv"), load_default="xlsx")


@blueprint.get("/exports/assets")
@guarded(Permission.ASSET_SEE)
@blueprint.arguments(ExportQuery, location="query")
@blueprint.response(200, BYTES, content_type=MEDIA_TYPES["xlsx"])
def assets(asked: dict[str, Any]) -> Response:
    """The filtered ledger as a workbook or delimited text, importable unchanged."""
    form, name = asked["form"], f"{_('资产台账')}.{asked['form']}"
    columns, rows = export_ledger(current_actor(), filter_of(asked))
    if form == "csv":
        pieces = stream_with_context(csv_pieces(columns, rows))
        return handed_out(pieces, MEDIA_TYPES[form], name)
    out = table_file("xlsx", columns, rows, _("资产台账"))
    answer = handed_out(iter(partial(out.read, PIECE), b""), MEDIA_TYPES[form], name)
    answer.call_on_close(out.close)
    return answer


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
