"""What answers have taught the search, in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import marshmallow as ma

from registry.access.permissions import Permission
from registry.lists.of.lessons import LESSONS
from registry.procurement.actions import lessons as actions
from registry.procurement.models.lessons import Lesson
from registry.procurement.queries.lessons import WHOLE, lesson
from registry.procurement.states import LessonKind, LessonState
from registry.web.api.listing import listing_page
from registry.web.api.schemas.assets import Named, named
from registry.web.api.schemas.listing import ListPage
from registry.web.base.api import ApiBlueprint
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
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor

blueprint = ApiBlueprint(
    "api_lessons",
    __name__,
    url_prefix="/lessons",
    description="What answers have taught the search for idle things",
)

LessonQuery = list_schema("Lesson", LESSONS)


class LessonOut(StrictSchema):
    """That a wording means an item type, or does not; in effect once confirmed."""

    id = Key(required=True)
    text = Line(required=True, metadata={"example": "投影机"})
    item_type = ma.fields.Nested(Named, required=True)
    kind = Choice(LessonKind, required=True)
    state = Choice(LessonState, required=True)
    times = Whole(required=True)
    request_number = Line(required=True, metadata={"example": "CG2026-000012"})
    alias = Line(required=True)
    proposed_at = Moment(required=True)
    decided_at = Moment(required=True, allow_none=True)


class LessonPage(ListPage):
    """A page of what was taught."""

    items = Many(ma.fields.Nested(LessonOut), required=True, most=200)


def _out(found: Lesson) -> dict[str, Any]:
    plain = (
        "id",
        "text",
        "kind",
        "state",
        "times",
        "alias",
        "proposed_at",
        "decided_at",
    )
    kind = found.item_type.standing
    return {name: getattr(found, name) for name in plain} | {
        "item_type": named(kind, kind.title),
        "request_number": found.request.number,
    }


def _all_out(found: Sequence[Lesson]) -> list[dict[str, Any]]:
    return [_out(each) for each in found]


@blueprint.get("")
@guarded(Permission.LESSON_MANAGE)
@blueprint.arguments(LessonQuery, location="query")
@blueprint.response(200, LessonPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """All that was taught, the newest first."""
    return listing_page(LESSONS, asked, _all_out, WHOLE)


@blueprint.get("/<int:lesson_id>")
@guarded(Permission.LESSON_MANAGE)
@blueprint.response(200, LessonOut)
def show(lesson_id: int) -> dict[str, Any]:
    """One of them."""
    return _out(lesson(current_actor(), lesson_id))


@blueprint.post("/<int:lesson_id>/confirm")
@guarded(Permission.LESSON_MANAGE)
@blueprint.response(200, LessonOut)
def confirm(lesson_id: int) -> dict[str, Any]:
    """Have the search go by it; 403 ``not_ones_own``, 409 ``lesson_is_its_name``."""
    return _out(actions.confirm_lesson(current_actor(), lesson_id))


@blueprint.post("/<int:lesson_id>/dismiss")
@guarded(Permission.LESSON_MANAGE)
@blueprint.response(200, LessonOut)
def dismiss(lesson_id: int) -> dict[str, Any]:
    """Have it come to nothing; it is not proposed anew, only counted."""
    return _out(actions.dismiss_lesson(current_actor(), lesson_id))


@blueprint.post("/<int:lesson_id>/unlearn")
@guarded(Permission.LESSON_MANAGE)
@blueprint.response(200, LessonOut)
def unlearn(lesson_id: int) -> dict[str, Any]:
    """Have the search no longer go by it; the other name it brought goes as well."""
    return _out(actions.unlearn_lesson(current_actor(), lesson_id))
