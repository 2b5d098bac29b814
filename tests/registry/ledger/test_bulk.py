"""One act on all that a list shows: foreseen, carried out, resumed, taken back."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.jobs.actions import cancel as cancel_job
from registry.jobs.models import Job
from registry.jobs.queries import job as job_of
from registry.jobs.running import HANDLERS, Cancelled, Run, run_next
from registry.kernel.errors import Forbidden, Invalid, Missing, WrongState
from registry.ledger import actions, queries
from registry.ledger.actions.acts import ACTS
from registry.ledger.errors import NotUndoable
from registry.ledger.models import Asset, BulkChange, Document
from registry.ledger.queries import Filter
from registry.ledger.queries.bulk import (
    bulk_change,
    bulk_lines,
    by_place,
    outcomes,
    reasons,
)
from registry.ledger.queries.documents import changed_under, document_of
from registry.ledger.states import Outcome
from registry.ledger.verifying import verify
from registry.organisation.actions import close_place, revoke_role
from registry.organisation.models import Institution
from registry.organisation.queries import live_grants
from registry.sharing.actions import hold
from registry.store.base import table_of
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import (
    actor_of,
    grant,
    make_colleague,
    make_department,
    make_institution,
    make_person,
    make_place,
)
from tests.harness.depth import deep

EVERYTHING = Filter()
MOVING_ON = {"version", "entries", "changed_at", "state_since"}


@pytest.fixture(autouse=True)
def whole(context: Session, institution: Institution, system: Actor) -> Iterator[None]:
    """However a story goes, the ledger is whole at its end: replay = rows."""
    yield
    context.rollback()
    assert list(verify(system)) == []


def rows_of(session: Session, institution: Institution) -> dict[int, dict[str, Any]]:
    """What the rows of all assets say, but for what every entry moves on."""
    session.rollback()
    table = table_of(Asset)
    rows = session.execute(
        sa.select(table).where(table.c.institution_id == institution.id)
    ).mappings()
    return {r["id"]: {k: v for k, v in r.items() if k not in MOVING_ON} for r in rows}


def document_for(actor: Actor, found: BulkChange) -> Document:
    number = sa.select(Document.id).where(Document.number == found.document)
    session = sa.orm.object_session(found)
    assert session is not None
    return document_of(actor, session.scalar(number) or 0)


def bulk(actor: Actor, act: str, wanted: Filter = EVERYTHING, **given: Any) -> Any:
    found = actions.plan_bulk(actor, act, given, wanted)
    return actions.confirm_bulk(actor, found.id)


def test_what_was_foreseen_comes_true_and_taking_back_restores_every_row(
    context: Session, institution: Institution, system: Actor
) -> None:
    """For every act on things in every state, one after the other or just one."""
    office = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    other = make_department(institution)
    officer = make_person(institution, department=other)
    grant(institution, officer, Role.DEPARTMENT_ASSET_OFFICER, department=other)
    places = [make_place(institution) for _ in range(2)]
    keeper, user = make_person(institution), make_person(institution)
    for state, place, home in itertools.product(
        ("in_use", "idle", "missing", "pending_disposal"), (None, places[0]), (0, 1)
    ):
        make_asset(
            institution,
            state=state,
            place_id=place and place.id,
            **({"department_id": other.id} if home else {}),
        )
    repaired, lent = make_asset(institution), make_asset(institution, is_lent=True)
    actions.change_state(system, repaired.id, "send_to_repair")
    gone = make_asset(institution, state="disposed")
    make_asset(institution, restrictions=("safety", "data_bearing"))
    held = make_asset(institution, state="idle")
    hold(actor_of(user), [held.id], purpose="上课用")
    given_to: dict[str, dict[str, Any]] = {
        "move": {"place_id": places[1].id},
        "hand_to": {"custodian_id": keeper.id},
        "let_use": {"user_id": user.id},
        "reassign": {"department_id": other.id, "place_id": places[0].id},
        "amend": {"changes": {"funding": "专项", "service_life_months": 72}},
        "restrict": {"restriction": "safety"},
        "lift_restriction": {"restriction": "safety"},
    }
    before = rows_of(context, institution)

    @settings(max_examples=deep(5, 60), phases=[Phase.explicit, Phase.generate])
    @given(st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=4))
    def holds(names: list[str]) -> None:
        made = []
        for name in names:
            actor = system if name == "dispose" else office
            how = given_to.get(name, {"reason": "集中清理"})
            found = actions.plan_bulk(actor, name, how, EVERYTHING)
            foreseen = outcomes(found)
            assert sum(foreseen.values()) == found.total
            if not foreseen["planned"]:
                with pytest.raises(Invalid):
                    actions.confirm_bulk(actor, found.id)
                continue
            was = rows_of(context, institution)
            found = actions.confirm_bulk(actor, found.id)
            told = outcomes(found)
            assert told["changed"] == foreseen["planned"]
            assert (told["planned"], told["overtaken"]) == (0, 0)
            assert told["refused"] == foreseen["refused"]
            now = rows_of(context, institution)
            different = {key for key in now if now[key] != was[key]}
            lines, _ = bulk_lines(actor, found, ("changed",), most=200)
            assert {line.asset_id for line in lines} == different
            made.append(document_for(office, found))
        for document in reversed(made):
            assert document.count
            actions.undo_document(office, document.id)
            found_again = document_of(office, document.id)
            assert found_again.undone == {"corrected": document.count, "kept": 0}
        assert rows_of(context, institution) == before

    holds()
    assert rows_of(context, institution)[gone.id]["state"] == "disposed"
    assert queries.asset(system, lent.id).claim is not None


def test_what_was_changed_after_the_preview_is_passed_over_and_listed(
    institution: Institution, system: Actor
) -> None:
    assets = make_assets(institution, 4)
    place, elsewhere = make_place(institution), make_place(institution)
    found = actions.plan_bulk(system, "move", {"place_id": place.id}, EVERYTHING)
    actions.move(system, assets[1].id, elsewhere.id)
    found = actions.confirm_bulk(system, found.id)
    told = outcomes(found)
    assert (told["changed"], told["overtaken"]) == (3, 1)
    assert queries.asset(system, assets[1].id).place_id == elsewhere.id
    [line], _ = bulk_lines(system, found, ("overtaken",))
    assert (line.asset_id, line.code) == (assets[1].id, "stale_version")
    assert dict(by_place(found, Outcome.CHANGED)) == {place.full_name: 3}


def test_what_was_built_upon_is_not_taken_back_and_listed(
    institution: Institution, system: Actor
) -> None:
    assets = make_assets(institution, 4)
    room, later = make_place(institution), make_place(institution)
    moved = document_for(system, bulk(system, "move", place_id=room.id))
    idle = document_for(system, bulk(system, "mark_idle"))
    actions.move(system, assets[0].id, later.id)
    hold(actor_of(make_person(institution)), [assets[1].id], purpose="要用")
    actions.undo_document(system, moved.id)
    actions.undo_document(system, idle.id)
    assert queries.asset(system, assets[0].id).place_id == later.id
    assert document_of(system, moved.id).undone == {"corrected": 3, "kept": 1}
    assert document_of(system, idle.id).undone == {"corrected": 3, "kept": 1}
    kept, _ = changed_under(system, moved.number, kept=True)
    assert [each.asset.id for each in kept] == [assets[0].id]
    assert queries.asset(system, assets[1].id).state == "idle"
    with pytest.raises(NotUndoable):
        actions.undo_document(system, moved.id)


def test_whoever_may_not_take_all_of_it_back_takes_back_none(
    institution: Institution, system: Actor
) -> None:
    below, other = make_department(institution), make_department(institution)
    person = make_person(institution, department=below)
    grant(institution, person, Role.ASSET_OFFICE, department=below)
    grant(institution, person, Role.WAREHOUSE_KEEPER, department=other)
    office = actor_of(person)
    assets = [make_asset(institution, department_id=d.id) for d in (below, other)]
    document = document_for(office, bulk(office, "mark_idle"))
    with pytest.raises(Forbidden):
        actions.undo_document(office, document.id)
    assert [each.state for each in map_of(system, assets)] == ["idle", "idle"]
    actions.undo_document(system, document.id)
    assert [each.state for each in map_of(system, assets)] == ["in_use", "in_use"]


def test_nothing_goes_back_to_a_place_that_is_closed(
    institution: Institution, system: Actor
) -> None:
    old, new = make_place(institution), make_place(institution)
    make_asset(institution, place_id=old.id)
    document = document_for(system, bulk(system, "move", place_id=new.id))
    close_place(system, old.id, old.version)
    actions.undo_document(system, document.id)
    assert document_of(system, document.id).undone == {"corrected": 0, "kept": 1}


@pytest.fixture
def in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.ledger.actions.bulk.BATCH", 2)
    monkeypatch.setattr("registry.ledger.actions.bulk.MOST_AT_ONCE", 3)
    monkeypatch.setattr("registry.ledger.actions.bulk.PLANNED_AT_ONCE", 3)
    monkeypatch.setattr("registry.ledger.actions.undoing.BATCH", 2)
    monkeypatch.setattr("registry.ledger.actions.undoing.MOST_AT_ONCE", 3)


class Died(BaseException):
    """The process is killed."""


def dying_after(times: int) -> Any:
    calls = itertools.count(1)

    def progress(*_: Any) -> None:
        if next(calls) >= times:
            raise Died

    return progress


@pytest.mark.usefixtures("in_small_batches")
def test_a_crash_between_batches_does_nothing_twice_and_leaves_nothing_out(
    institution: Institution, system: Actor
) -> None:
    assets = make_assets(institution, 7)
    place = make_place(institution)
    found = actions.plan_bulk(system, "move", {"place_id": place.id}, EVERYTHING)
    assert found.state == "planning"
    with pytest.raises(Died):
        actions.look_at_all(system, found.id, dying_after(2))
    actions.look_at_all(system, found.id)
    found = actions.confirm_bulk(system, found.id)
    assert (found.state, found.job_id is None) == ("running", False)
    with pytest.raises(Died):
        actions.carry_out_bulk(system, found.id, dying_after(2))
    assert sum(a.place_id == place.id for a in map_of(system, assets)) == 4
    # The queue still holds both jobs: each ends well, whoever comes second.
    while run_next():
        pass
    found = bulk_change(system, found.id)
    assert (found.state, outcomes(found)["changed"]) == ("done", 7)
    assert verbs_of(system, assets) == Counter({("register", "move"): 7})
    document = document_for(system, found)
    job = actions.undo_document(system, document.id)
    assert job is not None
    with pytest.raises(NotUndoable):
        actions.undo_document(system, document.id)
    with pytest.raises(Died):
        actions.carry_out_undo(system, document.id, dying_after(2))
    assert run_next()
    assert job_of(system, job.id).state == "done"
    assert document_of(system, document.id).undone == {"corrected": 7, "kept": 0}
    assert verbs_of(system, assets) == Counter({("register", "move", "correct"): 7})


def map_of(actor: Actor, assets: list[Asset]) -> list[Asset]:
    return [queries.asset(actor, asset.id) for asset in assets]


def verbs_of(actor: Actor, assets: list[Asset]) -> Counter[tuple[str, ...]]:
    return Counter(
        tuple(line.verb for line in queries.history(actor, asset))[::-1]
        for asset in map_of(actor, assets)
    )


@pytest.mark.usefixtures("in_small_batches")
def test_a_change_that_is_stopped_is_gone_on_with(
    institution: Institution, system: Actor
) -> None:
    make_assets(institution, 5)
    place = make_place(institution)
    found = actions.plan_bulk(system, "move", {"place_id": place.id}, EVERYTHING)
    assert run_next()
    found = actions.confirm_bulk(system, found.id)
    cancel_job(system, found.job_id or 0)
    # The job was over before it began: nobody told the change.
    found = actions.confirm_bulk(system, found.id)
    handler, run = HANDLERS["bulk_carry_out"], run_of(found)
    cancel_job(system, run.job_id)
    with pytest.raises(Cancelled):
        handler(run)
    found = bulk_change(system, found.id)
    assert (found.state, outcomes(found)["changed"]) == ("stopped", 2)
    actions.confirm_bulk(system, found.id)
    while run_next():
        pass
    found = bulk_change(system, found.id)
    assert (found.state, outcomes(found)["changed"]) == ("done", 5)
    with pytest.raises(WrongState):
        actions.cancel_bulk(system, found.id)


def run_of(found: BulkChange) -> Any:
    session = sa.orm.object_session(found)
    assert session is not None
    return Run(session.get_one(Job, found.job_id))


@pytest.mark.usefixtures("in_small_batches")
def test_a_role_taken_away_between_batches_stops_it_and_tells(
    institution: Institution, system: Actor
) -> None:
    person = make_colleague(institution, Role.ASSET_OFFICE)
    office, [held] = actor_of(person), live_grants(system, person.id)
    make_assets(institution, 5)
    how = {"changes": {"funding": "专项"}}
    found = actions.plan_bulk(office, "amend", how, EVERYTHING)
    assert run_next()
    found = actions.confirm_bulk(office, found.id)
    run = run_of(found)
    run.progress = lambda *_: revoke_role(system, held.id)
    with pytest.raises(Forbidden):
        HANDLERS["bulk_carry_out"](run)
    found = bulk_change(office, found.id)
    told = outcomes(found)
    assert (found.state, told["changed"], told["planned"]) == ("stopped", 2, 3)
    assert found.refusal is not None
    assert found.refusal["code"] == "no_longer_allowed"


def test_one_changes_what_one_may_change_and_is_told_of_the_rest(
    institution: Institution, system: Actor
) -> None:
    own, other = make_department(institution), make_department(institution)
    officer = make_person(institution, department=own)
    grant(institution, officer, Role.DEPARTMENT_ASSET_OFFICER, department=own)
    mine = make_asset(institution, department_id=own.id)
    kept = make_asset(institution, department_id=other.id, custodian_id=officer.id)
    hidden = make_asset(institution, department_id=other.id)
    actor, place = actor_of(officer), make_place(institution)
    how = {"changes": {"funding": "自筹"}}
    found = actions.plan_bulk(actor, "amend", how, EVERYTHING)
    lines, _ = bulk_lines(actor, found)
    assert {line.asset_id: line.outcome for line in lines} == {
        mine.id: "planned",
        kept.id: "refused",
    }
    assert [(code, count) for code, count, _ in reasons(found)] == [("forbidden", 1)]
    assert hidden.id not in {line.asset_id for line in lines}
    with pytest.raises(Missing):
        actions.confirm_bulk(system, found.id)
    for act, given_wrong in (
        ("move", {}),
        ("move", {"place_id": make_place(make_institution()).id}),
        ("explode", {}),
        ("amend", {"changes": {"asset_number": "X"}}),
        ("restrict", {"restriction": "haunted"}),
        ("reassign", {"department_id": other.id}),
    ):
        with pytest.raises((Invalid, Missing, Forbidden)):
            actions.plan_bulk(actor, act, given_wrong, EVERYTHING)
    with pytest.raises(Invalid):
        actions.plan_bulk(actor, "move", {"place_id": place.id}, Filter(text="没有"))
    actions.cancel_bulk(actor, found.id)
    with pytest.raises(WrongState):
        actions.confirm_bulk(actor, found.id)
    with pytest.raises(Forbidden):
        actions.undo_document(actor, 1)
