"""Reading sheets of people, places, departments, classes and item types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from registry.interchange.rules.fields import Fields
from registry.interchange.rules.grid import Record
from registry.interchange.rules.interludes import InterludeFinder
from registry.interchange.rules.layout import Layout, Mapped
from registry.interchange.rules.ledger import Rejected
from registry.interchange.rules.register_fields import (
    CLASS_FIELDS,
    DEPARTMENT_FIELDS,
    ITEM_TYPE_FIELDS,
    PEOPLE_FIELDS,
    PLACE_FIELDS,
)
from registry.interchange.rules.registers import (
    ClassRow,
    DepartmentRow,
    ItemTypeRow,
    PersonRow,
    PlaceRow,
    class_row,
    department_row,
    item_type_row,
    person_row,
    place_row,
)
from registry.interchange.rules.row import Columns, Row, Unfit
from registry.interchange.sheets.opening import Book, Source, open_book
from registry.interchange.sheets.tables import (
    below_header,
    layout_of,
    with_other_encoding,
)

R = TypeVar("R")


@dataclass(frozen=True)
class RegisterReading(Generic[R]):
    """A register read whole: its valid rows, and what is wrong with the others."""

    source: Source
    layout: Layout
    encoding: str | None
    rows: tuple[R, ...]
    rejected: tuple[Rejected, ...]
    skipped: tuple[tuple[int, str], ...]

    @property
    def data_rows(self) -> int:
        """Rows of the table: the valid and the rejected."""
        return len(self.rows) + len(self.rejected)

    def records(self) -> Iterator[Record]:
        """Every row below the header as it stands in the file."""
        with open_book(self.source, self.encoding) as book:
            fields = REGISTERS[self.layout.kind]
            yield from below_header(book, self.layout, fields)


@dataclass(frozen=True)
class _Register(Generic[R]):
    fields: Fields
    build: Callable[[Row], R]
    key: Callable[[R], Any]
    """What must not come twice; None for rows that may."""
    twice: str
    said: Callable[[R], str]


_PEOPLE = _Register(
    PEOPLE_FIELDS,
    person_row,
    lambda person: person.staff_number or None,
    "duplicate_staff_number",
    lambda person: person.staff_number,
)
_PLACES = _Register(
    PLACE_FIELDS,
    place_row,
    lambda place: (place.parent, place.steps),
    "duplicate_row",
    lambda place: place.name,
)
_DEPARTMENTS = _Register(
    DEPARTMENT_FIELDS,
    department_row,
    lambda department: (department.parent, department.name),
    "duplicate_row",
    lambda department: department.name,
)
_CLASSES = _Register(
    CLASS_FIELDS,
    class_row,
    lambda each: each.code,
    "duplicate_row",
    lambda each: each.code,
)
_ITEM_TYPES = _Register(
    ITEM_TYPE_FIELDS,
    item_type_row,
    lambda each: (each.name, each.brand, each.model, each.specification, each.unit),
    "duplicate_row",
    lambda each: each.name,
)


REGISTERS = {
    each.kind: each
    for each in (
        PEOPLE_FIELDS,
        PLACE_FIELDS,
        DEPARTMENT_FIELDS,
        CLASS_FIELDS,
        ITEM_TYPE_FIELDS,
    )
}
"""The fields of each kind of register."""


def read_people(
    source: Source,
    *,
    mapping: Mapped | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> RegisterReading[PersonRow]:
    """People with name, staff number, department, contact, roles, sign-in name."""
    return _read(_PEOPLE, source, mapping, sheet, encoding)


def read_places(
    source: Source,
    *,
    mapping: Mapped | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> RegisterReading[PlaceRow]:
    """Places, as columns from campus to room or as names with parents."""
    return _read(_PLACES, source, mapping, sheet, encoding)


def read_departments(
    source: Source,
    *,
    mapping: Mapped | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> RegisterReading[DepartmentRow]:
    """Departments with code and the name or code of the one above."""
    return _read(_DEPARTMENTS, source, mapping, sheet, encoding)


def read_classes(
    source: Source,
    *,
    mapping: Mapped | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> RegisterReading[ClassRow]:
    """Classes with code, name, parent and service life."""
    return _read(_CLASSES, source, mapping, sheet, encoding)


def read_item_types(
    source: Source,
    *,
    mapping: Mapped | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> RegisterReading[ItemTypeRow]:
    """Item types with brand, model, unit, class, aliases and replacement price."""
    return _read(_ITEM_TYPES, source, mapping, sheet, encoding)


def _read(
    register: _Register[R],
    source: Source,
    mapping: Mapped | None,
    sheet: str | None,
    encoding: str | None,
) -> RegisterReading[R]:
    def read(chosen: str | None) -> RegisterReading[R]:
        with open_book(source, chosen) as book:
            layout = layout_of(book, register.fields, sheet=sheet, mapping=mapping)
            return _rows(register, source, book, layout)

    return with_other_encoding(read, encoding)


def _rows(
    register: _Register[R], source: Source, book: Book, layout: Layout
) -> RegisterReading[R]:
    columns = Columns(layout, [each.name for each in register.fields.fields])
    finder = InterludeFinder(layout, register.fields)
    rows: list[R] = []
    rejected: list[Rejected] = []
    skipped: list[tuple[int, str]] = []
    seen: set[Any] = set()
    for number, cells in below_header(book, layout, register.fields):
        if kind := finder.kind(cells):
            skipped.append((number, kind.value))
            continue
        try:
            row = register.build(Row(number, cells, columns))
            key = register.key(row)
            if key is not None and key in seen:
                raise Unfit(register.twice, "name", register.said(row))
        except Unfit as unfit:
            rejected.append(
                Rejected(number, "", unfit.reason, unfit.field, unfit.found, unfit.most)
            )
        else:
            seen.add(key)
            rows.append(row)
    return RegisterReading(
        source, layout, book.encoding, tuple(rows), tuple(rejected), tuple(skipped)
    )
