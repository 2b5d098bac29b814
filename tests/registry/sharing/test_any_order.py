"""Whatever people do in whatever order: one hand on each thing, and nothing lost.

A machine of Hypothesis draws acts of several people on a few things, days going by, and
things happening to them in the ledger. Refusals are fine; after every step, done or
refused, all that was promised must hold.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
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

from registry.access.actor import Actor
from registry.kernel.clock import today
from registry.kernel.errors import Refused
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, Claim
from registry.ledger.states import AssetState, ClaimKind
from registry.ledger.verifying import findings_of_entries, verify
from registry.sharing import actions
from registry.sharing.actions import lining
from registry.sharing.models import Hold, Loan, Transfer, TransferLine, TransferSide
from registry.sharing.rules.passing import overlap, state_of_lines
from registry.sharing.states import (
    TRANSFER_OPEN,
    HoldState,
    LoanState,
    TransferLineState,
)
from registry.waiting.models import Wait
from tests.factories.organisation import (
    actor_of,
    make_department,
    make_institution,
    make_person,
    make_place,
)
from tests.factories.sharing import make_school
from tests.harness.depth import deep

THINGS, PEOPLE = 4, 3
which = st.integers(0, THINGS - 1)
who = st.integers(0, PEOPLE - 1)
some = st.sets(which, min_size=1)
ahead = st.integers(0, 6)


class Passing(RuleBasedStateMachine):
    """Three people who want things, their owners, and four things."""

    session: Session
    clock: time_machine.Traveller

    @initialize()
    def begin(self) -> None:
        institution = make_institution()
        self.school = make_school(institution)
        self.system = Actor.system(institution.id)
        self.things = [self.school.asset(state="idle").id for _ in range(THINGS)]
        homes = [make_department(institution) for _ in range(PEOPLE)]
        self.rooms = [make_place(institution) for _ in homes]
        self.people = [
            actor_of(make_person(institution, department=home)) for home in homes
        ]
        self.owners = (actor_of(self.school.officer), actor_of(self.school.keeper))

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do something that may well be refused."""
        try:
            act()
        except Refused:
            self.session.rollback()
        self.session.expire_all()

    def rows(self, model: type[Any], *conditions: Any) -> Sequence[Any]:
        """The rows of this example, oldest first."""
        return self.session.scalars(
            sa.select(model)
            .where(model.institution_id == self.system.institution_id, *conditions)
            .order_by(model.id)
        ).all()

    def one_of(self, model: type[Any], number: int) -> int:
        """The id of one of the rows that are still open, or of none."""
        ended = model.closed_at if model is Transfer else model.ended_at
        found = self.rows(model, ended.is_(None))
        return found[number % len(found)].id if found else 0

    @rule(who=who, some=some, count=st.none() | st.integers(1, 3))
    def hold(self, who: int, some: set[int], count: int | None) -> None:
        ids = [self.things[each] for each in some]
        self.attempt(lambda: actions.hold(self.people[who], ids, count=count))

    @rule(who=who, thing=which)
    def stand_in_line(self, who: int, thing: int) -> None:
        wanted = self.things[thing]
        self.attempt(lambda: actions.stand_in_line(self.people[who], wanted))

    @rule(who=who, number=which)
    def let_go(self, who: int, number: int) -> None:
        found = self.one_of(Hold, number)
        self.attempt(lambda: actions.release_hold(self.people[who], found))

    @rule(who=who, some=some, count=st.none() | st.integers(1, 3))
    def want(self, who: int, some: set[int], count: int | None) -> None:
        person = self.people[who]
        ids = [self.things[each] for each in some]
        self.attempt(
            lambda: actions.request_transfer(
                person,
                ids,
                count=count,
                to_department_id=person.department_id or 0,
                place_id=self.rooms[who].id,
            )
        )

    @rule(
        number=which,
        some=st.none() | some,
        verb=st.sampled_from(
            ("agree", "agree", "refuse", "hand_over", "hand_over", "take_back")
        ),
        by=st.integers(0, 1),
    )
    def give(self, number: int, some: set[int] | None, verb: str, by: int) -> None:
        found, owner = self.one_of(Transfer, number), self.owners[by]
        ids = self._lines(found, some)
        more = {"reason": "要用"} if verb == "refuse" else {}
        self.attempt(lambda: getattr(actions, verb)(owner, found, ids, **more))

    @rule(
        number=which,
        some=st.none() | some,
        verb=st.sampled_from(("receive", "receive", "cancel")),
        who=who,
    )
    def take(self, number: int, some: set[int] | None, verb: str, who: int) -> None:
        found, person = self.one_of(Transfer, number), self.people[who]
        ids = self._lines(found, some)
        self.attempt(lambda: getattr(actions, verb)(person, found, ids))

    def _lines(self, transfer_id: int, some: set[int] | None) -> list[int]:
        mine = self.rows(TransferLine, TransferLine.transfer_id == transfer_id)
        if some is None:
            return [each.asset_id for each in mine]
        return [self.things[each] for each in some]

    @rule(who=who, thing=which, first=ahead, days=ahead)
    def ask_to_borrow(self, who: int, thing: int, first: int, days: int) -> None:
        from_on = today("Asia/Shanghai") + timedelta(days=first)
        self.attempt(
            lambda: actions.ask_for_loan(
                self.people[who],
                self.things[thing],
                from_on=from_on,
                until_on=from_on + timedelta(days=days),
            )
        )

    @rule(thing=which, first=ahead, days=ahead, who=st.none() | who)
    def lend(self, thing: int, first: int, days: int, who: int | None) -> None:
        from_on = today("Asia/Shanghai") + timedelta(days=first)
        borrower = self.people[who].person_id if who is not None else None
        self.attempt(
            lambda: actions.lend_out(
                self.owners[0],
                self.things[thing],
                borrower_id=borrower,
                borrower="外校",
                from_on=from_on,
                until_on=from_on + timedelta(days=days),
            )
        )

    @rule(
        number=which,
        verb=st.sampled_from(
            (
                "agree_to_loan",
                "refuse_loan",
                "cancel_loan",
                "hand_out",
                "extend_loan",
                "return_loan",
            )
        ),
        days=ahead,
    )
    def go_on_lending(self, number: int, verb: str, days: int) -> None:
        found = self.one_of(Loan, number)
        more: dict[str, Any] = {"refuse_loan": {"reason": "要用"}}.get(verb, {})
        if verb == "extend_loan":
            more = {"until_on": today("Asia/Shanghai") + timedelta(days=days)}
        self.attempt(lambda: getattr(actions, verb)(self.owners[0], found, **more))

    @rule(days=st.sampled_from((1, 2, 4)))
    def days_go_by(self, days: int) -> None:
        self.clock.shift(timedelta(days=days))

    @rule()
    def duties_are_done(self) -> None:
        self.attempt(actions.end_expired_holds)
        self.attempt(actions.look_after_loans)

    @rule(
        thing=which,
        verb=st.sampled_from(
            (
                "mark_idle",
                "mark_idle",
                "put_in_use",
                "send_to_repair",
                "report_missing",
                "propose_disposal",
            )
        ),
    )
    def something_happens(self, thing: int, verb: str) -> None:
        wanted = self.things[thing]
        self.attempt(lambda: ledger.change_state(self.system, wanted, verb))

    @rule(thing=which)
    def the_last_entry_was_wrong(self, thing: int) -> None:
        wanted = self.things[thing]
        last = self.session.get_one(Asset, wanted).entries
        self.attempt(lambda: ledger.correct(self.system, wanted, last, reason="错"))

    @rule(thing=which, room=who)
    def it_goes_elsewhere(self, thing: int, room: int) -> None:
        wanted, home = self.things[thing], self.people[room].department_id or 0
        self.attempt(lambda: ledger.reassign(self.system, wanted, home))

    @invariant()
    def one_hand_on_each_thing_and_what_rests_on_it(self) -> None:
        claims = self.rows(Claim, Claim.ended_at.is_(None))
        assert len({each.asset_id for each in claims}) == len(claims)
        by_id = {each.id: each for each in claims}
        resting: dict[int, str] = {}
        for model, state, kind in (
            (Hold, HoldState.HELD, ClaimKind.HOLD),
            (Loan, LoanState.OUT, ClaimKind.LOAN),
        ):
            for row in self.rows(model, model.state == state):
                claim = by_id.get(row.claim_id)
                assert claim is not None
                assert (claim.kind, claim.asset_id) == (kind, row.asset_id)
                resting[row.claim_id] = kind
        for line in self.rows(TransferLine, TransferLine.ended_at.is_(None)):
            claim = by_id.get(line.claim_id)
            assert claim is not None
            assert claim.kind == ClaimKind.TRANSFER
            resting[line.claim_id] = ClaimKind.TRANSFER
        for claim in claims:
            if claim.kind in {ClaimKind.HOLD, ClaimKind.TRANSFER}:
                assert resting[claim.id] == claim.kind

    @invariant()
    def nobody_waits_for_what_is_free_or_gone_nor_out_of_turn(self) -> None:
        day = today("Asia/Shanghai")
        taken = {each.asset_id for each in self.rows(Claim, Claim.ended_at.is_(None))}
        booked = {
            each.asset_id
            for each in self.rows(Loan, Loan.state == LoanState.RESERVED)
            if each.from_on <= day <= each.until_on
        }
        waiting = self.rows(Hold, Hold.state == HoldState.WAITING)
        for each in waiting:
            state = self.session.get_one(Asset, each.asset_id).state
            assert state in {AssetState.IDLE, AssetState.UNDER_REPAIR}
            if state == AssetState.IDLE and each.asset_id not in booked:
                late = [
                    loan
                    for loan in self.rows(Loan, Loan.state == LoanState.RESERVED)
                    if loan.asset_id == each.asset_id
                ]
                assert each.asset_id in taken or late
        held = {each.asset_id: each for each in self.rows(Hold, Hold.state == "held")}
        borrowers = {
            (loan.asset_id, loan.borrower_id)
            for loan in self.rows(Loan, Loan.state == LoanState.RESERVED)
        }
        for each in waiting:
            first = held.get(each.asset_id)
            if first and (first.asset_id, first.person_id) not in borrowers:
                assert first.id < each.id

    @invariant()
    def a_transfer_is_what_its_lines_make_of_it(self) -> None:
        waits = {
            (each.subject_kind, each.subject_id, each.step)
            for each in self.rows(Wait, Wait.ended_at.is_(None))
        }
        lines = self.rows(TransferLine)
        for found in self.rows(Transfer):
            mine = [each for each in lines if each.transfer_id == found.id]
            assert found.count == len(mine)
            assert found.state == state_of_lines([each.state for each in mine])
            assert (found.closed_at is None) == (found.state in TRANSFER_OPEN)
            coming = any(each.state == TransferLineState.HANDED_OVER for each in mine)
            assert (("transfer", found.id, "transfer_receive") in waits) == coming
        for side in self.rows(TransferSide):
            for state, step in (
                (TransferLineState.REQUESTED, "transfer_answer"),
                (TransferLineState.AGREED, "transfer_hand_over"),
            ):
                due = any(
                    each.side_id == side.id and each.state == state for each in lines
                )
                assert (("transfer_side", side.id, step) in waits) == due

    @invariant()
    def nothing_is_lent_twice_for_one_day(self) -> None:
        agreed = self.rows(Loan, Loan.state.in_((LoanState.RESERVED, LoanState.OUT)))
        for one, other in itertools.combinations(agreed, 2):
            if one.asset_id == other.asset_id:
                days = (one.from_on, one.until_on, other.from_on, other.until_on)
                assert not overlap(*days)

    @invariant()
    def rows_are_what_their_entries_say(self) -> None:
        assert not list(findings_of_entries(self.system.institution_id))
        assert len(self.rows(Asset)) == THINGS

    def teardown(self) -> None:
        self.session.rollback()
        assert not list(verify(self.system))


def _machine(session: Session, clock: time_machine.Traveller) -> type[Passing]:
    return type("Passing", (Passing,), {"session": session, "clock": clock})


def test_whatever_is_done_in_whatever_order(
    context: Session, clock: time_machine.Traveller
) -> None:
    run_state_machine_as_test(
        _machine(context, clock),
        settings=settings(max_examples=deep(5, 100), stateful_step_count=30),
    )


def _forgets(asset: Asset, claim: Claim | None) -> None:
    """What rested on a claim that is no more goes on as if nothing had happened."""


@pytest.mark.whole_only
def test_what_goes_on_without_its_claim_is_caught(
    context: Session,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lining, "_end_overtaken", _forgets)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            _machine(context, clock),
            settings=settings(
                max_examples=60,
                stateful_step_count=20,
                phases=(Phase.generate,),
            ),
        )
