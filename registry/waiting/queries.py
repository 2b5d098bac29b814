"""Reading what waits, narrowed to what the actor may see, and the working calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.policy import is_root
from registry.access.roles import Role
from registry.kernel.clock import now
from registry.kernel.errors import Missing
from registry.organisation import queries as organisation
from registry.organisation.models import Person
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows
from registry.waiting.models import (
    CalendarDay,
    CalendarTerm,
    Wait,
    WaitHolder,
    WorkingWeek,
)
from registry.waiting.rules.calendar import (
    OFFICE_WEEK,
    Calendar,
    Pause,
    Span,
    working_time_between,
)
from registry.waiting.rules.hours import read_spans
from registry.waiting.states import WaitState
from registry.words.steps import STEPS, step_parts

OFFICERS = (Role.DEPARTMENT_ASSET_OFFICER, Role.WAREHOUSE_KEEPER)
SEES_BELOW = (Role.ASSET_OFFICE, *OFFICERS, Role.DEPARTMENT_HEAD)
SEES_ALL = (Role.AUDITOR, Role.PRINCIPAL, Role.FINANCE)


@dataclass(frozen=True)
class Holder:
    """Somebody who has a step now, and since when."""

    person_id: int
    name: str
    since: datetime
    rung: int


# The working calendar


def calendar_of(institution_id: int) -> Calendar:
    """When an institution works, as the rules take it."""
    zone = organisation.institution(institution_id).time_zone
    row = session().get(WorkingWeek, institution_id)
    days = session().scalars(
        sa.select(CalendarDay).where(CalendarDay.institution_id == institution_id)
    )
    pauses = session().scalars(
        sa.select(CalendarTerm).where(
            CalendarTerm.institution_id == institution_id,
            CalendarTerm.counts.is_(False),
        )
    )
    return Calendar(
        zone=zone,
        week=week_of(row),
        exceptions={each.day: read_spans(each.hours) for each in days},
        pauses=[Pause(each.first, each.last) for each in pauses],
    )


def week_of(row: WorkingWeek | None) -> dict[int, tuple[Span, ...]]:
    """The hours by weekday that a row holds; the office week where there is none."""
    if row is None:
        return dict(OFFICE_WEEK)
    return {
        int(day): tuple((begins, ends) for begins, ends in spans)
        for day, spans in row.week.items()
    }


def working_week(institution_id: int) -> WorkingWeek | None:
    """The row of an institution's hours, if it has set any."""
    return session().get(WorkingWeek, institution_id)


def calendar_days(actor: Actor, first: date, last: date) -> list[CalendarDay]:
    """The days with hours of their own between two days, in order."""
    return list(
        session().scalars(
            sa.select(CalendarDay)
            .where(
                CalendarDay.institution_id == actor.institution_id,
                CalendarDay.day >= first,
                CalendarDay.day <= last,
            )
            .order_by(CalendarDay.day)
        )
    )


def calendar_day(actor: Actor, day: date) -> CalendarDay | None:
    """What the calendar says of one day, if anything."""
    return session().scalar(
        sa.select(CalendarDay).where(
            CalendarDay.institution_id == actor.institution_id, CalendarDay.day == day
        )
    )


def calendar_terms(actor: Actor) -> list[CalendarTerm]:
    """The terms and vacations of an institution, the newest first."""
    return list(
        session().scalars(
            sa.select(CalendarTerm)
            .where(CalendarTerm.institution_id == actor.institution_id)
            .order_by(CalendarTerm.first.desc(), CalendarTerm.id.desc())
        )
    )


