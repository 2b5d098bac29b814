"""Item types as a list."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter as own
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.listing import TYPE_ORDERS, TypeFilter, type_rows
from registry.catalogue.models import ItemType
from registry.interchange.rules.fields import Kind
from registry.ledger.queries.counting import assets_by_type
from registry.lists.description import Column, FilterField, Gathered, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_, format_list

__all__ = ["TYPES"]


def _class(name: str) -> Any:
    def value(found: ItemType) -> str:
        return str(getattr(found.asset_class, name)) if found.asset_class else ""

    return value


def _count(actor: Actor, types: Sequence[Any]) -> Gathered:
    """How many assets are of each; none is a number too."""
    counts = assets_by_type(actor, [each.id for each in types])
    return {each.id: counts.get(each.id, 0) for each in types}


_CLASS = (joinedload(ItemType.asset_class),)

TYPES: Listing[TypeFilter, ItemType] = Listing(
    name="types",
    title=N_("资产品名"),
    wanted=TypeFilter,
    rows=type_rows,
    orders=TYPE_ORDERS,
    usual="name",
    columns=(
        Column("name", N_("名称"), own("name"), sort="name", phone="title"),
        Column(
            "model",
            N_("品牌型号"),
            lambda found: " ".join(filter(None, (found.brand, found.model))),
        ),
        Column("specification", N_("规格"), own("specification")),
        Column("unit", N_("单位"), own("unit"), phone="none"),
        Column("class", N_("分类"), _class("name"), sort="class", loads=_CLASS),
        Column(
            "count",
            N_("件数"),
            gather=_count,
            kind=Kind.WHOLE,
            permission=Permission.TYPE_MANAGE,
        ),
        Column(
            "class_code",
            N_("分类代码"),
            _class("code"),
            kind=Kind.CODE,
            shown=False,
            loads=_CLASS,
        ),
        Column(
            "aliases",
            N_("别名"),
            lambda found: format_list(each.alias for each in found.aliases),
            shown=False,
            loads=(selectinload(ItemType.aliases),),
        ),
        Column(
            "replacement_price",
            N_("重置单价"),
            own("replacement_price_fen"),
            kind=Kind.MONEY,
            shown=False,
        ),
        Column(
            "service_life",
            N_("使用年限（月）"),
            own("service_life_months"),
            kind=Kind.WHOLE,
            shown=False,
        ),
        Column("is_labelled", N_("贴标签"), own("is_labelled"), shown=False),
    ),
    filters=(
        SEARCH,
        FilterField(
            "class_code",
            N_("分类代码"),
            Narrows.CODES,
            "class_codes",
            most=20,
            picks="class",
        ),
        FilterField(
            "labelled",
            N_("贴不贴标签"),
            Narrows.YES_NO,
            choices={"yes": N_("要贴标签"), "no": N_("不贴标签")},
        ),
        FilterField(
            "unclassed",
            N_("只看没有分类的"),
            Narrows.FLAG,
            chip=N_("没有分类"),
        ),
        FilterField(
            "priceless",
            N_("只看没有重置单价的"),
            Narrows.FLAG,
            chip=N_("没有重置单价"),
        ),
    ),
    order_labels={"newest": N_("添加时间")},
    topics="types assets",
)
