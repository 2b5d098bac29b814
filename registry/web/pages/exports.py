"""Taking lists out as files: exactly what the list shows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

from flask import Blueprint, Response, request, stream_with_context

from registry.access.permissions import Permission
from registry.interchange.actions.exporting import export_ledger
from registry.interchange.sheets.writing import MEDIA_TYPES, csv_pieces, table_file
from registry.kernel.clock import today
from registry.web.base.forms import query_values
from registry.web.base.routes import guarded
from registry.web.base.sessions import caller, current_actor
from registry.web.pages.ledger.listing import AssetFilter, filter_of
from registry.words import _

blueprint = Blueprint("exports", __name__, url_prefix="/exports")

PIECE = 64 * 1024


@blueprint.get("/assets")
@guarded(Permission.ASSET_SEE)
def assets() -> Response:
    """The filtered ledger as a workbook, or as delimited text with ``form=csv``."""
    form = "csv" if request.args.get("form") == "csv" else "xlsx"
    values = query_values(AssetFilter)
    columns, rows = export_ledger(current_actor(), filter_of(values))
    if form == "csv":
        pieces = stream_with_context(csv_pieces(columns, rows))
    else:
        out = table_file(form, columns, rows, _("资产台账"))
        answer = _file(iter(partial(out.read, PIECE), b""), form, _("资产台账"))
        answer.call_on_close(out.close)
        return answer
    return _file(pieces, form, _("资产台账"))


def _file(pieces: Iterator[bytes], form: str, title: str) -> Response:
    house = caller().house
    day = today(house.time_zone) if house else ""
    answer = Response(pieces, content_type=MEDIA_TYPES[form])
    name = quote(f"{title} {day}.{form}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
