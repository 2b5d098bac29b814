"""Asset classes as a list."""

from __future__ import annotations

from operator import attrgetter as own

from registry.catalogue.listing import CLASS_ORDERS, ClassFilter, class_rows
from registry.catalogue.models import AssetClass
from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_

__all__ = ["CLASSES"]


CLASSES: Listing[ClassFilter, AssetClass] = Listing(
    name="classes",
    title=N_("资产分类"),
    wanted=ClassFilter,
    rows=class_rows,
    orders=CLASS_ORDERS,
    usual="code",
    columns=(
        Column("name", N_("名称"), own("name"), phone="title"),
        Column(
            "code",
            N_("代码"),
            own("code"),
            kind=Kind.CODE,
            sort="code",
            phone="plain",
        ),
        Column("parent_code", N_("上级代码"), own("parent_code"), kind=Kind.CODE),
        Column(
            "service_life",
            N_("最低使用年限（月）"),
            own("service_life_months"),
            kind=Kind.WHOLE,
        ),
        Column("edition", N_("国标版本"), own("edition"), phone="none"),
        Column("name_en", N_("英文名称"), own("name_en"), shown=False),
    ),
    filters=(
        SEARCH,
        FilterField(
            "within",
            N_("在哪一类下面"),
            Narrows.CODES,
            most=20,
            picks="class",
        ),
        FilterField(
            "termed",
            N_("最低使用年限"),
            Narrows.YES_NO,
            choices={"yes": N_("有最低年限"), "no": N_("没有最低年限")},
        ),
        FilterField(
            "below",
            N_("上级代码"),
            attribute="parent_code",
            api="parent_code",
            hidden=True,
            most=20,
            chip=N_("%(value)s 的下一级"),
        ),
    ),
    topics="types",
)
