"""What differs: gathered, ruled, approved by another, written in one act."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.audits import actions
from registry.audits.actions import Entered, Ruled
from registry.audits.errors import NeedsAnother, RulingsOpen
from registry.audits.models import Audit, AuditFinding
from registry.audits.queries.differences import counted_differences
from registry.audits.states import FindingState
from registry.journal.queries import entries_of
from registry.kernel.errors import Forbidden, Invalid, Missing, WrongState
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, Document
from registry.ledger.verifying import verify
from registry.store.db import session
from registry.waiting.queries import open_wait
from tests.factories.audits import Campus, record, scan, scans
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import actor_of, make_colleague

LOST = Ruled("mark_missing", "lost", "全校找过，没有找到")
MOVE = Ruled("move", "moved_unrecorded")
LET_BE = Ruled("excuse", "other", "已经说明，不改账")
OPEN = ("open", "ruled", "approved")


def findings(found: Audit, *states: str) -> dict[tuple[str, int | None], AuditFinding]:
    """The findings of an audit by kind and thing."""
    rows = session().scalars(
        sa.select(AuditFinding)
        .where(AuditFinding.audit_id == found.id)
        .order_by(AuditFinding.id)
        .execution_options(populate_existing=True)
    )
    return {
        (each.kind, each.asset_id): each
        for each in rows
        if not states or each.state in states
    }


def asset_of(context: Session, asset: Asset) -> Asset:
    return context.get_one(Asset, asset.id, populate_existing=True)


@pytest.fixture
def ended(campus: Campus, context: Session) -> Audit:
    """A walk that found every kind of difference, and is over.

    Of the six things: 0 here, 1 in the other room, 2 here but worn, 3 here although the
    ledger has it as missing, 4 and 5 nowhere.
    """
    here, away, worn, back, *_ = campus.things
    ledger.change_state(campus.system, back.id, "report_missing")
    found = campus.begin()
    [foreign] = make_assets(campus.institution, 1, place_id=campus.store.id)
    [gone] = make_assets(campus.institution, 1, place_id=campus.store.id)
    for verb in ("propose_disposal", "dispose"):
        ledger.change_state(campus.system, gone.id, verb)
    campus.things += [foreign, gone]
    beds = make_type(campus.institution, is_labelled=False)
    campus.send(
        found,
        scan(here, campus.room),
        scan(away, campus.other),
        scan(worn, campus.room, condition="poor"),
        scan(back, campus.other),
        scan(foreign, campus.room),
        scan(gone, campus.room),
        record("scan", code="没见过的码", place_id=campus.room.id),
        record("scan", code="没见过的码", place_id=campus.room.id),
        record("note", code="没见过的码", place_id=campus.room.id, note="旧显示器"),
        record("note", place_id=campus.room.id, note="一张没有标签的桌子"),
        record("count", item_type_id=beds.id, place_id=campus.room.id, count=3),
    )
    return actions.end_walk(actor_of(campus.lead), found.id)


def test_every_kind_of_difference_is_gathered_once_and_asked_for(
    campus: Campus, ended: Audit
) -> None:
    _, away, worn, back, lost, gone, foreign, disposed = campus.things
    known = findings(ended)
    assert {(kind, asset_id) for kind, asset_id in known if asset_id} == {
        ("elsewhere", away.id),
        ("condition", worn.id),
        ("unlisted", back.id),
        ("missing", lost.id),
        ("missing", gone.id),
        ("unlisted", foreign.id),
        ("unlisted", disposed.id),
    }
    assert known["unknown", None].words == "旧显示器"
    told = {str(group): count for group, count in counted_differences(ended).items()}
    assert told == {
        "missing": 2,
        "elsewhere": 1,
        "condition": 1,
        "back": 1,
        "disposed": 1,
        "unlisted": 1,
        "surplus": 4,
        "unknown": 1,
    }
    lead = actor_of(campus.lead)
    before = {each.id for each in findings(ended).values()}
    actions.resume(lead, ended.id)
    assert open_wait(campus.institution.id, "audit", ended.id, "audit_review") is None
    actions.end_walk(lead, ended.id)
    assert {each.id for each in findings(ended).values()} == before
    wait = open_wait(campus.institution.id, "audit", ended.id, "audit_review")
    assert wait is not None


def test_rulings_are_approved_by_another_and_written_in_one_act(
    campus: Campus, ended: Audit, context: Session
) -> None:
    _, away, worn, back, lost, gone, foreign, disposed = campus.things
    office, deputy, lead = map(actor_of, (campus.office, campus.deputy, campus.lead))
    known = findings(ended)
    surplus = context.scalars(
        sa.select(AuditFinding).where(AuditFinding.kind == "surplus")
    ).all()
    heap = next(each for each in surplus if each.item_type_id)
    desk = next(each for each in surplus if not each.item_type_id)
    with pytest.raises(RulingsOpen):
        actions.close(office, ended.id)
    with pytest.raises(Forbidden):
        actions.rule(actor_of(campus.counter), [known["missing", lost.id].id], LOST)
    stranger = make_colleague(campus.institution, None)
    with pytest.raises(Missing):
        actions.rule(actor_of(stranger), [known["missing", lost.id].id], LOST)
    for wrong in (
        Ruled("register", "lost", "不合适的意见"),
        Ruled("mark_missing", "lost", ""),
        Ruled("mark_missing", "fun", "随便写的"),
        Ruled("move", "moved_unrecorded"),
    ):
        with pytest.raises(Invalid):
            actions.rule(lead, [known["missing", lost.id].id], wrong)
    pairs = [known["missing", lost.id].id, known["missing", gone.id].id]
    actions.rule(office, pairs, LOST)
    moved = [known["elsewhere", away.id].id, known["unlisted", foreign.id].id]
    actions.rule(lead, moved, MOVE)
    actions.rule(
        lead, [known["unlisted", back.id].id], Ruled("put_back", "moved_unrecorded")
    )
    actions.rule(lead, [known["condition", worn.id].id], Ruled("set_condition", "wear"))
    actions.rule(lead, [known["unlisted", disposed.id].id], LET_BE)
    actions.rule(lead, [known["unknown", None].id], LET_BE)
    kind = make_type(campus.institution)
    entered = Entered(item_type_id=kind.id, department_id=campus.home.id, cost_fen=100)
    gain = Ruled("register", "never_entered", "历年没有入账", entered=entered)
    with pytest.raises(Invalid):
        actions.rule(lead, [desk.id], Ruled("register", "never_entered", "没写类型的"))
    actions.rule(lead, [desk.id], gain)
    actions.rule(lead, [heap.id], gain)
    wait = open_wait(campus.institution.id, "audit", ended.id, "audit_approve")
    assert wait is not None
    everything = [each.id for each in findings(ended).values()] + [desk.id, heap.id]
    with pytest.raises(NeedsAnother):
        actions.approve(office, everything)
    with pytest.raises(Forbidden):
        actions.approve(lead, everything)
    assert len(findings(ended, "ruled")) >= 8
    done = actions.approve(deputy, everything)
    assert not done.came_back
    assert done.document is not None
    document = context.get_one(Document, done.document.id)
    assert (document.kind, document.count) == ("audit", 2 + 2 + 1 + 1 + 1 + 3)
    assert asset_of(context, lost).state == "missing"
    assert asset_of(context, away).place_id == campus.other.id
    assert asset_of(context, foreign).place_id == campus.room.id
    assert (asset_of(context, back).state, asset_of(context, back).place_id) == (
        "in_use",
        campus.other.id,
    )
    assert asset_of(context, worn).condition == "poor"
    made = context.scalars(sa.select(Asset).where(Asset.method == "surplus")).all()
    assert len(made) == 4
    assert {each.place_id for each in made} == {campus.room.id}
    entry = entries_of("asset", lost.id)[-1]
    assert (entry.verb, entry.door, entry.document) == (
        "report_missing",
        "audit",
        document.number,
    )
    assert open_wait(campus.institution.id, "audit", ended.id, "audit_review") is None
    assert open_wait(campus.institution.id, "audit", ended.id, "audit_approve") is None
    with pytest.raises(WrongState):
        actions.approve(deputy, pairs)
    closed = actions.close(office, ended.id)
    assert closed.hash
    assert not findings(ended, *OPEN)
    context.commit()
    with pytest.raises(sa.exc.DBAPIError):
        context.execute(sa.text("UPDATE audit_findings SET state = 'open'"))
    context.rollback()
    assert not list(verify(campus.system))


def test_a_ruling_holds_only_for_what_was_judged(
    campus: Campus, ended: Audit, context: Session
) -> None:
    _, away, _, _, lost, gone, *_ = campus.things
    office, lead = actor_of(campus.office), actor_of(campus.lead)
    known = findings(ended)
    both = [known["elsewhere", away.id].id, known["missing", lost.id].id]
    actions.rule(lead, both[:1], MOVE)
    actions.rule(lead, both[1:], LOST)
    ledger.move(campus.system, away.id, campus.store.id)
    done = actions.approve(office, both)
    assert [each.asset_id for each in done.came_back] == [away.id]
    assert [each.asset_id for each in done.applied] == [lost.id]
    assert asset_of(context, away).place_id == campus.store.id
    again = findings(ended)["elsewhere", away.id]
    assert (again.state, again.came_back) == ("open", True)
    # Sent back it is ruled anew; a thing found after all ceases to differ.
    other = known["missing", gone.id].id
    actions.rule(lead, [other], LOST)
    with pytest.raises(Invalid):
        actions.send_back(office, [other], " ")
    actions.send_back(office, [other], "再去实训楼看看")
    assert findings(ended)["missing", gone.id].state == "open"
    actions.rule(lead, [other], LOST)
    [late] = campus.send(ended, scan(gone, campus.other))
    assert late.outcome == "accepted"
    assert findings(ended)["missing", gone.id].state == FindingState.OVERTAKEN
    # What was marked missing and then turns up is a difference again.
    campus.send(ended, scan(lost, campus.room))
    seen = findings(ended, "open")["elsewhere", lost.id]
    assert seen.was == "missing"
    actions.rule(lead, [seen.id], Ruled("put_back", "moved_unrecorded"))
    actions.approve(office, [seen.id])
    assert asset_of(context, lost).state == "in_use"


def test_unlabelled_things_that_are_fewer_are_one_difference(
    campus: Campus, context: Session
) -> None:
    beds = make_type(campus.institution, is_labelled=False)
    made = campus.add(5, campus.room, item_type_id=beds.id)
    found = campus.begin()
    count = record("count", item_type_id=beds.id, place_id=campus.room.id, count=3)
    campus.send(found, *scans(campus.things[:3], campus.room), count)
    campus.send(found, *scans(campus.things[3:6], campus.other))
    actions.end_walk(actor_of(campus.lead), found.id)
    [fewer] = findings(found).values()
    assert (fewer.kind, fewer.count, fewer.asset_id) == ("missing", 2, None)
    actions.rule(actor_of(campus.lead), [fewer.id], LOST)
    done = actions.approve(actor_of(campus.office), [fewer.id])
    assert done.document.count == 2
    states = [asset_of(context, each).state for each in made]
    assert states.count("missing") == 2
    assert actions.close(actor_of(campus.office), found.id).state == "closed"


def test_what_was_not_found_elsewhere_stands_until_it_is_settled(
    campus: Campus, context: Session
) -> None:
    first, second, third = campus.things[:3]

    def tell(asset: Asset) -> AuditFinding:
        actions.note_not_found(
            campus.institution.id, asset.id, source="CG2026-000001", words="柜子里没有"
        )
        return context.scalars(
            sa.select(AuditFinding)
            .where(AuditFinding.asset_id == asset.id, AuditFinding.audit_id.is_(None))
            .execution_options(populate_existing=True)
        ).one()

    rows = [tell(each) for each in (first, second, third, third)]
    office, deputy = actor_of(campus.office), actor_of(campus.deputy)
    wait = open_wait(campus.institution.id, "audit_finding", rows[0].id, "audit_look")
    assert wait is not None
    actions.rule(office, [rows[0].id], LOST)
    with pytest.raises(NeedsAnother):
        actions.approve(office, [rows[0].id])
    actions.approve(deputy, [rows[0].id])
    assert asset_of(context, first).state == "missing"
    # Another is found by an audit, and a third is missing there too.
    found = campus.begin()
    campus.send(found, scan(second, campus.room))
    context.refresh(rows[1])
    assert rows[1].state == "overtaken"
    actions.end_walk(actor_of(campus.lead), found.id)
    context.refresh(rows[2])
    assert rows[2].state == "overtaken"
    taken = findings(found)["missing", third.id]
    assert (taken.words, taken.source) == ("柜子里没有", "CG2026-000001")
    one_open: Any = open_wait(
        campus.institution.id, "audit_finding", rows[2].id, "audit_look"
    )
    assert one_open is None


def test_a_principal_may_approve_what_the_only_officer_ruled(
    campus: Campus, ended: Audit, context: Session
) -> None:
    lost = campus.things[4]
    row = findings(ended)["missing", lost.id]
    actions.rule(actor_of(campus.office), [row.id], LOST)
    principal = make_colleague(campus.institution, Role.PRINCIPAL)
    actions.approve(actor_of(principal), [row.id])
    assert asset_of(context, lost).state == "missing"
