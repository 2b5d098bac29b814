"""Whatever people do in whatever order: nothing is bought past the check, nothing lost.

A machine of Hypothesis draws what people ask, answer, rule, approve, order and receive,
what owners and friends do with the same things, what another institution shows,
promises and takes back, and days going by. Refusals are fine; after every step, done or
refused, the promises of ledger, sharing and gate must hold, in both institutions.

``REGISTRY_TEST_HYPOTHESIS=searching`` looks much longer.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import settings
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
from registry.access.roles import Role
from registry.kernel.canonical import sha256_hex
from registry.kernel.errors import Refused
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, Claim
from registry.ledger.verifying import findings_of_entries, verify
from registry.procurement.actions import (
    approving,
    buying,
    freshness,
    outside,
    ruling,
)
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.buying import Arrived, Wanted
from registry.procurement.actions.drafting import LineDraft, make_request, submit
from registry.procurement.actions.drafting import withdraw as take_back_request
from registry.procurement.actions.outside import ask_owner, decline_outside
from registry.procurement.actions.rechecking import LOOKED_AGAIN, recheck
from registry.procurement.actions.urgent import allow_urgent
from registry.procurement.models.approvals import Approval, UrgentPass
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.checks import (
    CheckAnswer,
    CheckLine,
    FallenThrough,
    IdleCheck,
    Ruling,
)
from registry.procurement.models.orders import (
    OrderLine,
    PartedLine,
    PurchaseOrder,
    ReceivedAsset,
)
from registry.procurement.models.outside import OuterAnswer, OuterCandidate
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.checks import candidates_of, read_lines
from registry.procurement.queries.freshness import why_stale
from registry.procurement.queries.orders import left_to_order
from registry.procurement.queries.outside import open_outside
from registry.procurement.states import OVER, PAST_THE_CHECK
from registry.sharing import actions as sharing
from registry.sharing.models import (
    OuterCard,
    OuterInquiry,
    OuterThing,
    Transfer,
    TransferLine,
)
from registry.waiting.models import Wait
from tests.factories.asking import make_house
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_institution,
    make_person,
    make_place,
)

LONG = os.environ.get("REGISTRY_TEST_HYPOTHESIS") == "searching"
EXAMPLES, STEPS = (200, 60) if LONG else (5, 14)
WORDS = ("投影仪", "投影仪", "会议室用投影", "电子琴", "投影设备", "东西")
WHY = "看过了，情况属实，今晚就要用"
BOUGHT = ("approved", "ordered", "closed")
PIANO = 6
"""Which of the things is the first piano."""
which = st.integers(0, 3)
some = st.integers(1, 3)


class Gate(RuleBasedStateMachine):
    """Two who ask, a friend, an owner, those who decide, and a school next door.

    Six projectors and two pianos; next door a projector and two pianos.
    """

    session: Session
    clock: time_machine.Traveller

    @initialize(far=st.integers(0, 9), text=st.sampled_from(WORDS), shown=st.booleans())
    def begin(self, far: int = 0, text: str = "电子琴", shown: bool = False) -> None:
        """Two requests, of which one has come so far when it all begins."""
        institution = make_institution()
        self.house = make_house(institution)
        home = self.house.teacher.department
        self.system = Actor.system(institution.id)
        colleague = make_person(institution, department=home)
        self.asking = (self.house.asks, actor_of(colleague))
        self.friend = actor_of(make_person(institution))
        self.keeper = actor_of(self.house.keeper)
        roles = (Role.DEPARTMENT_HEAD, Role.FINANCE, Role.PRINCIPAL)
        self.deciding = (
            self.house.rules,
            *(actor_of(make_colleague(institution, role)) for role in roles),
        )
        self.room = make_place(institution).id
        kind = make_type(institution, "电子琴").id
        piano = make_assets(institution, 2, item_type_id=kind)
        self.things = [each.id for each in [*self.house.projectors[:6], *piano]]
        for each in self.house.projectors[6:]:
            ledger.change_state(self.system, each.id, "propose_disposal")
        self.known = len(self.house.projectors) + len(piano)
        self.next_door(shown)
        self.ask(0, "投影仪", 3)
        self.ask(1, text, 2)
        self.go_on(1, takes=False, count=1, times=far)

    def next_door(self, shown: bool) -> None:
        """Another institution; whether it shows what lies idle there."""
        other = make_institution(name="城东实验小学")
        self.other = Actor.system(other.id)
        self.office = actor_of(make_colleague(other, Role.ASSET_OFFICE))
        self.theirs = [
            each.id
            for name, count in (("投影仪", 1), ("电子琴", 2))
            for each in make_assets(
                other, count, item_type_id=make_type(other, name).id, state="idle"
            )
        ]
        if shown:
            sharing.publish(self.office, self.theirs)

    def attempt(self, act: Callable[..., Any], *what: Any, **more: Any) -> bool:
        """Do something that may well be refused; whether it was done."""
        done = True
        try:
            act(*what, **more)
        except Refused:
            self.session.rollback()
            done = False
        self.session.expire_all()
        return done

    def rows(self, model: type[Any], *conditions: Any) -> Sequence[Any]:
        """The rows of this example's school, oldest first."""
        return self.rows_of(self.system, model, *conditions)

    def rows_of(
        self, house: Actor, model: type[Any], *conditions: Any
    ) -> Sequence[Any]:
        """The rows of one of the two institutions, oldest first."""
        key = model.asset_id if model is ReceivedAsset else model.id
        return self.session.scalars(
            sa.select(model)
            .where(model.institution_id == house.institution_id, *conditions)
            .order_by(key)
        ).all()

    def one(self, number: int) -> PurchaseRequest | None:
        """A request that is not over, by chance."""
        over = [str(each) for each in OVER]
        found = self.rows(PurchaseRequest, PurchaseRequest.state.not_in(over))
        return found[number % len(found)] if found else None

    def asker(self, found: PurchaseRequest) -> Actor:
        """Who has asked for it."""
        [who] = [each for each in self.asking if each.person_id == found.requester_id]
        return who

    # what people do

    def ask(self, who: int, text: str, count: int) -> None:
        actor = self.asking[who]
        lines = [LineDraft(text, count, price_fen=300)]
        self.attempt(submit, actor, make_request(actor, lines).id)

    @rule(number=which, takes=st.booleans(), count=some, times=st.integers(1, 4))
    def go_on(self, number: int, takes: bool, count: int, times: int) -> None:
        """Whoever's turn it is does what is next, and so on."""
        for _ in range(times):
            found = self.one(number)
            if found is not None:
                self.go_on_once(found, takes, count)

    @rule(number=which, takes=st.booleans(), count=some, times=st.integers(1, 4))
    def go_on_again(self, number: int, takes: bool, count: int, times: int) -> None:
        self.go_on(number, takes, count, times)

    def go_on_once(self, found: PurchaseRequest, takes: bool, count: int) -> None:
        acts: dict[str, Callable[[], Any]] = {
            "draft": lambda: submit(self.asker(found), found.id),
            "answering": lambda: self.answer(found, takes, count),
            "ruling": lambda: self.judge(found),
            "approving": lambda: self.agree(found),
            "approved": lambda: self.order(found, count),
            "ordered": lambda: self.order(found, count) or self.receive(found),
        }
        acts[found.state]()

    def answer(self, found: PurchaseRequest, takes: bool, count: int) -> None:
        who = self.asker(found)
        for read in read_lines(found.lines):
            if read.line.standing == "unclear":
                line_id = read.line.id
                idle = [e.id for e in candidates_of(read.line) if e.kind == "idle"]
                if takes and idle:
                    self.attempt(
                        ruling.settle_matched, self.house.rules, line_id, idle, WHY
                    )
                else:
                    self.attempt(ruling.settle_clear, self.house.rules, line_id, WHY)
                return
            for key, group in read.groups.items():
                if not group.left:
                    continue
                if not (takes and self.attempt(take, who, key, count)):
                    reasons = ("claimed", "cost")
                    _ = any(
                        self.attempt(decline, who, key, reason, WHY)
                        for reason in reasons
                    )
                return
        self.answer_outside(found, takes, count)

    def answer_outside(self, found: PurchaseRequest, asks: bool, count: int) -> None:
        """Ask the next one for what it shows, or say why not."""
        who = self.asker(found)
        for read in open_outside(found, found.lines):
            card = read.candidate.id
            asked = (
                asks
                and read.asked is None
                and self.attempt(ask_owner, who, card, count)
            )
            if not asked:
                self.attempt(decline_outside, who, card, "time", WHY)
            return

    def judge(self, found: PurchaseRequest) -> None:
        for line in list(found.lines):
            if line.standing == "declined":
                line_id = line.id
                self.attempt(ruling.uphold, self.house.rules, line_id, WHY)

    def agree(self, found: PurchaseRequest) -> None:
        for who in self.deciding:
            before = len(self.rows(Approval, Approval.state == "approved"))
            if not self.attempt(approving.approve, who, found.id):
                continue
            if len(self.rows(Approval, Approval.state == "approved")) == before:
                continue  # pressed once more, which decides nothing
            # decided on a check that tells the truth
            assert why_stale(self.session.get_one(PurchaseRequest, found.id)) == ""
            return

    def order(self, found: PurchaseRequest, count: int) -> bool:
        wanted = [
            Wanted(key, min(count, left), 300)
            for key, left in left_to_order(found).items()
            if left
        ]
        done = self.attempt(
            buying.place_order,
            self.house.rules,
            found.id,
            supplier="华视",
            lines=wanted,
        )
        if done:
            assert why_stale(self.session.get_one(PurchaseRequest, found.id)) == ""
        return done

    def receive(self, found: PurchaseRequest) -> None:
        for order in self.rows(PurchaseOrder, PurchaseOrder.request_id == found.id):
            for line in order.lines:
                if line.missing:
                    part = Arrived(line.id, 1, new_type="到货")
                    order_id = order.id
                    self.attempt(buying.receive, self.house.rules, order_id, [part])
                    return

    @rule(
        number=which,
        what=st.sampled_from(
            (
                "recheck",
                "recheck",
                "withdraw",
                "let_through",
                "send_back",
                "refuse",
                "ask_more",
                "ask",
            )
        ),
        text=st.sampled_from(WORDS),
    )
    def something_else(self, number: int, what: str, text: str) -> None:
        found = self.one(number)
        if found is None or what == "ask":
            self.ask(number % 2, text, 1 + number % 3)
            return
        rules, request_id = self.house.rules, found.id
        acts: dict[str, Callable[[], Any]] = {
            "recheck": lambda: recheck(self.asker(found), request_id),
            "withdraw": lambda: take_back_request(self.asker(found), request_id),
            "let_through": lambda: allow_urgent(rules, request_id, WHY),
            "send_back": lambda: ruling.send_back_to_answer(
                rules, found.lines[0].id, WHY
            ),
            "refuse": lambda: approving.refuse(rules, request_id, words=WHY),
            "ask_more": lambda: buying.ask_for_more(rules, request_id, 2_000_000),
        }
        self.attempt(acts[what])

    @rule(
        number=which,
        verb=st.sampled_from(("agree", "hand_over", "receive", "refuse", "cancel")),
    )
    def bring(self, number: int, verb: str) -> None:
        found = self.rows(Transfer, Transfer.closed_at.is_(None))
        if not found:
            return
        wanted = found[number % len(found)]
        mine = self.rows(TransferLine, TransferLine.transfer_id == wanted.id)
        ids = [each.asset_id for each in mine if each.ended_at is None]
        who = self.keeper
        if verb in ("receive", "cancel"):
            [who] = [e for e in self.asking if e.person_id == wanted.requester_id]
        more: dict[str, Any] = {"refuse": {"reason": WHY}}.get(verb, {})
        if verb == "receive":
            more = {"place_id": self.room}
        wanted_id = wanted.id
        self.attempt(getattr(sharing, verb), who, wanted_id, ids, **more)

    @rule(
        number=which,
        count=some,
        what=st.sampled_from(
            (
                "show",
                "show",
                "promise",
                "promise",
                "refuse",
                "give",
                "take_back",
                "lose",
                "want_no_more",
            )
        ),
    )
    def next_door_does(self, number: int, count: int, what: str) -> None:
        """What the other institution does, or whoever has asked it."""
        thing = self.theirs[number % len(self.theirs)]
        asked = self.rows_of(self.other, OuterInquiry, OuterInquiry.ended_at.is_(None))
        chosen = asked[number % len(asked)] if asked else None
        acts: dict[str, Callable[[], Any]] = {
            "show": lambda: sharing.publish(self.office, [thing]),
            "take_back": lambda: sharing.withdraw_from_outside(self.office, [thing]),
            "lose": lambda: ledger.change_state(self.other, thing, "report_missing"),
        }
        if chosen is not None:
            inquiry = chosen.id
            [who] = [e for e in self.asking if e.person_id == chosen.asked_by_id]
            acts |= {
                "promise": lambda: sharing.promise_outside(
                    self.office, inquiry, count=count
                ),
                "refuse": lambda: sharing.refuse_outside(self.office, inquiry, WHY),
                "give": lambda: sharing.give_outside(
                    self.office, inquiry, approval="批〔2026〕1号"
                ),
                "want_no_more": lambda: sharing.withdraw_inquiry(who, inquiry),
            }
        if what in acts:
            self.attempt(acts[what])

    @rule(thing=st.integers(0, 7))
    def a_friend_holds(self, thing: int) -> None:
        self.attempt(sharing.hold, self.friend, [self.things[thing]])

    @rule(
        thing=st.integers(0, 7),
        verb=st.sampled_from(("put_in_use", "mark_idle", "report_missing")),
    )
    def something_happens(self, thing: int, verb: str) -> None:
        wanted = self.things[thing]
        self.attempt(ledger.change_state, self.system, wanted, verb)

    @rule(days=st.sampled_from((1, 4, 8)))
    def days_go_by(self, days: int) -> None:
        self.clock.shift(timedelta(days=days))
        self.attempt(sharing.end_expired_holds)
        for found in self.rows(
            PurchaseRequest, PurchaseRequest.state.in_(LOOKED_AGAIN)
        ):
            self.attempt(recheck, self.system, found.id)

    # what must be true

    @invariant()
    def nothing_is_past_the_check_that_is_not_resolved(self) -> None:
        verdicts = {each.id: each for each in self.rows(CheckLine)}
        rulings = self.rows(Ruling)
        for found in self.rows(PurchaseRequest):
            if found.state not in PAST_THE_CHECK:
                continue
            assert any(line.quantity for line in found.lines)
            for line in found.lines:
                mine = {
                    each.kind
                    for each in rulings
                    if each.line_id == line.id
                    and each.check_line_id == line.check_line_id
                    and each.ruled_by_id != found.requester_id
                }
                check = verdicts.get(line.check_line_id)
                assert line.standing in ("clear", "covered", "overridden")
                if line.standing == "covered":
                    assert line.covered == line.quantity
                elif line.standing == "overridden":
                    assert mine & {"uphold", "urgent"}
                else:
                    took_all = line.covered and all(
                        not group.left and not group.declined
                        for group in read_lines([line])[0].groups.values()
                    )
                    clear = check is not None and check.verdict == "clear"
                    assert clear or "settle_clear" in mine or took_all

    @invariant()
    def others_are_asked_first_and_what_they_promise_is_not_bought(self) -> None:
        answers = self.rows(OuterAnswer)
        answered = {each.candidate_id for each in answers if each.kind != "fell"}
        lines = {each.check_line_id: each for each in self.rows(PurchaseLine)}
        for card in self.rows(OuterCandidate, OuterCandidate.must_answer):
            line = lines.get(card.check_line_id)
            if line is not None and line.request.state in PAST_THE_CHECK:
                assert card.id in answered or not line.to_buy
        coming: Counter[str] = Counter()
        for each in answers:
            coming[each.inquiry] += {"promised": 1, "fell": -1}.get(
                each.kind, 0
            ) * each.count
        for inquiry in self.rows_of(self.other, OuterInquiry):
            kept = inquiry.promised if inquiry.state in ("promised", "given") else 0
            assert 0 <= coming[inquiry.number] <= kept

    @invariant()
    def what_is_shown_lies_idle_and_what_is_promised_is_put_aside(self) -> None:
        claims = {
            each.asset_id: each.id
            for each in self.rows_of(self.other, Claim, Claim.ended_at.is_(None))
        }
        offered: Counter[int] = Counter()
        promised: Counter[int] = Counter()
        for each in self.rows_of(self.other, OuterThing, OuterThing.ended_at.is_(None)):
            assert each.asset.state == "idle"
            assert claims.pop(each.asset_id, None) == each.claim_id
            (offered if each.claim_id is None else promised)[
                each.card_id if each.claim_id is None else each.inquiry_id
            ] += 1
        assert not claims
        for card in self.rows_of(self.other, OuterCard):
            assert card.count == offered[card.id]
        for inquiry in self.rows_of(self.other, OuterInquiry):
            kept = inquiry.promised if inquiry.state == "promised" else 0
            assert promised[inquiry.id] == kept
        assert len(self.rows_of(self.other, Asset)) == len(self.theirs)

    @invariant()
    def what_covers_a_line_is_under_way_or_has_come(self) -> None:
        takes: Counter[int] = Counter()
        for each in self.rows(CheckAnswer, CheckAnswer.kind == "take"):
            takes[each.line_id] += each.count
        gone = Counter(each.line_id for each in self.rows(FallenThrough))
        for line in self.rows(PurchaseLine):
            if line.request.state not in ("ordered", "closed", "withdrawn", "refused"):
                assert line.covered == takes[line.id] - gone[line.id]
            assert 0 <= line.covered <= line.quantity
        coming = [
            each
            for each in self.rows(TransferLine)
            if each.state not in ("refused", "cancelled", "lapsed")
        ]
        assert sum(takes.values()) - sum(gone.values()) <= len(coming)

    @invariant()
    def who_agreed_may_have_and_all_have_who_must(self) -> None:
        passes = {each.request_id for each in self.rows(UrgentPass)}
        steps = self.rows(Approval)
        for found in self.rows(PurchaseRequest):
            mine = [each for each in steps if each.request_id == found.id]
            assert all(each.decided_by_id != found.requester_id for each in mine)
            if found.state in BOUGHT and found.id not in passes:
                last = max(each.round for each in mine)
                now = [each.state for each in mine if each.round == last]
                assert set(now) == {"approved"}

    @invariant()
    def no_more_is_ordered_than_is_to_be_bought_nor_comes(self) -> None:
        ordered: Counter[int] = Counter()
        for each in self.rows(OrderLine):
            ordered[each.line_id] += each.quantity
        parted: Counter[int] = Counter()
        for each in self.rows(PartedLine):
            parted[each.line_id] += each.count
        for line in self.rows(PurchaseLine):
            assert ordered[line.id] + parted[line.id] <= line.to_buy or not (
                ordered[line.id] + parted[line.id]
            )
        received = self.rows(ReceivedAsset)
        assert len(received) == sum(each.received for each in self.rows(OrderLine))
        assert len(self.rows(Asset)) == self.known + len(received)

    @invariant()
    def everybody_waits_whose_turn_it_is_and_nobody_else(self) -> None:
        waits = {
            (each.subject_id, each.step)
            for each in self.rows(Wait, Wait.ended_at.is_(None))
            if each.subject_kind == "purchase_request"
        }
        steps = self.rows(Approval, Approval.state == "open")
        due: set[tuple[int, str]] = set()
        for found in self.rows(PurchaseRequest):
            standings = {line.standing for line in found.lines}
            if found.state == "answering":
                if "matched" in standings or open_outside(found, found.lines):
                    due.add((found.id, "answer_check"))
                if "unclear" in standings:
                    due.add((found.id, "settle_unclear"))
            if found.state == "ruling":
                due.add((found.id, "rule_declined"))
            left = found.state == "ordered" and any(left_to_order(found).values())
            if found.state == "approved" or left:
                due.add((found.id, "place_order"))
            if found.state == "ordered":
                due.add((found.id, "receive_goods"))
        due |= {(each.request_id, f"decide_{each.step}") for each in steps}
        assert waits == due

    @invariant()
    def evidence_is_what_was_frozen(self) -> None:
        for model in (IdleCheck, Certificate):
            for each in self.rows(model):
                assert sha256_hex(each.content) == each.hash

    @invariant()
    def one_hand_on_each_thing_and_rows_as_entries_say(self) -> None:
        claims = [e.asset_id for e in self.rows(Claim, Claim.ended_at.is_(None))]
        assert len(claims) == len(set(claims))
        for house in (self.system, self.other):
            assert not list(findings_of_entries(house.institution_id))

    def teardown(self) -> None:
        self.session.rollback()
        if hasattr(self, "system"):
            for house in (self.system, self.other):
                assert not list(verify(house))


