"""Documents under which many assets were changed, as a list."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.ledger.models import Document
from registry.ledger.queries.documents import (
    DOCUMENT_ORDERS,
    DocumentFilter,
    document_rows,
)
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_, gettext
from registry.words.bulk import DOCUMENT_KINDS, document_kind_word

__all__ = ["DOCUMENTS"]


def _undone(found: Document) -> str:
    return gettext("已撤销") if found.undone_at else gettext("有效")


DOCUMENTS: Listing[DocumentFilter, Document] = Listing(
    name="documents",
    title=N_("单据"),
    wanted=DocumentFilter,
    rows=document_rows,
    orders=DOCUMENT_ORDERS,
    usual="newest",
    permission=Permission.ASSET_SEE,
    columns=(
        Column(
            "number",
            N_("单号"),
            lambda found: found.number,
            kind=Kind.CODE,
            phone="title",
        ),
        Column("state", N_("状态"), _undone, phone="chip"),
        Column("kind", N_("种类"), lambda found: document_kind_word(found.kind)),
        Column("title", N_("内容"), lambda found: found.title, phone="plain"),
        Column("count", N_("件数"), lambda found: found.count, kind=Kind.WHOLE),
        Column(
            "person",
            N_("经办人"),
            lambda found: found.person.name if found.person else "",
            loads=(joinedload(Document.person),),
        ),
        Column(
            "created_at",
            N_("时间"),
            lambda found: found.created_at,
            kind=Kind.MOMENT,
            sort="newest",
        ),
        Column(
            "undone_at",
            N_("撤销时间"),
            lambda found: found.undone_at,
            kind=Kind.MOMENT,
            shown=False,
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "kind", N_("种类"), Narrows.CHOICES, "kinds", choices=DOCUMENT_KINDS
        ),
        FilterField(
            "undone",
            N_("是否撤销"),
            Narrows.YES_NO,
            choices={"yes": N_("已撤销"), "no": N_("没有撤销")},
        ),
        FilterField("mine", N_("只看我办的"), Narrows.FLAG),
        FilterField("day_from", N_("日期从"), Narrows.DAY, chip=N_("%(value)s起")),
        FilterField("day_to", N_("到"), Narrows.DAY, chip=N_("到%(value)s")),
    ),
    topics="assets",
)
