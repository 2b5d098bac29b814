"""A step comes to somebody, is passed on, goes up when nobody answers, and ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Conflict, Invalid, Missing
from registry.kernel.text import clean_notes
from registry.organisation import queries as organisation
from registry.organisation.events import PersonLeft
from registry.organisation.models import Person
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction
from registry.waiting import queries
from registry.waiting.errors import NotTheirs, NudgedToday
from registry.waiting.events import (
    WaitBegun,
    WaitEnded,
    WaitEscalated,
    WaitNudged,
    WaitOverdue,
    WaitPassedOn,
    WaitPassing,
)
from registry.waiting.models import Wait, WaitHolder
from registry.waiting.rules.calendar import after_working_time
from registry.waiting.states import WAIT, WaitState

KIND = "wait"
AT_ONCE = 200
"""Steps that one turn of the duty takes up."""


def begin(
    actor: Actor,
    *,
    subject_kind: str,
    subject_id: int,
    step: str,
    rungs: Sequence[Iterable[int]],
    hours: int,
    department_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> Wait:
    """Let a step of a thing wait for somebody; the one that is open, if one is.

    ``rungs`` are the people asked first, then those one level up, and so on (see
    ``queries.ladder``); whoever has left and empty rungs are passed over, and nobody is
    asked twice. ``hours`` are the working hours each rung is given. With nobody to ask
    it is overdue at once, so that somebody sees it.
    """
    with transaction() as session:
        known = queries.open_wait(actor.institution_id, subject_kind, subject_id, step)
        if known is not None:
            return known
        moment = now()
        made = Wait(
            institution_id=actor.institution_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            step=step,
            facts=facts or {},
            department_id=department_id,
            state=str(WaitState.WAITING),
            hours=hours,
            began_at=moment,
            rung_since=moment,
        )
        session.add(made)
        session.flush()
        asked = _standing_rungs(actor, rungs)
        _add_holders(made, asked, moment)
        made.due_at = _due(made) if asked else None
        if not asked:
            made.state = str(WaitState.OVERDUE)
        session.flush()
        first = asked[0] if asked else []
        told = {"subject": [subject_kind, subject_id], "step": step, "asked": first}
        record(actor, KIND, made.id, "begin", told, is_new=True)
        emit(WaitBegun(actor.institution_id, made.id, tuple(first)))
        return made


def _standing_rungs(actor: Actor, rungs: Sequence[Iterable[int]]) -> list[list[int]]:
    """Rungs without those who have left or stand further down already."""
    wanted = [list(dict.fromkeys(rung)) for rung in rungs]
    here = set(
        current_session().scalars(
            sa.select(Person.id).where(
                Person.institution_id == actor.institution_id,
                Person.left_on.is_(None),
                Person.id.in_(sorted({each for rung in wanted for each in rung})),
            )
        )
    )
    kept: list[list[int]] = []
    for rung in wanted:
        people = [each for each in rung if each in here]
        here -= set(people)
        if people:
            kept.append(people)
    return kept


def _add_holders(made: Wait, rungs: list[list[int]], moment: datetime) -> None:
    current_session().add_all(
        WaitHolder(
            institution_id=made.institution_id,
            wait_id=made.id,
            person_id=person_id,
            rung=rung,
            since=moment if rung == 0 else None,
        )
        for rung, people in enumerate(rungs)
        for person_id in people
    )


def _due(found: Wait) -> datetime:
    calendar = queries.calendar_of(found.institution_id)
    return after_working_time(calendar, found.rung_since, timedelta(hours=found.hours))


def finish(actor: Actor, found: Wait, outcome: str) -> None:
    """Note that a step is done; the feature has asked whether the actor may."""
    _end(actor, found, "finish", outcome)


def drop(actor: Actor, found: Wait, outcome: str) -> None:
    """Note that a step has come to nothing, such as when its thing is gone."""
    _end(actor, found, "drop", outcome)


def _end(actor: Actor, found: Wait, verb: str, outcome: str) -> None:
    with transaction() as session:
        row = _locked(found.institution_id, found.id)
        WAIT.after(WaitState(row.state), verb)
        row.state = str(WaitState.DONE if verb == "finish" else WaitState.DROPPED)
        row.ended_at = now()
        row.due_at = None
        row.outcome = outcome
        session.flush()
        record(actor, KIND, row.id, verb, {"outcome": outcome})
        emit(WaitEnded(row.institution_id, row.id, outcome))


def pass_on(actor: Actor, wait_id: int, person_id: int, reason: str = "") -> Wait:
    """Give a step one has been asked for to somebody else, who gets the whole time.

    Those above who are asked if nobody answers stay. Raises NotTheirs, Invalid for
    somebody who has left, has it already (passing to oneself buys no time), or may not
    do what it is about.
    """
    with transaction() as session:
        found = queries.wait(actor, wait_id)
        row = _locked(actor.institution_id, found.id)
        if not (
            queries.has_it_now(actor, row) or actor.may(Permission.WAIT_HAND_ON, row)
        ):
            raise NotTheirs
        WAIT.after(WaitState(row.state), "pass_on")
        to = organisation.person(actor, person_id)
        if to.left_on is not None:
            raise Invalid.field("person", "has_left")
        if queries.is_with(row, to.id):
            raise Invalid.field("person", "has_it")
        words = clean_notes(reason, field="reason", most=1_000)
        emit(WaitPassing(row.institution_id, row.id, to.id))
        moment = now()
        _let_go(row, moment)
        holder = _holder(row, to.id)
        holder.rung, holder.since, holder.until = row.rung, moment, None
        row.state = str(WaitState.WAITING)
        row.rung_since = moment
        row.due_at = _due(row)
        session.flush()
        record(actor, KIND, row.id, "pass_on", {"to": to.id, "reason": words})
        emit(WaitPassedOn(row.institution_id, row.id, (to.id,)))
        return row


def _let_go(row: Wait, moment: datetime) -> None:
    current_session().execute(
        sa.update(WaitHolder)
        .where(
            WaitHolder.wait_id == row.id,
            WaitHolder.since.is_not(None),
            WaitHolder.until.is_(None),
        )
        .values(until=moment)
    )


def _holder(row: Wait, person_id: int) -> WaitHolder:
    session = current_session()
    found = session.scalar(
        sa.select(WaitHolder).where(
            WaitHolder.wait_id == row.id, WaitHolder.person_id == person_id
        )
    )
    if found is None:
        found = WaitHolder(
            institution_id=row.institution_id,
            wait_id=row.id,
            person_id=person_id,
            rung=row.rung,
        )
        session.add(found)
    return found


def nudge(actor: Actor, wait_id: int) -> Wait:
    """Remind the holders of a step, once a day at most. Raises NudgedToday."""
    with transaction() as session:
        found = queries.wait(actor, wait_id)
        actor.require(Permission.WAIT_SEE, found)
        row = _locked(actor.institution_id, found.id)
        if row.ended_at is not None:
            raise Conflict("wait_over")
        moment = now()
        if row.nudged_at is not None and moment - row.nudged_at < timedelta(days=1):
            raise NudgedToday(at=row.nudged_at.isoformat())
        row.nudged_at = moment
        session.flush()
        holders = tuple(each.person_id for each in queries.holders_of([row])[row.id])
        record(actor, KIND, row.id, "nudge", {"asked": list(holders)})
        emit(WaitNudged(row.institution_id, row.id, holders))
        return row


def escalate_due() -> int:
    """Ask one rung further up where nobody answered in time; how many steps moved.

    A duty of the installation. Each step is a transaction of its own, and looked at
    again under its lock, so that two processes do it once.
    """
    moment = now()
    due = (
        current_session()
        .execute(
            sa.select(Wait.institution_id, Wait.id)
            .where(Wait.state == WaitState.WAITING, Wait.due_at <= moment)
            .order_by(Wait.due_at, Wait.id)
            .limit(AT_ONCE)
        )
        .all()
    )
    return sum(_escalate(*each, moment) for each in due)


def _escalate(institution_id: int, wait_id: int, moment: datetime) -> bool:
    with transaction():
        row = _locked(institution_id, wait_id)
        is_due = row.due_at is not None and row.due_at <= moment
        if row.state != WaitState.WAITING or not is_due:
            return False
        _go_up(row)
        return True


def _go_up(row: Wait) -> None:
    """Ask the next rung, those who have left passed over, or give up asking."""
    session = current_session()
    actor = Actor.system(row.institution_id)
    moment = now()
    above = _above(row)
    if not above:
        WAIT.after(WaitState(row.state), "exhaust")
        row.state = str(WaitState.OVERDUE)
        row.due_at = None
        session.flush()
        record(actor, KIND, row.id, "exhaust")
        holders = queries.holders_of([row])[row.id]
        people = tuple(each.person_id for each in holders)
        emit(WaitOverdue(row.institution_id, row.id, people))
        return
    WAIT.after(WaitState(row.state), "escalate")
    row.rung = above[0].rung
    row.rung_since = moment
    row.due_at = _due(row)
    asked = [each for each in above if each.rung == row.rung]
    for each in asked:
        each.since = moment
    session.flush()
    people = tuple(each.person_id for each in asked)
    record(actor, KIND, row.id, "escalate", {"rung": row.rung, "asked": list(people)})
    emit(WaitEscalated(row.institution_id, row.id, people))


def _above(row: Wait) -> list[WaitHolder]:
    """Those who would be asked next, the lowest rung first."""
    return list(
        current_session().scalars(
            sa.select(WaitHolder)
            .join(Person, Person.id == WaitHolder.person_id)
            .where(
                WaitHolder.wait_id == row.id,
                WaitHolder.since.is_(None),
                Person.left_on.is_(None),
            )
            .order_by(WaitHolder.rung, WaitHolder.id)
        )
    )


def step_down(event: PersonLeft) -> None:
    """Take the steps of somebody who has left from them; those above are asked now."""
    with transaction() as session:
        held = session.scalars(
            sa.select(WaitHolder)
            .join(Wait, Wait.id == WaitHolder.wait_id)
            .where(
                WaitHolder.institution_id == event.institution_id,
                WaitHolder.person_id == event.person_id,
                WaitHolder.since.is_not(None),
                WaitHolder.until.is_(None),
                Wait.ended_at.is_(None),
            )
            .order_by(WaitHolder.wait_id)
        ).all()
        for each in held:
            row = _locked(event.institution_id, each.wait_id)
            each.until = now()
            session.flush()
            alone = not queries.holders_of([row])[row.id]
            if alone and row.state == WaitState.WAITING:
                _go_up(row)


def _locked(institution_id: int, wait_id: int) -> Wait:
    found = current_session().scalar(
        sa.select(Wait)
        .where(Wait.id == wait_id, Wait.institution_id == institution_id)
        .with_for_update(of=Wait)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing(what="waits")
    return found
