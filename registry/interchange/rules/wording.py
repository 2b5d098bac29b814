"""The words of a row: names and codes made tidy, words of closed lists looked up."""

from __future__ import annotations

from registry.interchange.rules.dates import DateOrder, date_of
from registry.interchange.rules.row import Columns, Row, Unfit, is_empty
from registry.interchange.rules.spans_of_time import (
    counts_months,
    months_later,
    months_of,
)
from registry.interchange.rules.text import bracketed, code_of, line_of, note_of
from registry.interchange.rules.vocabulary import (
    IN_USE,
    condition_of,
    method_of,
    status_of,
)
from registry.ledger.states import Method

LENGTHS = {
    "asset_number": 60,
    "name": 200,
    "code": 40,
    "serial": 200,
    "class_code": 20,
    "class_name": 200,
    "brand": 200,
    "unit": 20,
    "funding": 200,
    "department": 200,
    "department_code": 40,
    "custodian": 200,
    "custodian_number": 40,
    "user": 200,
    "user_number": 40,
    "place": 800,
    "note": 10_000,
}
"""How many characters the ledger keeps of each text; a longer one is refused."""

SHORTENED = ("model", "specification")
"""Texts that go on in the note when they are longer than MOST_SHORTENED."""

MOST_SHORTENED = 200
MOST_ATTRIBUTE = 1_000

_CODES = (
    "code",
    "serial",
    "class_code",
    "department_code",
    "custodian_number",
    "user_number",
)
_LINES = (
    "class_name",
    "brand",
    "model",
    "specification",
    "unit",
    "funding",
    "department",
    "custodian",
    "user",
    "place",
)
_PARTS = {
    "place": ("campus", "building", "floor", "room"),
    "user": ("user_first_name", "user_last_name"),
}
"""Fields that may be spread over several columns."""


class Wording:
    """Reads the texts of rows of one layout."""

    def __init__(self, columns: Columns, order: DateOrder) -> None:
        at, known = columns.at, columns.known
        self._order = order
        read = [(name, code_of) for name in _CODES] + [
            (name, line_of) for name in _LINES
        ]
        self._texts = [
            (name, at[name], tidied) for name, tidied in read if name in known
        ]
        self._parts = [
            (name, [at[part] for part in parts if part in known])
            for name, parts in _PARTS.items()
            if known.intersection(parts)
        ]
        self._attributes = list(columns.attributes.items())

    def read(self, row: Row) -> None:
        """Set every text of the row but its number and name, which are there."""
        values = row.values
        values["note"] = note_of(row.cell("note"))
        for name, index, tidied in self._texts:
            if (cell := row.at(index)) != "":
                values[name] = tidied(cell)
        for name, indexes in self._parts:
            if not values.get(name):
                parts = [line_of(row.at(index)) for index in indexes]
                values[name] = " ".join(part for part in parts if part)
        values["attributes"] = {
            header: text[:MOST_ATTRIBUTE]
            for index, header in self._attributes
            if (text := line_of(row.at(index)))
        }
        self._fit(row)
        self._look_up(row)
        self._times(row)

    def _fit(self, row: Row) -> None:
        """Texts within what the ledger keeps; a long model goes on in the note."""
        values = row.values
        for name in SHORTENED:
            text = values.get(name, "")
            if len(text) > MOST_SHORTENED:
                values[name] = text[: MOST_SHORTENED - 1] + "…"
                values["note"] = f"{values['note']}\n{text}".strip()
                row.warn("shortened", name, text[:20])
        for name in values.keys() & LENGTHS.keys():
            if len(values[name]) > LENGTHS[name]:
                text, most = values[name], LENGTHS[name]
                raise Unfit("text_too_long", name, text[:20], most)

    def _look_up(self, row: Row) -> None:
        """Status, way of acquiring and condition; unknown words are kept aside."""
        said = line_of(row.cell("status"))
        status = status_of(said) if said else ""
        if not status and "status" in row.columns.known:
            _aside(row, "status", said)
        row.values["status"] = status or IN_USE
        method = line_of(row.cell("method"))
        if method:
            row.values["method"] = method_of(method) or Method.OTHER.value
            if not method_of(method):
                _aside(row, "method", method)
        condition = line_of(row.cell("condition"))
        if condition or said:
            row.values["condition"] = condition_of(condition or bracketed(said))
            if condition and not row.values["condition"]:
                _aside(row, "condition", condition)

    def _times(self, row: Row) -> None:
        life, warranty = row.cell("service_life"), row.cell("warranty_until")
        if not is_empty(life):
            in_months = counts_months(row.columns.headers["service_life"])
            months = months_of(life, in_months=in_months)
            row.values["service_life_months"] = months
            if months is None:
                _aside(row, "service_life", line_of(life))
        if not is_empty(warranty) and not self._warranty(row):
            _aside(row, "warranty_until", line_of(warranty))

    def _warranty(self, row: Row) -> bool:
        """Set the end of the warranty, a day or so long after the thing was got."""
        cell, acquired_on = row.cell("warranty_until"), row.values["acquired_on"]
        in_months = counts_months(row.columns.headers["warranty_until"])
        months = months_of(cell, in_months=in_months)
        until = date_of(cell, self._order) if months is None else None
        if months and acquired_on:
            until = months_later(acquired_on, months)
        row.values["warranty_until"] = until
        return until is not None


def _aside(row: Row, field: str, text: str) -> None:
    """Keep words we do not know under their own header, and say so."""
    if not text:
        row.warn(f"{field}_missing", field)
        return
    row.values["attributes"][row.columns.headers[field]] = text[:MOST_ATTRIBUTE]
    row.warn(
        "warranty_unknown" if field == "warranty_until" else f"{field}_unknown",
        field,
        text,
    )
