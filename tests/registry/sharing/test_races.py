"""Two at once: answers, a loan in between, two processes with one duty, clocks."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.journal.queries import entries_of
from registry.kernel.errors import Conflict, Refused
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.ledger.verifying import verify
from registry.sharing import actions
from registry.sharing.actions import Reply
from registry.sharing.models import Asking, IdleQuestion, Suspicion
from registry.waiting.actions import escalate_due
from registry.waiting.models import Wait
from tests.factories.sharing import School

IDLE = Reply("idle")
IN_USE = Reply("in_use", reason="daily")
PATIENCE_SECONDS = 60


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Some acts at the same moment, each in a context of its own: how each ended."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def act(at: int) -> None:
        with app.app_context():
            barrier.wait(PATIENCE_SECONDS)
            try:
                outcomes[at] = ("done", acts[at]())
            except Refused as refusal:
                outcomes[at] = ("refused", refusal)
            except BaseException as failure:
                outcomes[at] = ("failed", failure)

    threads = [
        threading.Thread(target=act, args=[at], daemon=True) for at in range(len(acts))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


@pytest.fixture
def together(app: Flask, context: Session) -> Callable[..., list[Any]]:
    """Runs some acts at the same moment, each in a context of its own; none fails."""

    def run(*acts: Callable[[], Any]) -> list[Any]:
        context.commit()
        outcomes = at_once(app, *acts)
        context.expire_all()
        assert "failed" not in kinds(outcomes), outcomes
        return outcomes

    return run


def kinds(outcomes: Sequence[Any]) -> Counter[str]:
    return Counter(kind for kind, _ in outcomes)


@pytest.mark.parametrize("_again", range(3))
def test_of_two_different_answers_at_once_one_counts(
    school: School,
    keeper: Actor,
    officer: Actor,
    together: Any,
    context: Session,
    _again: int,
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made).id
    outcomes = together(
        lambda: actions.answer(keeper, [asked], IDLE),
        lambda: actions.answer(officer, [asked], IN_USE),
    )
    assert kinds(outcomes) == {"done": 1, "refused": 1}
    found = context.get_one(IdleQuestion, asked)
    state = context.get_one(Asset, made.id).state
    assert (found.answer, state) in {("idle", "idle"), ("in_use", "in_use")}
    verbs = [each.verb for each in entries_of("idle_question", asked)]
    assert verbs == ["ask", f"answer_{found.answer}"]
    assert list(verify(school.system)) == []


def test_a_double_tap_counts_once(
    school: School, keeper: Actor, together: Any, context: Session
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made).id
    outcomes = together(
        *[lambda: actions.answer(keeper, [asked], IDLE) for _ in range(4)]
    )
    assert kinds(outcomes) == {"done": 4}
    assert len(entries_of("idle_question", asked)) == 2
    marked = [e for e in entries_of("asset", made.id) if e.verb == "mark_idle"]
    assert len(marked) == 1


@pytest.mark.parametrize("_again", range(3))
def test_an_answer_while_the_thing_is_being_lent_loses_or_comes_first(
    school: School, keeper: Actor, together: Any, context: Session, _again: int
) -> None:
    made, system = school.stored().id, school.system
    school.ask()
    asked = school.question(context.get_one(Asset, made)).id
    outcomes = together(
        lambda: actions.answer(keeper, [asked], IDLE),
        lambda: ledger.lend(system, made, holder="隔壁学校"),
    )
    found = context.get_one(IdleQuestion, asked)
    thing = context.get_one(Asset, made)
    assert outcomes[1][0] == "done"
    assert thing.claim is not None
    if outcomes[0][0] == "done":
        assert (found.state, thing.state) == ("idle", "idle")
    else:
        assert (found.state, thing.state) == ("overtaken", "in_use")
    assert list(verify(school.system)) == []


@pytest.mark.parametrize("_again", range(3))
def test_two_processes_with_the_duty_ask_each_thing_once(
    school: School, together: Any, context: Session, _again: int
) -> None:
    for _ in range(6):
        school.stored()
    here = school.institution.id
    school.find()
    outcomes = together(*[lambda: actions.ask_institution(here) for _ in range(4)])
    assert kinds(outcomes) == {"done": 4}
    assert sum(count for _, count in outcomes) == 6
    asked = context.scalars(sa.select(IdleQuestion.asset_id)).all()
    assert len(asked) == len(set(asked)) == 6
    assert context.scalar(sa.select(sa.func.count()).select_from(Asking)) == 1
    assert context.scalar(sa.select(sa.func.count()).select_from(Wait)) == 1


def test_two_processes_that_look_find_the_same_once(
    school: School, together: Any, context: Session
) -> None:
    for _ in range(8):
        school.stored()
    here = school.institution.id
    outcomes = together(*[lambda: actions.find_suspects(here) for _ in range(3)])
    assert kinds(outcomes) == {"done": 3}
    assert context.scalar(sa.select(sa.func.count()).select_from(Suspicion)) == 8


def test_the_office_and_the_duty_together_ask_each_thing_once(
    school: School, office: Actor, together: Any, context: Session
) -> None:
    ids = [school.stored().id for _ in range(5)]
    here = school.institution.id
    school.find()
    together(
        lambda: actions.ask(office, ids),
        lambda: actions.ask_institution(here),
    )
    asked = context.scalars(sa.select(IdleQuestion.asset_id)).all()
    assert sorted(asked) == sorted(ids)


def test_a_thing_disposed_of_in_the_same_moment_is_not_asked_about(
    school: School, together: Any, context: Session
) -> None:
    made, system = school.stored().id, school.system
    school.find()
    here = school.institution.id
    together(
        lambda: actions.ask_institution(here),
        lambda: ledger.change_state(system, made, "propose_disposal"),
    )
    still_open = context.scalars(
        sa.select(IdleQuestion.asset_id).where(IdleQuestion.closed_at.is_(None))
    ).all()
    assert still_open == []
    assert context.get_one(Asset, made).state == "pending_disposal"


@pytest.mark.parametrize("_again", range(3))
def test_a_clock_that_strikes_while_one_answers_harms_nothing(
    school: School,
    keeper: Actor,
    day: Any,
    together: Any,
    context: Session,
    _again: int,
) -> None:
    one, two = school.stored(), school.stored()
    school.ask()
    first, second = school.question(one).id, school.question(two).id
    system, moved, room = school.system, two.id, school.room.id
    day.shift(10 * 86_400)
    outcomes = together(
        lambda: actions.answer(keeper, [first], IDLE),
        lambda: actions.answer(keeper, [second], IN_USE),
        escalate_due,
        lambda: ledger.move(system, moved, room),
    )
    assert outcomes[0][0] == "done"
    assert outcomes[2][0] == "done"
    assert all(kind == "done" or isinstance(told, Conflict) for kind, told in outcomes)
    [found] = context.scalars(sa.select(Wait))
    assert found.ended_at is not None
    [asking] = context.scalars(sa.select(Asking))
    assert asking.closed_at is not None
    states = {context.get_one(IdleQuestion, each).state for each in (first, second)}
    assert states <= {"idle", "in_use", "overtaken"}
    assert list(verify(school.system)) == []
