"""Places as a list."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter as own
from typing import Any

from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.interchange.rules.fields import Kind
from registry.ledger.queries.counting import Tally, tally_places
from registry.ledger.queries.trees import below_places
from registry.lists.description import Column, FilterField, Gathered, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.organisation.listing import PLACE_ORDERS, PlaceFilter, place_rows
from registry.organisation.models import Place, PlaceKind
from registry.words import N_
from registry.words.terms import PLACE_KINDS, place_kind_word

__all__ = ["PLACES"]


def _here(actor: Actor, places: Sequence[Any]) -> Gathered:
    known = tally_places(actor, [each.id for each in places])
    return {each.id: known.get(each.id, Tally()) for each in places}


def _inside(actor: Actor, places: Sequence[Any]) -> Gathered:
    known = below_places(actor)
    return {each.id: known.get(each.id, Tally()) for each in places}


PLACES: Listing[PlaceFilter, Place] = Listing(
    name="places",
    title=N_("存放地点"),
    wanted=PlaceFilter,
    rows=place_rows,
    orders=PLACE_ORDERS,
    usual="full_name",
    columns=(
        Column(
            "full_name",
            N_("地点"),
            own("full_name"),
            sort="full_name",
            phone="title",
        ),
        Column("kind", N_("种类"), lambda found: place_kind_word(found.kind)),
        Column(
            "department",
            N_("归哪个部门管"),
            lambda found: found.department.name if found.department else "",
            loads=(joinedload(Place.department),),
            phone="none",
        ),
        Column("store", N_("仓库"), own("is_store"), phone="none"),
        Column("here", N_("这里几件"), gather=_here, part="count", kind=Kind.WHOLE),
        Column("idle", N_("其中闲置"), gather=_here, part="idle", kind=Kind.WHOLE),
        Column(
            "inside",
            N_("含里面各处几件"),
            gather=_inside,
            part="count",
            kind=Kind.WHOLE,
            shown=False,
        ),
        Column(
            "idle_inside",
            N_("含里面各处闲置几件"),
            gather=_inside,
            part="idle",
            kind=Kind.WHOLE,
            shown=False,
        ),
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
            N_("在哪里面"),
            Narrows.KEYS,
            picks="place",
            chip=N_("%(value)s 里面"),
        ),
        FilterField(
            "kind",
            N_("种类"),
            Narrows.CHOICES,
            "kinds",
            choices={str(each): PLACE_KINDS[each] for each in PlaceKind},
        ),
        FilterField(
            "department",
            N_("归哪个部门管"),
            Narrows.KEYS,
            "department_ids",
            api="department_id",
            picks="department",
        ),
        FilterField(
            "store",
            N_("是不是仓库"),
            Narrows.YES_NO,
            choices={"yes": N_("是仓库"), "no": N_("不是仓库")},
        ),
        FilterField(
            "closed", N_("也看已停用的"), Narrows.FLAG, chip=N_("也看已停用的")
        ),
    ),
    order_labels={"newest": N_("添加时间")},
    topics="places assets",
)
