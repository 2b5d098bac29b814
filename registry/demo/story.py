"""Puts the demo school together for a given day: the same day, the same school."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from registry.demo.furnishing import DEPARTED_PHYSICIST, RETIRED_LIBRARIAN
from registry.demo.happenings import Calendar
from registry.demo.inventory import assets
from registry.demo.shapes import (
    DemoSignIn,
    Department,
    Institution,
    Person,
    Place,
    RoleHeld,
    School,
    Wish,
)
from registry.demo.tables import item_types, rows

SETTLED_AFTER = timedelta(days=60)
"""How long ago the move must be, so that there is something to tell since."""

_LEFT = {RETIRED_LIBRARIAN: 40, DEPARTED_PHYSICIST: 15}
"""Who has left, and how many days before the move."""

_SIGN_INS = (
    ("teacher", "教职工", "看闲置资产，写采购申请，扫码反映问题"),
    ("keeper", "仓库管理员", "管仓库，盘点，交接，十二台投影仪在这里"),
    ("officer", "部门资产管理员", "管教务处各年级组和教研组的台账，导入，打印标签"),
    ("head", "部门负责人", "看本部门全部资产，批本部门的采购申请"),
    ("office", "资产管理处", "管全校台账和分类，裁定、审批采购申请"),
    ("finance", "财务", "核对原值，批采购申请，核验检查证明"),
    ("principal", "校领导", "看全校，批大额"),
    ("auditor", "审计", "看一切，不改一字"),
    ("admin", "系统管理员", "管人员、角色、打印机"),
)


def school(today: date) -> School:
    """The demo school as it is on a day."""
    moved_on = last_move(today)
    calendar = Calendar(moved_on, today)
    people, places, types = _people(calendar), _places(), item_types()
    return School(
        today=today,
        institution=Institution(
            code="GMSY",
            name="光明实验学校",
            name_en="Guangming Experimental School",
            time_zone="Asia/Shanghai",
            contact="国资处 内线 8020",
            moved_on=moved_on,
        ),
        departments=tuple(
            Department(row["key"], row["parent"] or None, row["name"])
            for row in rows("departments")
        ),
        places=places,
        people=people,
        item_types=types,
        assets=tuple(assets(places, types, people, calendar)),
        wish=_wish(calendar),
        demo_sign_ins=_demo_sign_ins(people),
    )


def last_move(today: date) -> date:
    """The latest first of September that has had time to settle."""
    this_year = date(today.year, 9, 1)
    settled = today - this_year >= SETTLED_AFTER
    return this_year if settled else date(today.year - 1, 9, 1)


def _places() -> tuple[Place, ...]:
    return tuple(
        Place(
            key=row["key"],
            parent=row["parent"] or None,
            kind=row["kind"],
            name=row["name"],
            store=row["store"] == "1",
            department=row["department"] or None,
            custodian=row["custodian"] or None,
        )
        for row in rows("places")
    )


def _people(calendar: Calendar) -> tuple[Person, ...]:
    return tuple(_person(row, calendar) for row in rows("people"))


def _person(row: dict[str, str], calendar: Calendar) -> Person:
    gone = _LEFT.get(row["key"])
    sign_in = row["sign_in"] or row["key"].replace("_", ".")
    return Person(
        key=row["key"],
        name=row["name"],
        sign_in=None if gone else sign_in,
        title=row["title"],
        department=row["department"],
        age=int(row["age"]),
        phone=row["extension"],
        email=f"{row['key'].replace('_', '.')}@guangming.example",
        roles=tuple(_roles(row["roles"], calendar)),
        left_on=calendar.moved_on - timedelta(days=gone) if gone else None,
    )


def _roles(told: str, calendar: Calendar) -> Iterator[RoleHeld]:
    """Roles from ``role@department`` or, acting, ``role@department~person``."""
    for each in told.split(";") if told else ():
        role, _, scope = each.partition("@")
        department, _, acting_for = scope.partition("~")
        until = calendar.today + timedelta(days=21) if acting_for else None
        yield RoleHeld(role, department, acting_for or None, until)


def _wish(calendar: Calendar) -> Wish:
    return Wish(
        department="teaching",
        by="xu_zhiyuan",
        item="投影仪",
        quantity=8,
        estimated_fen=8 * 4_500_00,
        place="yuren.1",
        needed_by=calendar.today + timedelta(days=30),
        why="九年级四个教室和四个走班教室复习课用，现有投影仪亮度不够",
    )


def _demo_sign_ins(people: Sequence[Person]) -> tuple[DemoSignIn, ...]:
    found = {person.sign_in: person for person in people}
    return tuple(
        DemoSignIn(sign_in, found[sign_in].key, role, words)
        for sign_in, role, words in _SIGN_INS
    )