def calendar_term(actor: Actor, term_id: int) -> CalendarTerm:
    """A term or vacation of the actor's institution."""
    found = session().scalar(
        sa.select(CalendarTerm).where(
            CalendarTerm.id == term_id,
            CalendarTerm.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="calendar_terms")
    return found


# What waits


def waits_of(actor: Actor, limit: int = 50) -> list[Wait]:
    """The open steps the actor has been asked for, what waits longest first."""
    query = _mine(actor).options(joinedload(Wait.department))
    return list(session().scalars(query.order_by(Wait.began_at, Wait.id).limit(limit)))


def count_waits_of(actor: Actor, most: int = 100) -> int:
    """How many steps the actor has been asked for, counted up to ``most``."""
    ids = _mine(actor).with_only_columns(Wait.id).limit(most)
    return session().scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


def _mine(actor: Actor) -> sa.Select[Wait]:
    return (
        sa.select(Wait)
        .join(WaitHolder, WaitHolder.wait_id == Wait.id)
        .where(
            Wait.institution_id == actor.institution_id,
            Wait.ended_at.is_(None),
            WaitHolder.institution_id == actor.institution_id,
            WaitHolder.person_id == actor.person_id,
            WaitHolder.since.is_not(None),
            WaitHolder.until.is_(None),
        )
    )


def wait(actor: Actor, wait_id: int) -> Wait:
    """A step that the actor has, had, or may see; Missing otherwise."""
    found = session().scalar(
        sa.select(Wait)
        .where(Wait.id == wait_id, Wait.institution_id == actor.institution_id)
        .options(joinedload(Wait.department))
    )
    if found is None or not (has_been_asked(actor, found) or _may_see(actor, found)):
        raise Missing(what="waits")
    return found


def _may_see(actor: Actor, found: Wait) -> bool:
    return actor.may(Permission.WAIT_SEE, found)


def has_been_asked(actor: Actor, found: Wait) -> bool:
    """Whether somebody has, or had, a step."""
    return actor.is_system or bool(
        session().scalar(
            sa.select(WaitHolder.id).where(
                WaitHolder.wait_id == found.id,
                WaitHolder.person_id == actor.person_id,
                WaitHolder.since.is_not(None),
            )
        )
    )


def has_it_now(actor: Actor, found: Wait) -> bool:
    """Whether a step is with the actor now."""
    return found.ended_at is None and is_with(found, actor.person_id)


def is_with(found: Wait, person_id: int | None) -> bool:
    """Whether somebody is among those who were asked last for a step."""
    return any(each.person_id == person_id for each in holders_of([found])[found.id])


def open_wait(
    institution_id: int, subject_kind: str, subject_id: int, step: str
) -> Wait | None:
    """The open step of a thing, if it waits for it."""
    return session().scalar(
        sa.select(Wait).where(
            Wait.institution_id == institution_id,
            Wait.subject_kind == subject_kind,
            Wait.subject_id == subject_id,
            Wait.step == step,
            Wait.ended_at.is_(None),
        )
    )


def open_waits(
    institution_id: int, subject_kind: str, subject_ids: Iterable[int]
) -> dict[int, Wait]:
    """The open steps of many things of a kind, by the thing's id."""
    rows = every_open_wait(institution_id, subject_kind, subject_ids)
    return {row.subject_id: row for row in rows}


def every_open_wait(
    institution_id: int, subject_kind: str, subject_ids: Iterable[int]
) -> list[Wait]:
    """Every open step of many things of a kind, the first begun first."""
    return list(
        session().scalars(
            sa.select(Wait)
            .where(
                Wait.institution_id == institution_id,
                Wait.subject_kind == subject_kind,
                Wait.subject_id.in_(sorted(set(subject_ids))),
                Wait.ended_at.is_(None),
            )
            .order_by(Wait.id)
        )
    )


def waits_for(institution_id: int, subject_kind: str, subject_id: int) -> list[Wait]:
    """Every open step of one thing, the first begun first."""
    return list(
        session().scalars(
            sa.select(Wait)
            .where(
                Wait.institution_id == institution_id,
                Wait.subject_kind == subject_kind,
                Wait.subject_id == subject_id,
                Wait.ended_at.is_(None),
            )
            .order_by(Wait.id)
        )
    )


def waits_seen(actor: Actor) -> sa.Select[Wait]:
    """A select of the open steps of the departments the actor answers for or reads."""
    query = sa.select(Wait).where(
        Wait.institution_id == actor.institution_id, Wait.ended_at.is_(None)
    )
    if actor.is_system or (actor.may(Permission.WAIT_SEE) and actor.holds(*SEES_ALL)):
        return query
    paths = actor.paths_of(*SEES_BELOW) if actor.may(Permission.WAIT_SEE) else ()
    if any(map(is_root, paths)):
        return query
    below = organisation.departments_below(actor.institution_id, paths)
    return query.where(Wait.department_id.in_(below))


# All that waits, as a list


@dataclass(frozen=True)
class WaitFilter:
    """What a list of all that waits is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """Words, each of which stands in the step's sentence or in a holder's name."""
    overdue: bool = False
    department_id: int | None = None
    """Whose steps, with the departments below."""
    step: str = ""


WAIT_ORDERS: Orders = {
    "overdue": Order((Wait.patience, Wait.began_at)),
    "began": Order((Wait.began_at,)),
}
"""In which orders steps are listed: the overdue first and then what waits longest; or
that alone. Open steps are found by an index and are few enough to be sorted."""

MOST_WORDS = 8


def wait_rows(actor: Actor, wanted: WaitFilter, sort: str) -> Rows[Wait]:
    """The open steps one may see, narrowed."""
    title = _title() if wanted.text else sa.literal("")
    where = [_matching(title, word) for word in wanted.text.split()[:MOST_WORDS]]
    if wanted.overdue:
        where.append(Wait.state == WaitState.OVERDUE)
    if wanted.step:
        where.append(Wait.step == wanted.step)
    if wanted.department_id is not None:
        top = organisation.department(actor, wanted.department_id)
        below = organisation.departments_below(actor.institution_id, [top.path])
        where.append(Wait.department_id.in_(below))
    return Rows(waits_seen(actor), Wait.id, tuple(where))


def _matching(title: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Steps whose sentence or one of whose holders has a word."""
    # Without the institution: by it SQLite would pass all of an institution's holders.
    held = sa.exists().where(
        WaitHolder.wait_id == Wait.id,
        WaitHolder.since.is_not(None),
        WaitHolder.until.is_(None),
        Person.id == WaitHolder.person_id,
        Person.name.icontains(word, autoescape=True),
    )
    return sa.or_(title.icontains(word, autoescape=True), held)


def _title() -> sa.ColumnElement[str]:
    """What a step asks for, as ``step_words`` says it to the reader."""
    return sa.case(
        {step: _said(step) for step in STEPS}, value=Wait.step, else_=Wait.step
    )


def _said(step: str) -> sa.ColumnElement[str]:
    said: sa.ColumnElement[str] = sa.literal("")
    for number, part in enumerate(step_parts(step)):
        is_fact = number % 2 == 1
        if is_fact:
            said = said + sa.func.coalesce(Wait.facts[part].as_string(), "")
        else:
            said = said + sa.literal(part)
    return said


def candidates(actor: Actor, found: Wait, most: int = 200) -> list[Person]:
    """To whom a step may be passed on: who answers for the department, and colleagues.

    Colleagues are those of the actor's own department; whoever has it now is left out.
    """
    path = found.department_path or actor.department_path
    rungs = ladder(found.institution_id, path)
    ids = {each for rung in rungs for each in rung}
    own = sa.select(Person.id).where(
        Person.institution_id == actor.institution_id,
        Person.department_id == actor.department_id,
    )
    having = {each.person_id for each in holders_of([found])[found.id]}
    rows = session().scalars(
        sa.select(Person)
        .where(
            Person.institution_id == actor.institution_id,
            Person.left_on.is_(None),
            sa.or_(Person.id.in_(sorted(ids)), Person.id.in_(own)),
            Person.id.not_in(sorted(having)),
        )
        .options(joinedload(Person.department))
        .order_by(Person.name, Person.id)
        .limit(most)
    )
    return list(rows)


def holders_of(waits: Sequence[Wait]) -> dict[int, list[Holder]]:
    """Who has each of these steps now, who was asked last first."""
    found: dict[int, list[Holder]] = {each.id: [] for each in waits}
    rows = session().execute(
        sa.select(WaitHolder, Person.name)
        .join(Person, Person.id == WaitHolder.person_id)
        .where(
            WaitHolder.wait_id.in_(sorted(found)),
            WaitHolder.since.is_not(None),
            WaitHolder.until.is_(None),
        )
        .order_by(WaitHolder.rung.desc(), WaitHolder.id)
    )
    for row, name in rows:
        since = row.since or now()
        found[row.wait_id].append(Holder(row.person_id, name, since, row.rung))
    return found


def waited(found: Wait, calendar: Calendar) -> timedelta:
    """For how much working time a step has waited, or did until it ended."""
    return working_time_between(calendar, found.began_at, found.ended_at or now())


# Who is asked


def ladder(
    institution_id: int, path: str, first: Iterable[int | None] = ()
) -> list[list[int]]:
    """Who is asked for something of a department, and who when they keep silent.

    ``first`` are the people it is really about, such as the custodian; then the asset
    officers and keepers nearest to the department, its heads, and the asset office.
    """
    nearest = partial(organisation.holders_today, institution_id, path)
    return [
        [each for each in first if each is not None],
        nearest(*OFFICERS),
        nearest(Role.DEPARTMENT_HEAD),
        nearest(Role.ASSET_OFFICE),
    ]
