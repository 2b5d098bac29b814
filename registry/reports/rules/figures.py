"""Figures: what cells of a tally come to, in the lines that pages and files show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple, TypeVar

from registry.catalogue.classification import ancestors, prefix_of
from registry.ledger.states import AssetState
from registry.reports.rules.measures import (
    AGES,
    AT,
    CONDITIONS,
    COUNTS,
    KEPT,
    STATES,
    VALUES,
    Row,
    add_to,
    empty_row,
)
from registry.reports.rules.tally import HAPPENINGS, WINDOW, Happening, Key, TypeFacts

NO_CLASS = ""
ELSEWHERE = None
Line = TypeVar("Line", int | None, str)

KINDS = tuple(HAPPENINGS.values())
"""What happens to assets, in the order in which a thing's life has it."""


class Cell(NamedTuple):
    """One department's assets of one item type, with what happened to them lately."""

    key: Key
    row: Row
    days: Mapping[Happening, int]


class Department(NamedTuple):
    """A department as figures need it."""

    id: int
    name: str
    path: str


class AssetClass(NamedTuple):
    """A class as figures need it."""

    code: str
    name: str


@dataclass(frozen=True)
class Amount:
    """How many assets, and what they cost when they came, in fen."""

    count: int = 0
    value_fen: int = 0


