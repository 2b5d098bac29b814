"""Long work as the API shows it."""

from __future__ import annotations

import marshmallow as ma

from registry.jobs.models import JobState
from registry.lists.of.jobs import JOBS
from registry.web.api.schemas.listing import ListPage
from registry.web.base.fields import (
    Choice,
    Key,
    Line,
    Many,
    Moment,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import list_schema


class JobOut(StrictSchema):
    """Long work: how far it is, and what came of it or why it failed."""

    id = Key(required=True)
    kind = Line(required=True, metadata={"example": "import_apply"})
    title = ma.fields.String(required=True, metadata={"example": "资产台账.xlsx"})
    state = Choice(JobState, required=True)
    done = Whole(required=True)
    total = Whole(required=True)
    result = ma.fields.Dict(required=True)
    refusal = ma.fields.Dict(required=True, allow_none=True)
    created_at = Moment(required=True)
    finished_at = Moment(required=True, allow_none=True)


class JobPage(ListPage):
    """A page of long work."""

    items = Many(ma.fields.Nested(JobOut), required=True)


JobQuery = list_schema("Job", JOBS)
"""What the list of jobs is narrowed to, and from where on."""


class JobFileOut(StrictSchema):
    """A file with a job; ``role`` is what it is asked for by."""

    role = Line(required=True, metadata={"example": "labels"})
    name = ma.fields.String(required=True, metadata={"example": "labels.pdf"})
    media_type = ma.fields.String(required=True)
    size = Whole(required=True, most=10**15)


class JobFileList(StrictSchema):
    """The files with a job."""

    items = Many(ma.fields.Nested(JobFileOut), required=True)
