"""Saying when an institution works; the clocks that run follow at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.errors import Invalid, Missing, StaleVersion
from registry.kernel.text import clean_line, required_line
from registry.organisation import queries as organisation
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.waiting import queries
from registry.waiting.models import CalendarDay, CalendarTerm, Wait, WorkingWeek
from registry.waiting.rules.calendar import (
    MORNING_AND_AFTERNOON,
    after_working_time,
)
from registry.waiting.rules.hours import clean_week, read_spans, write_spans
from registry.waiting.states import WaitState

KIND = "calendar"
LONGEST_TERM = timedelta(days=400)


def set_week(
    actor: Actor, texts: Mapping[int, str], version: int | None = None
) -> WorkingWeek:
    """Set the hours of each weekday (0 is Monday), such as ``8:00-12:00``.

    Raises Invalid for hours that cannot be, StaleVersion if somebody was faster.
    """
    with transaction() as session:
        _require(actor)
        week = clean_week(texts)
        found = session.get(WorkingWeek, actor.institution_id)
        if version is not None and (found.version if found else 0) != version:
            raise StaleVersion(expected=version, found=found.version if found else 0)
        if found is None:
            found = WorkingWeek(institution_id=actor.institution_id)
            session.add(found)
        found.week = {
            str(day): [list(span) for span in spans] for day, spans in week.items()
        }
        _changed(actor, "set_week", {"week": found.week})
        return found


def set_day(
    actor: Actor, day: date, *, name: str = "", works: bool, hours: str = ""
) -> CalendarDay:
    """Say that a day is off, or is worked although it otherwise would not be.

    ``hours`` of a day that is worked are those of an office day unless given. What was
    said of the day before is replaced.
    """
    with transaction():
        _require(actor)
        made = _put_day(actor, day, name, works=works, hours=hours)
        facts = {"day": day.isoformat(), "name": made.name, "hours": made.hours}
        _changed(actor, "set_day", facts)
        return made


def add_days(actor: Actor, days: Sequence[tuple[date, str, bool]]) -> int:
    """Say of many days (day, name, whether one works) what ``set_day`` says of one."""
    with transaction():
        _require(actor)
        for day, name, works in days:
            _put_day(actor, day, name, works=works)
        told = {"days": [[d.isoformat(), name, works] for d, name, works in days]}
        _changed(actor, "set_days", told)
        return len(days)


def _put_day(
    actor: Actor, day: date, name: str, *, works: bool, hours: str = ""
) -> CalendarDay:
    spans = read_spans(hours) or MORNING_AND_AFTERNOON
    found = queries.calendar_day(actor, day)
    if found is None:
        found = CalendarDay(institution_id=actor.institution_id, day=day)
        current_session().add(found)
    found.name = clean_line(name, field="name", most=60)
    found.hours = write_spans(spans) if works else ""
    current_session().flush()
    return found


def remove_day(actor: Actor, day: date) -> None:
    """Let a day be as its weekday again. Raises Missing."""
    with transaction() as session:
        _require(actor)
        found = queries.calendar_day(actor, day)
        if found is None:
            raise Missing(what="calendar_days")
        session.delete(found)
        _changed(actor, "remove_day", {"day": day.isoformat()})


def add_term(
    actor: Actor, name: str, first: date, last: date, *, counts: bool
) -> CalendarTerm:
    """Name a span of days; one that does not count lets all clocks stand still."""
    with transaction() as session:
        _require(actor)
        if last < first:
            raise Invalid.field("last", "ends_before_start")
        if last - first > LONGEST_TERM:
            raise Invalid.field("last", "too_long_term", most=LONGEST_TERM.days)
        made = CalendarTerm(
            institution_id=actor.institution_id,
            name=required_line(name, field="name", most=60),
            first=first,
            last=last,
            counts=counts,
        )
        session.add(made)
        session.flush()
        told = {
            "name": made.name,
            "first": first.isoformat(),
            "last": last.isoformat(),
            "counts": counts,
        }
        _changed(actor, "add_term", told)
        return made


def remove_term(actor: Actor, term_id: int) -> None:
    """Forget a term or vacation. Raises Missing."""
    with transaction() as session:
        _require(actor)
        found = queries.calendar_term(actor, term_id)
        told = {"name": found.name, "first": found.first.isoformat()}
        session.delete(found)
        _changed(actor, "remove_term", told)


def _require(actor: Actor) -> None:
    house = organisation.institution(actor.institution_id)
    actor.require(Permission.CALENDAR_MANAGE, house)


def _changed(actor: Actor, verb: str, facts: Mapping[str, object]) -> None:
    """Record a change of the calendar, and set the clocks that run by it."""
    session = current_session()
    session.flush()
    calendar = queries.calendar_of(actor.institution_id)
    running = session.scalars(
        sa.select(Wait)
        .where(
            Wait.institution_id == actor.institution_id,
            Wait.state == WaitState.WAITING,
            Wait.due_at.is_not(None),
        )
        .with_for_update(of=Wait)
    )
    for each in running:
        allowed = timedelta(hours=each.hours)
        each.due_at = after_working_time(calendar, each.rung_since, allowed)
    session.flush()
    record(actor, KIND, actor.institution_id, verb, facts)
