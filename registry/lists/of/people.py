"""The people of the institution as a list."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter as own
from typing import Any

from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import GRANTABLE, Role
from registry.auth.queries import credentials_of
from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Gathered, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.organisation.listing import PERSON_ORDERS, PersonFilter, person_rows
from registry.organisation.models import Person
from registry.organisation.overviews import grants_of_people
from registry.words import N_, format_list
from registry.words.terms import ROLES, role_word

__all__ = ["PEOPLE"]


def _roles(actor: Actor, people: Sequence[Any]) -> Gathered:
    """What each holds that has not been taken away; who holds nothing is staff."""
    held = grants_of_people(actor, [each.id for each in people])
    return {
        each.id: format_list(
            dict.fromkeys(
                role_word(role)
                for role in [grant.role for grant in held.get(each.id, [])]
                or [str(Role.STAFF)]
            )
        )
        for each in people
    }


def _sign_in(actor: Actor, people: Sequence[Any]) -> Gathered:
    """The names people sign in with."""
    known = credentials_of(actor, [each.id for each in people])
    return {person_id: each.sign_in_name for person_id, each in known.items()}


PEOPLE: Listing[PersonFilter, Person] = Listing(
    name="people",
    title=N_("人员"),
    wanted=PersonFilter,
    rows=person_rows,
    orders=PERSON_ORDERS,
    usual="name",
    permission=Permission.PERSON_LIST,
    columns=(
        Column("name", N_("姓名"), own("name"), sort="name", phone="title"),
        Column(
            "staff_number",
            N_("工号"),
            own("staff_number"),
            kind=Kind.CODE,
            sort="staff_number",
            phone="none",
        ),
        Column(
            "department",
            N_("部门"),
            lambda found: found.department.name,
            sort="department",
            loads=(joinedload(Person.department),),
        ),
        Column("roles", N_("角色"), gather=_roles),
        Column("phone", N_("电话"), own("phone"), phone="none"),
        Column(
            "sign_in",
            N_("用户名"),
            gather=_sign_in,
            permission=Permission.CREDENTIAL_MANAGE,
        ),
        Column("email", N_("邮箱"), own("email"), shown=False),
        Column(
            "left_on",
            N_("离岗日期"),
            own("left_on"),
            kind=Kind.DATE,
            shown=False,
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "department",
            N_("部门（含下级）"),
            Narrows.KEYS,
            "department_ids",
            api="department_id",
            picks="department",
        ),
        FilterField(
            "role",
            N_("角色"),
            Narrows.CHOICES,
            "roles",
            choices={str(each): ROLES[each] for each in GRANTABLE},
        ),
        FilterField("left", N_("也看已离岗的"), Narrows.FLAG, chip=N_("也看已离岗的")),
    ),
    order_labels={"newest": N_("添加时间")},
    topics="people",
    counted="people",
)
