"""Counting: the frozen list, verdicts, undo, places, repeats, who counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.audits import actions
from registry.audits.actions import Delivery, Named
from registry.audits.errors import (
    BaselineAhead,
    NothingInScope,
    PlaceInAudit,
    WalkOfAnother,
)
from registry.audits.models import Audit, AuditItem, AuditRecord, AuditSync
from registry.audits.queries import Scope, Sums, audit, audit_rows, preview, sums_of
from registry.audits.queries.audits import AuditFilter
from registry.audits.queries.counting import by_department, by_person, by_place
from registry.audits.queries.loading import load
from registry.audits.states import Verdict
from registry.journal.queries import entries_of, last_position
from registry.kernel.clock import now, today
from registry.kernel.errors import Forbidden, Invalid, Missing
from registry.ledger import actions as ledger
from registry.ledger.verifying import verify
from registry.store.db import session
from tests.factories.audits import (
    Campus,
    make_campus,
    record,
    scan,
    scans,
    walk_of,
)
from tests.factories.catalogue import make_type
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_institution,
    make_person,
)


def sums(campus: Campus, found: Audit) -> Sums:
    return sums_of(campus.system, found)


def _seen(actor: Actor) -> list[int]:
    listed = audit_rows(actor, AuditFilter(), "newest").select
    return [each.id for each in session().scalars(listed)]


def verdicts(results: Any) -> list[str]:
    return [str(each.verdict or each.problem[1].code) for each in results]


def item(context: Session, found: Audit, asset: Any) -> AuditItem:
    return context.get_one(AuditItem, (found.id, asset.id), populate_existing=True)


def test_the_list_is_what_the_ledger_held_at_its_position(
    campus: Campus, context: Session
) -> None:
    planned = campus.plan()
    before = last_position(campus.institution.id)
    found = actions.freeze(actor_of(campus.lead), planned.id, planned.version)
    assert found.frozen_position == before
    moved = campus.things[0]
    ledger.move(campus.system, moved.id, campus.store.id)
    campus.add(1, campus.room)
    assert sums(campus, found) == Sums(expected=6, pending=6)
    line = item(context, found, moved)
    assert (line.place_id, line.asset_version) == (campus.room.id, 1)
    verbs = [each.verb for each in entries_of("audit", found.id)]
    assert verbs == ["plan", "name", "freeze"]


def test_moves_since_the_baseline_and_loans_are_excused_by_their_entries(
    clock: Any, campus: Campus, context: Session
) -> None:
    lent, moved, gone, away, kept, _ = campus.things
    day = today(campus.institution.time_zone)
    clock.shift(timedelta(days=2))
    borrower = make_person(campus.institution)
    ledger.lend(
        campus.system, lent.id, person_id=borrower.id, until=now() + timedelta(days=9)
    )
    ledger.move(campus.system, moved.id, campus.other.id)
    other = make_colleague(campus.institution).department_id
    ledger.reassign(campus.system, away.id, other)
    ledger.change_state(campus.system, gone.id, "propose_disposal")
    ledger.change_state(campus.system, gone.id, "dispose")
    [new] = campus.add(1, campus.room)
    clock.shift(timedelta(days=1))
    found = campus.begin(baseline_on=day)
    told = {
        each.asset_id: (each.excuse, each.excuse_entry, each.outcome)
        for each in context.scalars(
            sa.select(AuditItem).where(AuditItem.audit_id == found.id)
        )
    }
    assert told[lent.id] == ("loan", 2, "excused")
    assert told[moved.id] == ("moved", 2, "pending")
    assert told[away.id] == ("left_scope", 2, "excused")
    assert told[gone.id] == ("disposed", 3, "excused")
    assert told[new.id] == ("registered", 1, "pending")
    assert told[kept.id] == (None, None, "pending")
    assert found.expected == 7
    # What is excused counts all the same where it is found, and else is not missing.
    close = record("close_place", place_id=campus.other.id)
    [_, last] = campus.send(found, scan(lent, campus.room), close)
    assert last.told == {"missing": 2}
    assert item(context, found, lent).outcome == "here"
    assert item(context, found, moved).outcome == "excused"
    assert sums(campus, found).excused == 3


def test_what_cannot_begin(campus: Campus) -> None:
    lead = actor_of(campus.lead)
    ahead = today(campus.institution.time_zone) + timedelta(days=1)
    with pytest.raises(BaselineAhead):
        campus.begin(baseline_on=ahead)
    with pytest.raises(NothingInScope):
        campus.begin(scope=Scope(place_ids=(campus.store.id,)))
    campus.begin()
    second = campus.plan(scope=Scope(place_ids=(campus.room.id,)))
    with pytest.raises(PlaceInAudit):
        actions.freeze(lead, second.id)
    [(place, _)] = preview(
        actor_of(campus.office), Scope(place_ids=(campus.room.id,))
    ).busy
    assert place.id == campus.room.id


def test_each_scan_is_told_what_it_is(campus: Campus, context: Session) -> None:
    found = campus.begin()
    here, _, _, theirs, *_ = campus.things
    [beyond] = campus.add(1, campus.store)
    [gone] = campus.add(1, campus.store)
    ledger.change_state(campus.system, gone.id, "propose_disposal")
    ledger.change_state(campus.system, gone.id, "dispose")
    foreign = make_campus(make_institution(), things=1).things[0]
    room = campus.room
    results = campus.send(
        found,
        scan(here, room),
        scan(here, room),
        scan(theirs, room),
        scan(beyond, room),
        scan(gone, room),
        scan(foreign, room),
        record("scan", code="看不清", place_id=room.id),
        record("scan", code=f"HTTPS://ANY.HOST/A/{here.code}", place_id=room.id),
        record("scan", code=here.number, place_id=room.id),
    )
    assert verdicts(results) == [
        Verdict.HERE,
        Verdict.ALREADY,
        Verdict.ELSEWHERE,
        Verdict.NOT_LISTED,
        Verdict.DISPOSED,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
        Verdict.ALREADY,
        Verdict.ALREADY,
    ]
    assert results[1].told["by"] == campus.counter.id
    assert results[2].told == {"place": campus.other.id}
    assert results[3].told == {"place": campus.store.id}
    kept = context.scalars(sa.select(AuditRecord).order_by(AuditRecord.id)).all()
    assert kept[6].code == "看不清"
    assert kept[7].code == f"HTTPS://ANY.HOST/A/{here.code}"
    assert sums(campus, found) == Sums(expected=6, pending=4, here=1, elsewhere=1)


def test_one_bad_record_of_a_delivery_leaves_the_others(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    room = campus.room
    good = scans(campus.things[:3], room)
    bad: list[Any] = [
        None,
        {"id": 7},
        record("scan", code="x"),
        record("scan", code="x", place_id=987_654_321),
        record("dance", place_id=room.id),
        record("tick", asset_id=campus.things[3].id),
        record("tick", asset_id=987_654_321, reason="no_label"),
        record("scan", code="x", place_id=room.id, more=1),
        record("scan", code="x" * 501, place_id=room.id),
        record("undo", undoes=walk_of(campus.lead)),
        record("count", item_type_id=1, count=-1, place_id=room.id),
        record("scan", code="x", place_id=room.id) | {"at": "yesterday"},
        record("scan", code="x", place_id=room.id) | {"at": "2026-01-01T00:00:00"},
    ]
    results = campus.send(found, *good[:1], *bad, *good[1:])
    outcomes = [each.outcome for each in results]
    assert outcomes == ["accepted", *["refused"] * len(bad), "accepted", "accepted"]
    assert sums(campus, found).here == 3
    assert context.scalar(sa.select(sa.func.count()).select_from(AuditRecord)) == 3


def test_a_clock_a_year_off_is_kept_and_decides_nothing(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    first, second = campus.things[:2]
    early = scan(first, campus.room) | {"at": "2025-01-01T08:00:00+08:00"}
    late = scan(second, campus.room) | {"at": "2031-01-01T08:00:00+08:00"}
    campus.send(found, late, early)
    kept = context.scalars(sa.select(AuditRecord).order_by(AuditRecord.id)).all()
    assert [each.at.year for each in kept] == [2031, 2025]
    assert all(abs(each.received_at - now()) < timedelta(hours=1) for each in kept)
    assert sums(campus, found).here == 2


def test_a_delivery_sent_again_is_answered_as_before_and_counts_once(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    records = [
        *scans(campus.things[:3], campus.room),
        record("close_place", place_id=campus.room.id),
    ]
    first = campus.send(found, *records)
    again = campus.send(found, *records)
    assert {each.outcome for each in again} == {"repeated"}
    assert [each.verdict for each in again] == [each.verdict for each in first]
    assert [dict(each.told) for each in again] == [dict(e.told) for e in first]
    twice = campus.send(found, records[0], records[0])
    assert [each.outcome for each in twice] == ["repeated", "repeated"]
    changed = campus.send(found, records[0] | {"place_id": campus.other.id})
    assert verdicts(changed) == ["record_mismatch"]
    assert item(context, found, campus.things[0]).times == 1
    assert context.scalar(sa.select(sa.func.count()).select_from(AuditSync)) == 1
    sync = context.scalars(sa.select(AuditSync)).one()
    [entry] = entries_of("audit_sync", sync.id)
    assert (entry.door, sync.hash in entry.facts) == ("audit", True)


def test_undoing_leads_back_to_what_else_was_counted(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    thing = campus.things[0]
    here, there = scan(thing, campus.room), scan(thing, campus.other)
    campus.send(found, here)
    [seen] = campus.send(found, there, by=campus.second)
    assert seen.verdict == Verdict.ELSEWHERE
    line = item(context, found, thing)
    assert (line.outcome, line.is_disputed, line.times) == ("elsewhere", True, 2)
    [denied] = campus.send(found, record("undo", undoes=there["id"]))
    assert denied.problem is not None
    assert denied.problem[1].code == "of_another"
    undo = record("undo", undoes=there["id"])
    campus.send(found, undo, by=campus.second)
    line = item(context, found, thing)
    assert (line.outcome, line.is_disputed, line.times) == ("here", False, 1)
    campus.send(found, record("undo", undoes=there["id"]), by=campus.second)
    assert item(context, found, thing).times == 1
    campus.send(found, record("undo", undoes=here["id"]), by=campus.lead)
    assert item(context, found, thing).outcome == "pending"
    again = scan(thing, campus.room)
    campus.send(found, again, record("undo", undoes=again["id"]))
    assert item(context, found, thing).outcome == "pending"


def test_a_closed_place_shows_what_is_missing_and_opens_again(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    first, second, third, *_ = campus.things
    close = record("close_place", place_id=campus.room.id)
    results = campus.send(found, scan(first, campus.room), close)
    assert results[1].told == {"missing": 2}
    assert sums(campus, found) == Sums(expected=6, pending=3, here=1, missing=2)
    campus.send(found, scan(second, campus.room), by=campus.second)
    assert sums(campus, found).missing == 1
    late = scan(third, campus.room)
    campus.send(found, late, record("undo", undoes=late["id"]))
    assert item(context, found, third).outcome == "missing"
    [place, _] = by_place(campus.system, found)
    assert place.closed_by == campus.counter.name
    campus.send(found, record("undo", undoes=close["id"]))
    assert sums(campus, found) == Sums(expected=6, pending=4, here=2)


def test_things_without_labels_are_counted_in_heaps(campus: Campus) -> None:
    beds = make_type(campus.institution, "铁床", is_labelled=False)
    campus.add(60, campus.room, item_type_id=beds.id)
    found = campus.begin()
    [heap] = load(actor_of(campus.counter), found.id).counts
    assert (heap["expected"], heap["counted"]) == (60, 0)
    counted = {"item_type_id": beds.id, "place_id": campus.room.id}
    first = record("count", count=50, **counted)
    second = record("count", count=58, **counted)
    close = record("close_place", place_id=campus.room.id)
    results = campus.send(found, first, second, close)
    assert results[1].told == {"count": 58, "expected": 60}
    assert results[2].told == {"missing": 2 + 3}
    assert sums(campus, found).here == 58
    campus.send(found, record("undo", undoes=second["id"]))
    assert sums(campus, found).here == 50
    campus.send(found, record("undo", undoes=first["id"]))
    assert sums(campus, found).here == 0


def test_seen_unused_and_in_what_condition(campus: Campus, context: Session) -> None:
    found = campus.begin()
    first, second = campus.things[:2]
    look = scan(first, campus.room, unused=True, condition="poor", note="落满灰")
    campus.send(found, look, record("note", asset_id=second.id, condition="broken"))
    line = item(context, found, first)
    assert (line.found_condition, line.seen_unused) == ("poor", True)
    noted = item(context, found, second)
    assert (noted.found_condition, noted.outcome) == ("broken", "pending")


def test_records_of_others_walks_and_of_those_who_do_not_belong(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    room, thing = campus.room, campus.things[0]
    campus.send(found, scan(thing, room))
    with pytest.raises(WalkOfAnother):
        campus.send(
            found, scan(thing, room), by=campus.second, walk=walk_of(campus.counter)
        )
    stranger = make_person(campus.institution)
    with pytest.raises(Missing):
        campus.send(found, scan(thing, room), by=stranger)
    foreign = make_campus(make_institution())
    with pytest.raises(Missing):
        campus.send(found, scan(thing, room), by=foreign.office)
    # Taken off: what was loaded before counts, anything else waits to be confirmed.
    loaded = load(actor_of(campus.counter), found.id).position
    lead = actor_of(campus.lead)
    actions.name_counters(lead, found.id, [Named(campus.second.id)])
    with pytest.raises(Forbidden):
        load(actor_of(campus.counter), found.id)
    [one] = campus.send(found, scan(campus.things[1], room), position=loaded)
    [two] = campus.send(found, scan(campus.things[2], room))
    assert (one.outcome, two.outcome) == ("accepted", "kept")
    assert sums(campus, found).here == 2


def test_who_sees_how_much_of_an_audit(campus: Campus) -> None:
    found = campus.begin()
    whole = [
        campus.office,
        campus.lead,
        campus.counter,
        make_colleague(campus.institution, Role.AUDITOR),
        make_colleague(campus.institution, Role.FINANCE),
    ]
    for person in whole:
        assert sums_of(actor_of(person), found).expected == 6
    head = make_colleague(
        campus.institution, Role.DEPARTMENT_HEAD, department=campus.home
    )
    for person in (head, campus.keeper):
        actor = actor_of(person)
        assert audit(actor, found.id).id == found.id
        assert _seen(actor) == [found.id]
    elsewhere = make_colleague(
        campus.institution,
        Role.DEPARTMENT_HEAD,
        department=make_campus(campus.institution).home,
    )
    for person in (elsewhere, make_person(campus.institution)):
        with pytest.raises(Missing):
            audit(actor_of(person), found.id)
        assert not _seen(actor_of(person))
        with pytest.raises(Missing):
            load(actor_of(person), found.id)
    with pytest.raises(Forbidden):
        load(actor_of(head), found.id)
    [(department, each)] = by_department(actor_of(head), found)
    assert (department.id, each.expected) == (campus.home.id, 6)
    with pytest.raises(Forbidden):
        actions.cancel(actor_of(campus.counter), found.id, reason="不盘了")


def test_an_ended_audit_takes_what_comes_late_and_never_changes(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    campus.send(found, scan(campus.things[0], campus.room))
    actions.cancel(actor_of(campus.office), found.id, reason="改期")
    before = sums(campus, found)
    [late] = campus.send(found, scan(campus.things[1], campus.room))
    assert late.outcome == "late"
    assert sums(campus, found) == before
    attacks = [
        sa.text("UPDATE audits SET title = 'x'"),
        sa.text("DELETE FROM audits"),
        sa.text("UPDATE audit_items SET outcome = 'excused', excuse = 'loan'"),
        sa.text("DELETE FROM audit_items"),
        sa.text("UPDATE audit_places SET expected = 0"),
        sa.text("UPDATE audit_people SET part = 'custodian'"),
        sa.text("DELETE FROM audit_rounds"),
        sa.text("UPDATE audit_records SET code = ''"),
        sa.text("DELETE FROM audit_records"),
        sa.text("UPDATE audit_syncs SET count = 0"),
    ]
    context.commit()
    for attack in attacks:
        with pytest.raises(sa.exc.DBAPIError):
            context.execute(attack)
        context.rollback()
    assert sums(campus, found) == before
    assert list(verify(campus.system)) == []


def test_a_running_list_takes_no_more_and_gives_none_up(
    campus: Campus, context: Session
) -> None:
    campus.begin()
    context.commit()
    copied = sa.text(
        "INSERT INTO audit_items SELECT * FROM audit_items WHERE asset_id = 0 UNION ALL"
        " SELECT * FROM audit_items"
    )
    for attack in (copied, sa.text("DELETE FROM audit_items")):
        with pytest.raises(sa.exc.DBAPIError):
            context.execute(attack)
        context.rollback()


def test_progress_tells_places_and_people(campus: Campus) -> None:
    found = campus.begin()
    campus.send(found, *scans(campus.things[:2], campus.room))
    campus.send(found, scan(campus.things[3], campus.room), by=campus.second)
    counts = {each.person.id: each.count for each in by_person(found)}
    assert counts == {campus.counter.id: 2, campus.second.id: 1}
    [room, other] = by_place(campus.system, found)
    assert (room.sums.here, room.sums.pending, room.extra) == (2, 1, 1)
    assert (other.sums.elsewhere, room.minutes) == (1, 1)


def test_a_delivery_of_too_many_is_refused_whole(campus: Campus) -> None:
    found = campus.begin()
    delivery = Delivery(walk_of(campus.counter), [{}] * 501)
    with pytest.raises(Invalid):
        actions.take_records(actor_of(campus.counter), found.id, delivery)
