"""Asset class codes: the shapes of both editions of GB/T 14885 and the tree they make.

Three shapes are read. The 2010 edition has seven digits: one for the group, then three
pairs (``2020200``). Universities write sixteen digits, of which the first seven are
that code. The 2022 edition has an A and two, four, six or eight digits; the short
forms stand for the same class with zeros behind (``A0202`` is ``A02020000``).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from registry.kernel.errors import Invalid

UNIVERSITY_LENGTH = 16


class Edition(StrEnum):
    """The edition of the national standard a code is written in."""

    GB2010 = "2010"
    GB2022 = "2022"


@dataclass(frozen=True)
class AssetClass:
    """One line of a class table; codes are normal, absent texts are empty."""

    code: str
    edition: Edition
    name: str
    name_en: str
    parent: str
    service_life_months: int | None
    counterpart: str
    """The class of the other edition that means the same, where one is known."""


_GB2010 = re.compile(r"[1-6](\d\d)(\d\d)(\d\d)")
_GB2022 = re.compile(r"A(0[1-9]|[1-9]\d)(\d\d)?(\d\d)?(\d\d)?")
_SPREADSHEET_TAIL = re.compile(r"(?<=\d)\.0+$")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—_.'`]+")
_CUTS = {Edition.GB2010: (5, 3, 1), Edition.GB2022: (7, 5, 3)}


def _orderly(pairs: Iterable[str | None]) -> bool:
    """Whether no level below an empty one is filled."""
    filled = [pair not in (None, "00") for pair in pairs]
    return filled == sorted(filled, reverse=True)


def _gb2010(text: str) -> str | None:
    found = _GB2010.fullmatch(text)
    return text if found and _orderly(found.groups()) else None


def _university(text: str) -> str | None:
    if len(text) != UNIVERSITY_LENGTH or not text.isdigit():
        return None
    return text if _gb2010(text[:7]) else None


def _gb2022(text: str) -> str | None:
    found = _GB2022.fullmatch(text)
    return text.ljust(9, "0") if found and _orderly(found.groups()) else None


def normalise(text: str) -> str | None:
    """The one way a class code is kept, or None if the text is not a class code.

    Accepts full-width characters, small letters, separators, and the ``.0`` of a
    spreadsheet that took the code for a number.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _SEPARATORS.sub("", _SPREADSHEET_TAIL.sub("", plain)).upper()
    if not plain.isascii():
        return None
    return _gb2010(plain) or _university(plain) or _gb2022(plain)


def is_code(text: str) -> bool:
    """Whether a text can be read as a class code (it need not be in any table)."""
    return normalise(text) is not None


def edition(code: str) -> Edition:
    """The edition a normal code belongs to."""
    return Edition.GB2022 if code.startswith("A") else Edition.GB2010


def gb_code(code: str) -> str:
    """The national code of a normal code: a university code without its tail."""
    return code[:7] if len(code) == UNIVERSITY_LENGTH else code


def parent_code(code: str) -> str | None:
    """The class one level up; None at the top. A university code's is its GB code."""
    if len(code) == UNIVERSITY_LENGTH:
        return gb_code(code)
    shorter = (code[:cut].ljust(len(code), "0") for cut in _CUTS[edition(code)])
    return next((parent for parent in shorter if parent != code), None)


def prefix_of(code: str) -> str:
    """What the codes of a class and of all classes below it begin with.

    Zeros behind are left out pair by pair: ``2300000`` is ``230``, which ``2310000``
    does not begin with.
    """
    if len(code) == UNIVERSITY_LENGTH or not is_code(code):
        return code
    least = 3 if edition(code) is Edition.GB2022 else 1
    while len(code) > least and code.endswith("00"):
        code = code[:-2]
    return code


def ancestors(code: str) -> tuple[str, ...]:
    """All classes above a normal code, nearest first."""
    parent = parent_code(code)
    return () if parent is None else (parent, *ancestors(parent))


def nearest(code: str, known: Collection[str]) -> str | None:
    """The class itself or the nearest one above it that a table holds."""
    return next((each for each in (code, *ancestors(code)) if each in known), None)


def parent_in(code: str, known: Collection[str]) -> str | None:
    """The nearest class above a code that a table holds; tables may skip levels."""
    return next((each for each in ancestors(code) if each in known), None)


def service_life(code: str, lives: Mapping[str, int]) -> int | None:
    """Minimum service life in months, the class's own or the nearest above it."""
    holder = nearest(code, lives)
    return None if holder is None else lives[holder]


def in_edition(
    code: str, wanted: Edition, counterparts: Mapping[str, str]
) -> str | None:
    """The class of the wanted edition that holds this one, as near as is known.

    ``counterparts`` maps codes of either edition to the other's. A class without one
    is placed under the counterpart of the nearest class above it.
    """
    if edition(code) is wanted:
        return gb_code(code)
    holder = nearest(code, counterparts)
    return None if holder is None else counterparts[holder]


def read_classes(lines: Iterable[str]) -> list[AssetClass]:
    """The classes of a table written like ours; Invalid names the first bad row.

    A parent left empty is the nearest class above that the table itself holds.
    """
    table = list(csv.DictReader(lines))
    codes = [normalise(row.get("code") or "") for row in table]
    known = {code for code in codes if code}
    if len(known) < len(table):
        raise Invalid("bad_class_row", row=_first_bad(codes))
    return [_asset_class(row, known, n) for n, row in enumerate(table, start=2)]


def _first_bad(codes: list[str | None]) -> int:
    """The sheet row of the first code that cannot be read or comes twice."""
    seen: set[str | None] = {None}
    for row, code in enumerate(codes, start=2):
        if code in seen:
            return row
        seen.add(code)
    raise AssertionError("no bad row")


def _asset_class(row: dict[str, str], known: set[str], number: int) -> AssetClass:
    code = normalise(row["code"]) or ""
    parent, counterpart = _other_code(row, "parent"), _other_code(row, "counterpart")
    months = row.get("service_life_months") or "0"
    if None in (parent, counterpart) or not months.isdecimal() or not row.get("name"):
        raise Invalid("bad_class_row", row=number)
    return AssetClass(
        code=code,
        edition=edition(code),
        name=row["name"],
        name_en=row.get("name_en") or "",
        parent=parent or parent_in(code, known) or "",
        service_life_months=int(months) or None,
        counterpart=counterpart or "",
    )


def _other_code(row: dict[str, str], column: str) -> str | None:
    """Another class a row names: its normal code, empty if none, None if unread."""
    text = row.get(column) or ""
    return normalise(text) if text else ""


def starting_classes() -> list[AssetClass]:
    """The classes the product comes with; institutions load their whole table."""
    table = files("registry.catalogue") / "classes.csv"
    return read_classes(table.read_text(encoding="utf-8").splitlines())


def covers(codes: Iterable[str], code: str) -> bool:
    """Whether a class is one of these, or below one of them."""
    return bool(code) and any(
        code.startswith(each.rstrip("0") or each) for each in codes
    )
