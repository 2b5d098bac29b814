"""What became of departments, places, people and item types, as the API shows it."""

from __future__ import annotations

import json
from typing import Any

import marshmallow as ma

from registry.journal.queries import entries_of
from registry.web.base.fields import Line, Many, Moment, StrictSchema, Whole
from registry.web.base.sessions import current_actor


class SubjectEntryOut(StrictSchema):
    """One entry: what it set, and when; names of people stand apart from it."""

    number = Whole(required=True)
    verb = Line(required=True)
    at = Moment(required=True)
    facts = ma.fields.Dict(required=True)
    hash = Line(required=True)


class SubjectHistory(StrictSchema):
    """The entries of a subject, newest first."""

    items = Many(ma.fields.Nested(SubjectEntryOut), required=True, most=100_000)


def history_of(kind: str, subject_id: int) -> dict[str, Any]:
    """The entries of a subject that the caller has been allowed to see."""
    here = current_actor().institution_id
    found = [
        each for each in entries_of(kind, subject_id) if each.institution_id == here
    ]
    plain = ("number", "verb", "at", "hash")
    items = [
        {name: getattr(each, name) for name in plain}
        | {"facts": json.loads(each.facts)}
        for each in reversed(found)
    ]
    return {"items": items}
