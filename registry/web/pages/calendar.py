"""The working calendar: hours of the week, days off and worked, terms and vacations."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.clock import today
from registry.kernel.errors import Invalid
from registry.organisation.queries import institution
from registry.waiting import actions, queries
from registry.waiting.rules.calendar import Calendar
from registry.waiting.rules.hours import read_day_lines, write_spans
from registry.web.base.fields import (
    Choice,
    Day,
    Key,
    Line,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.forms import Form, blank_form, query_values, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.words import _
from registry.words.terms import field_word

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")

FIRST_YEAR, LAST_YEAR = 2000, 2199
WEEKDAYS = tuple(f"day_{day}" for day in range(7))


class Month(StrictSchema):
    """Which month is shown."""

    year = Whole(least=FIRST_YEAR, most=LAST_YEAR, load_default=None)
    month = Whole(least=1, most=12, load_default=None)


@blueprint.get("")
@guarded(Permission.CALENDAR_MANAGE)
def index() -> str:
    """A month of the calendar, and what may be set of it."""
    actor = current_actor()
    values = query_values(Month)
    now = today(institution(actor.institution_id).time_zone)
    first = date(values["year"] or now.year, values["month"] or now.month, 1)
    shown = queries.calendar_of(actor.institution_id)
    last = _next_month(first) - timedelta(days=1)
    week = _week_texts()
    return render_template(
        "calendar/index.html",
        title=_("%(year)s 年 %(month)s 月", year=first.year, month=first.month),
        weeks=_weeks(shown, first, now),
        weekdays=[field_word(name) for name in WEEKDAYS],
        hours=[(field_word(name), week[name] or _("不上班")) for name in WEEKDAYS],
        previous=_link(first - timedelta(days=1)),
        following=_link(_next_month(first)),
        days=queries.calendar_days(actor, first, last),
        terms=queries.calendar_terms(actor),
    )


def _week_texts() -> dict[str, str]:
    institution_id = current_actor().institution_id
    week = queries.week_of(queries.working_week(institution_id))
    return {name: write_spans(week.get(n, ())) for n, name in enumerate(WEEKDAYS)}


class Week(StrictSchema):
    """The hours of each weekday, as people write them."""

    version = Key(load_default=0)
    day_0 = Line(load_default="", most=80)
    day_1 = Line(load_default="", most=80)
    day_2 = Line(load_default="", most=80)
    day_3 = Line(load_default="", most=80)
    day_4 = Line(load_default="", most=80)
    day_5 = Line(load_default="", most=80)
    day_6 = Line(load_default="", most=80)


@blueprint.get("/week")
@guarded(Permission.CALENDAR_MANAGE)
def week() -> str:
    """The form for the hours of the week."""
    return _form("week", blank_form(**_week_texts()))


@blueprint.post("/week")
@guarded(Permission.CALENDAR_MANAGE)
def set_week() -> ResponseReturnValue:
    """Set the hours of the week."""
    form = read_form(Week)
    if form.ok:
        texts = {day: form.values[name] for day, name in enumerate(WEEKDAYS)}
        try:
            actions.set_week(current_actor(), texts)
            return _done(_("上班时间已保存，正在等的事按新时间重新计算。"))
        except Invalid as refusal:
            form.add(refusal)
    return _form("week", form), 422


class OneDay(StrictSchema):
    """A day that is off, or worked."""

    day = Day(required=True)
    name = Line(load_default="", most=60)
    works = Choice(("yes", "no"), required=True)
    hours = Line(load_default="", most=80)


@blueprint.get("/day")
@guarded(Permission.CALENDAR_MANAGE)
def one_day() -> str:
    """The form for one day."""
    return _form("day", blank_form(works="no"))


@blueprint.post("/day")
@guarded(Permission.CALENDAR_MANAGE)
def set_day() -> ResponseReturnValue:
    """Say of one day that it is off, or worked."""
    form = read_form(OneDay)
    if form.ok:
        values = form.values
        try:
            actions.set_day(
                current_actor(),
                values["day"],
                name=values["name"],
                works=values["works"] == "yes",
                hours=values["hours"],
            )
            return _done(_("已记入日历。"), values["day"])
        except Invalid as refusal:
            form.add(refusal)
    return _form("day", form), 422


class Lines(StrictSchema):
    """Many days, one to a line."""

    lines = Notes(required=True, most=20_000)


@blueprint.get("/days")
@guarded(Permission.CALENDAR_MANAGE)
def many_days() -> str:
    """The form for the holidays of a year."""
    return _form("days", blank_form())


@blueprint.post("/days")
@guarded(Permission.CALENDAR_MANAGE)
def add_days() -> ResponseReturnValue:
    """Bring the holidays of a year in, line by line."""
    form = read_form(Lines)
    if form.ok:
        try:
            days = read_day_lines(form.values["lines"])
            count = actions.add_days(current_actor(), days)
            return _done(_("已记入日历，共 %(count)s 天。", count=count), days[0][0])
        except Invalid as refusal:
            form.add(refusal)
    return _form("days", form), 422


class Removed(StrictSchema):
    """The day that is as its weekday again."""

    day = Day(required=True)


@blueprint.post("/days/remove")
@guarded(Permission.CALENDAR_MANAGE)
def remove_day() -> ResponseReturnValue:
    """Let a day be as its weekday again."""
    form = read_form(Removed)
    if not form.ok:
        return redirect(url_for("calendar.index"), 303)
    actions.remove_day(current_actor(), form.values["day"])
    return _done(_("已去掉，这一天按平时算。"), form.values["day"])


class Term(StrictSchema):
    """A term, or a vacation in which clocks stand still."""

    name = Line(required=True, most=60)
    first = Day(required=True)
    last = Day(required=True)
    counts = Choice(("yes", "no"), required=True)


@blueprint.get("/term")
@guarded(Permission.CALENDAR_MANAGE)
def term() -> str:
    """The form for a term or vacation."""
    return _form("term", blank_form(counts="no"))


@blueprint.post("/term")
@guarded(Permission.CALENDAR_MANAGE)
def add_term() -> ResponseReturnValue:
    """Name a term or a vacation."""
    form = read_form(Term)
    if form.ok:
        values = form.values
        try:
            actions.add_term(
                current_actor(),
                values["name"],
                values["first"],
                values["last"],
                counts=values["counts"] == "yes",
            )
            return _done(_("已记入日历。"), values["first"])
        except Invalid as refusal:
            form.add(refusal)
    return _form("term", form), 422


@blueprint.post("/terms/<int:term_id>/remove")
@guarded(Permission.CALENDAR_MANAGE)
def remove_term(term_id: int) -> ResponseReturnValue:
    """Forget a term or vacation."""
    actions.remove_term(current_actor(), term_id)
    return _done(_("已去掉。"))


def _done(words: str, day: date | None = None) -> ResponseReturnValue:
    flash(words, "done")
    if day is None:
        return redirect(url_for("calendar.index"), 303)
    shown = url_for("calendar.index", year=day.year, month=day.month)
    return redirect(shown, 303)


def _form(name: str, form: Form) -> str:
    return render_template(
        f"calendar/{name}.html",
        form=form,
        weekdays=[(each, field_word(each)) for each in WEEKDAYS],
    )


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _link(day: date) -> str | None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return url_for("calendar.index", year=day.year, month=day.month)


def _weeks(shown: Calendar, first: date, now: date) -> list[list[dict[str, Any]]]:
    """The weeks of a month, each day with what it is; none for days outside it."""
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    return [
        [
            {
                "day": day,
                "outside": day.month != first.month,
                "works": shown.is_working(day),
                "special": day in shown.exceptions,
                "paused": any(p.first <= day <= p.last for p in shown.pauses),
                "today": day == now,
            }
            for day in week
        ]
        for week in weeks
    ]