def _machine(session: Session, clock: time_machine.Traveller) -> type[Gate]:
    return type("Gate", (Gate,), {"session": session, "clock": clock})


def test_whatever_is_done_in_whatever_order(
    context: Session, clock: time_machine.Traveller
) -> None:
    run_state_machine_as_test(
        _machine(context, clock),
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS),
    )


def test_nobody_is_asked_to_rule_on_what_was_let_through(
    context: Session, clock: time_machine.Traveller
) -> None:
    machine = _machine(context, clock)()
    machine.begin()
    machine.go_on(number=0, takes=False, count=1, times=1)
    [first, *_] = machine.rows(PurchaseRequest)
    assert first.state == "ruling"
    machine.something_else(number=0, what="let_through", text="")
    assert first.state == "approved"
    machine.everybody_waits_whose_turn_it_is_and_nobody_else()


@pytest.mark.whole_only
def test_a_gate_that_forgets_what_does_not_come_is_caught(
    context: Session, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "_fall_through", lambda *_: None)
    machine = _machine(context, clock)()
    machine.begin(shown=True)
    machine.go_on(number=1, takes=True, count=2, times=1)
    machine.next_door_does(number=0, count=2, what="promise")
    machine.others_are_asked_first_and_what_they_promise_is_not_bought()
    assert [each.kind for each in machine.rows(OuterAnswer)] == ["promised"]
    machine.next_door_does(number=1, count=1, what="lose")
    with pytest.raises(AssertionError):
        machine.others_are_asked_first_and_what_they_promise_is_not_bought()


def _trusting(*_: Any) -> None:
    """Every check is taken for fresh."""


def test_a_gate_that_trusts_every_check_is_caught(
    context: Session, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert freshness.require_fresh is approving.require_fresh
    for module in (approving, buying):
        monkeypatch.setattr(module, "require_fresh", _trusting)
    machine = _machine(context, clock)()
    machine.begin()
    machine.something_happens(thing=PIANO, verb="mark_idle")
    with pytest.raises(AssertionError):
        machine.go_on(number=1, takes=False, count=1, times=1)
