"""Steps that wait: who has them, when they go up, and that each ends once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.journal.queries import entries_of
from registry.kernel.errors import Invalid, Missing, WrongState
from registry.organisation import actions as organisation
from registry.organisation.models import Institution, Person
from registry.store.transaction import subscribe
from registry.waiting import actions, queries
from registry.waiting.errors import NotTheirs, NudgedToday
from registry.waiting.events import WaitBegun, WaitEscalated, WaitOverdue
from registry.waiting.models import Wait
from registry.waiting.states import WAIT, WaitState
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_institution,
    make_person,
)

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""


@pytest.fixture
def told(context: Session) -> list[Any]:
    """Every event of a wait in this test."""
    seen: list[Any] = []
    for kind in (WaitBegun, WaitEscalated, WaitOverdue):
        subscribe(kind, seen.append)
    return seen


def begin(
    system: Actor, *rungs: list[Person], hours: int = 8, subject: int = 1
) -> Wait:
    return actions.begin(
        system,
        subject_kind="label_report",
        subject_id=subject,
        step="settle_report",
        rungs=[[each.id for each in rung] for rung in rungs],
        hours=hours,
    )


def names(waiting: Wait) -> list[str]:
    return [each.name for each in queries.holders_of([waiting])[waiting.id]]


def verbs(waiting: Wait) -> list[str]:
    return [entry.verb for entry in entries_of("wait", waiting.id)]


def test_a_step_goes_up_by_working_hours_and_never_answers_itself(
    system: Actor, institution: Institution, clock, told: list[Any]
):
    clock.move_to(MONDAY)
    keeper, head, office = (make_person(institution, n) for n in ("甲", "乙", "丙"))
    waiting = begin(system, [keeper], [head], [office])
    assert names(waiting) == ["甲"]
    clock.move_to(MONDAY + timedelta(hours=23))
    assert actions.escalate_due() == 0
    clock.move_to(MONDAY + timedelta(hours=25))
    assert actions.escalate_due() == 1
    assert names(waiting) == ["乙", "甲"]
    assert queries.waits_of(actor_of(keeper)) == queries.waits_of(actor_of(head))
    assert actions.escalate_due() == 0
    clock.move_to(MONDAY + timedelta(days=10))
    assert actions.escalate_due() == 1
    clock.move_to(MONDAY + timedelta(days=20))
    assert actions.escalate_due() == 1
    assert actions.escalate_due() == 0
    assert waiting.state == WaitState.OVERDUE
    assert names(waiting) == ["丙", "乙", "甲"]
    assert verbs(waiting) == ["begin", "escalate", "escalate", "exhaust"]
    assert [type(each).__name__ for each in told if each.wait_id == waiting.id] == [
        "WaitBegun",
        "WaitEscalated",
        "WaitEscalated",
        "WaitOverdue",
    ]
    actions.finish(actor_of(keeper), waiting, "settled")
    assert waiting.state == WaitState.DONE
    assert queries.waits_of(actor_of(office)) == []


def test_a_thing_waits_for_one_step_once_until_it_has_ended(
    system: Actor, institution: Institution
):
    keeper = make_person(institution)
    first = begin(system, [keeper])
    assert begin(system, [keeper]).id == first.id
    actions.finish(system, first, "settled")
    assert begin(system, [keeper]).id != first.id
    with pytest.raises(WrongState):
        actions.finish(system, first, "settled")


def test_who_left_and_who_is_asked_already_is_passed_over(
    system: Actor, institution: Institution
):
    gone, keeper, head = (make_person(institution, n) for n in ("甲", "乙", "丙"))
    organisation.leave(system, gone.id, gone.version)
    waiting = begin(system, [gone], [keeper, keeper], [keeper], [head])
    assert names(waiting) == ["乙"]
    assert waiting.rung == 0


def test_with_nobody_to_ask_it_is_overdue_at_once_and_the_office_sees_it(
    system: Actor, institution: Institution
):
    waiting = begin(system, [], [])
    assert waiting.state == WaitState.OVERDUE
    office = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    assert queries.wait(office, waiting.id) == waiting


def test_when_somebody_leaves_the_next_one_has_it_at_once(
    system: Actor, institution: Institution
):
    keeper, head = make_person(institution, "甲"), make_person(institution, "乙")
    waiting = begin(system, [keeper], [head])
    organisation.leave(system, keeper.id, keeper.version)
    assert names(waiting) == ["乙"]
    organisation.leave(system, head.id, head.version)
    assert names(waiting) == []
    assert waiting.state == WaitState.OVERDUE


def test_passing_on_gives_it_away_with_the_whole_time(
    system: Actor, institution: Institution, clock
):
    clock.move_to(MONDAY)
    keeper, other, head = (make_person(institution, n) for n in ("甲", "乙", "丙"))
    waiting = begin(system, [keeper], [head])
    clock.move_to(MONDAY + timedelta(hours=6))
    due = waiting.due_at
    with pytest.raises(Invalid):
        actions.pass_on(actor_of(keeper), waiting.id, keeper.id)
    assert waiting.due_at == due
    actions.pass_on(actor_of(keeper), waiting.id, other.id, "这是他管的")
    assert names(waiting) == ["乙"]
    with pytest.raises(NotTheirs):
        actions.pass_on(actor_of(keeper), waiting.id, keeper.id)
    clock.move_to(MONDAY + timedelta(hours=25))
    assert actions.escalate_due() == 0
    clock.move_to(MONDAY + timedelta(hours=31))
    assert actions.escalate_due() == 1
    assert names(waiting) == ["丙", "乙"]
    actions.pass_on(actor_of(other), waiting.id, keeper.id)
    assert names(waiting) == ["甲"]
    organisation.leave(system, other.id, other.version)
    with pytest.raises(Invalid):
        actions.pass_on(actor_of(keeper), waiting.id, other.id)


def test_a_reminder_goes_out_once_a_day(system: Actor, institution: Institution, clock):
    clock.move_to(MONDAY)
    waiting = begin(system, [make_person(institution)])
    actions.nudge(system, waiting.id)
    with pytest.raises(NudgedToday):
        actions.nudge(system, waiting.id)
    clock.move_to(MONDAY + timedelta(days=1))
    actions.nudge(system, waiting.id)
    assert verbs(waiting).count("nudge") == 2


def test_a_new_holiday_moves_the_clocks_that_run(
    system: Actor, institution: Institution, clock
):
    clock.move_to(MONDAY)
    waiting = begin(system, [make_person(institution)])
    before = waiting.due_at
    actions.set_day(system, date(2026, 11, 24), name="校庆", works=False)
    assert before is not None
    assert waiting.due_at == before + timedelta(days=1)
    actions.remove_day(system, date(2026, 11, 24))
    assert waiting.due_at == before
    actions.set_week(system, dict.fromkeys(range(7), "8:00-9:00"))
    assert waiting.due_at == MONDAY + timedelta(days=8)
    actions.add_term(
        system, "寒假", date(2026, 11, 25), date(2026, 12, 31), counts=False
    )
    assert waiting.due_at > MONDAY + timedelta(days=40)


def test_one_sees_what_waits_in_ones_own_departments_and_what_one_has(
    system: Actor, institution: Institution, context: Session
):
    home, elsewhere = make_department(institution), make_department(institution)
    keeper = make_person(institution)
    waiting = actions.begin(
        system,
        subject_kind="label_report",
        subject_id=1,
        step="settle_report",
        rungs=[[keeper.id]],
        hours=8,
        department_id=home.id,
    )

    def sees(actor: Actor) -> bool:
        listed = set(context.scalars(queries.waits_seen(actor)))
        return waiting in listed

    head = actor_of(make_colleague(institution, Role.DEPARTMENT_HEAD, department=home))
    other = actor_of(
        make_colleague(institution, Role.DEPARTMENT_HEAD, department=elsewhere)
    )
    auditor = actor_of(make_colleague(institution, Role.AUDITOR))
    stranger = actor_of(make_person(make_institution()))
    assert [sees(each) for each in (head, auditor, other, actor_of(keeper))] == [
        True,
        True,
        False,
        False,
    ]
    for actor in (other, stranger, actor_of(make_person(institution))):
        with pytest.raises(Missing):
            queries.wait(actor, waiting.id)
    assert queries.wait(actor_of(keeper), waiting.id) == waiting


def test_two_processes_that_look_at_once_ask_further_up_once(
    app: Flask, system: Actor, institution: Institution, context: Session, clock
):
    clock.move_to(MONDAY)
    keeper, head = make_person(institution, "甲"), make_person(institution, "乙")
    waits = [begin(system, [keeper], [head], subject=number).id for number in range(20)]
    context.commit()
    clock.move_to(MONDAY + timedelta(days=3))
    together = threading.Barrier(4)
    moved: list[int] = []

    def look() -> None:
        with app.app_context():
            together.wait()
            moved.append(actions.escalate_due())

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    context.expire_all()
    assert sum(moved) == len(waits)
    for wait_id in waits:
        assert [e.verb for e in entries_of("wait", wait_id)] == ["begin", "escalate"]


@pytest.mark.parametrize("state", WaitState)
def test_the_table_of_moves(state: WaitState):
    assert (
        WAIT.open_verbs(state)
        == {
            WaitState.WAITING: ["escalate", "exhaust", "pass_on", "finish", "drop"],
            WaitState.OVERDUE: ["pass_on", "finish", "drop"],
            WaitState.DONE: [],
            WaitState.DROPPED: [],
        }[state]
    )
