"""What waits, in the API: one's own steps, those of one's departments, the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import marshmallow as ma

from registry.access.permissions import Permission
from registry.lists.of.waits import WAITS
from registry.waiting import actions, queries
from registry.waiting.models import CalendarDay, CalendarTerm, Wait
from registry.waiting.rules.hours import write_spans
from registry.waiting.states import WaitState
from registry.web.api.listing import listing_page
from registry.web.api.schemas.listing import ListPage
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import list_schema
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.words.steps import step_words

blueprint = ApiBlueprint(
    "api_waiting", __name__, url_prefix="", description="What waits, and the calendar"
)


class WaitHolderOut(StrictSchema):
    """Somebody who has a step, and since when."""

    person_id = Key(required=True)
    name = Line(required=True)
    since = Moment(required=True)


class WaitOut(StrictSchema):
    """A step that waits: what it asks, who has it, and for how many working seconds."""

    id = Key(required=True)
    step = Line(required=True, metadata={"example": "settle_report"})
    words = ma.fields.String(
        required=True, metadata={"example": "有人反映问题：投影仪"}
    )
    subject_kind = Line(required=True, metadata={"example": "label_report"})
    subject_id = Key(required=True)
    department_id = Key(required=True, allow_none=True)
    state = Choice(WaitState, required=True)
    holders = Many(ma.fields.Nested(WaitHolderOut), required=True, most=1_000)
    began_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    waited_seconds = Whole(required=True)


class WaitList(StrictSchema):
    """The steps one has, what waits longest first."""

    items = Many(ma.fields.Nested(WaitOut), required=True, most=200)


class WaitPage(ListPage):
    """A page of the steps of one's departments."""

    items = Many(ma.fields.Nested(WaitOut), required=True, most=200)


WaitQuery = list_schema("Wait", WAITS)
"""What the list of all that waits is narrowed to, and from where on."""


class PassOn(StrictSchema):
    """To whom a step is given, and why."""

    person_id = Key(required=True)
    reason = Notes(load_default="", most=1_000)


class WeekIo(StrictSchema):
    """The hours of each weekday; empty for a day off."""

    monday = Line(load_default="", most=80, metadata={"example": "8:00-12:00"})
    tuesday = Line(load_default="", most=80)
    wednesday = Line(load_default="", most=80)
    thursday = Line(load_default="", most=80)
    friday = Line(load_default="", most=80)
    saturday = Line(load_default="", most=80)
    sunday = Line(load_default="", most=80)


class DayIo(StrictSchema):
    """A day that is off, or worked at hours of its own."""

    day = Day(required=True)
    name = Line(load_default="", most=60, metadata={"example": "国庆节"})
    works = Flag(required=True)
    hours = Line(load_default="", most=80)


class DayList(StrictSchema):
    """Days with hours of their own."""

    items = Many(ma.fields.Nested(DayIo), required=True, most=400)


class DaysAsked(StrictSchema):
    """Which days."""

    first = Day(load_default=date(2000, 1, 1))
    last = Day(load_default=date(2199, 12, 31))


class TermIo(StrictSchema):
    """A term; or a vacation, in which clocks stand still."""

    id = Key(dump_only=True)
    name = Line(required=True, most=60, metadata={"example": "寒假"})
    first = Day(required=True)
    last = Day(required=True)
    counts = Flag(load_default=True)


class TermList(StrictSchema):
    """Terms and vacations, the newest first."""

    items = Many(ma.fields.Nested(TermIo), required=True, most=10_000)


WEEKDAYS = tuple(WeekIo().fields)


def _told(waits: Sequence[Wait]) -> list[dict[str, Any]]:
    calendar = queries.calendar_of(current_actor().institution_id)
    holders = queries.holders_of(waits)
    plain = (
        "id",
        "step",
        "subject_kind",
        "subject_id",
        "department_id",
        "state",
        "began_at",
        "due_at",
        "ended_at",
    )
    return [
        {name: getattr(each, name) for name in plain}
        | {
            "words": step_words(each.step, each.facts),
            "holders": holders[each.id],
            "waited_seconds": int(queries.waited(each, calendar).total_seconds()),
        }
        for each in waits
    ]


@blueprint.get("/waits")
@signed_in
@blueprint.response(200, WaitList)
def mine() -> dict[str, Any]:
    """The steps that wait for whoever asks, what waits longest first."""
    return {"items": _told(queries.waits_of(current_actor(), 200))}


