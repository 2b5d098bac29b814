"""What waits in the departments one answers for, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter as own
from typing import Any

from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Gathered, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.waiting.models import Wait
from registry.waiting.queries import (
    WAIT_ORDERS,
    WaitFilter,
    calendar_of,
    holders_of,
    wait_rows,
    waited,
)
from registry.waiting.states import WaitState
from registry.words import N_, _, format_list
from registry.words.steps import STEP_NAMES, clock_words, step_name, step_words

__all__ = ["WAITS"]


def _who(actor: Actor, rows: Sequence[Any]) -> Gathered:
    """Who has each step now."""
    return {
        wait_id: format_list([each.name for each in holders]) or _("还没有人经手")
        for wait_id, holders in holders_of(rows).items()
    }


def _clocks(actor: Actor, rows: Sequence[Any]) -> Gathered:
    """For how much working time each step has waited."""
    calendar = calendar_of(actor.institution_id)
    return {each.id: clock_words(waited(each, calendar)) for each in rows}


def _standing(found: Wait) -> str:
    return _("超过时限") if found.state == WaitState.OVERDUE else _("等待处理")


WAITS: Listing[WaitFilter, Wait] = Listing(
    name="waits",
    title=N_("等待事项"),
    wanted=WaitFilter,
    rows=wait_rows,
    orders=WAIT_ORDERS,
    usual="overdue",
    permission=Permission.WAIT_SEE,
    columns=(
        Column(
            "what",
            N_("事项"),
            lambda found: step_words(found.step, found.facts),
            phone="title",
        ),
        Column("waited", N_("已经等了"), gather=_clocks, phone="chip"),
        Column("state", N_("时限"), _standing, sort="overdue"),
        Column("holders", N_("谁在经手"), gather=_who),
        Column(
            "department",
            N_("使用部门"),
            lambda found: found.department.name if found.department else "",
            loads=(joinedload(Wait.department),),
        ),
        Column(
            "began_at",
            N_("从什么时候"),
            own("began_at"),
            kind=Kind.MOMENT,
            sort="began",
            phone="none",
        ),
        Column(
            "step",
            N_("种类"),
            lambda found: step_name(found.step),
            phone="none",
            wide=True,
        ),
        Column(
            "due_at",
            N_("什么时候请上一级"),
            own("due_at"),
            kind=Kind.MOMENT,
            shown=False,
        ),
        Column(
            "nudged_at",
            N_("上次催办"),
            own("nudged_at"),
            kind=Kind.MOMENT,
            shown=False,
        ),
    ),
    filters=(
        SEARCH,
        FilterField("overdue", N_("只看超时的"), Narrows.FLAG, chip=N_("只看超时的")),
        FilterField("step", N_("种类"), Narrows.CHOICE, choices=STEP_NAMES),
        FilterField(
            "department",
            N_("使用部门"),
            Narrows.KEY,
            "department_id",
            api="department_id",
            picks="department",
        ),
    ),
    topics="waiting",
)
