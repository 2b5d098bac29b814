"""From the cells of one row to a row of the ledger, or to the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from registry.interchange.rules.amounts import quantity_of
from registry.interchange.rules.dates import DateOrder, date_of
from registry.interchange.rules.grid import Cell
from registry.interchange.rules.layout import Layout
from registry.interchange.rules.ledger import LedgerRow, Rejected, Warned
from registry.interchange.rules.ledger_fields import LEDGER
from registry.interchange.rules.row import Columns, Row, Unfit, is_empty
from registry.interchange.rules.text import (
    code_of,
    has_lost_digits,
    line_of,
    says_nothing,
)
from registry.interchange.rules.wording import Wording
from registry.interchange.rules.worth import Worth

_WATCHED = (
    ("unit", "unit_missing"),
    ("class_code", "class_missing"),
    ("acquired_on", "date_missing"),
    ("department", "department_missing"),
    ("place", "place_missing"),
)
_EXACT = ("asset_number", "code", "serial")
_FIELDS = tuple(each.name for each in LEDGER)


class LedgerCheck:
    """Checks the rows of one table in their order; remembers the numbers it has seen.

    The order of reasons is fixed: number, name, quantity, amount, date, duplicate,
    then the rest; a row has the first that applies. ``warn`` is told what to look at in
    rows that are taken.
    """

    def __init__(
        self,
        layout: Layout,
        order: DateOrder,
        today: date,
        warn: Callable[[Warned], None],
    ) -> None:
        self._columns = Columns(layout, _FIELDS)
        self._worth = Worth(layout)
        self._wording = Wording(self._columns, order)
        self._order, self._today, self._warn = order, today, warn
        self._seen: set[tuple[str, int]] = set()
        known = self._columns.known
        self._watched = [(name, code) for name, code in _WATCHED if name in known]
        self._exact = [name for name in _EXACT if name in known]
        self._watches_keeper = bool(known & {"custodian", "user"})

    def check(self, number: int, cells: Sequence[Cell]) -> LedgerRow | Rejected:
        """The row as the ledger takes it, or why it does not."""
        row = Row(number, cells, self._columns)
        row.values["asset_number"] = self._asset_number(row)
        try:
            checked = self._checked(row)
        except Unfit as unfit:
            return Rejected(
                row=number,
                asset_number=row.values["asset_number"],
                reason=unfit.reason,
                field=unfit.field,
                found=unfit.found,
                most=unfit.most,
            )
        for warned in row.said:
            self._warn(warned)
        return checked

    def _checked(self, row: Row) -> LedgerRow:
        values = row.values
        if not values["asset_number"] and "asset_number" in self._columns.known:
            raise Unfit("missing_asset_no", "asset_number")
        values["name"] = name = line_of(row.cell("name"))
        if not any(map(str.isalnum, name)):
            raise Unfit("missing_name", "name", name)
        values["sub_number"] = sub = _sub_number(row.cell("sub_number"))
        values["quantity"] = quantity = self._quantity(row, sub)
        self._worth.read(row, quantity)
        values["acquired_on"] = self._acquired_on(row)
        self._is_unique(row, values["asset_number"], sub)
        self._wording.read(row)
        checked = LedgerRow(**values)
        self._look_over(row, checked)
        self._seen.add(checked.key)
        return checked

    def _asset_number(self, row: Row) -> str:
        number = code_of(row.cell("asset_number"))
        return "" if says_nothing(number) else number

    def _quantity(self, row: Row, sub: int) -> int:
        """The quantity; 1 where there is no column, or a sub-number makes it one."""
        cell = row.cell("quantity")
        if "quantity" not in self._columns.known or (sub > 0 and is_empty(cell)):
            return 1
        quantity = quantity_of(cell)
        if quantity is None or (sub > 0 and quantity > 1):
            raise Unfit("bad_quantity", "quantity", cell)
        return quantity

    def _acquired_on(self, row: Row) -> date | None:
        cell = row.cell("acquired_on")
        if is_empty(cell):
            return None
        day = date_of(cell, self._order)
        if day is None or day > self._today:
            raise Unfit("bad_date", "acquired_on", cell)
        return day

    def _is_unique(self, row: Row, number: str, sub: int) -> None:
        if number and (number, sub) in self._seen:
            raise Unfit("duplicate_asset_no", "asset_number", number)
        if sub < 0:
            raise Unfit("bad_sub_number", "sub_number", row.cell("sub_number"))

    def _look_over(self, row: Row, checked: LedgerRow) -> None:
        """What is worth a look in a row that is taken."""
        for name, code in self._watched:
            if not getattr(checked, name):
                row.warn(code, name)
        if self._watches_keeper and not checked.keeper:
            row.warn("keeper_missing", "custodian")
        for name in self._exact:
            if has_lost_digits(cell := row.cell(name)):
                row.warn("digits_lost", name, cell)


def _sub_number(cell: Cell) -> int:
    """The sub-number, 0 for none, -1 for one that is wrong (refused in its turn)."""
    text = code_of(cell)
    if says_nothing(text):
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
