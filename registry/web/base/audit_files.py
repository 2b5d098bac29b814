"""The report of an audit handed out: as pages to be signed, as a workbook."""

from __future__ import annotations

from flask import Response

from registry.audits.queries.reporting import Reported
from registry.interchange.rules.fields import Kind
from registry.interchange.sheets.writing import Column
from registry.reports.auditing import paper, sheets
from registry.web.base.handing import book_answer, handed_out
from registry.web.base.sessions import caller


def paper_of(found: Reported) -> Response:
    """The report as PDF."""
    house = caller().house
    content = paper(found, house.name if house else "")
    return handed_out(content, "application/pdf", f"{_name(found)}.pdf")


def book_of(found: Reported) -> Response:
    """The report as XLSX, every line of the list in it."""
    tables = (
        (
            each.title,
            [
                Column(column.label, Kind(column.kind), column.width)
                for column in each.columns
            ],
            each.rows(),
        )
        for each in sheets(found)
    )
    return book_answer(tables, _name(found))


def _name(found: Reported) -> str:
    return f"{found.audit.number} {found.audit.title}"