@blueprint.get("/waits/all")
@guarded(Permission.WAIT_SEE)
@blueprint.arguments(WaitQuery, location="query")
@blueprint.response(200, WaitPage)
def everything(asked: dict[str, Any]) -> dict[str, Any]:
    """What waits in the departments one answers for, the overdue first."""
    return listing_page(WAITS, asked, _told)


@blueprint.get("/waits/<int:wait_id>")
@signed_in
@blueprint.response(200, WaitOut)
def show(wait_id: int) -> dict[str, Any]:
    """One step that one has, had, or may see."""
    return _told([queries.wait(current_actor(), wait_id)])[0]


@blueprint.post("/waits/<int:wait_id>/pass-on")
@signed_in
@blueprint.arguments(PassOn)
@blueprint.response(200, WaitOut)
def pass_on(given: dict[str, Any], wait_id: int) -> dict[str, Any]:
    """Give a step to somebody else."""
    actor = current_actor()
    return _told(
        [actions.pass_on(actor, wait_id, given["person_id"], given["reason"])]
    )[0]


@blueprint.post("/waits/<int:wait_id>/nudge")
@guarded(Permission.WAIT_SEE)
@blueprint.response(200, WaitOut)
def nudge(wait_id: int) -> dict[str, Any]:
    """Remind whoever has a step, once a day at most."""
    return _told([actions.nudge(current_actor(), wait_id)])[0]


@blueprint.get("/calendar/week")
@signed_in
@blueprint.response(200, WeekIo)
def week() -> dict[str, str]:
    """The working hours of each weekday."""
    return _week()


@blueprint.put("/calendar/week")
@guarded(Permission.CALENDAR_MANAGE)
@blueprint.arguments(WeekIo)
@blueprint.response(200, WeekIo)
def set_week(given: dict[str, str]) -> dict[str, str]:
    """Set the working hours of each weekday; running clocks follow."""
    actions.set_week(
        current_actor(), {day: given[name] for day, name in enumerate(WEEKDAYS)}
    )
    return _week()


def _week() -> dict[str, str]:
    institution_id = current_actor().institution_id
    found = queries.week_of(queries.working_week(institution_id))
    return {name: write_spans(found.get(n, ())) for n, name in enumerate(WEEKDAYS)}


def _day(row: CalendarDay) -> dict[str, Any]:
    return {
        "day": row.day,
        "name": row.name,
        "works": bool(row.hours),
        "hours": row.hours,
    }


@blueprint.get("/calendar/days")
@signed_in
@blueprint.arguments(DaysAsked, location="query")
@blueprint.response(200, DayList)
def days(asked: dict[str, Any]) -> dict[str, Any]:
    """The days off and the days worked instead, in order; 400 at most."""
    rows = queries.calendar_days(current_actor(), asked["first"], asked["last"])
    return {"items": [_day(row) for row in rows[:400]]}


@blueprint.post("/calendar/days")
@guarded(Permission.CALENDAR_MANAGE)
@blueprint.arguments(DayIo)
@blueprint.response(200, DayIo)
def set_day(given: dict[str, Any]) -> dict[str, Any]:
    """Say that a day is off, or worked; what was said of it before is replaced."""
    return _day(
        actions.set_day(
            current_actor(),
            given["day"],
            name=given["name"],
            works=given["works"],
            hours=given["hours"],
        )
    )


@blueprint.delete("/calendar/days/<day>")
@guarded(Permission.CALENDAR_MANAGE)
@blueprint.response(204)
def remove_day(day: str) -> None:
    """Let a day be as its weekday again."""
    actions.remove_day(current_actor(), Day().deserialize(day))


@blueprint.get("/calendar/terms")
@signed_in
@blueprint.response(200, TermList)
def terms() -> dict[str, list[CalendarTerm]]:
    """Terms and vacations, the newest first."""
    return {"items": queries.calendar_terms(current_actor())}


@blueprint.post("/calendar/terms")
@guarded(Permission.CALENDAR_MANAGE)
@blueprint.arguments(TermIo)
@blueprint.response(201, TermIo)
def add_term(given: dict[str, Any]) -> CalendarTerm:
    """Name a term, or a vacation in which clocks stand still."""
    return actions.add_term(
        current_actor(),
        given["name"],
        given["first"],
        given["last"],
        counts=given["counts"],
    )


@blueprint.delete("/calendar/terms/<int:term_id>")
@guarded(Permission.CALENDAR_MANAGE)
@blueprint.response(204)
def remove_term(term_id: int) -> None:
    """Forget a term or vacation."""
    actions.remove_term(current_actor(), term_id)
