"""The outer pool: what is shown, promised, given; what each side sees and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.errors import Forbidden, Invalid, Missing, Refused, WrongState
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, Claim, Document
from registry.ledger.verifying import verify
from registry.notifications.models import Notice
from registry.organisation.models import Institution
from registry.sharing import actions
from registry.sharing.errors import AskedAlready, NobodyOutside, Restricted
from registry.sharing.models import OuterCard, OuterInquiry, OuterThing
from registry.sharing.queries.outer import (
    OuterFilter,
    card_of,
    inquiry_from,
    inquiry_to,
    outer_rows,
    photo_of,
)
from registry.sharing.states import INQUIRY, OUTER_THING, InquiryState
from registry.waiting.models import Wait
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_institution,
    make_person,
)


@dataclass
class Town:
    """A school with five idle projectors, and another one that could use some."""

    session: Session
    owner: Actor
    teacher: Actor
    other: Actor
    asker: Actor
    things: list[int]

    def card(self) -> OuterCard:
        """The school's one card, shown or not."""
        here = OuterCard.institution_id == self.owner.institution_id
        return self.session.scalars(
            sa.select(OuterCard).where(here).execution_options(populate_existing=True)
        ).one()

    def shown(self) -> int:
        """How many the other school sees."""
        rows = outer_rows(self.asker, OuterFilter(), "newest").select
        return sum(each.count for each in self.session.scalars(rows))

    def asked(self, count: int = 3) -> OuterInquiry:
        """The other school asks for so many."""
        return actions.ask_outside(
            self.asker, self.card().id, count=count, words="新校区两间教室用"
        )

    def states(self) -> list[str]:
        """How the things stand outside, in order."""
        rows = self.session.scalars(
            sa.select(OuterThing.state).order_by(OuterThing.asset_id, OuterThing.id)
        )
        return list(rows)


@pytest.fixture
def town(
    context: Session, clock: time_machine.Traveller, institution: Institution
) -> Town:
    other = make_institution(name="城东实验小学", contact="总务处 8800")
    things = make_assets(
        institution, 5, item_type_id=make_type(institution, "投影仪").id, state="idle"
    )
    return Town(
        context,
        actor_of(make_colleague(institution, Role.ASSET_OFFICE)),
        actor_of(make_person(institution)),
        actor_of(make_colleague(other, Role.ASSET_OFFICE)),
        actor_of(make_person(other, "周老师")),
        [each.id for each in things],
    )


def test_what_is_shown_asked_for_promised_and_given(town: Town) -> None:
    actions.publish(town.owner, town.things)
    actions.publish(town.owner, town.things[:2])  # repeats harmlessly
    assert (town.card().count, town.shown()) == (5, 5)
    asked = town.asked(3)
    [wait] = town.session.scalars(sa.select(Wait))
    assert (wait.institution_id, wait.step) == (
        town.owner.institution_id,
        "outer_answer",
    )
    with pytest.raises(AskedAlready):
        town.asked(1)

    actions.promise_outside(town.owner, asked.id, count=2)
    assert (town.card().count, town.shown()) == (3, 3)
    claims = town.session.scalars(sa.select(Claim).where(Claim.ended_at.is_(None)))
    assert {(each.kind, each.holder) for each in claims} == {
        ("transfer", "城东实验小学")
    }
    [open_wait] = town.session.scalars(sa.select(Wait).where(Wait.ended_at.is_(None)))
    assert open_wait.step == "outer_hand_over"
    with pytest.raises(Refused):
        actions.hold(town.teacher, town.things[:1])

    with pytest.raises(Invalid):
        actions.give_outside(town.owner, asked.id, approval=" ")
    given = actions.give_outside(town.owner, asked.id, approval="区教财〔2026〕18号")
    assert (given.state, given.promised) == ("given", 2)
    gone = [town.session.get_one(Asset, each) for each in town.things[:2]]
    assert [each.state for each in gone] == ["disposed", "disposed"]
    [document] = town.session.scalars(sa.select(Document))
    assert (document.number, document.count) == (given.document, 2)
    assert "区教财〔2026〕18号" in document.title
    assert not town.session.scalar(
        sa.select(Wait.id).where(Wait.ended_at.is_(None)).limit(1)
    )
    for actor in (town.owner, town.other):
        assert list(verify(Actor.system(actor.institution_id))) == []
    told = town.session.execute(
        sa.select(Notice.institution_id, Notice.person_id, Notice.kind)
    ).all()
    for kind in ("outer_promised", "outer_given"):
        assert (town.asker.institution_id, town.asker.person_id, kind) in told


