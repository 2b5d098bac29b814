"""Reading a ledger from a file: everything checked once, rows again as often as asked.

Nothing of the rows is kept but counts and what is wrong, so a file of any allowed
length takes little memory; ``LedgerReading.rows`` reads the file anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import Any

from registry.interchange.rules.checking import LedgerCheck
from registry.interchange.rules.dates import DateOrder, order_of
from registry.interchange.rules.grid import Record
from registry.interchange.rules.interludes import InterludeFinder
from registry.interchange.rules.layout import Layout, Mapped
from registry.interchange.rules.ledger import LedgerRow, Rejected, Warned
from registry.interchange.rules.ledger_fields import LEDGER_FIELDS
from registry.interchange.sheets.opening import Book, Source, open_book
from registry.interchange.sheets.tables import (
    below_header,
    layout_of,
    with_other_encoding,
)
from registry.kernel import clock
from registry.words.languages import TIME_ZONE

MOST_LISTED = 2_000
"""So many warnings are listed one by one; all are counted."""

_AHEAD = 5_000
"""So many rows are looked at to see which of day and month comes first."""

Progress = Callable[[int], None]
"""Told the number of rows read so far, now and then."""


@dataclass(frozen=True)
class Plan:
    """How a file is read: settled once, by us or by a person, then kept."""

    layout: Layout
    encoding: str | None
    date_order: DateOrder
    date_order_proved: bool
    today: date

    def choices(self) -> dict[str, Any]:
        """The plan as plain values that can be kept; see ``choices_from``."""
        return {
            "mapping": {str(i): name for i, name in self.layout.mapping().items()},
            "sheet": self.layout.sheet_name,
            "encoding": self.encoding,
            "date_order": self.date_order.value,
            "today": self.today.isoformat(),
        }


def choices_from(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments for ``read_ledger`` that read a file again as a kept plan says."""
    return {
        "mapping": {int(i): name for i, name in plain["mapping"].items()},
        "sheet": plain["sheet"],
        "encoding": plain["encoding"],
        "date_order": DateOrder(plain["date_order"]),
        "today": date.fromisoformat(plain["today"]),
    }


@dataclass
class Tally:
    """What a whole sheet comes to."""

    valid_rows: int = 0
    assets: int = 0
    cost: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    warned: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    blank_rows: int = 0
    departments: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    item_types: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def warn(self, warned: Warned) -> None:
        """Count a warning, and list it while there is room."""
        self.warned[warned.code] += 1
        if len(self.warnings) < MOST_LISTED:
            self.warnings.append(warned)

    def take(self, row: LedgerRow) -> None:
        """Count a valid row and whatever it names, each in things, not in rows."""
        self.valid_rows += 1
        self.assets += row.quantity
        self.cost += row.cost or 0
        self.by_status[row.status] += 1
        self.item_types[row.item_type] += row.quantity
        for met, name in ((self.departments, row.department), (self.places, row.place)):
            if name:
                met[name] += row.quantity
        for person in (
            (row.custodian, row.custodian_number),
            (row.user, row.user_number),
        ):
            if person[0]:
                self.people[person] += row.quantity
        if row.class_code or row.class_name:
            self.classes[row.class_code, row.class_name] += row.quantity


@dataclass(frozen=True)
class LedgerReading:
    """A ledger that has been read whole. ``cost`` and all sums are in fen."""

    source: Source
    plan: Plan
    tally: Tally

    @property
    def layout(self) -> Layout:
        """The table that was found."""
        return self.plan.layout

    @property
    def data_rows(self) -> int:
        """Rows of the table: the valid and the rejected."""
        return self.tally.valid_rows + len(self.tally.rejected)

    @property
    def rejected(self) -> list[Rejected]:
        """The rows that cannot be imported, in their order."""
        return self.tally.rejected

    @property
    def warnings(self) -> list[Warned]:
        """What to look at; at most MOST_LISTED, ``tally.warned`` counts all."""
        return self.tally.warnings

    def rows(self) -> Iterator[LedgerRow]:
        """The valid rows, read again from the file; the same rows every time."""
        with open_book(self.source, self.plan.encoding) as book:
            check = _check(self.plan, _ignore)
            for number, cells in _data(book, self.plan.layout, _ignore_row):
                checked = check.check(number, cells)
                if isinstance(checked, LedgerRow):
                    yield checked

    def records(self) -> Iterator[Record]:
        """Every row of the table as it stands in the file, valid or not."""
        with open_book(self.source, self.plan.encoding) as book:
            yield from _data(book, self.plan.layout, _ignore_row)


