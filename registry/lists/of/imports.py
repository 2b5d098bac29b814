"""The spreadsheets one has brought in, as a list."""

from __future__ import annotations

from operator import attrgetter as own

from registry.access.permissions import Permission
from registry.interchange.models import Import
from registry.interchange.queries import IMPORT_ORDERS, ImportFilter, import_rows
from registry.interchange.rules.fields import Kind
from registry.interchange.states import ImportState
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_
from registry.words.working import (
    IMPORT_KINDS,
    IMPORT_STATES,
    import_kind_word,
    import_state_word,
)

__all__ = ["IMPORTS"]


IMPORTS: Listing[ImportFilter, Import] = Listing(
    name="imports",
    title=N_("导入记录"),
    wanted=ImportFilter,
    rows=import_rows,
    orders=IMPORT_ORDERS,
    usual="newest",
    permission=Permission.IMPORT_PEOPLE,
    columns=(
        Column("file_name", N_("文件"), own("file_name"), phone="title"),
        Column(
            "state",
            N_("状态"),
            lambda found: import_state_word(found.state),
            phone="chip",
        ),
        Column("kind", N_("这是什么表"), lambda found: import_kind_word(found.kind)),
        Column("document", N_("单号"), own("document"), kind=Kind.CODE, phone="none"),
        Column(
            "created_at",
            N_("时间"),
            own("created_at"),
            kind=Kind.MOMENT,
            sort="newest",
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "kind", N_("这是什么表"), Narrows.CHOICES, "kinds", choices=IMPORT_KINDS
        ),
        FilterField(
            "state",
            N_("状态"),
            Narrows.CHOICES,
            "states",
            choices={str(each): IMPORT_STATES[each] for each in ImportState},
        ),
    ),
    topics="jobs",
)
