"""Every state of an audit, and of a difference, attacked with every act there is.

What the table of moves allows leads exactly where it says and leaves an entry; what is
no move is allowed only in the states named here; anything else is refused in words and
changes nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.audits import actions
from registry.audits.actions import Named, Plan, Ruled, Sample
from registry.audits.models import Audit, AuditFinding, AuditItem, AuditRecord
from registry.audits.states import AUDIT, FINDING, AuditState, FindingState
from registry.journal.models import Entry
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Refused
from registry.organisation.models import Institution
from registry.words import sentence
from tests.factories.audits import Campus, make_campus, record, scan, settle
from tests.factories.organisation import actor_of

PLANNED, RUNNING, REVIEWING = (
    AuditState.PLANNED,
    AuditState.RUNNING,
    AuditState.REVIEWING,
)
ENDED = (AuditState.CLOSED, AuditState.CANCELLED)
LET_BE = Ruled("excuse", "other", "已经说明")


def standing(house: Institution, state: AuditState) -> tuple[Campus, Audit]:
    """An audit that has come so far, of a campus of its own; custodians were asked."""
    campus = make_campus(house, things=1)
    made = campus.plan(begins_with="self")
    lead, office = actor_of(campus.lead), actor_of(campus.office)
    if state != PLANNED:
        actions.freeze(lead, made.id)
        campus.send(made, scan(campus.things[0], campus.room))
    if state == AuditState.CANCELLED:
        actions.cancel(office, made.id, reason="不盘了")
    if state in (REVIEWING, AuditState.CLOSED):
        actions.end_walk(lead, made.id)
        settle(campus, made)
    if state == AuditState.CLOSED:
        actions.close(office, made.id)
    return campus, made


Act = Callable[[Campus, Audit], Any]


def _lead(campus: Campus) -> Actor:
    return actor_of(campus.lead)


def _office(campus: Campus) -> Actor:
    return actor_of(campus.office)


MOVES: dict[str, Act] = {
    "freeze": lambda c, a: actions.freeze(_lead(c), a.id),
    "end_walk": lambda c, a: actions.end_walk(_lead(c), a.id),
    "resume": lambda c, a: actions.resume(_lead(c), a.id),
    "close": lambda c, a: actions.close(_office(c), a.id),
    "cancel": lambda c, a: actions.cancel(_office(c), a.id, reason="不盘了"),
}
OTHERS: dict[str, tuple[Act, tuple[AuditState, ...]]] = {
    "change_plan": (
        lambda c, a: actions.change_plan(
            _office(c),
            a.id,
            a.version,
            Plan("另一次", today(c.institution.time_zone), lead_id=c.lead.id),
        ),
        (PLANNED,),
    ),
    "name_counters": (
        lambda c, a: actions.name_counters(_lead(c), a.id, [Named(c.keeper.id)]),
        (PLANNED, RUNNING, REVIEWING),
    ),
    "ask_again": (lambda c, a: actions.ask_again(_lead(c), a.id, "walk"), (RUNNING,)),
    "draw_sample": (
        lambda c, a: actions.draw_sample(_lead(c), a.id, Sample(50)),
        (RUNNING,),
    ),
    "say_done": (lambda c, a: actions.say_done(actor_of(c.keeper), a.id), (RUNNING,)),
    "take_records": (
        lambda c, a: c.send(a, record("note", note="看过了")),
        (RUNNING, REVIEWING, *ENDED),
    ),
}


def picture(session: Session, campus: Campus, made: Audit) -> list[Any]:
    """All that an act could change of an audit, and how many entries there are."""
    session.expire_all()
    row = session.get_one(Audit, made.id)
    house = campus.institution.id
    count = sa.select(sa.func.count())
    return [
        [getattr(row, column.name) for column in Audit.__table__.columns],
        session.execute(
            sa.select(AuditItem.asset_id, AuditItem.outcome, AuditItem.times)
            .where(AuditItem.audit_id == made.id)
            .order_by(AuditItem.asset_id)
        ).all(),
        session.scalar(count.where(AuditRecord.audit_id == made.id)),
        session.execute(
            sa.select(AuditFinding.id, AuditFinding.state)
            .where(AuditFinding.audit_id == made.id)
            .order_by(AuditFinding.id)
        ).all(),
        session.scalar(count.where(Entry.institution_id == house)),
    ]


def test_every_state_of_an_audit_with_every_act(
    institution: Institution, context: Session
) -> None:
    wrong = []
    acts = {verb: (act, AUDIT.moves[verb][0]) for verb, act in MOVES.items()} | OTHERS
    assert set(MOVES) == set(AUDIT.moves)
    for state in AuditState:
        refusing = standing(institution, state)
        for verb, (act, states) in acts.items():
            campus, made = standing(institution, state) if state in states else refusing
            context.commit()
            before = picture(context, campus, made)
            refusal = None
            try:
                act(campus, made)
            except Refused as caught:
                refusal = caught
                context.rollback()
            after = picture(context, campus, made)
            is_at = context.get_one(Audit, made.id).state
            target = AUDIT.moves[verb][1] if verb in MOVES else state
            told = f"{state} {verb}: {refusal!r} {is_at}"
            if state in states:
                if refusal or is_at != target or after == before:
                    wrong.append(told)
            elif refusal is None or after != before:
                wrong.append(told)
            elif not sentence(refusal.code, refusal.facts):
                wrong.append(f"{told}: no words")
    assert not wrong, "\n".join(wrong)
    campus = make_campus(institution, things=1)
    made = campus.plan()
    actions.cancel(_office(campus), made.id, reason="不盘了")
    with pytest.raises(Conflict):
        campus.send(made, record("note", note="给没开始的"))


def difference(
    house: Institution, state: FindingState
) -> tuple[Campus, Audit, AuditFinding]:
    """One missing thing, as far as somebody has dealt with it."""
    campus = make_campus(house)
    campus.add(1, campus.room)
    made = campus.begin()
    lead, office = actor_of(campus.lead), actor_of(campus.office)
    actions.end_walk(lead, made.id)
    session = sa.orm.object_session(made)
    assert session is not None
    [row] = session.query(AuditFinding).filter_by(audit_id=made.id)
    if state in (FindingState.RULED, FindingState.APPLIED):
        actions.rule(lead, [row.id], LET_BE)
    if state == FindingState.APPLIED:
        actions.approve(office, [row.id])
    if state == FindingState.OVERTAKEN:
        campus.send(made, scan(campus.things[0], campus.room))
    session.expire_all()
    assert row.state == state
    return campus, made, row


RULINGS: dict[str, Callable[[Campus, AuditFinding], Any]] = {
    "rule": lambda c, f: actions.rule(_lead(c), [f.id], LET_BE),
    "send_back": lambda c, f: actions.send_back(_office(c), [f.id], "再找找"),
    "approve": lambda c, f: actions.approve(_office(c), [f.id]),
    "overtake": lambda c, f: c.send(f.audit or Audit(), scan(c.things[0], c.room)),
}
LEADS = {"approve": FindingState.APPLIED}
"""Approving carries out what was ruled, in one act."""
AT_REST = [each for each in FindingState if each != FindingState.APPROVED]


@pytest.mark.parametrize("state", AT_REST)
def test_every_state_of_a_difference_with_every_act(
    institution: Institution, context: Session, state: FindingState
) -> None:
    wrong = []
    for verb, act in RULINGS.items():
        campus, made, row = difference(institution, state)
        context.commit()
        before = picture(context, campus, made)
        refusal = None
        try:
            act(campus, row)
        except Refused as caught:
            refusal = caught
            context.rollback()
        after = picture(context, campus, made)
        told = f"{state} {verb}: {refusal!r} {row.state}"
        if state in FINDING.moves[verb][0]:
            target = LEADS.get(verb, FINDING.moves[verb][1])
            if refusal or row.state != target or after == before:
                wrong.append(told)
        elif row.state != state or (verb != "overtake" and refusal is None):
            wrong.append(told)
        elif refusal is not None and (
            after != before or not sentence(refusal.code, refusal.facts)
        ):
            wrong.append(f"{told}: changed, or no words")
    assert not wrong, "\n".join(wrong)