@pytest.mark.parametrize(
    "act",
    [
        lambda t: actions.hold(t.teacher, t.things[:1]),
        lambda t: ledger.change_state(t.owner, t.things[0], "put_in_use"),
        lambda t: ledger.change_state(t.owner, t.things[0], "report_missing"),
        lambda t: ledger.change_state(t.owner, t.things[0], "propose_disposal"),
        lambda t: actions.lend_out(
            t.owner,
            t.things[0],
            borrower_id=t.teacher.person_id,
            until_on=date(2026, 9, 20),
        ),
        lambda t: actions.withdraw_from_outside(t.owner, t.things[:1]),
    ],
)
def test_what_is_not_free_and_idle_is_shown_no_more(town: Town, act: Any) -> None:
    actions.publish(town.owner, town.things)
    act(town)
    assert (town.card().count, town.shown()) == (4, 4)
    assert town.states()[0] in ("overtaken", "withdrawn")
    asked = town.asked(4)
    actions.promise_outside(town.owner, asked.id, count=4)
    promised = town.session.scalars(
        sa.select(OuterThing.asset_id).where(OuterThing.state == "promised")
    )
    assert set(promised) == set(town.things[1:])


def test_what_stands_on_another_card_by_now_is_counted_there(town: Town) -> None:
    actions.publish(town.owner, town.things)
    asset = town.session.get_one(Asset, town.things[0])
    ledger.amend(town.owner, asset.id, asset.version, {"condition": "poor"})
    cards = town.session.scalars(sa.select(OuterCard).order_by(OuterCard.id)).all()
    assert [each.count for each in cards] == [4, 1]
    assert cards[1].condition == "poor"


def test_a_promise_that_cannot_be_kept_comes_to_nothing(town: Town) -> None:
    actions.publish(town.owner, town.things[:2])
    asked = town.asked(2)
    actions.promise_outside(town.owner, asked.id, count=2)
    ledger.change_state(town.owner, town.things[0], "report_missing")
    town.session.refresh(asked)
    assert (asked.state, asked.promised) == ("promised", 1)
    ledger.change_state(town.owner, town.things[1], "report_missing")
    town.session.refresh(asked)
    assert asked.state == "lapsed"
    assert list(verify(Actor.system(town.owner.institution_id))) == []


def test_refused_and_withdrawn_put_back_what_was_put_aside(town: Town) -> None:
    actions.publish(town.owner, town.things)
    first = town.asked(3)
    actions.promise_outside(town.owner, first.id, count=3)
    actions.withdraw_inquiry(town.asker, first.id)
    actions.withdraw_inquiry(town.asker, first.id)
    assert town.shown() == 5
    second = town.asked(2)
    actions.promise_outside(town.owner, second.id, count=2)
    with pytest.raises(Invalid):
        actions.refuse_outside(town.owner, second.id, " ")
    actions.refuse_outside(town.owner, second.id, "自己要用了")
    assert (town.shown(), second.state) == (5, "refused")
    assert not town.session.scalar(sa.select(Claim.id).where(Claim.ended_at.is_(None)))
    assert list(verify(Actor.system(town.owner.institution_id))) == []


