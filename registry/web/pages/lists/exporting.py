"""Lists as files: just what the list is narrowed to, in its order and its columns."""

from __future__ import annotations

from flask import Response

from registry.access.permissions import Permission
from registry.interchange.sheets.writing import FORMATS
from registry.kernel.clock import today
from registry.kernel.errors import Invalid
from registry.lists.exporting import columns_named, export
from registry.web.base.fields import Choice, StrictSchema
from registry.web.base.forms import query_values
from registry.web.base.handing import table_answer
from registry.web.base.lists import read_asked
from registry.web.base.routes import guarded
from registry.web.base.sessions import caller, current_actor
from registry.web.pages.lists.blueprints import listing_named, lists
from registry.words import _


class AsFile(StrictSchema):
    """As what kind of file, and which columns."""

    form = Choice(FORMATS, load_default="xlsx")
    columns = Choice(("shown", "all"), load_default="shown")


@lists.get("/<name>/export", endpoint="export")
@guarded(Permission.EXPORT_RUN)
def export_list(name: str) -> Response:
    """A list as a workbook, or as delimited text with ``form=csv``."""
    listing, actor = listing_named(name), current_actor()
    wanted = query_values(AsFile)
    asked = read_asked(listing, actor)
    if not asked.form.ok:
        raise Invalid(problems=asked.form.problems)
    names = ["all"] if wanted["columns"] == "all" else []
    columns, rows = export(
        actor,
        listing,
        asked.values,
        sort=asked.sort,
        columns=columns_named(actor, listing, names),
    )
    title = _(listing.title)
    return table_answer(
        wanted["form"], columns, rows, title, f"{title} {_today()}".strip()
    )


def _today() -> str:
    house = caller().house
    return str(today(house.time_zone)) if house else ""
