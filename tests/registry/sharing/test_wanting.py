"""Wanted notices: what turns idle later is held against what is looked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.kernel.errors import Forbidden, Invalid, Missing
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.notifications.models import Notice
from registry.sharing import actions
from registry.sharing.models import IdleArrival
from registry.sharing.queries.wanting import finds_of, types_that_serve
from registry.sharing.states import WANTED, WantedState
from tests.factories.catalogue import make_type
from tests.factories.organisation import actor_of, make_person
from tests.factories.sharing import School

UNTIL = date(2026, 9, 30)


@pytest.fixture
def seeker(school: School) -> Actor:
    return actor_of(make_person(school.institution, "周要"))


def told(context: Session, actor: Actor) -> list[str]:
    return list(
        context.scalars(
            sa.select(Notice.kind)
            .where(Notice.person_id == actor.person_id)
            .order_by(Notice.id)
        )
    )


def thing(school: School, name: str, **more: object) -> Asset:
    return school.asset(item_type_id=make_type(school.institution, name).id, **more)


def test_who_looks_for_something_is_told_when_it_turns_idle(
    school: School, seeker: Actor, officer: Actor, context: Session
) -> None:
    screen, wire = thing(school, "投影仪"), thing(school, "打印纸")
    chair = thing(school, "折叠椅")
    wanted = actions.post_wanted(seeker, "投影机", quantity=2, until_on=UNTIL)
    exact = actions.post_wanted(
        seeker, "", item_type_id=chair.item_type_id, until_on=UNTIL
    )
    assert types_that_serve(wanted) == []
    for each in (screen, wire, chair):
        ledger.change_state(officer, each.id, "mark_idle")
    assert actions.look_for_wanted() == 2
    assert [each.asset_id for each in finds_of(wanted)] == [screen.id]
    assert [each.asset_id for each in finds_of(exact)] == [chair.id]
    assert types_that_serve(wanted) == [screen.item_type_id]
    assert told(context, seeker) == ["wanted_found", "wanted_found"]
    assert context.scalars(sa.select(IdleArrival)).all() == []
    assert actions.look_for_wanted() == 0
    ledger.change_state(officer, screen.id, "put_in_use")
    assert finds_of(wanted) == []


def test_what_turns_idle_while_nobody_looks_is_not_kept_in_mind(
    school: School, officer: Actor, context: Session
) -> None:
    ledger.change_state(officer, thing(school, "投影仪").id, "mark_idle")
    assert context.scalars(sa.select(IdleArrival)).all() == []


def test_somebody_has_one(
    school: School,
    seeker: Actor,
    officer: Actor,
    keeper: Actor,
    context: Session,
) -> None:
    here = thing(school, "扫描仪")
    wanted = actions.post_wanted(seeker, "扫描仪", until_on=UNTIL)
    stranger = actor_of(make_person(school.institution))
    with pytest.raises(Missing):
        actions.offer(stranger, wanted.id, here.id)
    with pytest.raises(Forbidden):
        actions.end_wanted(stranger, wanted.id, met=True)
    made = actions.offer(keeper, wanted.id, here.id)
    assert actions.offer(keeper, wanted.id, here.id) is made
    context.refresh(here)
    assert here.state == "idle"
    assert actions.look_for_wanted() == 0
    assert told(context, seeker) == ["wanted_found"]
    assert actions.end_wanted(seeker, wanted.id, met=True).state == "met"
    assert actions.end_wanted(seeker, wanted.id, met=False).state == "met"


def test_a_search_has_its_days_and_ends_with_them(
    school: School, seeker: Actor, context: Session, day: time_machine.Traveller
) -> None:
    for wrong in (
        {"until_on": date(2026, 8, 31)},
        {"until_on": date(2028, 8, 31)},
        {"until_on": UNTIL, "quantity": 0},
    ):
        with pytest.raises(Invalid):
            actions.post_wanted(seeker, "椅子", **wrong)
    with pytest.raises(Invalid):
        actions.post_wanted(seeker, " ", until_on=UNTIL)
    wanted = actions.post_wanted(seeker, "椅子", until_on=UNTIL)
    day.shift(timedelta(days=31))
    actions.look_for_wanted()
    assert wanted.state == "lapsed"
    assert told(context, seeker) == ["wanted_lapsed"]
    assert WANTED.open_verbs(WantedState.LAPSED) == []
