"""Rows of people, places, departments, classes and item types, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from registry.access.roles import Role
from registry.interchange.rules.amounts import fen_of
from registry.interchange.rules.row import Row, Unfit, is_empty
from registry.interchange.rules.spans_of_time import counts_months, months_of
from registry.interchange.rules.text import code_of, folded, line_of, says_nothing
from registry.interchange.rules.vocabulary import is_yes, place_kind_of
from registry.words import LANGUAGES, translations
from registry.words.terms import ROLES

MOST_LINE = 200
MOST_CODE = 40

_LISTED = re.compile(r"[、,，;；/|\n]+")
_EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,190}")
_PHONE = re.compile(r"[0-9+()（）\-－—\s转x#*./、,，;；]{3,40}", re.IGNORECASE)
_KINDS_BY_NAME = (
    (re.compile(r"校区$|园区$|campus$", re.IGNORECASE), "campus"),
    (re.compile(r"[楼馆栋]$|大厦$|building$|block$|hall$", re.IGNORECASE), "building"),
    (re.compile(r"(?:\d|[一二三四五六七八九十负])[层楼]$|^\d+f$|floor", re.I), "floor"),
    (re.compile(r"[室房库]$|教室|机房|\d{3}|room|lab", re.IGNORECASE), "room"),
)

_ROLE_WORDS = {
    Role.STAFF: "教职工|教师|职工|员工|普通用户|staff|user|member|保管人|使用人",
    Role.WAREHOUSE_KEEPER: "仓库管理员|库管|库管员|仓管|仓管员|warehouse keeper",
    Role.DEPARTMENT_ASSET_OFFICER: "部门资产管理员|资产管理员|资产员|部门管理员|"
    "department asset officer|asset officer",
    Role.DEPARTMENT_HEAD: "部门负责人|部门主任|部门领导|department head",
    Role.ASSET_OFFICE: "资产管理处|国资处|资产处|资产科|asset office",
    Role.FINANCE: "财务|财务处|会计|财务人员|finance",
    Role.PRINCIPAL: "校领导|校长|副校长|分管领导|principal",
    Role.AUDITOR: "审计|审计员|监察|纪检|auditor",
    Role.ADMINISTRATOR: "系统管理员|超级管理员|administrator",
}
"""What sheets call each role. No loose word such as 管理员 makes an administrator."""


@cache
def _roles_by_word() -> dict[str, Role]:
    """Every word for a role, our own of every language included, folded."""
    words = {
        folded(word): role
        for role, listed in _ROLE_WORDS.items()
        for word in [role.value, *listed.split("|")]
    }
    for language in LANGUAGES:
        for role in Role:
            words[folded(translations(language).gettext(ROLES[role]))] = role
    return words


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of a people sheet; ``unknown_roles`` are words nobody could place."""

    row: int
    name: str
    staff_number: str = ""
    department: str = ""
    department_code: str = ""
    phone: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    unknown_roles: tuple[str, ...] = ()
    username: str = ""


@dataclass(frozen=True, slots=True)
class PlaceStep:
    """One step on the way to a place, such as a building."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place: the way to it from the outermost in, or its name and its parent's."""

    row: int
    steps: tuple[PlaceStep, ...]
    parent: str = ""
    is_store: bool = False
    department: str = ""

    @property
    def name(self) -> str:
        """Its own name."""
        return self.steps[-1].name

    @property
    def kind(self) -> str:
        """What sort of place it is: campus, building, floor, room or other."""
        return self.steps[-1].kind


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department and the name or code of the one above it."""

    row: int
    name: str
    code: str = ""
    parent: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of a classification, its codes as the sheet writes them."""

    row: int
    code: str
    name: str
    parent: str = ""
    name_en: str = ""
    service_life_months: int | None = None


@dataclass(frozen=True, slots=True)
class ItemTypeRow:
    """A kind of thing; the replacement price in fen."""

    row: int
    name: str
    brand: str = ""
    model: str = ""
    specification: str = ""
    unit: str = ""
    class_code: str = ""
    aliases: tuple[str, ...] = ()
    service_life_months: int | None = None
    replacement_price: int | None = None


def person_row(row: Row) -> PersonRow:
    """Somebody; raises Unfit."""
    first, last = _line(row, "first_name"), _line(row, "last_name")
    name = _line(row, "name") or _whole_name(first, last)
    if says_nothing(name):
        raise Unfit("missing_person_name", "name", name)
    email, phone = _code(row, "email", MOST_LINE), _code(row, "phone")
    if email and not _EMAIL.fullmatch(email):
        raise Unfit("bad_email", "email", email)
    if phone and not _PHONE.fullmatch(phone):
        raise Unfit("bad_phone", "phone", phone)
    roles, unknown = _roles(_line(row, "role"))
    return PersonRow(
        row=row.number,
        name=name,
        staff_number=_code(row, "staff_number"),
        department=_line(row, "department"),
        department_code=_code(row, "department_code"),
        phone=phone,
        email=email,
        roles=roles,
        unknown_roles=unknown,
        username=_code(row, "username", 100),
    )


