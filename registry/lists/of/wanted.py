"""What people look for, as a list."""

from __future__ import annotations

from operator import attrgetter as own

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.sharing.models import Wanted
from registry.sharing.queries.wanting import (
    WANTED_ORDERS,
    WantedFilter,
    wanted_rows,
)
from registry.sharing.states import WantedState
from registry.words import N_
from registry.words.passing import WANTED_STATES, wanted_word

__all__ = ["WANTED"]


WANTED: Listing[WantedFilter, Wanted] = Listing(
    name="wanted",
    title=N_("求调剂"),
    wanted=WantedFilter,
    rows=wanted_rows,
    orders=WANTED_ORDERS,
    usual="newest",
    permission=Permission.WANTED_POST,
    columns=(
        Column("text", N_("要什么"), own("text"), phone="title"),
        Column(
            "state",
            N_("状态"),
            lambda found: wanted_word(found.state),
            phone="chip",
        ),
        Column("quantity", N_("要几件"), own("quantity"), kind=Kind.WHOLE),
        Column(
            "department",
            N_("哪个部门要"),
            lambda found: found.department.name,
            loads=(joinedload(Wanted.department),),
        ),
        Column("until_on", N_("要到哪天"), own("until_on"), kind=Kind.DATE),
        Column("note", N_("说明"), own("note"), phone="none"),
        Column(
            "asked_at",
            N_("发布时间"),
            own("asked_at"),
            kind=Kind.MOMENT,
            sort="newest",
            phone="none",
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "state",
            N_("状态"),
            Narrows.CHOICES,
            "states",
            choices={str(each): WANTED_STATES[each] for each in WantedState},
        ),
        FilterField("mine", N_("只看我发的"), Narrows.FLAG),
    ),
    topics="sharing",
)
