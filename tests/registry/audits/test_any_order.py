"""Whatever is counted, taken back, closed and ruled in whatever order: it adds up.

A machine of Hypothesis draws what people do with phones, what the lead decides, and
what happens in the ledger meanwhile. Refusals are fine; after every step all must hold.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from registry.audits import actions
from registry.audits.actions import Named, Ruled, Sample, tallying
from registry.audits.actions.ending import content_hash
from registry.audits.models import Audit, AuditFinding, AuditItem, AuditRecord
from registry.audits.queries import sums_of
from registry.audits.queries.counting import by_department, by_place
from registry.audits.queries.differences import held
from registry.audits.states import AT_ONCE, AuditState, Outcome
from registry.kernel.errors import Refused
from registry.ledger import actions as ledger
from registry.ledger.verifying import verify
from tests.factories.audits import make_campus, record
from tests.factories.catalogue import make_type
from tests.factories.organisation import actor_of, make_institution
from tests.harness.depth import deep

THINGS, CHAIRS = 4, 3
which = st.integers(0, THINGS - 1)
room = st.integers(0, 1)
who = st.integers(0, 1)
number = st.integers(0, 30)


class Counting(RuleBasedStateMachine):
    """Two rooms, some things and a heap of chairs; two who count, a lead, an office."""

    session: Session

    @initialize(kind=st.sampled_from(("walk", "self")), lent=st.booleans())
    def begin(self, kind: str, lent: bool) -> None:
        house = make_institution()
        self.campus = make_campus(house, things=THINGS // 2)
        campus = self.campus
        self.rooms = [campus.room, campus.other]
        chairs = make_type(house, is_labelled=False)
        self.chairs = chairs.id
        campus.add(CHAIRS, campus.room, item_type_id=chairs.id)
        self.things = [each.id for each in campus.things[:THINGS]]
        self.codes = [each.code for each in campus.things[:THINGS]]
        if lent:
            who = campus.second.id
            ledger.lend(campus.system, self.things[0], person_id=who, until=None)
        counters = (Named(campus.counter.id), Named(campus.second.id))
        self.audit = campus.begin(begins_with=kind, counters=counters).id
        self.people = [campus.counter, campus.second]
        self.sent: list[dict[str, Any]] = []
        self.end: tuple[Any, ...] | None = None

    def attempt(self, act: Callable[[], Any]) -> Any:
        """Do something that may well be refused."""
        try:
            return act()
        except Refused:
            self.session.rollback()
        finally:
            self.session.expire_all()
        return None

    def send(self, who: int, *records: dict[str, Any]) -> None:
        """What one phone brings; what was taken is known to have been sent."""
        campus = self.campus
        found = self.session.get_one(Audit, self.audit)
        results = self.attempt(
            lambda: campus.send(found, *records, by=self.people[who])
        )
        for each, told in zip(records, results or (), strict=False):
            if told.problem is None and each not in self.sent:
                self.sent.append(each)

    @rule(who=who, thing=which, room=room, ticked=st.booleans())
    def see(self, who: int, thing: int, room: int, ticked: bool) -> None:
        place = self.rooms[room].id
        if ticked:
            how = {"asset_id": self.things[thing], "reason": "no_label"}
            self.send(who, record("tick", place_id=place, **how))
        else:
            self.send(who, record("scan", place_id=place, code=self.codes[thing]))

    @rule(who=who, count=st.integers(0, CHAIRS + 1))
    def count(self, who: int, count: int) -> None:
        place = self.rooms[0].id
        how = {"item_type_id": self.chairs, "place_id": place, "count": count}
        self.send(who, record("count", **how))

    @rule(who=who, room=room, verb=st.sampled_from(("close_place", "reopen_place")))
    def end_room(self, who: int, room: int, verb: str) -> None:
        self.send(who, record(verb, place_id=self.rooms[room].id))

    @rule(who=who, at=number)
    def take_back(self, who: int, at: int) -> None:
        if self.sent:
            target = self.sent[at % len(self.sent)]["id"]
            self.send(who, record("undo", undoes=target))

    @rule(at=number)
    def send_again(self, at: int) -> None:
        """A phone whose answer was cut sends what it has sent."""
        if self.sent:
            again = self.sent[at % len(self.sent)]
            for person in (0, 1):
                self.send(person, again)

    @rule()
    def one_bad_record_among_good_ones(self) -> None:
        good = record("scan", place_id=self.rooms[0].id, code=self.codes[0])
        self.send(0, {"id": str(uuid.uuid4()), "kind": "dance"}, good)

    @rule(verb=st.sampled_from(("end_walk", "resume", "close", "ask", "own", "draw")))
    def decide(self, verb: str) -> None:
        lead, office = actor_of(self.campus.lead), actor_of(self.campus.office)
        acts: dict[str, Callable[[], Any]] = {
            "end_walk": lambda: actions.end_walk(lead, self.audit),
            "resume": lambda: actions.resume(lead, self.audit),
            "close": lambda: actions.close(office, self.audit),
            "ask": lambda: actions.ask_again(lead, self.audit, "walk"),
            "own": lambda: actions.ask_again(lead, self.audit, "self"),
            "draw": lambda: actions.draw_sample(lead, self.audit, Sample(50)),
        }
        self.attempt(acts[verb])

    @rule(at=number, ruling=st.sampled_from(("excuse", "move", "mark_missing")))
    def judge(self, at: int, ruling: str) -> None:
        ids = self.findings("open", "ruled")
        if ids:
            told = Ruled(ruling, "other", "已经说明")
            wanted = [ids[at % len(ids)]]
            self.attempt(lambda: actions.rule(actor_of(self.campus.lead), wanted, told))

    @rule()
    def approve_all(self) -> None:
        ids = self.findings("ruled")
        if ids:
            self.attempt(lambda: actions.approve(actor_of(self.campus.office), ids))

    @rule(thing=which, room=room)
    def it_moves_in_the_ledger(self, thing: int, room: int) -> None:
        wanted, place = self.things[thing], self.rooms[room].id
        self.attempt(lambda: ledger.move(self.campus.system, wanted, place))

    def findings(self, *states: str) -> list[int]:
        return list(
            self.session.scalars(
                sa.select(AuditFinding.id)
                .where(
                    AuditFinding.audit_id == self.audit, AuditFinding.state.in_(states)
                )
                .order_by(AuditFinding.id)
            )
        )

    def items(self) -> Sequence[AuditItem]:
        return self.session.scalars(
            sa.select(AuditItem)
            .where(AuditItem.audit_id == self.audit)
            .order_by(AuditItem.asset_id)
        ).all()

    @invariant()
    def it_adds_up_at_every_read(self) -> None:
        found = self.session.get_one(Audit, self.audit)
        sums = sums_of(self.campus.system, found)
        parts = (sums.pending, sums.here, sums.elsewhere, sums.missing, sums.excused)
        assert sum(parts) == sums.expected == found.expected == THINGS + CHAIRS
        for split in (
            [each.sums for each in by_place(self.campus.system, found)],
            [each for _, each in by_department(self.campus.system, found)],
        ):
            for name in ("expected", "pending", "here", "elsewhere", "missing"):
                assert sum(getattr(e, name) for e in split) == getattr(sums, name)
        if found.state in (AuditState.REVIEWING, AuditState.CLOSED):
            assert sums.pending == 0

    @invariant()
    def what_was_seen_is_found_where_it_was_seen_last(self) -> None:
        seen: dict[int, list[AuditRecord]] = {}
        for each in self.session.scalars(
            sa.select(AuditRecord)
            .where(
                AuditRecord.audit_id == self.audit,
                AuditRecord.kind.in_(("scan", "tick")),
                *held(),
            )
            .order_by(AuditRecord.id)
        ):
            seen.setdefault(each.asset_id or 0, []).append(each)
        closed = {
            each.place.id
            for each in by_place(
                self.campus.system, self.session.get_one(Audit, self.audit)
            )
            if each.place and each.closed_at
        }
        for item in self.items():
            if not item.is_labelled:
                continue
            mine = seen.get(item.asset_id, [])
            assert (item.found_at is not None) == bool(mine)
            if mine:
                last = max(each.round for each in mine)
                latest = [each for each in mine if each.round == last]
                assert item.found_place_id == latest[-1].place_id
                here = item.found_place_id == item.place_id
                assert item.outcome == (Outcome.HERE if here else Outcome.ELSEWHERE)
                two = len({each.place_id for each in latest}) > 1
                assert item.is_disputed or not two
            elif item.excuse in AT_ONCE:
                assert item.outcome == Outcome.EXCUSED
            elif item.place_id in closed:
                assert item.outcome == Outcome.MISSING

    @invariant()
    def each_record_is_kept_once(self) -> None:
        keys = Counter(
            self.session.scalars(
                sa.select(AuditRecord.key).where(AuditRecord.audit_id == self.audit)
            )
        )
        assert set(keys.values()) <= {1}
        assert {each["id"] for each in self.sent} == set(keys)

    @invariant()
    def what_is_closed_stays(self) -> None:
        found = self.session.get_one(Audit, self.audit)
        if found.state != AuditState.CLOSED:
            return
        assert not self.findings("open", "ruled", "approved")
        assert content_hash(found) == found.hash
        now_ = tuple((i.asset_id, i.outcome, i.found_place_id) for i in self.items())
        self.end = self.end or now_
        assert self.end == now_

    def teardown(self) -> None:
        self.session.rollback()
        assert not list(verify(self.campus.system))


def _machine(session: Session) -> type[Counting]:
    return type("Counting", (Counting,), {"session": session})


def test_whatever_is_counted_in_whatever_order(context: Session) -> None:
    run_state_machine_as_test(
        _machine(context),
        settings=settings(max_examples=deep(5, 100), stateful_step_count=30),
    )


@pytest.mark.whole_only
def test_what_is_taken_back_and_yet_counts_is_caught(
    context: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallying.Sheet, "see_again", lambda *_: None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            _machine(context),
            settings=settings(
                max_examples=60, stateful_step_count=20, phases=(Phase.generate,)
            ),
        )
