"""What the duty finds: the rules' signs, from the ledger's entries and the scans."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.kernel.clock import today
from registry.kernel.errors import Refused
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.organisation import actions as organisation
from registry.sharing import actions
from registry.sharing.models import AssetLife, Suspicion
from registry.sharing.queries.facts import candidates, known_things
from registry.sharing.queries.policies import policy_of
from registry.sharing.queries.suspects import suspected_ids
from registry.sharing.rules.signals import signs_of
from registry.sharing.states import Signal
from tests.factories.catalogue import make_type
from tests.factories.organisation import make_institution, make_place
from tests.factories.sharing import School


def signals(context: Session) -> dict[int, set[str]]:
    """What is kept of each suspect."""
    context.expire_all()
    rows = context.scalars(sa.select(Suspicion))
    return {row.asset_id: set(row.signals.split()) for row in rows}


def test_what_stands_in_a_store_is_suspected_from_the_day_it_came(
    school: School, context: Session
) -> None:
    early, late = school.stored(date(2026, 3, 5)), school.stored(date(2026, 8, 20))
    fresh = school.asset(place_id=school.store.id)
    school.asset()
    assert school.find() == 1
    assert signals(context) == {early.id: {"stored"}}
    [row] = context.scalars(sa.select(Suspicion))
    assert row.since == date(2026, 3, 5)
    assert row.signs == [{"signal": "stored", "since": "2026-03-05", "source": ""}]
    ledger.move(school.system, early.id, school.room.id)
    assert school.find() == 0
    assert {late.id, fresh.id} & set(signals(context)) == set()


def test_what_was_entered_in_a_store_is_suspected_a_month_later(
    school: School, day: Any, context: Session
) -> None:
    made = school.asset(place_id=school.store.id)
    day.shift(29 * 86_400)
    assert school.find() == 0
    day.shift(3 * 86_400)
    assert school.find() == 1
    assert signals(context) == {made.id: {"stored"}}


def test_what_is_untouched_for_a_year_is_suspected_unless_scanned(
    school: School, day: Any, context: Session
) -> None:
    still, scanned, moved = (school.asset() for _ in range(3))
    desk = school.asset(
        item_type_id=make_type(school.institution, is_labelled=False).id
    )
    day.shift(300 * 86_400)
    ledger.move(school.system, moved.id, make_place(school.institution).id)
    here = school.institution.id
    actions.note_scans({(here, scanned.id): date(2027, 6, 28)})
    day.shift(66 * 86_400)
    assert school.find() == 1
    assert signals(context) == {still.id: {"quiet"}}
    assert desk.id not in signals(context)


def test_what_came_back_from_repair_and_waits_is_suspected(
    school: School, context: Session
) -> None:
    waiting, found, used = (school.asset() for _ in range(3))
    for each in (waiting, used):
        ledger.change_state(school.system, each.id, "send_to_repair")
        ledger.change_state(
            school.system, each.id, "put_in_use", effective_on=date(2026, 5, 1)
        )
    ledger.change_state(school.system, found.id, "report_missing")
    ledger.change_state(
        school.system, found.id, "put_in_use", effective_on=date(2026, 5, 1)
    )
    ledger.move(school.system, used.id, make_place(school.institution).id)
    assert school.find() == 1
    assert signals(context) == {waiting.id: {"repaired"}}


def test_what_somebody_who_left_still_keeps_is_suspected(
    school: School, context: Session
) -> None:
    kept = school.asset()
    organisation.leave(
        school.system, school.keeper.id, school.keeper.version, hand_over_later=True
    )
    assert school.find() == 1
    assert signals(context) == {kept.id: {"keeper_left"}}


def test_what_was_seen_unused_or_replaced_is_suspected_until_something_happens(
    school: School, context: Session
) -> None:
    unused, replaced = school.asset(), school.asset()
    here = school.institution.id
    actions.seen_unused(here, unused.id, "PD2026-000001")
    actions.replaced(here, replaced.id, "CG2026-000009")
    assert school.find() == 2
    assert signals(context) == {
        unused.id: {"seen_unused"},
        replaced.id: {"replaced"},
    }
    ledger.amend(school.system, unused.id, None, {"note": "左下角有贴纸"})
    assert school.find() == 2
    for each in (unused, replaced):
        ledger.lend(school.system, each.id, holder="隔壁学校")
        assert each.id not in signals(context)
        ledger.end_loan(school.system, each.id)
    assert school.find() == 0
    assert context.get_one(AssetLife, unused.id).unused_by == ""


@pytest.mark.parametrize(
    "verb",
    ["mark_idle", "send_to_repair", "report_missing", "propose_disposal", "lend"],
)
def test_what_is_not_in_use_or_claimed_is_no_suspect(
    school: School, context: Session, verb: str
) -> None:
    made = school.stored()
    assert school.find() == 1
    if verb == "lend":
        ledger.lend(school.system, made.id, holder="隔壁学校")
    else:
        ledger.change_state(school.system, made.id, verb)
    assert signals(context) == {}
    assert school.find() == 0


def test_a_suspicion_goes_when_its_reason_goes(
    school: School, context: Session
) -> None:
    made = school.stored()
    assert school.find() == 1
    office = Actor.system(school.institution.id)
    organisation.change_place(
        office, school.store.id, school.store.version, is_store=False
    )
    assert school.find() == 0
    assert signals(context) == {}
    assert context.get_one(Asset, made.id).state == "in_use"


def test_what_an_institution_chose_decides(school: School, context: Session) -> None:
    made = school.stored()
    actions.change_policy(school.system, 1, stored_months=12)
    assert school.find() == 0
    actions.change_policy(school.system, 2, stored_months=0, signals=["quiet"])
    assert school.find() == 0
    actions.change_policy(school.system, 3, signals=["stored"])
    assert school.find() == 1
    kind = made.item_type_id
    actions.change_policy(school.system, 4, exempt_types=[kind])
    assert school.find() == 0


def test_nothing_of_another_institution_is_looked_at(
    school: School, context: Session
) -> None:
    made = school.stored()
    other = make_institution()
    assert actions.find_suspects(other.id) == 0
    assert school.find() == 1
    mine = context.scalars(suspected_ids(school.institution.id)).all()
    assert mine == [made.id]
    assert context.scalars(suspected_ids(other.id)).all() == []


def test_scans_are_kept_as_days_that_go_forward_and_name_nobody(
    school: School, context: Session
) -> None:
    made = school.asset()
    here = school.institution.id
    for day in (date(2026, 5, 1), date(2026, 7, 1), date(2026, 6, 1)):
        actions.note_scans({(here, made.id): day})
    assert context.get_one(AssetLife, made.id).scanned_on == date(2026, 7, 1)
    assert context.scalar(sa.select(sa.func.count()).select_from(AssetLife)) == 1
    columns = {column.name for column in AssetLife.__table__.columns}
    assert not {"person_id", "scanned_by_id", "scanned_at"} & columns
    abroad = make_institution()
    actions.note_scans({(abroad.id, made.id): date(2026, 8, 1)})
    actions.note_scans({(here, 987_654): date(2026, 8, 1)})
    assert context.get_one(AssetLife, made.id).scanned_on == date(2026, 7, 1)
    entries = context.scalar(sa.text("SELECT count(*) FROM entries WHERE verb='scan'"))
    assert entries == 0


acts = st.lists(
    st.sampled_from(
        [
            "store",
            "room",
            "repair",
            "back",
            "idle",
            "use",
            "lend",
            "return",
            "scan",
            "unused",
            "note",
            "wait",
            "leave",
        ]
    ),
    max_size=8,
)


@given(acts)
@settings(max_examples=25)
def test_the_duty_finds_just_what_the_rules_find(
    school: School, day: Any, context: Session, told: list[str]
) -> None:
    """The coarse pass over the ledger misses nothing that the rules call a sign."""
    made = school.asset()
    for act in told:
        _do(school, day, made, act)
    here = school.institution.id
    policy, now_ = policy_of(here), _today()
    expected = {
        each.asset_id
        for each in known_things(here, policy, [made.id])
        if signs_of(each.facts, policy, now_)
    }
    assert expected <= set(candidates(here, policy, now_))
    school.find()
    assert (made.id in signals(context)) == (made.id in expected)


def _today() -> date:
    return today("Asia/Shanghai")


def _do(school: School, day: Any, made: Asset, act: str) -> None:
    system, here = school.system, school.institution.id
    steps = {
        "store": lambda: ledger.move(system, made.id, school.store.id),
        "room": lambda: ledger.move(system, made.id, school.room.id),
        "repair": lambda: ledger.change_state(system, made.id, "send_to_repair"),
        "back": lambda: ledger.change_state(system, made.id, "put_in_use"),
        "idle": lambda: ledger.change_state(system, made.id, "mark_idle"),
        "use": lambda: ledger.change_state(system, made.id, "put_in_use"),
        "lend": lambda: ledger.lend(system, made.id, holder="某人"),
        "return": lambda: ledger.end_loan(system, made.id),
        "scan": lambda: actions.note_scans({(here, made.id): _today()}),
        "unused": lambda: actions.seen_unused(here, made.id, "PD1"),
        "note": lambda: ledger.amend(system, made.id, None, {"note": str(day)}),
        "wait": lambda: day.shift(150 * 86_400),
        "leave": lambda: organisation.leave(
            system, school.keeper.id, school.keeper.version, hand_over_later=True
        ),
    }
    try:
        steps[act]()
    except Refused:
        return


def test_every_signal_can_be_found(school: School, day: Any, context: Session) -> None:
    """None of the signals is a word without a way to it."""
    here = school.institution.id
    quiet, stored = school.asset(), school.stored()
    repaired = school.asset()
    ledger.change_state(school.system, repaired.id, "send_to_repair")
    ledger.change_state(school.system, repaired.id, "put_in_use")
    day.shift(370 * 86_400)
    unused, replaced = school.asset(), school.asset()
    actions.seen_unused(here, unused.id, "PD1")
    actions.replaced(here, replaced.id, "CG1")
    organisation.leave(
        school.system, school.keeper.id, school.keeper.version, hand_over_later=True
    )
    school.find()
    found = signals(context)
    assert set().union(*found.values()) == set(Signal)
    assert "quiet" in found[quiet.id]
    assert {"stored", "quiet"} <= found[stored.id]
