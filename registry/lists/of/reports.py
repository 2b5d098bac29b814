"""What people report from labels, as a list for those who settle it."""

from __future__ import annotations

from operator import attrgetter as own

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.ledger.models import Asset, LabelReport
from registry.ledger.queries.reports import (
    REPORT_ORDERS,
    ReportFilter,
    Standing,
    report_rows,
)
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_, gettext
from registry.words.working import REPORT_KINDS, report_kind_word

__all__ = ["REPORTS"]

_TYPE = (joinedload(LabelReport.asset).joinedload(Asset.item_type),)
_PLACE = (joinedload(LabelReport.asset).joinedload(Asset.place),)
_DEPARTMENT = (joinedload(LabelReport.asset).joinedload(Asset.department),)


def _standing(found: LabelReport) -> str:
    return gettext("待处理") if found.handled_at is None else gettext("已办结")


REPORTS: Listing[ReportFilter, LabelReport] = Listing(
    name="reports",
    title=N_("问题反映"),
    wanted=ReportFilter,
    rows=report_rows,
    orders=REPORT_ORDERS,
    usual="made",
    permission=Permission.REPORT_HANDLE,
    columns=(
        Column(
            "asset",
            N_("资产名称"),
            lambda found: found.asset.item_type.name,
            phone="title",
            loads=_TYPE,
        ),
        Column("state", N_("状态"), _standing, phone="chip"),
        Column("kind", N_("种类"), lambda found: report_kind_word(found.kind)),
        Column("words", N_("说了什么"), own("words"), phone="plain"),
        Column(
            "place",
            N_("存放地点"),
            lambda found: found.asset.place.full_name if found.asset.place else "",
            phone="none",
            loads=_PLACE,
        ),
        Column(
            "made_at",
            N_("反映时间"),
            own("made_at"),
            kind=Kind.MOMENT,
            sort="made",
        ),
        Column("answer", N_("怎么办的"), own("answer"), phone="none"),
        Column(
            "number",
            N_("资产编号"),
            lambda found: found.asset.number,
            kind=Kind.CODE,
            shown=False,
            loads=_TYPE,
        ),
        Column(
            "department",
            N_("使用部门"),
            lambda found: found.asset.department.name,
            shown=False,
            loads=_DEPARTMENT,
        ),
        Column("contact", N_("联系方式"), own("contact"), shown=False),
        Column(
            "handled_at",
            N_("办结时间"),
            own("handled_at"),
            kind=Kind.MOMENT,
            sort="handled",
            shown=False,
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "state",
            N_("状态"),
            Narrows.CHOICE,
            choices={
                str(Standing.SETTLED): N_("已办结"),
                str(Standing.ALL): N_("待处理的和已办结的"),
            },
            hidden=True,
            api_words="Without it those that wait",
        ),
        FilterField("kind", N_("种类"), Narrows.CHOICES, "kinds", choices=REPORT_KINDS),
        FilterField(
            "department",
            N_("使用部门"),
            Narrows.KEYS,
            "department_ids",
            api="department_id",
            picks="department",
        ),
    ),
    topics="waiting",
)
