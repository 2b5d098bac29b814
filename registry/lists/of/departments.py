"""Departments as a list."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter as own
from typing import Any

from registry.access.actor import Actor
from registry.interchange.rules.fields import Kind
from registry.kernel.clock import today
from registry.ledger.queries.counting import Tally, tally_departments
from registry.ledger.queries.trees import below_departments
from registry.lists.description import Column, FilterField, Gathered, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.organisation.listing import (
    DEPARTMENT_ORDERS,
    DepartmentFilter,
    department_rows,
)
from registry.organisation.models import Department
from registry.organisation.overviews import (
    officers_of_departments,
    people_by_department,
    ways_of,
)
from registry.organisation.queries import institution
from registry.words import N_, format_list

__all__ = ["DEPARTMENTS"]


def _here(actor: Actor, found: Sequence[Any]) -> Gathered:
    known = tally_departments(actor, [each.id for each in found])
    return {each.id: known.get(each.id, Tally()) for each in found}


def _below(actor: Actor, found: Sequence[Any]) -> Gathered:
    known = below_departments(actor)
    return {each.id: known.get(each.id, Tally()) for each in found}


def _people(actor: Actor, found: Sequence[Any]) -> Gathered:
    known = people_by_department(actor)
    return {each.id: known.get(each.id, 0) for each in found}


def _above(actor: Actor, found: Sequence[Any]) -> Gathered:
    """What each stands below, from the outermost in."""
    ways = ways_of(actor.institution_id, found)
    return {key: " / ".join(each.name for each in way) for key, way in ways.items()}


def _officers(actor: Actor, found: Sequence[Any]) -> Gathered:
    """Who answers for the things of each, the nearest first."""
    here = actor.institution_id
    day = today(institution(here).time_zone)
    known = officers_of_departments(here, found, day)
    return {
        key: format_list(each.name for each in people[:3])
        for key, people in known.items()
    }


DEPARTMENTS: Listing[DepartmentFilter, Department] = Listing(
    name="departments",
    title=N_("部门"),
    wanted=DepartmentFilter,
    rows=department_rows,
    orders=DEPARTMENT_ORDERS,
    usual="name",
    columns=(
        Column("name", N_("名称"), own("name"), sort="name", phone="title"),
        Column("above", N_("上级部门"), gather=_above, phone="none"),
        Column("officers", N_("资产管理员"), gather=_officers),
        Column("people", N_("人数"), gather=_people, kind=Kind.WHOLE, phone="none"),
        Column("here", N_("资产件数"), gather=_here, part="count", kind=Kind.WHOLE),
        Column("idle", N_("其中闲置"), gather=_here, part="idle", kind=Kind.WHOLE),
        Column(
            "below",
            N_("含下级几件"),
            gather=_below,
            part="count",
            kind=Kind.WHOLE,
            shown=False,
        ),
        Column(
            "idle_below",
            N_("含下级闲置几件"),
            gather=_below,
            part="idle",
            kind=Kind.WHOLE,
            shown=False,
        ),
        Column(
            "code",
            N_("部门代码"),
            own("code"),
            kind=Kind.CODE,
            sort="code",
            shown=False,
        ),
        Column("contact", N_("联系方式"), own("contact"), shown=False),
        Column(
            "closed_on",
            N_("停用日期"),
            own("closed_on"),
            kind=Kind.DATE,
            shown=False,
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "within",
            N_("在哪个部门下面"),
            Narrows.KEYS,
            picks="department",
            chip=N_("%(value)s 及下级"),
        ),
        FilterField(
            "closed", N_("也看已停用的"), Narrows.FLAG, chip=N_("也看已停用的")
        ),
    ),
    order_labels={"newest": N_("添加时间")},
    topics="departments people assets",
)