@dataclass(frozen=True)
class Part:
    """A part of the assets: all of it that is not disposed of, and what lies idle."""

    key: int | str | None
    """A department's id, a class's code; None for what belongs to none of them."""
    name: str
    whole: Amount
    idle: Amount
    is_own: bool = False
    """Whether it is what belongs to the chosen one itself, and to none below it."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    key: str
    count: int
    of: int

    @property
    def percent(self) -> float:
        """The share in percent, with one decimal; 0 of nothing is 0."""
        return round(100 * self.count / self.of, 1) if self.of else 0.0


@dataclass(frozen=True)
class Figures:
    """Everything a dashboard shows, of one position of the ledger."""

    position: int
    day: date
    currency: str
    whole: Amount
    """Everything that is not disposed of."""
    idle: Amount
    states: dict[str, Amount]
    departments: list[Part]
    classes: list[Part]
    ages: dict[str, int]
    outlived: Share
    """How many have outlived their service life, of those of which it is known."""
    outlived_fen: int
    conditions: dict[str, int]
    coverage: list[Share]
    foreign: int
    """How many cost another currency; they are in no amount."""
    happened: dict[str, list[int]] = field(default_factory=dict)
    """Of each kind how many on each day of the window, the oldest first."""

    @property
    def idle_share(self) -> Share:
        """How many of all lie idle."""
        return Share("idle", self.idle.count, self.whole.count)

    @property
    def idle_value_share(self) -> Share:
        """How much of all value lies idle."""
        return Share("idle_value", self.idle.value_fen, self.whole.value_fen)

    @property
    def first_day(self) -> date:
        """The first day of the window."""
        return self.day - timedelta(days=WINDOW - 1)

    def happened_within(self, days: int) -> dict[str, int]:
        """How many of each kind in the last ``days``, today with them."""
        return {kind: sum(line[-days:]) for kind, line in self.happened.items()}


@dataclass(frozen=True)
class Frame:
    """By what figures are broken down: a department and a class to stand below."""

    departments: Mapping[int, Department]
    classes: Mapping[str, AssetClass]
    types: Mapping[int, TypeFacts]
    top: Department
    class_code: str = ""

    def department_line(self, department_id: int) -> int | None:
        """The department right below the top that one is in; None for elsewhere."""
        found = self.departments[department_id]
        if not found.path.startswith(self.top.path):
            return ELSEWHERE
        below = found.path[len(self.top.path) :].split("/", 1)[0]
        return int(below) if below else self.top.id

    def class_line(self, type_id: int) -> str | None:
        """The class right below the one asked for (or at the top) a type is in.

        Empty for a type without a class; None for one that is not in the class asked
        for.
        """
        facts = self.types.get(type_id)
        code = facts.class_code if facts else NO_CLASS
        if self.class_code and not _is_below(code, self.class_code):
            return None
        if not code:
            return NO_CLASS
        way = [each for each in (code, *ancestors(code)) if each in self.classes]
        if not self.class_code:
            return way[-1] if way else code
        inside = [
            each
            for each in way
            if each != self.class_code and _is_below(each, self.class_code)
        ]
        return inside[-1] if inside else self.class_code


def _is_below(code: str, other: str) -> bool:
    return code.startswith(prefix_of(other))


def figures_of(
    cells: Iterable[Cell], frame: Frame, *, position: int, day: date, currency: str
) -> Figures:
    """The figures of cells already narrowed to what the reader may see."""
    whole, labelled = empty_row(), Share("label", 0, 0)
    by_department: dict[int | None, Row] = {}
    by_class: dict[str, Row] = {}
    happened = {kind: [0] * WINDOW for kind in KINDS}
    first = day - timedelta(days=WINDOW - 1)
    department_line, class_line = cache(frame.department_line), cache(frame.class_line)
    for cell in cells:
        department_id, type_id = cell.key
        class_code = class_line(type_id)
        if class_code is None:
            continue
        add_to(whole, cell.row)
        add_to(_line(by_department, department_line(department_id)), cell.row)
        add_to(_line(by_class, class_code), cell.row)
        labelled = _labelled(labelled, frame, cell)
        for happening, count in cell.days.items():
            happened[happening.kind][(happening.day - first).days] += count
    amounts = {state: _amount(whole, state) for state in STATES}
    live = _live(whole)
    return Figures(
        position=position,
        day=day,
        currency=currency,
        whole=live,
        idle=amounts[AssetState.IDLE],
        states=amounts,
        departments=_departments(by_department, frame),
        classes=_classes(by_class, frame),
        ages={age: whole[AT[f"age:{age}"]] for age in AGES},
        outlived=Share("outlived", whole[AT["outlived"]], whole[AT["life_known"]]),
        outlived_fen=whole[AT["outlived_value"]],
        conditions={each: whole[AT[f"condition:{each}"]] for each in CONDITIONS},
        coverage=_coverage(whole, live.count, labelled),
        foreign=whole[AT["foreign"]],
        happened=happened,
    )


def _line(lines: dict[Line, Row], line: Line) -> Row:
    return lines.setdefault(line, empty_row())


def _labelled(so_far: Share, frame: Frame, cell: Cell) -> Share:
    """Labels count for types that bear labels only."""
    facts = frame.types.get(cell.key[1])
    if facts is not None and not facts.is_labelled:
        return so_far
    have = so_far.count + cell.row[AT["has:label"]]
    return Share("label", have, so_far.of + _live(cell.row).count)


def _coverage(whole: Row, count: int, labelled: Share) -> list[Share]:
    found = [Share(name, whole[AT[f"has:{name}"]], count) for name in KEPT]
    return [labelled if each.key == "label" else each for each in found]


def _amount(row: Row, state: str) -> Amount:
    return Amount(row[AT[f"count:{state}"]], row[AT[f"value:{state}"]])


def _live(row: Row) -> Amount:
    return Amount(sum(row[COUNTS]), sum(row[VALUES]))


def _departments(lines: Mapping[int | None, Row], frame: Frame) -> list[Part]:
    return _sorted(
        _part(
            key,
            "" if key is None else frame.departments[key].name,
            row,
            is_own=key == frame.top.id,
        )
        for key, row in lines.items()
    )


def _classes(lines: Mapping[str, Row], frame: Frame) -> list[Part]:
    known = frame.classes
    return _sorted(
        _part(
            code or None,
            known[code].name if code in known else code,
            row,
            is_own=bool(code) and code == frame.class_code,
        )
        for code, row in lines.items()
    )


def _part(key: int | str | None, name: str, row: Row, *, is_own: bool) -> Part:
    return Part(key, name, _live(row), _amount(row, AssetState.IDLE), is_own)


def _sorted(parts: Iterable[Part]) -> list[Part]:
    """Parts that have anything, the largest first, what has no key last."""
    return sorted((part for part in parts if part.whole.count), key=_order)


def _order(part: Part) -> tuple[bool, int, int, str]:
    return (part.key is None, -part.whole.count, -part.whole.value_fen, part.name)
