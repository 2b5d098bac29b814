"""The ledger as a file that can be read in again as it is."""

from __future__ import annotations

from flask import Blueprint, Response, request

from registry.access.permissions import Permission
from registry.interchange.actions.exporting import export_ledger
from registry.kernel.clock import today
from registry.kernel.errors import Invalid
from registry.lists.of.assets import ASSETS
from registry.web.base.handing import table_answer
from registry.web.base.lists import read_asked
from registry.web.base.routes import guarded
from registry.web.base.sessions import caller, current_actor
from registry.words import _

blueprint = Blueprint("exports", __name__, url_prefix="/exports")


@blueprint.get("/assets")
@guarded(Permission.ASSET_SEE)
def assets() -> Response:
    """The filtered ledger as a workbook, or as delimited text with ``form=csv``."""
    form = "csv" if request.args.get("form") == "csv" else "xlsx"
    actor, house = current_actor(), caller().house
    asked = read_asked(ASSETS, actor)
    if not asked.form.ok:
        raise Invalid(problems=asked.form.problems)
    wanted = ASSETS.narrowed_to(asked.values)
    columns, rows = export_ledger(actor, wanted, sort=asked.sort)
    title, day = _("资产台账"), today(house.time_zone) if house else ""
    return table_answer(form, columns, rows, title, f"{title} {day}".strip())
