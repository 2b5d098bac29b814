"""What a row is worth: unit price and original value, given or computed."""

from __future__ import annotations

from registry.interchange.rules.amounts import fen_of
from registry.interchange.rules.layout import Layout
from registry.interchange.rules.row import Row, Unfit, is_empty


class Worth:
    """Reads the amounts of rows in the units their columns are written in."""

    def __init__(self, layout: Layout) -> None:
        self._price_scale = layout.scale("unit_price")
        self._cost_scale = layout.scale("cost")
        self._has_cost = "cost" in layout.positions
        self._has_any = self._has_cost or "unit_price" in layout.positions

    def read(self, row: Row, quantity: int) -> None:
        """Set unit price and cost; an original value not there is their product.

        A stored 0 beside a price is a formula nobody has computed. Where there is no
        price the original value must be an amount itself.
        """
        price = self._amount(row, "unit_price", self._price_scale)
        if price is None:
            cost = self._amount(row, "cost", self._cost_scale)
            if cost is None and self._has_any:
                row.warn("amount_missing", "cost")
        else:
            cost = self._beside(row, price, quantity)
        row.values["unit_price"], row.values["cost"] = price, cost

    def _beside(self, row: Row, price: int, quantity: int) -> int:
        cell, product = row.cell("cost"), price * quantity
        cost = None if is_empty(cell) else fen_of(cell, self._cost_scale)
        if cost is None or cost < 0 or (cost == 0 and price):
            if self._has_cost:
                row.warn("cost_computed", "cost", cell)
            return product
        if abs(product - cost) > quantity:
            row.warn("sum_mismatch", "cost", cell)
        return cost

    def _amount(self, row: Row, field: str, scale: int) -> int | None:
        cell = row.cell(field)
        if is_empty(cell):
            return None
        fen = fen_of(cell, scale)
        if fen is None or fen < 0:
            raise Unfit("bad_amount", field, cell)
        return fen
