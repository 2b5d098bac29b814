"""Long work as a list: one's own, and for administrators everybody's."""

from __future__ import annotations

from operator import attrgetter as own

from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.jobs.models import Job, JobState
from registry.jobs.queries import JOB_ORDERS, JobFilter, job_rows
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_
from registry.words.working import (
    JOB_KINDS,
    JOB_STATES,
    job_kind_word,
    job_state_word,
)

__all__ = ["JOBS"]


JOBS: Listing[JobFilter, Job] = Listing(
    name="jobs",
    title=N_("后台任务"),
    wanted=JobFilter,
    rows=job_rows,
    orders=JOB_ORDERS,
    usual="newest",
    columns=(
        Column("title", N_("任务"), own("title"), phone="title"),
        Column(
            "state", N_("状态"), lambda found: job_state_word(found.state), phone="chip"
        ),
        Column("kind", N_("种类"), lambda found: job_kind_word(found.kind)),
        Column("done", N_("做完的"), own("done"), kind=Kind.WHOLE, phone="none"),
        Column("total", N_("总数"), own("total"), kind=Kind.WHOLE, phone="none"),
        Column(
            "created_at",
            N_("提交时间"),
            own("created_at"),
            kind=Kind.MOMENT,
            sort="newest",
        ),
        Column(
            "finished_at",
            N_("结束时间"),
            own("finished_at"),
            kind=Kind.MOMENT,
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
            choices={str(each): JOB_STATES[each] for each in JobState},
        ),
        FilterField("kind", N_("种类"), Narrows.CHOICES, "kinds", choices=JOB_KINDS),
        FilterField(
            "everybody",
            N_("也看别人的"),
            Narrows.FLAG,
            chip=N_("也看别人的"),
            permission=Permission.INSTITUTION_MANAGE,
        ),
    ),
    topics="jobs",
)
