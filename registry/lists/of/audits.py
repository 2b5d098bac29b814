"""Audits as a list."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.audits.models import Audit
from registry.audits.queries.audits import AUDIT_ORDERS, AuditFilter, audit_rows
from registry.audits.queries.counting import sums_of_each
from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_
from registry.words.auditing import AUDIT_STATES, audit_state_word

__all__ = ["AUDITS"]


AUDITS: Listing[AuditFilter, Audit] = Listing(
    name="audits",
    title=N_("盘点"),
    wanted=AuditFilter,
    rows=audit_rows,
    orders=AUDIT_ORDERS,
    usual="newest",
    permission=Permission.AUDIT_SEE,
    columns=(
        Column("title", N_("名称"), lambda found: found.title, phone="title"),
        Column(
            "state",
            N_("状态"),
            lambda found: audit_state_word(found.state),
            phone="chip",
        ),
        Column("done", N_("已盘"), kind=Kind.WHOLE, gather=sums_of_each, part="done"),
        Column(
            "expected",
            N_("应盘"),
            kind=Kind.WHOLE,
            gather=sums_of_each,
            part="expected",
        ),
        Column(
            "baseline_on",
            N_("基准日"),
            lambda found: found.baseline_on,
            kind=Kind.DATE,
            sort="baseline",
        ),
        Column("due_on", N_("盘到哪天"), lambda found: found.due_on, kind=Kind.DATE),
        Column(
            "department",
            N_("部门"),
            lambda found: found.department.name,
            phone="none",
            loads=(joinedload(Audit.department),),
        ),
        Column(
            "lead",
            N_("负责人"),
            lambda found: found.lead.name if found.lead else "",
            phone="none",
            loads=(joinedload(Audit.lead),),
        ),
        Column(
            "number",
            N_("编号"),
            lambda found: found.number,
            kind=Kind.CODE,
            phone="none",
        ),
        Column(
            "made_at",
            N_("安排时间"),
            lambda found: found.made_at,
            kind=Kind.MOMENT,
            sort="newest",
            shown=False,
        ),
        Column(
            "ended_at",
            N_("结束时间"),
            lambda found: found.ended_at,
            kind=Kind.MOMENT,
            shown=False,
        ),
        Column("note", N_("说明"), lambda found: found.note, shown=False),
    ),
    filters=(
        SEARCH,
        FilterField(
            "state", N_("状态"), Narrows.CHOICES, "states", choices=AUDIT_STATES
        ),
        FilterField(
            "department",
            N_("部门"),
            Narrows.KEYS,
            "department_ids",
            api="department_id",
            picks="department",
        ),
        FilterField("mine", N_("只看我的"), Narrows.FLAG, chip=N_("只看我的")),
        FilterField("day_from", N_("日期从"), Narrows.DAY, chip=N_("%(value)s起")),
        FilterField("day_to", N_("到"), Narrows.DAY, chip=N_("到%(value)s")),
    ),
    topics="audits",
)
