"""Every state of a hold, a transfer and a loan, attacked with every act there is.

What the table of moves allows leads exactly where it says and leaves an entry; anything
else is refused, or passed over where it was done before, and changes nothing at all.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.journal.queries import entries_of
from registry.kernel.clock import now, today
from registry.kernel.errors import Refused
from registry.kernel.states import StateMachine
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, Claim
from registry.organisation.models import Institution
from registry.sharing import actions
from registry.sharing.errors import NotToBeHad
from registry.sharing.models import Hold, Loan, TransferLine
from registry.sharing.states import (
    HOLD,
    LOAN,
    TRANSFER_LINE,
    HoldState,
    LoanState,
    TransferLineState,
)
from registry.words import sentence
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_department,
    make_person,
    make_place,
)
from tests.factories.sharing import make_school

THINGS = 120


@dataclass
class World:
    """An owner with many equal idle things, and two who want them."""

    session: Session
    system: Actor
    owner: Actor
    wants: Actor
    other: Actor
    room: int
    things: Iterator[int]
    clock: time_machine.Traveller

    def again(self, row: Any) -> Any:
        """A row as it is now."""
        self.session.expire_all()
        return self.session.get_one(type(row), row.id)


@pytest.fixture
def world(
    institution: Institution, context: Session, clock: time_machine.Traveller
) -> World:
    school = make_school(institution)
    homes = [make_department(institution) for _ in range(2)]
    wants, other = (
        actor_of(make_person(institution, department=home)) for home in homes
    )
    made = make_assets(
        institution,
        THINGS,
        item_type_id=make_type(institution, "投影仪").id,
        department_id=school.home.id,
        place_id=school.room.id,
        state="idle",
    )
    return World(
        context,
        school.system,
        actor_of(school.officer),
        wants,
        other,
        make_place(institution).id,
        iter([each.id for each in made]),
        clock,
    )


Make = Callable[[World], Any]
Act = Callable[[World, Any], Any]


def attack(
    world: World,
    table: StateMachine[Any],
    makers: Mapping[Any, Make],
    acts: Mapping[str, Act],
    field: str,
    again: frozenset[tuple[Any, str]] = frozenset(),
) -> list[str]:
    """What went otherwise than the table says, over all states and acts.

    ``again`` are pairs of a state and an act that may be repeated for nothing.
    """
    wrong = []
    standing = {state: make(world) for state, make in makers.items()}
    assert all(
        getattr(world.again(row), field) == state for state, row in standing.items()
    )
    for state, (verb, act) in itertools.product(makers, acts.items()):
        allowed = state in table.moves[verb][0]
        row = makers[state](world) if allowed else world.again(standing[state])
        before = _picture(world, row)
        refusal: Refused | None = None
        try:
            act(world, row)
        except Refused as caught:
            refusal = caught
            world.session.rollback()
        row = world.again(row)
        after = _picture(world, row)
        told = f"{state} {verb}: {refusal!r} {getattr(row, field)}"
        if allowed:
            entries = {each for each in after if each not in before}
            right = refusal is None and getattr(row, field) == table.moves[verb][1]
            if not right or not entries:
                wrong.append(told)
        elif after != before or (refusal is None) != ((state, verb) in again):
            wrong.append(told)
        elif refusal is not None and not sentence(refusal.code, refusal.facts):
            wrong.append(f"{told}: no words")
    return wrong


def _picture(world: World, row: Any) -> list[Any]:
    """All that an act could change: the row, its thing, claims on it, entries."""
    asset = world.session.get_one(Asset, row.asset_id)
    subject = {"TransferLine": "transfer"}.get(
        type(row).__name__, type(row).__name__.lower()
    )
    subject_id = getattr(row, "transfer_id", row.id)
    claims = world.session.query(Claim).filter_by(asset_id=row.asset_id, ended_at=None)
    return [
        *[
            f"{each.subject_kind} {each.number} {each.verb}"
            for each in [
                *entries_of(subject, subject_id),
                *entries_of("asset", row.asset_id),
            ]
        ],
        *[
            f"{column.name}={getattr(row, column.name)}"
            for column in row.__table__.columns
        ],
        f"{asset.state} {asset.department_id} {asset.place_id} {asset.version}",
        *[f"claim {each.id} {each.kind} {each.until}" for each in claims],
    ]


# Holds


def held(world: World) -> Hold:
    [made] = actions.hold(world.wants, [next(world.things)])
    return made


def waiting(world: World) -> Hold:
    thing = next(world.things)
    actions.hold(world.other, [thing])
    return actions.stand_in_line(world.wants, thing)


def ended_hold(act: Act) -> Make:
    def make(world: World) -> Hold:
        made = held(world)
        act(world, made)
        return world.again(made)

    return make


def use(world: World, row: Hold) -> None:
    home = world.wants.department_id or 0
    actions.request_transfer(
        world.wants, [row.asset_id], to_department_id=home, place_id=world.room
    )


def release(world: World, row: Hold) -> None:
    actions.release_hold(world.wants, row.id)


def lapse_thing(world: World, row: Any) -> None:
    ledger.change_state(world.system, row.asset_id, "report_missing")


def expire(world: World, row: Hold) -> None:
    """Its days are over, and the duty comes by; what is not held stays."""
    past = now() - timedelta(hours=1)
    if row.state == HoldState.HELD:
        world.session.query(Hold).filter_by(id=row.id).update({"until": past})
        world.session.query(Claim).filter_by(asset_id=row.asset_id).update(
            {"until": past}
        )
        world.session.commit()
    actions.end_expired_holds()


HOLDS: dict[Any, Make] = {
    HoldState.WAITING: waiting,
    HoldState.HELD: held,
    HoldState.USED: ended_hold(use),
    HoldState.RELEASED: ended_hold(release),
    HoldState.EXPIRED: ended_hold(expire),
    HoldState.LAPSED: ended_hold(lapse_thing),
}


def test_every_state_of_a_hold_with_every_act(world: World) -> None:
    ended = [each for each in HoldState if each not in ("waiting", "held")]
    again = {(state, "release") for state in ended}
    again |= {(each, "expire") for each in HoldState if each != HoldState.HELD}
    acts = {"release": release, "expire": expire}
    assert attack(world, HOLD, HOLDS, acts, "state", frozenset(again)) == []
    # the acts that are about the thing: only where it is still wanted do they end it
    for verb, act in (("use", use), ("lapse", lapse_thing)):
        row = HOLDS[HoldState.HELD](world)
        act(world, row)
        assert world.again(row).state == HOLD.moves[verb][1]


# Transfers, thing by thing


def requested(world: World) -> TransferLine:
    home = world.wants.department_id or 0
    made = actions.request_transfer(
        world.wants, [next(world.things)], to_department_id=home, place_id=world.room
    )
    [line] = made.lines
    return line


def going(verb: str) -> Act:
    def act(world: World, row: TransferLine) -> None:
        who = world.wants if verb in ("receive", "cancel") else world.owner
        more = {"reason": "要用"} if verb == "refuse" else {}
        getattr(actions, verb)(who, row.transfer_id, [row.asset_id], **more)

    return act


def line_after(*verbs: str) -> Make:
    def make(world: World) -> TransferLine:
        row = requested(world)
        for verb in verbs:
            (lapse_thing if verb == "lapse" else going(verb))(world, row)
        return world.again(row)

    return make


LINES: dict[Any, Make] = {
    TransferLineState.REQUESTED: requested,
    TransferLineState.AGREED: line_after("agree"),
    TransferLineState.HANDED_OVER: line_after("agree", "hand_over"),
    TransferLineState.RECEIVED: line_after("agree", "hand_over", "receive"),
    TransferLineState.REFUSED: line_after("refuse"),
    TransferLineState.CANCELLED: line_after("cancel"),
    TransferLineState.LAPSED: line_after("lapse"),
}


def test_every_state_of_a_transferred_thing_with_every_act(world: World) -> None:
    verbs = [each for each in TRANSFER_LINE.moves if each != "lapse"]
    acts = {verb: going(verb) for verb in verbs}
    again = {(TRANSFER_LINE.moves[verb][1], verb) for verb in verbs}
    assert attack(world, TRANSFER_LINE, LINES, acts, "state", frozenset(again)) == []


# Loans


def asked(world: World) -> Loan:
    day = today("Asia/Shanghai")
    return actions.ask_for_loan(
        world.wants, next(world.things), from_on=day, until_on=day + timedelta(days=3)
    )


def lending(verb: str) -> Act:
    names = {
        "agree": "agree_to_loan",
        "refuse": "refuse_loan",
        "cancel": "cancel_loan",
        "extend": "extend_loan",
        "return": "return_loan",
    }

    def act(world: World, row: Loan) -> None:
        who = world.wants if verb == "cancel" else world.owner
        more: dict[str, Any] = {}
        if verb == "refuse":
            more = {"reason": "要用"}
        if verb == "extend":
            more = {"until_on": today("Asia/Shanghai") + timedelta(days=5)}
        getattr(actions, names.get(verb, verb))(who, row.id, **more)

    return act


def loan_after(*verbs: str) -> Make:
    def make(world: World) -> Loan:
        row = asked(world)
        for verb in verbs:
            lending(verb)(world, row)
        return world.again(row)

    return make


def not_fetched(world: World) -> Loan:
    """Made before any other: days go by for all of them."""
    row = asked(world)
    world.clock.shift(timedelta(days=5))
    actions.look_after_loans()
    return world.again(row)


LOANS: dict[Any, Make] = {
    LoanState.LAPSED: not_fetched,
    LoanState.REQUESTED: asked,
    LoanState.RESERVED: loan_after("agree"),
    LoanState.OUT: loan_after("agree", "hand_out"),
    LoanState.RETURNED: loan_after("agree", "hand_out", "return"),
    LoanState.REFUSED: loan_after("refuse"),
    LoanState.CANCELLED: loan_after("cancel"),
}


def test_every_state_of_a_loan_with_every_act(world: World) -> None:
    verbs = [each for each in LOAN.moves if each != "lapse"]
    acts = {verb: lending(verb) for verb in verbs}
    again = {
        (LoanState.RESERVED, "agree"),
        (LoanState.OUT, "hand_out"),
        (LoanState.RETURNED, "return"),
        (LoanState.CANCELLED, "cancel"),
    }
    assert attack(world, LOAN, LOANS, acts, "state", frozenset(again)) == []
    # what is lost meanwhile is promised to nobody
    lost = asked(world)
    lapse_thing(world, lost)
    with pytest.raises(NotToBeHad):
        lending("agree")(world, lost)