def read_ledger(
    source: Source,
    *,
    mapping: Mapped | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    date_order: DateOrder | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> LedgerReading:
    """Read and check a whole ledger, writing nothing.

    ``mapping`` (column index to field, ``attribute`` or None) and the other choices
    are what a person confirmed; what is not given is found out. Raises
    SheetUnreadable or SheetTooLarge if the file as a whole cannot be read.
    """
    day = today or clock.today(TIME_ZONE)
    return with_other_encoding(
        lambda chosen: _read(
            source, mapping, sheet, chosen, date_order, day, progress or _ignore_row
        ),
        encoding,
    )


def _read(
    source: Source,
    mapping: Mapped | None,
    sheet: str | None,
    encoding: str | None,
    date_order: DateOrder | None,
    today: date,
    progress: Progress,
) -> LedgerReading:
    with open_book(source, encoding) as book:
        layout = layout_of(book, LEDGER_FIELDS, sheet=sheet, mapping=mapping)
        tally = Tally()
        data = _data(book, layout, progress, tally)
        ahead = list(islice(data, _AHEAD))
        order, proved = date_order, True
        if order is None:
            order, proved = _order(ahead, layout, today)
        plan = Plan(layout, book.encoding, order, proved, today)
        check = _check(plan, tally.warn)
        for number, cells in chain(ahead, data):
            checked = check.check(number, cells)
            if isinstance(checked, Rejected):
                tally.rejected.append(checked)
            else:
                tally.take(checked)
    return LedgerReading(source, plan, tally)


def _check(plan: Plan, warn: Callable[[Warned], None]) -> LedgerCheck:
    return LedgerCheck(plan.layout, plan.date_order, plan.today, warn)


def _ignore(warned: Warned) -> None:
    """Nobody wants to know."""


def _ignore_row(rows: int) -> None:
    """Nobody watches."""


def _data(
    book: Book, layout: Layout, progress: Progress, tally: Tally | None = None
) -> Iterator[Record]:
    """The rows of the table below its header; the tally hears what lies between."""
    finder = InterludeFinder(layout, LEDGER_FIELDS)
    records = below_header(book, layout, LEDGER_FIELDS)
    last = layout.header_rows[-1]
    for read, (number, cells) in enumerate(records, 1):
        kind = finder.kind(cells)
        if tally:
            tally.blank_rows += number - last - 1 + (kind == "blank")
            if kind and kind != "blank":
                tally.skipped.append((number, kind.value))
        last = number
        if read % 1_000 == 0:
            progress(read)
        if kind is None:
            yield number, cells


def _order(ahead: list[Record], layout: Layout, today: date) -> tuple[DateOrder, bool]:
    """The order of day and month in the rows looked at, by what makes sense."""
    column = layout.positions.get("acquired_on")
    if column is None:
        return DateOrder.MONTH_FIRST, False
    chinese = not layout.header("acquired_on").isascii()
    preference = [DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST, DateOrder.YEAR_FIRST]
    if chinese:
        preference = [DateOrder.YEAR_FIRST, *preference[:2]]
    cells = [cells[column] for _, cells in ahead if column < len(cells)]
    return order_of(cells, today, preference)


def dry_run_summary(reading: LedgerReading) -> dict[str, Any]:
    """What an import would do, as plain values; the original value in yuan."""
    return {
        "data_rows": reading.data_rows,
        "valid_rows": reading.tally.valid_rows,
        "assets": reading.tally.assets,
        "original_value": reading.tally.cost / 100,
        "by_status": dict(reading.tally.by_status),
        "rejected": [
            {
                "row": each.row,
                "asset_no": each.asset_number,
                "reason": each.reason,
            }
            for each in reading.rejected
        ],
    }
