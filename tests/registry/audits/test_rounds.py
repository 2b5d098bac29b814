"""Rounds: custodians look at their own, a sample is drawn as stated and seen again."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry.audits import actions
from registry.audits.actions import Named, Ruled, Sample
from registry.audits.errors import NeedsAnother, RoundOpen, RulingsOpen
from registry.audits.models import Audit, AuditFinding, AuditItem, AuditRound
from registry.audits.queries import rounds_of, sums_of
from registry.audits.queries.differences import counted_differences
from registry.audits.queries.loading import load
from registry.audits.queries.reporting import reported
from registry.audits.queries.sampling import (
    is_drawn_as_said,
    lots,
    own_counts,
    sampled,
)
from registry.audits.rules.differing import Group
from registry.audits.rules.drawing import Method, drawn
from registry.journal.queries import entries_of
from registry.kernel.errors import Conflict, Forbidden, Invalid, Missing
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.reports.auditing import gains_and_losses, sheets
from registry.store.db import session
from registry.waiting.queries import open_wait
from tests.factories.audits import Campus, scan, scans, settle
from tests.factories.catalogue import make_type
from tests.factories.organisation import actor_of, make_person


def kinds(found: Audit) -> list[tuple[str, str]]:
    return [(each.kind, each.state) for each in rounds_of(found)]


@given(
    things=st.lists(
        st.tuples(st.integers(1, 999), st.none() | st.integers(1, 9)),
        unique_by=lambda each: each[0],
        min_size=1,
    ),
    percent=st.integers(1, 100),
    method=st.sampled_from(Method),
    seed=st.text(max_size=20),
    data=st.data(),
)
@settings(max_examples=100)
def test_a_draw_is_repeatable_large_enough_and_of_no_order(
    things: list[tuple[int, int | None]],
    percent: int,
    method: Method,
    seed: str,
    data: Any,
) -> None:
    found = drawn(things, seed=seed, percent=percent, method=method)
    shuffled = data.draw(st.permutations(things))
    assert drawn(shuffled, seed=seed, percent=percent, method=method) == found
    assert set(found) <= {asset_id for asset_id, _ in things}
    assert len(found) == len(set(found)) >= len(things) * percent / 100
    if method == Method.SPREAD:
        where = dict(things)
        assert {where[each] for each in found} == set(where.values())


def test_custodians_look_at_their_own_then_some_are_seen_again(
    campus: Campus, context: Session
) -> None:
    other = make_person(campus.institution, department=campus.home)
    kind = campus.things[0].item_type_id
    campus.add(2, campus.room, custodian_id=other.id, item_type_id=kind)
    found = campus.begin(begins_with="self", counters=(Named(campus.counter.id),))
    lead, keeper = actor_of(campus.lead), actor_of(campus.keeper)
    assert [(each.total, each.found) for each in own_counts(found)] == [(6, 0), (2, 0)]
    part = own_counts(found, campus.keeper.id)[0].part
    house = campus.institution.id
    assert open_wait(house, "audit_part", part.id, "audit_self") is not None
    assert len(load(keeper, found.id).expected) == 6

    campus.send(found, *scans(campus.things[:3], campus.room), by=campus.keeper)
    campus.send(found, *scans(campus.things[3:5], campus.other), by=campus.keeper)
    for _ in range(2):
        actions.say_done(keeper, found.id)
    assert open_wait(house, "audit_part", part.id, "audit_self") is None
    verbs = [each.verb for each in entries_of("audit", found.id)]
    assert verbs.count("say_done") == 1
    with pytest.raises(Missing):
        actions.say_done(actor_of(campus.counter), found.id)
    with pytest.raises(Forbidden):
        actions.draw_sample(keeper, found.id, Sample(50))
    with pytest.raises(RoundOpen):
        actions.ask_again(lead, found.id, "self")
    for wrong in (Sample(0), Sample(101), Sample(10, "by_hand")):
        with pytest.raises(Invalid):
            actions.draw_sample(lead, found.id, wrong)
    assert kinds(found) == [("self", "open")]

    made = actions.draw_sample(lead, found.id, Sample(100, Method.HASH))
    assert kinds(found) == [("self", "done"), ("sample", "open")]
    asked = [each.part.id for each in own_counts(found)]
    waits = [open_wait(house, "audit_part", each, "audit_self") for each in asked]
    assert waits == [None, None]
    assert (made.drawn, len(lots(found))) == (8, 8)
    assert is_drawn_as_said(found, made)
    # One again where it was, one elsewhere, one nobody had seen; five not looked at.
    campus.send(found, scan(campus.things[0], campus.room))
    campus.send(found, scan(campus.things[1], campus.other))
    campus.send(found, scan(campus.things[6], campus.room))
    [told] = sampled(found)
    assert (told.agreed, told.differs, told.unseen, told.in_vain) == (1, 2, 5, 3)
    assert told.share == 33
    sums = sums_of(campus.system, found)
    assert (sums.here, sums.elsewhere, sums.pending) == (5, 1, 2)

    actions.ask_again(lead, found.id, "self")
    assert own_counts(found, campus.keeper.id)[0].part.done_at is None
    actions.ask_again(lead, found.id, "walk")
    assert [kind for kind, _ in kinds(found)] == ["self", "sample", "self", "walk"]
    actions.end_walk(lead, found.id)
    with pytest.raises(Conflict):
        actions.ask_again(lead, found.id, "self")
    settle(campus, found)
    actions.close(actor_of(campus.office), found.id)
    tables = {
        each.title: list(each.rows()) for each in sheets(reported(lead, found.id))
    }
    own = {row[0]: row[1:3] for row in tables["自查"]}
    assert own == {other.name: (2, 1), campus.keeper.name: (6, 5)}
    [row] = tables["抽查"]
    assert row[3] == made.seed
    # Method and seed prove the draw; told otherwise they do not.
    told_wrong = AuditRound(id=made.id, seed=made.seed, method=made.method, percent=20)
    assert not is_drawn_as_said(found, told_wrong)


def test_on_plain_pages_a_place_is_ticked_counted_closed_and_taken_back(
    campus: Campus, signed_in_as: Any
) -> None:
    chairs = make_type(campus.institution, is_labelled=False)
    campus.add(4, campus.room, item_type_id=chairs.id)
    found = campus.begin(begins_with="self")
    where = f"/audits/{found.id}/list"
    lead = signed_in_as(person=campus.lead)
    assert campus.room.full_name in lead.get(where).text
    here = f"{where}/place?place={campus.room.id}"
    page = lead.get(here).text
    assert page.count('name="seen"') == 3
    first, second, third = campus.things[:3]
    ticks = {"place": campus.room.id, "seen": [first.id, second.id]}
    assert lead.submit(f"{where}/tick", ticks).headers["Location"].endswith(here)
    assert "已盘 2 / 3" in lead.get(here).text
    lead.submit(f"{where}/code", {"place": campus.room.id, "code": third.code})
    assert "相符" in lead.get(here).text
    wrong = campus.things[3]
    lead.submit(f"{where}/code", {"place": campus.room.id, "code": wrong.code})
    assert campus.other.full_name in lead.get(here).text
    heap = {"place": campus.room.id, "here": campus.room.id, "item_type": chairs.id}
    lead.submit(f"{where}/count", heap | {"count": "3"})
    lead.submit(f"{where}/count", heap | {"count": "三"})
    assert "请写一个数" in lead.get(here).text
    item = session().get_one(AuditItem, (found.id, second.id))
    undo = {"place": campus.room.id, "kind": "undo", "undoes": item.record_key}
    lead.submit(f"{where}/act", undo)
    lead.submit(f"{where}/act", {"place": campus.room.id, "kind": "close_place"})
    assert "还有 2 件没找到" in lead.get(here).text
    sums = sums_of(campus.system, found)
    assert (sums.here, sums.elsewhere, sums.missing) == (5, 1, 2)
    lead.submit(f"{where}/act", {"place": campus.room.id, "kind": "reopen_place"})
    assert sums_of(campus.system, found).missing == 0

    keeper = signed_in_as(person=campus.keeper)
    assert keeper.get(where).headers["Location"].endswith(f"{where}/own")
    assert "核对我保管的" in keeper.get(f"/audits/{found.id}").text
    own = keeper.get(f"{where}/own").text
    assert "我保管的都看过了" in own
    assert own.count('name="seen"') == 3
    keeper.submit(f"{where}/tick", {"seen": [campus.things[4].id]})
    keeper.submit(f"{where}/done", {})
    assert "确认看过" in keeper.get(f"{where}/own").text
    assert "1 / 1 位保管人已确认看过" in lead.get(f"/audits/{found.id}").text
    assert keeper.submit(f"{where}/tick", {}).status_code == 303
    assert "还没有勾上" in keeper.get(f"{where}/own").text
    assert signed_in_as(person=campus.second).get(here).status_code == 200
    stranger = signed_in_as(person=make_person(campus.institution))
    assert stranger.get(here).status_code == 404

    sample = f"/audits/{found.id}/sample"
    assert "再抽一遍核对" in lead.get(sample).text
    assert lead.submit(sample, {"percent": "0"}).status_code == 422
    assert lead.submit(sample, {"percent": "50"}).status_code == 303
    assert "抽到 4 件" in lead.get(f"/audits/{found.id}").text
    lead.submit(f"/audits/{found.id}/rounds", {"kind": "walk"})
    assert kinds(found)[-1] == ("walk", "open")
    office = signed_in_as(person=campus.office)
    report = f"/api/v1/audits/{found.id}/report"
    assert office.get(report).json["samples"][0]["is_as_said"] is None
    told = office.get(f"{report}?check=true").json
    assert told["samples"][0]["is_as_said"] is True
    assert len(told["own"]) == 1


def test_what_a_sample_does_not_find_again_is_a_difference_that_two_rule_on(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    lead, office, deputy = map(actor_of, (campus.lead, campus.office, campus.deputy))
    gone, shown, moved, seen, late, _never = campus.things
    send = campus.send
    send(found, *scans((gone, shown, moved, seen, late), campus.room), round=1)
    walked_late = scan(gone, campus.room)
    actions.draw_sample(lead, found.id, Sample(100))
    send(found, scan(seen, campus.room), round=2)
    ledger.move(campus.system, moved.id, campus.store.id)

    def doubted(*states: str) -> dict[int | None, AuditFinding]:
        rows = session().scalars(
            sa.select(AuditFinding).where(
                AuditFinding.audit_id == found.id,
                AuditFinding.kind == "not_found",
                AuditFinding.state.in_(states),
            )
        )
        return {each.asset_id: each for each in rows}

    live = counted_differences(found)
    assert Group.NOT_FOUND not in live  # while the sample is still looked for
    assert sampled(found)[0].share == 100
    actions.end_walk(lead, found.id)
    # What the ledger has moved since need not be there; what nobody saw is missing.
    assert set(doubted("open")) == {gone.id, shown.id, late.id}
    assert sampled(found)[0].share == 20
    assert counted_differences(found)[Group.NOT_FOUND] == 3
    sums = sums_of(campus.system, found)
    assert (sums.here, sums.elsewhere, sums.missing) == (3, 2, 1)
    # A sight from before the sample that comes late answers nothing, one of it does.
    send(found, walked_late, round=1)
    send(found, scan(late, campus.other), round=2)
    assert set(doubted("open")) == {gone.id, shown.id}
    assert set(doubted("overtaken")) == {late.id}
    known = doubted("open")
    with pytest.raises(RulingsOpen):
        actions.close(office, found.id)
    actions.rule(
        office,
        [known[gone.id].id],
        Ruled("mark_missing", "lost", "抽查时柜子是空的"),
    )
    actions.rule(
        office, [known[shown.id].id], Ruled("excuse", "other", "在实验室，当天锁着门")
    )
    both = [each.id for each in known.values()]
    with pytest.raises(NeedsAnother):
        actions.approve(office, both)
    actions.approve(deputy, both)
    assert context.get_one(Asset, gone.id, populate_existing=True).state == "missing"
    settle(campus, found)
    actions.close(office, found.id)
    assert set(doubted("applied")) == {gone.id, shown.id}
    told = reported(office, found.id)
    assert (told.losses.count, len(list(gains_and_losses(found).rows()))) == (1, 3)
