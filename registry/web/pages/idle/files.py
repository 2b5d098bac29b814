"""Tables about idle things handed out as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from urllib.parse import quote

from flask import Response

from registry.interchange.sheets.writing import MEDIA_TYPES, Column, Value, table_file
from registry.kernel.clock import today
from registry.organisation import queries as organisation
from registry.web.base.sessions import current_actor

PIECE = 64 * 1024


def file_of(
    table: tuple[Sequence[Column], Iterable[Sequence[Value]]], form: str, title: str
) -> Response:
    """A table as a workbook or delimited text, named by what it is and the day."""
    columns, rows = table
    out = table_file(form, columns, rows, title)
    pieces = iter(partial(out.read, PIECE), b"")
    answer = Response(pieces, content_type=MEDIA_TYPES[form])
    answer.call_on_close(out.close)
    zone = organisation.institution(current_actor().institution_id).time_zone
    name = quote(f"{title} {today(zone)}.{form}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