def test_who_may_do_what_and_sees_what(town: Town) -> None:
    with pytest.raises(Forbidden):
        actions.publish(town.teacher, town.things)
    with pytest.raises(Missing):
        actions.publish(town.other, town.things)
    actions.publish(town.owner, town.things)
    card = town.card().id
    for stranger in (town.owner, town.teacher):  # one's own card is none to ask for
        with pytest.raises(Missing):
            actions.ask_outside(stranger, card, count=1, words="用")
        with pytest.raises(Missing):
            card_of(stranger, card)
    with pytest.raises(Invalid):
        town.asked(6)
    asked = town.asked(2)
    for actor in (town.teacher, town.asker):
        with pytest.raises((Forbidden, Missing)):
            actions.promise_outside(actor, asked.id, count=1)
        with pytest.raises((Forbidden, Missing)):
            actions.refuse_outside(actor, asked.id, "不行")
    with pytest.raises(Missing):
        actions.promise_outside(town.other, asked.id, count=1)
    with pytest.raises(Missing):
        inquiry_from(town.owner, asked.id)
    with pytest.raises(Missing):
        inquiry_to(town.other, asked.id)
    colleague = actor_of(
        make_person(town.session.get_one(Institution, town.other.institution_id))
    )
    with pytest.raises(Missing):
        inquiry_from(colleague, asked.id)
    assert inquiry_from(town.other, asked.id).id == asked.id
    actions.withdraw_card(town.owner, card)
    for what in (card_of, photo_of):
        with pytest.raises(Missing):
            what(town.asker, card)
    with pytest.raises(Missing):
        actions.withdraw_card(town.other, card)


def test_alone_there_is_nobody_to_show_anything_to(
    context: Session, institution: Institution
) -> None:
    office = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    [thing] = make_assets(institution, 1, state="idle")
    with pytest.raises(NobodyOutside):
        actions.publish(office, [thing.id])


def test_what_is_restricted_is_not_shown(town: Town) -> None:
    ledger.amend(
        town.owner,
        town.things[0],
        None,
        {"restrictions": ["earmarked_funds"]},
    )
    with pytest.raises(Restricted):
        actions.publish(town.owner, town.things)
    assert len(actions.publish(town.owner, town.things, passing_over=True)) == 4


MOVES = {
    "promise": lambda t, i: actions.promise_outside(t.owner, i.id, count=1),
    "refuse": lambda t, i: actions.refuse_outside(t.owner, i.id, "不行"),
    "withdraw": lambda t, i: actions.withdraw_inquiry(t.asker, i.id),
    "give": lambda t, i: actions.give_outside(t.owner, i.id, approval="批文"),
    "lapse": lambda t, i: [
        ledger.change_state(t.owner, each, "report_missing") for each in t.things
    ],
}
WAY = {
    "asked": (),
    "promised": ("promise",),
    "given": ("promise", "give"),
    "refused": ("refuse",),
    "withdrawn": ("withdraw",),
    "lapsed": ("promise", "lapse"),
}


@pytest.mark.parametrize("state", list(InquiryState))
def test_every_move_is_in_the_table_or_refused(town: Town, state: InquiryState) -> None:
    assert set(MOVES) == set(INQUIRY.moves)
    assert set(WAY) == set(InquiryState)
    actions.publish(town.owner, town.things)
    for verb, move in MOVES.items():
        if verb == "lapse":
            continue
        inquiry = town.asked(1)
        for each in WAY[state]:
            MOVES[each](town, inquiry)
        town.session.refresh(inquiry)
        assert inquiry.state == state
        if verb in INQUIRY.open_verbs(state):
            move(town, inquiry)
            assert inquiry.state == INQUIRY.moves[verb][1]
        elif (state, verb) != ("withdrawn", "withdraw"):
            with pytest.raises(WrongState):
                move(town, inquiry)
        return_everything(town, inquiry)


def return_everything(town: Town, inquiry: OuterInquiry) -> None:
    """Have five things on offer again for the next try."""
    if inquiry.ended_at is None:
        actions.withdraw_inquiry(town.asker, inquiry.id)
    for each in town.things:
        state = town.session.get_one(Asset, each).state
        if state == "missing":
            ledger.change_state(town.owner, each, "mark_idle")
    lie = [e for e in town.things if town.session.get_one(Asset, e).state == "idle"]
    actions.publish(town.owner, lie, passing_over=True)


def test_things_go_only_where_their_table_leads() -> None:
    assert set(OUTER_THING.moves) == {
        "withdraw",
        "promise",
        "put_back",
        "give",
        "overtake",
    }
