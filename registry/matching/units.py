"""Units and the kinds of properties they measure, from ``data/units.csv``.

``better`` says whether more is as good as asked (memory, lumens) or only the same will
do (a screen's size); within ``tolerance`` two values are the same, within ``near`` one
comes close, both as a share of the larger.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NUMBER = r"\d+(?:\.\d+)?"
RANGE = r"(?:\s*(?:-|~|–|—|至|到|to)\s*(?P<high>\d+(?:\.\d+)?))?"
BARE = "bare"
"""A number without a unit, which may be any: 75 of ``鸿合75一体机``."""


@dataclass(frozen=True)
class Kind:
    """A property that is measured."""

    name: str
    more_is_as_good: bool
    tolerance: float
    near: float


@dataclass(frozen=True)
class Measure:
    """A value or range of one kind, and where the text says it."""

    kind: str
    low: float
    high: float
    written: str
    start: int = 0
    end: int = 0
    comparison: str = ""
    """Empty, ``>=``, ``<=`` or ``~`` (about)."""
    sides: tuple[float, ...] = ()
    """The sides of something given as ``1500×900``, in millimetres."""


@cache
def all_units() -> tuple[
    dict[str, Kind], dict[str, tuple[str, float]], re.Pattern[str]
]:
    text = (files("registry.matching") / "data" / "units.csv").read_text("utf-8")
    kinds: dict[str, Kind] = {
        "dims": Kind("dims", False, 0.06, 0.3),
        "memory": Kind("memory", True, 0.07, 0.55),
        "storage": Kind("storage", True, 0.07, 0.55),
        "paper": Kind("paper", True, 0.02, 0.0),
        "paper_open": Kind("paper_open", False, 0.0, 0.0),
        "resolution": Kind("resolution", True, 0.05, 0.55),
        "processor": Kind("processor", True, 0.0, 0.34),
        "fraction": Kind("fraction", False, 0.0, 0.3),
        "receivers": Kind("receivers", False, 0.0, 0.5),
        BARE: Kind(BARE, False, 0.0, 0.2),
    }
    units: dict[str, tuple[str, float]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        kinds[row["kind"]] = Kind(
            row["kind"],
            row["better"] == "more",
            float(row["tolerance"]),
            float(row["near"]),
        )
        for unit in row["unit"].split("|"):
            units.setdefault(unit.casefold(), (row["kind"], float(row["factor"])))
    names = sorted(units, key=len, reverse=True)
    either = "|".join(
        re.escape(name)
        + ("(?:es|s)?(?![a-z])" if name[-1].isascii() and name[-1].isalpha() else "")
        for name in names
    )
    pattern = re.compile(
        rf"(?<![a-z0-9.])(?<![a-z]-)(?P<low>{NUMBER}){RANGE}[\s-]?(?P<unit>{either})"
    )
    return kinds, units, pattern


def kind(name: str) -> Kind:
    """The kind of a name; KeyError if there is none."""
    return all_units()[0][name]
