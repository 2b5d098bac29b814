"""Every state of a request and of a line, attacked with every act there is.

What the table of moves allows leads exactly where it says and leaves its entry.
Anything else is refused in words, or passed over where it was done before, and changes
nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.journal.queries import entries_of
from registry.kernel.errors import Refused
from registry.organisation.models import Institution
from registry.procurement.actions import buying, drafting, ruling
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.approving import approve, refuse, send_back
from registry.procurement.actions.buying import Arrived, Wanted
from registry.procurement.actions.drafting import LineDraft, submit, withdraw
from registry.procurement.actions.policies import change_policy
from registry.procurement.actions.rechecking import recheck
from registry.procurement.actions.urgent import allow_urgent
from registry.procurement.models.checks import Candidate, CheckLine
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import steps_of
from registry.procurement.queries.checks import must_answer, read_lines
from registry.procurement.queries.orders import orders_of
from registry.procurement.rules.approval import Rule
from registry.procurement.states import REQUEST, LineState, RequestState
from registry.sharing.actions import cancel
from registry.sharing.queries.transfers import transfers_by_cause
from registry.words import sentence
from tests.factories.asking import House, make_house
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import actor_of, make_colleague

R, L = RequestState, LineState
WHY = "看过了，情况属实，今晚就要用"
FAR_APART = ("显微镜", "电冰箱", "跑步机", "沙发", "缝纫机", "洗衣机", "血压计", "铁锹")


@dataclass
class World:
    """The house of the story, and nouns of which nothing lies idle yet."""

    house: House
    head: Actor
    session: Session
    nouns: Iterator[str]

    def again(self, found: PurchaseRequest) -> PurchaseRequest:
        """The request as it is now."""
        self.session.expire_all()
        return self.session.get_one(PurchaseRequest, found.id)

    def lines(self, found: PurchaseRequest) -> list[PurchaseLine]:
        """Its lines, the first first."""
        return list(self.again(found).lines)

    def stock(self, noun: str) -> None:
        """Something more of a noun lies idle from now on."""
        kind = make_type(self.house.institution, noun).id
        make_assets(self.house.institution, 1, item_type_id=kind, state="idle")


@pytest.fixture
def world(
    institution: Institution, context: Session, clock: time_machine.Traveller
) -> World:
    house = make_house(institution)
    make_assets(
        institution,
        60,
        item_type_id=house.projectors[0].item_type_id,
        department_id=house.projectors[0].department_id,
        place_id=house.projectors[0].place_id,
        state="idle",
        condition="good",
    )
    heads = [make_colleague(institution, Role.DEPARTMENT_HEAD) for _ in range(2)]
    never = Rule()
    change_policy(house.rules, 1, asset_office=never, finance=never, principal=never)
    return World(house, actor_of(heads[0]), context, iter(FAR_APART))


# How a request comes to each state


def written(world: World, *texts: str) -> PurchaseRequest:
    lines = [LineDraft(text, 2, price_fen=100) for text in texts or ("投影仪",)]
    return drafting.make_request(world.house.asks, lines)


def answering(world: World) -> PurchaseRequest:
    return submit(world.house.asks, written(world).id)


def declined(world: World) -> PurchaseRequest:
    return act_decline(world, answering(world))


def approving(world: World) -> PurchaseRequest:
    return act_uphold(world, declined(world))


def approved(world: World) -> PurchaseRequest:
    return approve(world.head, approving(world).id)


def ordered(world: World) -> PurchaseRequest:
    found = approved(world)
    act_order(world, found)
    return found


def sent_back(world: World) -> PurchaseRequest:
    return send_back(world.head, approving(world).id, words=WHY)


STATES: dict[RequestState, Callable[[World], PurchaseRequest]] = {
    R.DRAFT: sent_back,
    R.ANSWERING: answering,
    R.RULING: declined,
    R.APPROVING: approving,
    R.APPROVED: approved,
    R.ORDERED: ordered,
    R.CLOSED: lambda w: buying.close_request(w.house.rules, ordered(w).id, WHY),
    R.COVERED: lambda w: act_take(w, answering(w)),
    R.REFUSED: lambda w: refuse(w.head, approving(w).id, words=WHY),
    R.WITHDRAWN: lambda w: withdraw(w.house.asks, answering(w).id),
}


# Every act there is; each as somebody who may


def _group(world: World, found: PurchaseRequest) -> int:
    """A group that was found for a request, whatever has become of it."""
    rows = world.session.query(Candidate.id).join(
        CheckLine, CheckLine.id == Candidate.check_line_id
    )
    ids = [line.id for line in world.lines(found)]
    last = rows.filter(CheckLine.line_id.in_(ids)).order_by(Candidate.id.desc())
    return last.first()[0]


def _line(world: World, found: PurchaseRequest) -> int:
    return world.lines(found)[0].id


def act_decline(world: World, found: PurchaseRequest) -> PurchaseRequest:
    return decline_all(world, found, [_group(world, found)])


def decline_all(
    world: World, found: PurchaseRequest, or_else: Sequence[int]
) -> PurchaseRequest:
    """Decline all that is open of a line, or what stands there for an attack."""
    for group in groups_left(world.lines(found)[0]) or or_else:
        row = world.session.get(Candidate, group)
        why = "claimed" if row and row.kind == "claimed" else "cost"
        found = decline(world.house.asks, group, why, WHY)
    return found


def groups_left(line: PurchaseLine) -> list[int]:
    """What is to be answered of a line, by id."""
    [read] = read_lines([line])
    return [key for key, group in read.groups.items() if group.left]


def act_take(world: World, found: PurchaseRequest) -> PurchaseRequest:
    group = (groups_left(world.lines(found)[0]) or [_group(world, found)])[0]
    return take(world.house.asks, group, 2)


def act_uphold(world: World, found: PurchaseRequest) -> PurchaseRequest:
    return ruling.uphold(world.house.rules, _line(world, found), WHY)


def act_order(world: World, found: PurchaseRequest) -> Any:
    wanted = [Wanted(_line(world, found), 1, 100)]
    return buying.place_order(
        world.house.rules, found.id, supplier="华视科技", lines=wanted
    )


def act_receive(world: World, found: PurchaseRequest) -> Any:
    orders = orders_of(found)
    if not orders:
        return buying.receive(world.house.rules, 0, [Arrived(0, 1, new_type="机")])
    [line] = orders[-1].lines
    part = Arrived(line.id, 1, new_type="投影机")
    return buying.receive(world.house.rules, orders[-1].id, [part])


def act_change(world: World, found: PurchaseRequest) -> Any:
    found = world.again(found)
    drafts = [LineDraft("投影仪", 3)]
    return drafting.change_request(world.house.asks, found.id, found.version, drafts)


ACTS: dict[str, Callable[[World, PurchaseRequest], Any]] = {
    "submit": lambda w, r: submit(w.house.asks, r.id),
    "change": act_change,
    "decline": act_decline,
    "take": act_take,
    "uphold": act_uphold,
    "send back to answer": lambda w, r: ruling.send_back_to_answer(
        w.house.rules, _line(w, r), WHY
    ),
    "approve": lambda w, r: approve(w.head, r.id),
    "refuse": lambda w, r: refuse(w.head, r.id, words=WHY),
    "send back": lambda w, r: send_back(w.head, r.id, words=WHY),
    "let through": lambda w, r: allow_urgent(w.house.rules, r.id, WHY),
    "ask for more": lambda w, r: buying.ask_for_more(w.house.rules, r.id, 10_000),
    "order": act_order,
    "receive": act_receive,
    "close": lambda w, r: buying.close_request(w.house.rules, r.id, WHY),
    "look again": lambda w, r: recheck(w.house.asks, r.id),
    "withdraw": lambda w, r: withdraw(w.house.asks, r.id),
}

LEADS: dict[tuple[RequestState, str], tuple[RequestState, str]] = {
    # what was answered and ruled stays so
    (R.DRAFT, "submit"): (R.APPROVING, "submit"),
    (R.DRAFT, "change"): (R.DRAFT, "redraft"),
    (R.ANSWERING, "decline"): (R.RULING, "answer_all"),
    (R.ANSWERING, "take"): (R.COVERED, "cover"),
    (R.RULING, "uphold"): (R.APPROVING, "resolve"),
    (R.RULING, "send back to answer"): (R.ANSWERING, "send_back"),
    (R.APPROVING, "approve"): (R.APPROVED, "approve"),
    (R.APPROVING, "refuse"): (R.REFUSED, "refuse"),
    (R.APPROVING, "send back"): (R.DRAFT, "send_back"),
    (R.ANSWERING, "let through"): (R.APPROVED, "allow_urgent"),
    (R.RULING, "let through"): (R.APPROVED, "allow_urgent"),
    (R.APPROVING, "let through"): (R.APPROVED, "allow_urgent"),
    (R.APPROVED, "ask for more"): (R.APPROVING, "ask_more"),
    (R.ORDERED, "ask for more"): (R.ORDERED, "part"),
    (R.APPROVED, "order"): (R.ORDERED, "order"),
    (R.ORDERED, "order"): (R.ORDERED, "order"),
    (R.ORDERED, "receive"): (R.ORDERED, "receive"),
    (R.ORDERED, "close"): (R.CLOSED, "close"),
    **{
        (state, "withdraw"): (R.WITHDRAWN, "withdraw")
        for state in (R.DRAFT, R.ANSWERING, R.RULING, R.APPROVING, R.APPROVED)
    },
}
"""From a state, by an act, to a state, leaving an entry of that verb."""

AGAIN = {
    *((state, "submit") for state in STATES if state is not R.DRAFT),
    *((state, "look again") for state in REQUEST.moves["reopen"][0]),
    (R.ORDERED, "look again"),
    (R.WITHDRAWN, "withdraw"),
    (R.REFUSED, "refuse"),
    (R.DRAFT, "send back"),
    *((state, "approve") for state in (R.APPROVED, R.ORDERED, R.CLOSED)),
}
"""What may be done again for nothing: the second press of a button, a true check."""


def picture(world: World, found: PurchaseRequest) -> list[Any]:
    """All that an act could change."""
    row = world.again(found)
    lines = [
        (each.standing, each.quantity, each.covered, each.declined, each.check_line_id)
        for each in row.lines
    ]
    steps = [(each.id, each.state, each.words) for each in steps_of(row.id)]
    verbs = [each.verb for each in entries_of("purchase_request", row.id)]
    moved = [
        (each.number, each.state)
        for each in transfers_by_cause(row.institution_id, row.number)
    ]
    return [row.state, row.version, row.checks, lines, steps, verbs, moved]


def test_every_state_of_a_request_with_every_act(world: World) -> None:
    standing = {state: make(world) for state, make in STATES.items()}
    assert [world.again(row).state for row in standing.values()] == list(STATES)
    seen = {state: picture(world, row) for state, row in standing.items()}
    wrong = []
    for (state, make), (name, act) in itertools.product(STATES.items(), ACTS.items()):
        leads = LEADS.get((state, name))
        row = make(world) if leads else standing[state]
        before, refusal = picture(world, row) if leads else seen[state], None
        try:
            act(world, row)
        except Refused as caught:
            refusal = caught
            world.session.rollback()
        after = picture(world, row)
        told = f"{state}, {name}: {refusal!r} {before[0]} -> {after[0]} {after[5]}"
        if leads:
            new = after[5][len(before[5]) :]
            if refusal is not None or (after[0], leads[1] in new) != (leads[0], True):
                wrong.append(told)
        elif after != before or (refusal is None) != ((state, name) in AGAIN):
            wrong.append(told)
        elif refusal is not None and not sentence(refusal.code, refusal.facts):
            wrong.append(f"{told}: no words")
    assert not wrong, chr(10).join(wrong)


def test_the_acts_lead_where_the_table_of_moves_says() -> None:
    """The table is not wider than what people can do, nor the other way round."""
    verbs = {
        "send_back_to_answer": {"send back to answer"},
        "answer_all": {"decline"},
        "resolve": {"uphold"},
        "cover": {"take"},
        "allow_urgent": {"let through"},
        "send_back": {"send back"},
        "ask_more": {"ask for more"},
    }
    for verb in ("approve", "refuse", "order", "close", "withdraw"):
        for state in REQUEST.moves[verb][0]:
            assert LEADS[state, verb][0] == REQUEST.moves[verb][1]
    for verb, names in verbs.items():
        found = {
            state
            for (state, name), (_to, entry) in LEADS.items()
            if name in names and entry != "part"
        }
        assert found <= REQUEST.moves[verb][0]


def test_something_new_leads_back_from_every_state_that_can(world: World) -> None:
    """What turns idle throws back what is not bought; of what is ordered the rest."""
    for state in (R.APPROVING, R.APPROVED, R.ORDERED, R.CLOSED):
        noun = next(world.nouns)
        found = submit(world.house.asks, written(world, noun).id)
        assert found.state == R.APPROVING
        if state is not R.APPROVING:
            approve(world.head, found.id)
        if state in (R.ORDERED, R.CLOSED):
            act_order(world, found)
        if state is R.CLOSED:
            buying.close_request(world.house.rules, found.id, WHY)
        world.stock(noun)
        if state is R.CLOSED:
            with pytest.raises(Refused):
                recheck(world.house.asks, found.id)
            continue
        found = recheck(world.house.asks, found.id)
        verbs = [each.verb for each in entries_of("purchase_request", found.id)]
        if state is R.ORDERED:
            assert (found.state, "part" in verbs) == (R.ORDERED, True)
        else:
            assert (found.state, "reopen" in verbs) == (R.ANSWERING, True)


def test_what_does_not_come_leads_back_too(world: World) -> None:
    """From covered, and past approval: so much is open again, or asked for anew."""
    for last in (R.COVERED, R.APPROVING, R.ORDERED):
        found = submit(world.house.asks, written(world).id)
        take(world.house.asks, _group(world, found), 2 if last is R.COVERED else 1)
        if last is not R.COVERED:
            decline_all(world, found, [])
            act_uphold(world, found)
        if last is R.ORDERED:
            approve(world.head, found.id)
            act_order(world, found)
        [transfer] = transfers_by_cause(found.institution_id, found.number)
        cancel(world.house.asks, transfer.id, None)
        found = world.again(found)
        if last is R.ORDERED:
            follows = world.session.query(PurchaseRequest).filter_by(
                follows=found.number
            )
            assert (found.state, follows.one().state) == (R.ORDERED, R.DRAFT)
        else:
            assert found.state == R.ANSWERING
            assert found.lines[0].covered == 0


# Lines


def line_in(world: World, state: LineState) -> PurchaseRequest:
    """A request whose first line stands so, held in *answering* by its second."""
    text = {L.UNCLEAR: "投影设备", L.CLEAR: "电子琴", L.OPEN: "电子琴"}
    found = written(world, text.get(state, "投影仪"), "投影仪")
    if state is L.OPEN:
        return found
    found = submit(world.house.asks, found.id)
    first = world.lines(found)[0]
    if state is L.COVERED:
        take(world.house.asks, must_answer(first)[0].id, 2)
    if state in (L.DECLINED, L.OVERRIDDEN):
        decline_all(world, found, [])
    if state is L.OVERRIDDEN:
        ruling.uphold(world.house.rules, first.id, WHY)
    return world.again(found)


def _first_group(world: World, found: PurchaseRequest) -> int:
    row = world.lines(found)[0].check_line_id
    ids = world.session.query(Candidate.id).filter_by(check_line_id=row, kind="idle")
    first = ids.order_by(Candidate.id).first()
    return first[0] if first is not None else 0


LINE_ACTS: dict[str, Callable[[World, PurchaseRequest], Any]] = {
    "settle clear": lambda w, r: ruling.settle_clear(w.house.rules, _line(w, r), WHY),
    "settle matched": lambda w, r: ruling.settle_matched(
        w.house.rules, _line(w, r), [_first_group(w, r)], WHY
    ),
    "uphold": act_uphold,
    "send back": ACTS["send back to answer"],
    "take": lambda w, r: take(w.house.asks, _first_group(w, r), 2),
    "decline": lambda w, r: decline_all(w, r, [_first_group(w, r)]),
    "let through": ACTS["let through"],
}
LINE_LEADS = {
    (L.UNCLEAR, "settle clear"): L.CLEAR,
    (L.UNCLEAR, "settle matched"): L.MATCHED,
    (L.UNCLEAR, "take"): L.COVERED,
    (L.UNCLEAR, "decline"): L.UNCLEAR,
    (L.MATCHED, "take"): L.COVERED,
    (L.MATCHED, "decline"): L.DECLINED,
    (L.DECLINED, "uphold"): L.OVERRIDDEN,
    **{
        (state, "let through"): L.OVERRIDDEN
        for state in (L.UNCLEAR, L.MATCHED, L.DECLINED, L.OVERRIDDEN)
    },
    (L.CLEAR, "let through"): L.CLEAR,
    (L.COVERED, "let through"): L.COVERED,
}


def test_every_standing_of_a_line_with_every_act(world: World) -> None:
    standing = {state: line_in(world, state) for state in LineState}
    shown = [world.lines(row)[0].standing for row in standing.values()]
    assert shown == list(LineState)
    seen = {state: picture(world, row) for state, row in standing.items()}
    wrong = []
    for state, (name, act) in itertools.product(LineState, LINE_ACTS.items()):
        leads = LINE_LEADS.get((state, name))
        row = line_in(world, state) if leads else standing[state]
        before, refusal = picture(world, row) if leads else seen[state], None
        try:
            act(world, row)
        except Refused as caught:
            refusal = caught
            world.session.rollback()
        after = picture(world, row)
        told = f"{state}, {name}: {refusal!r} -> {after[3][0][0]}"
        if leads is None:
            if refusal is None or after != before:
                wrong.append(told)
        elif after[3][0][0] != leads or len(after[5]) <= len(before[5]):
            wrong.append(told)
    assert not wrong, chr(10).join(wrong)
