"""Holds, transfers and loans: the tables of moves, and what must hold as a story."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.journal.queries import entries_of
from registry.kernel.clock import now
from registry.kernel.errors import Forbidden, Invalid, Missing, WrongState
from registry.kernel.states import StateMachine
from registry.ledger import actions as ledger
from registry.ledger.actions import claims
from registry.ledger.actions.handing_over import merge_departments
from registry.ledger.errors import AlreadyClaimed
from registry.ledger.models import Asset, Claim
from registry.ledger.states import AssetState, ClaimKind, Restriction
from registry.ledger.verifying import verify
from registry.organisation import actions as organisation
from registry.organisation.errors import StillInUse
from registry.organisation.models import Department, Person, Place
from registry.sharing import actions
from registry.sharing.errors import (
    InLineAlready,
    NeedsOffice,
    NotEnoughLeft,
    ReservedAhead,
    Restricted,
)
from registry.sharing.events import TransferLineEnded
from registry.sharing.models import Hold, Transfer, TransferLine
from registry.sharing.queries.loans import live_loan
from registry.sharing.queries.transfers import transfers_by_cause
from registry.sharing.rules.passing import overlap, state_of_lines, verb_between
from registry.sharing.states import (
    HOLD,
    LINE_OPEN,
    LOAN,
    TRANSFER,
    TRANSFER_LINE,
    TRANSFER_OPEN,
    HoldState,
    LoanState,
    TransferLineState,
    TransferState,
)
from registry.store import transaction as store
from registry.waiting.queries import waits_of
from tests.factories.organisation import (
    actor_of,
    make_department,
    make_person,
    make_place,
)
from tests.factories.sharing import School

# The tables of moves

H, L, T, O = HoldState, TransferLineState, TransferState, LoanState  # noqa: E741
TABLES: list[tuple[StateMachine[Any], dict[str, dict[Any, Any]]]] = [
    (
        HOLD,
        {
            "hold": {H.WAITING: H.HELD},
            "use": {H.WAITING: H.USED, H.HELD: H.USED},
            "release": {H.WAITING: H.RELEASED, H.HELD: H.RELEASED},
            "expire": {H.HELD: H.EXPIRED},
            "lapse": {H.WAITING: H.LAPSED, H.HELD: H.LAPSED},
        },
    ),
    (
        TRANSFER_LINE,
        {
            "agree": {L.REQUESTED: L.AGREED},
            "refuse": {L.REQUESTED: L.REFUSED, L.AGREED: L.REFUSED},
            "hand_over": {L.AGREED: L.HANDED_OVER},
            "take_back": {L.HANDED_OVER: L.AGREED},
            "receive": {L.HANDED_OVER: L.RECEIVED},
            "cancel": dict.fromkeys(LINE_OPEN, L.CANCELLED),
            "lapse": dict.fromkeys(LINE_OPEN, L.LAPSED),
        },
    ),
    (
        TRANSFER,
        {
            "settle_answers": {T.REQUESTED: T.AGREED},
            "send": {T.REQUESTED: T.UNDER_WAY, T.AGREED: T.UNDER_WAY},
            "take_back": {T.UNDER_WAY: T.AGREED},
            "complete": dict.fromkeys(TRANSFER_OPEN, T.RECEIVED),
            "refuse": dict.fromkeys(TRANSFER_OPEN, T.REFUSED),
            "cancel": dict.fromkeys(TRANSFER_OPEN, T.CANCELLED),
            "lapse": dict.fromkeys(TRANSFER_OPEN, T.LAPSED),
        },
    ),
    (
        LOAN,
        {
            "agree": {O.REQUESTED: O.RESERVED},
            "refuse": {O.REQUESTED: O.REFUSED, O.RESERVED: O.REFUSED},
            "hand_out": {O.RESERVED: O.OUT},
            "extend": {O.OUT: O.OUT},
            "return": {O.OUT: O.RETURNED},
            "cancel": {O.REQUESTED: O.CANCELLED, O.RESERVED: O.CANCELLED},
            "lapse": {O.REQUESTED: O.LAPSED, O.RESERVED: O.LAPSED},
        },
    ),
]


@pytest.mark.parametrize(("machine", "moves"), TABLES, ids=lambda each: str(each)[:0])
def test_every_state_with_every_verb(machine: Any, moves: Any) -> None:
    states: list[Any] = list(type(machine.start))
    assert set(machine.moves) == set(moves)
    for state, verb in itertools.product(states, machine.moves):
        if state in moves[verb]:
            assert machine.after(state, verb) is moves[verb][state]
        else:
            with pytest.raises(WrongState):
                machine.after(state, verb)


def test_whatever_its_lines_do_a_transfer_has_a_move_to_where_they_lead() -> None:
    """Every change of one line, in every transfer of up to three lines."""
    for count in (1, 2, 3):
        for lines in itertools.product(list(TransferLineState), repeat=count):
            before = state_of_lines(lines)
            for verb in TRANSFER_LINE.open_verbs(lines[0]):
                after = state_of_lines(
                    [TRANSFER_LINE.after(lines[0], verb), *lines[1:]]
                )
                move = verb_between(before, after)
                if before is after:
                    assert move is None
                else:
                    assert move is not None
                    assert TRANSFER.after(before, move) is after


def test_days_overlap_as_they_do_when_counted_out() -> None:
    first = date(2026, 9, 1)
    spans = [
        (first + timedelta(a), first + timedelta(b))
        for a in range(4)
        for b in range(a, 4)
    ]
    for one, other in itertools.product(spans, spans):
        days = [
            {begin + timedelta(n) for n in range((end - begin).days + 1)}
            for begin, end in (one, other)
        ]
        assert overlap(*one, *other) == bool(days[0] & days[1])


# The stories


@dataclass
class Two:
    """Two departments: one has idle things, the other wants them."""

    school: School
    taking: Department
    room: Place
    taker: Person
    rival: Person

    def idle(self, **overrides: Any) -> Asset:
        """An idle thing of the giving department."""
        return self.school.asset(**({"state": "idle"} | overrides))

    @property
    def by(self) -> Actor:
        """Whoever wants things."""
        return actor_of(self.taker)

    @property
    def officer(self) -> Actor:
        """Who answers for the giving department."""
        return actor_of(self.school.officer)

    def asked(self, *assets: Asset, **how: Any) -> Transfer:
        """A transfer that has been asked for."""
        how.setdefault("to_department_id", self.taking.id)
        how.setdefault("place_id", self.room.id)
        ids = [each.id for each in assets]
        return actions.request_transfer(self.by, ids, **how)


@pytest.fixture
def two(school: School) -> Two:
    taking = make_department(school.institution, "教务处")
    return Two(
        school,
        taking,
        make_place(school.institution, "教务处 201"),
        make_person(school.institution, "周要", department=taking),
        make_person(school.institution, "吴等"),
    )


@pytest.fixture
def ended() -> Any:
    """What is told of lines that have ended."""
    told: list[TransferLineEnded] = []
    store.subscribe(TransferLineEnded, told.append)
    yield told
    store._subscribers[TransferLineEnded].remove(told.append)


def line_of(transfer: Transfer, asset: Asset) -> TransferLine:
    return next(each for each in transfer.lines if each.asset_id == asset.id)


def verbs(asset: Asset) -> list[str]:
    return [each.verb for each in entries_of("asset", asset.id)]


def claim_on(asset_id: int) -> Claim:
    """The live claim on an asset, which has one."""
    found = claims.live_claim(asset_id)
    assert found is not None
    return found


def steps(person: Person) -> list[str]:
    return [each.step for each in waits_of(actor_of(person))]


def test_a_transfer_from_asking_to_arriving(
    two: Two, context: Session, ended: list[TransferLineEnded]
) -> None:
    one, other = two.idle(cost_fen=480_000), two.idle()
    asked = two.asked(one, other, purpose="考场用", cause="CG2026-000007")
    assert asked.number == "DB2026-000001"
    assert asked.state == TransferState.REQUESTED
    assert claim_on(one.id).kind == ClaimKind.TRANSFER
    assert steps(two.school.officer) == ["transfer_answer"]
    with pytest.raises(AlreadyClaimed) as taken:
        actions.hold(actor_of(two.rival), [one.id])
    assert taken.value.facts["holder"] == "教务处"
    with pytest.raises(AlreadyClaimed):
        ledger.change_state(two.school.system, one.id, "put_in_use")
    with pytest.raises(Forbidden):
        actions.agree(two.by, asked.id)
    with pytest.raises(Missing):
        actions.agree(actor_of(two.rival), asked.id)

    actions.refuse(two.officer, asked.id, [other.id], reason="马上要用")
    assert claims.live_claim(other.id) is None
    assert asked.state == TransferState.REQUESTED
    actions.agree(two.officer, asked.id)
    assert asked.state == TransferState.AGREED
    assert steps(two.school.officer) == ["transfer_hand_over"]
    with pytest.raises(WrongState):
        actions.receive(two.by, asked.id, [one.id])
    actions.hand_over(actor_of(two.school.keeper), asked.id, [one.id])
    assert asked.state == TransferState.UNDER_WAY
    assert (steps(two.school.officer), steps(two.taker)) == ([], ["transfer_receive"])
    actions.hand_over(actor_of(two.school.keeper), asked.id, [one.id])

    actions.receive(two.by, asked.id, [one.id])
    actions.receive(two.by, asked.id, [one.id])
    context.refresh(one)
    assert one.state == AssetState.IN_USE
    assert (one.department_id, one.custodian_id, one.place_id) == (
        two.taking.id,
        two.taker.id,
        two.room.id,
    )
    assert verbs(one) == ["register", "claim", "receive"]
    assert asked.state == TransferState.RECEIVED
    assert steps(two.taker) == []
    assert line_of(asked, one).saved_fen == 480_000
    assert [(each.asset_id, each.outcome, each.cause) for each in ended] == [
        (other.id, "refused", "CG2026-000007"),
        (one.id, "received", "CG2026-000007"),
    ]
    assert transfers_by_cause(asked.institution_id, "CG2026-000007") == [asked]
    assert not list(verify(two.school.system))


def test_any_so_many_of_some_things_leaves_out_what_is_taken(two: Two) -> None:
    things = [two.idle() for _ in range(4)]
    actions.hold(actor_of(two.rival), [things[0].id])
    asked = two.asked(*things, count=2)
    assert [each.asset_id for each in asked.lines] == [things[1].id, things[2].id]
    with pytest.raises(NotEnoughLeft) as refusal:
        two.asked(*things, count=2)
    assert refusal.value.facts["left"] == 1
    assert claims.live_claim(things[3].id) is None


def test_who_is_first_in_line_has_the_thing_as_soon_as_it_is_free(
    two: Two, day: time_machine.Traveller
) -> None:
    thing = two.idle()
    third = make_person(two.school.institution, "郑三")
    [first] = actions.hold(two.by, [thing.id], purpose="备课")
    second = actions.stand_in_line(actor_of(two.rival), thing.id)
    last = actions.stand_in_line(actor_of(third), thing.id)
    with pytest.raises(InLineAlready):
        actions.stand_in_line(actor_of(third), thing.id)
    actions.release_hold(two.by, first.id)
    assert (second.state, last.state) == (HoldState.HELD, HoldState.WAITING)
    assert claim_on(thing.id).person_id == two.rival.id

    day.shift(timedelta(days=5))
    with pytest.raises(AlreadyClaimed):
        actions.hold(two.by, [thing.id])
    assert actions.end_expired_holds() == 1
    assert (second.state, last.state) == (HoldState.EXPIRED, HoldState.HELD)
    assert actions.end_expired_holds() == 0

    asked = actions.request_transfer(
        two.school.system,
        [two.idle().id],
        to_department_id=two.taking.id,
    )
    assert asked.count == 1
    with pytest.raises(AlreadyClaimed):
        two.asked(thing)
    mine = actions.request_transfer(
        actor_of(third), [thing.id], to_department_id=third.department_id
    )
    assert last.state == HoldState.USED
    assert verbs(thing)[-2:] == ["claim", "change_claim"]
    actions.cancel(actor_of(third), mine.id)
    assert claims.live_claim(thing.id) is None
    day.shift(timedelta(days=30))
    assert not list(verify(two.school.system))


def test_a_hold_does_not_run_out_once_it_is_a_transfer(
    two: Two, day: time_machine.Traveller
) -> None:
    thing = two.idle()
    actions.hold(two.by, [thing.id])
    asked = two.asked(thing)
    day.shift(timedelta(days=60))
    assert actions.end_expired_holds() == 0
    assert claim_on(thing.id).kind == ClaimKind.TRANSFER
    assert asked.state == TransferState.REQUESTED


def test_nobody_is_left_in_line_for_what_has_gone(two: Two) -> None:
    thing, lost = two.idle(), two.idle()
    asked = two.asked(thing, lost)
    waiting = actions.stand_in_line(actor_of(two.rival), thing.id)
    hoping = actions.stand_in_line(actor_of(two.rival), lost.id)
    ledger.change_state(two.school.system, lost.id, "report_missing")
    assert line_of(asked, lost).state == TransferLineState.LAPSED
    assert hoping.state == HoldState.LAPSED
    assert claims.live_claim(lost.id) is None
    actions.agree(two.officer, asked.id)
    actions.hand_over(two.officer, asked.id, [thing.id])
    actions.receive(two.by, asked.id, [thing.id])
    assert waiting.state == HoldState.LAPSED


def test_restrictions_block_or_need_their_step(two: Two) -> None:
    dangerous = two.idle(restrictions=(Restriction.SAFETY,))
    paid = two.idle(restrictions=(Restriction.EARMARKED_FUNDS,))
    disk = two.idle(restrictions=(Restriction.DATA_BEARING,))
    with pytest.raises(Restricted):
        actions.hold(two.by, [dangerous.id])
    asked = two.asked(paid, disk)
    with pytest.raises(NeedsOffice):
        actions.agree(two.officer, asked.id)
    assert steps(two.school.office) == ["transfer_answer"]
    actions.agree(actor_of(two.school.office), asked.id)
    with pytest.raises(Invalid):
        actions.hand_over(two.officer, asked.id, [paid.id, disk.id])
    assert line_of(asked, paid).state == TransferLineState.AGREED
    actions.hand_over(two.officer, asked.id, [paid.id, disk.id], wiped=True)
    assert [each.wiped for each in asked.lines] == [False, True]


def test_a_thing_promised_to_somebody_stays_where_it_is(two: Two) -> None:
    thing = two.idle()
    two.asked(thing)
    system = two.school.system
    for blocked in (
        lambda: ledger.change_state(system, thing.id, "send_to_repair"),
        lambda: ledger.change_state(system, thing.id, "propose_disposal"),
        lambda: ledger.reassign(system, thing.id, two.taking.id),
        lambda: ledger.lend(system, thing.id, holder="某人"),
        lambda: actions.lend_out(
            system, thing.id, borrower="某人", until_on=date(2026, 9, 5)
        ),
    ):
        with pytest.raises(AlreadyClaimed):
            blocked()


def test_loans_ahead_keep_their_days(
    two: Two, day: time_machine.Traveller, context: Session
) -> None:
    thing = two.idle()
    officer = two.officer
    wish = actions.ask_for_loan(
        two.by, thing.id, from_on=date(2026, 9, 10), until_on=date(2026, 9, 12)
    )
    assert steps(two.school.keeper) == ["loan_answer"]
    actions.agree_to_loan(officer, wish.id)
    assert steps(two.school.keeper) == []
    assert claims.live_claim(thing.id) is None
    for first, last in ((9, 10), (12, 20), (11, 11), (8, 30)):
        with pytest.raises(ReservedAhead):
            actions.lend_out(
                officer,
                thing.id,
                borrower_id=two.rival.id,
                from_on=date(2026, 9, first),
                until_on=date(2026, 9, last),
            )
    with pytest.raises(ReservedAhead):
        actions.request_transfer(
            actor_of(two.rival), [thing.id], to_department_id=two.rival.department_id
        )
    [held] = actions.hold(actor_of(two.rival), [thing.id])
    assert held.until is not None
    actions.release_hold(actor_of(two.rival), held.id)
    now_out = actions.lend_out(
        officer, thing.id, borrower_id=two.rival.id, until_on=date(2026, 9, 5)
    )
    assert claim_on(thing.id).kind == ClaimKind.LOAN
    with pytest.raises(ReservedAhead):
        actions.extend_loan(officer, now_out.id, until_on=date(2026, 9, 10))
    actions.extend_loan(officer, now_out.id, until_on=date(2026, 9, 9))
    with pytest.raises(ReservedAhead):
        actions.hand_out(officer, wish.id)
    actions.return_loan(officer, now_out.id, condition="poor")
    actions.return_loan(officer, now_out.id, condition="poor")
    context.refresh(thing)
    assert (thing.condition, claims.live_claim(thing.id)) == ("poor", None)
    day.move_to(now() + timedelta(days=9))
    actions.hand_out(officer, wish.id)
    assert claim_on(thing.id).person_id == two.taker.id
    assert not list(verify(two.school.system))


def test_what_is_late_is_asked_for_and_what_is_not_fetched_is_free(
    two: Two, day: time_machine.Traveller
) -> None:
    thing, other = two.idle(), two.idle()
    out = actions.lend_out(
        two.officer, thing.id, borrower_id=two.taker.id, until_on=date(2026, 9, 2)
    )
    kept = actions.lend_out(
        two.officer,
        other.id,
        borrower_id=two.taker.id,
        from_on=date(2026, 9, 2),
        until_on=date(2026, 9, 3),
    )
    waiting = actions.stand_in_line(actor_of(two.rival), other.id)
    assert actions.look_after_loans() == 1
    assert actions.look_after_loans() == 0
    day.shift(timedelta(days=2))
    assert actions.look_after_loans() == 1
    assert steps(two.taker) == ["loan_overdue"]
    assert actions.look_after_loans() == 0
    day.shift(timedelta(days=2))
    assert actions.look_after_loans() == 1
    assert (kept.state, waiting.state) == (LoanState.LAPSED, HoldState.HELD)
    ledger.end_loan(two.school.system, thing.id)
    assert out.state == LoanState.RETURNED


def test_a_loan_from_an_old_sheet_becomes_one_as_any_other(
    two: Two, day: time_machine.Traveller
) -> None:
    thing = two.school.asset(is_lent=True)
    actions.adopt_loan(two.officer, thing.id, holder="不知道", until=None)
    assert live_loan(thing) is None
    actions.adopt_loan(
        two.officer, thing.id, person_id=two.taker.id, until=date(2026, 9, 2)
    )
    actions.adopt_loan(
        two.officer, thing.id, person_id=two.taker.id, until=date(2026, 9, 3)
    )
    found = live_loan(thing)
    assert found is not None
    assert (found.borrower_id, found.until_on) == (two.taker.id, date(2026, 9, 3))
    day.shift(timedelta(days=4))
    assert actions.look_after_loans() == 1
    assert steps(two.taker) == ["loan_overdue"]
    actions.extend_loan(two.officer, found.id, until_on=date(2026, 9, 20))
    actions.return_loan(two.officer, found.id)
    assert claims.live_claim(thing.id) is None
    assert not list(verify(two.school.system))


def test_ones_own_department_needs_no_answer(two: Two) -> None:
    thing = two.idle()
    asked = actions.request_transfer(
        two.officer, [thing.id], to_department_id=two.school.home.id
    )
    assert asked.state == TransferState.AGREED
    actions.hand_over(two.officer, asked.id, [thing.id])
    actions.receive(two.officer, asked.id, [thing.id], place_id=two.room.id)
    assert line_of(asked, thing).saved_fen is None


def test_departments_merge_and_people_leave_without_losing_anything(
    two: Two, context: Session
) -> None:
    thing, kept = two.idle(), two.idle()
    asked = two.asked(thing)
    [held] = actions.hold(two.by, [kept.id])
    waiting = actions.stand_in_line(actor_of(two.rival), kept.id)
    system = two.school.system
    giving, into = two.school.home, make_department(two.school.institution, "总务处")
    with pytest.raises(StillInUse):
        organisation.close_department(system, two.taking.id, two.taking.version)
    merge_departments(system, giving.id, into.id, giving.version)
    merge_departments(system, two.taking.id, into.id, two.taking.version)
    context.expire_all()
    assert asked.to_department_id == into.id
    assert [each.department_id for each in asked.sides] == [into.id]
    out = actions.lend_out(
        system, two.idle().id, borrower_id=two.taker.id, until_on=date(2026, 9, 9)
    )
    with pytest.raises(StillInUse):
        organisation.leave(system, two.taker.id, two.taker.version)
    actions.return_loan(system, out.id)
    organisation.leave(system, two.taker.id, two.taker.version)
    assert (held.state, waiting.state) == (HoldState.RELEASED, HoldState.HELD)
    office = actor_of(two.school.office)
    actions.agree(office, asked.id)
    actions.hand_over(office, asked.id, [thing.id])
    actions.receive(office, asked.id, [thing.id])
    context.refresh(thing)
    assert thing.department_id == into.id
    assert thing.custodian_id == two.school.office.id
    assert not list(verify(system))


def test_the_database_itself_lets_nothing_be_twice(two: Two, context: Session) -> None:
    thing = two.idle()
    asked = two.asked(thing)
    [held] = actions.hold(two.by, [two.idle().id])
    line = asked.lines[0]
    copies = [
        (
            model,
            {
                column.name: getattr(row, column.name)
                for column in model.__table__.columns
                if column.name != "id"
            },
        )
        for model, row in ((TransferLine, line), (Hold, held))
    ]
    for model, values in copies:
        with pytest.raises(sa.exc.IntegrityError):
            context.execute(sa.insert(model).values(values))
        context.rollback()
    for wrong in (
        sa.update(TransferLine).values(state="refused"),
        sa.update(Transfer).values(state="received"),
        sa.update(Hold).values(state="waiting", ended_at=now()),
        sa.update(Hold).values(claim_id=None),
    ):
        with pytest.raises(sa.exc.IntegrityError):
            context.execute(wrong)
        context.rollback()
