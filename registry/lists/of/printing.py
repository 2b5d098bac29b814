"""What was printed, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.labelling.models import PrintRun
from registry.labelling.queries import PRINT_ORDERS, PrintFilter, print_rows
from registry.lists.description import Column, FilterField, Gathered, Listing, Narrows
from registry.organisation.queries import names_of
from registry.words import N_
from registry.words.printed import LABEL_KINDS, label_kind_word, medium_word

__all__ = ["PRINT_RUNS"]


def _who(actor: Actor, runs: Sequence[Any]) -> Gathered:
    names = names_of(actor, [run.person_id for run in runs if run.person_id])
    return {run.id: names.get(run.person_id, "") for run in runs}


PRINT_RUNS: Listing[PrintFilter, PrintRun] = Listing(
    name="print_runs",
    title=N_("打印记录"),
    wanted=PrintFilter,
    rows=print_rows,
    orders=PRINT_ORDERS,
    usual="newest",
    permission=Permission.LABEL_PRINT,
    columns=(
        Column(
            "at",
            N_("时间"),
            lambda run: run.at,
            kind=Kind.MOMENT,
            sort="newest",
            phone="title",
        ),
        Column("kind", N_("种类"), lambda run: label_kind_word(run.kind)),
        Column("count", N_("张数"), lambda run: run.count, kind=Kind.WHOLE),
        Column("medium", N_("纸张"), lambda run: medium_word(run.medium)),
        Column("who", N_("打印人"), gather=_who),
    ),
    filters=(
        FilterField("kind", N_("种类"), Narrows.CHOICES, "kinds", choices=LABEL_KINDS),
        FilterField("mine", N_("只看我打印的"), Narrows.FLAG, chip=N_("只看我打印的")),
        FilterField("day_from", N_("日期从"), Narrows.DAY, chip=N_("%(value)s起")),
        FilterField("day_to", N_("到"), Narrows.DAY, chip=N_("到%(value)s")),
    ),
    topics="labels",
)