def place_row(row: Row) -> PlaceRow:
    """A place; columns 校区 … 房间 make the way to it, else its name stands alone."""
    kinds = ("campus", "building", "floor", "room")
    steps = [PlaceStep(text, kind) for kind in kinds if (text := _line(row, kind))]
    kind = place_kind_of(_line(row, "kind"))
    if name := _line(row, "name"):
        steps.append(PlaceStep(name, kind or kind_by_name(name)))
    elif steps and kind == "other":
        steps[-1] = PlaceStep(steps[-1].name, kind)
    if not steps:
        raise Unfit("missing_place", "name")
    said = f"{_line(row, 'is_store')} {_line(row, 'kind')}"
    return PlaceRow(
        row=row.number,
        steps=tuple(steps),
        parent=_line(row, "parent"),
        is_store=any(is_yes(word) for word in said.split()),
        department=_line(row, "department"),
    )


def department_row(row: Row) -> DepartmentRow:
    """A department; raises Unfit."""
    name = _line(row, "name")
    if says_nothing(name):
        raise Unfit("missing_department", "name", name)
    parent = _line(row, "parent")
    return DepartmentRow(
        row=row.number,
        name=name,
        code=_code(row, "code"),
        parent="" if says_nothing(parent) else parent,
        contact=_line(row, "contact"),
    )


def class_row(row: Row) -> ClassRow:
    """A class; raises Unfit."""
    code = _code(row, "code", 20)
    if says_nothing(code):
        raise Unfit("missing_code", "code", code)
    if not (name := _line(row, "name")):
        raise Unfit("missing_type_name", "name")
    return ClassRow(
        row=row.number,
        code=code,
        name=name,
        parent=_code(row, "parent", 20),
        name_en=_line(row, "name_en"),
        service_life_months=_life(row),
    )


def item_type_row(row: Row) -> ItemTypeRow:
    """A kind of thing; raises Unfit."""
    name = _line(row, "name")
    if says_nothing(name):
        raise Unfit("missing_type_name", "name", name)
    aliases = (each.strip() for each in _LISTED.split(_line(row, "aliases")))
    return ItemTypeRow(
        row=row.number,
        name=name,
        brand=_line(row, "brand"),
        model=_line(row, "model"),
        specification=_line(row, "specification"),
        unit=_line(row, "unit", 20),
        class_code=_code(row, "class_code", 20),
        aliases=tuple(dict.fromkeys(each for each in aliases if each)),
        service_life_months=_life(row),
        replacement_price=_price(row),
    )


def kind_by_name(name: str) -> str:
    """What sort of place a name sounds like, else ``other``."""
    plain = name.strip().casefold()
    return next((kind for like, kind in _KINDS_BY_NAME if like.search(plain)), "other")


def _roles(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = [word.strip() for word in _LISTED.split(text) if word.strip()]
    roles = _roles_by_word()
    known = {roles.get(folded(word)) for word in words}
    unknown = tuple(word for word in words if folded(word) not in roles)
    return tuple(role.value for role in Role if role in known), unknown


def _whole_name(first: str, last: str) -> str:
    """Chinese family names come first and without a space."""
    if last and not last.isascii():
        return last + first
    return f"{first} {last}".strip()


def _line(row: Row, field: str, most: int = MOST_LINE) -> str:
    return _fitting(line_of(row.cell(field)), field, most)


def _code(row: Row, field: str, most: int = MOST_CODE) -> str:
    return _fitting(code_of(row.cell(field)), field, most)


def _fitting(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise Unfit("text_too_long", field, text[:20], most)
    return text


def _life(row: Row) -> int | None:
    cell = row.cell("service_life")
    if is_empty(cell):
        return None
    in_months = counts_months(row.columns.headers.get("service_life", ""))
    months = months_of(cell, in_months=in_months)
    if months is None:
        raise Unfit("bad_years", "service_life", cell)
    return months


def _price(row: Row) -> int | None:
    cell = row.cell("replacement_price")
    if is_empty(cell):
        return None
    fen = fen_of(cell)
    if fen is None or fen < 0:
        raise Unfit("bad_amount", "replacement_price", cell)
    return fen
