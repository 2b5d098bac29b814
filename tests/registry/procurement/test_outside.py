"""The check looks at what other institutions show, last: answered, never taken."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.catalogue.actions import TypeDraft, change_type
from registry.kernel.errors import Forbidden, Invalid, Missing, WrongState
from registry.ledger import actions as ledger
from registry.organisation.models import Institution
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.drafting import LineDraft, make_request, submit
from registry.procurement.actions.outside import ask_owner, decline_outside
from registry.procurement.actions.urgent import allow_urgent
from registry.procurement.models.outside import OuterAnswer, OuterCandidate
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.checks import last_check, must_answer
from registry.procurement.queries.frozen import frozen_of
from registry.procurement.queries.outside import read_outside, search_outside
from registry.procurement.queries.searching import Wanted
from registry.sharing import actions as sharing
from registry.sharing.models import OuterCard, OuterInquiry
from registry.waiting.queries import open_wait
from tests.factories.asking import House, asked, line_of, make_house
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_institution,
    make_person,
)

WHY = "琴键坏了三个，修不好"


@dataclass
class Town:
    """The school of the story, and one beside it that shows four pianos."""

    house: House
    session: Session
    other: Actor
    pianos: list[int]
    card: int

    def ask(self, text: str = "电子琴", quantity: int = 6) -> PurchaseRequest:
        """The teacher asks for pianos, of which the school has none."""
        return asked(self.house, text, quantity)

    def found(self, request: PurchaseRequest) -> OuterCandidate:
        """The one card the check has found."""
        [reads] = read_outside(request, request.lines).values()
        [read] = reads
        return read.candidate

    def kinds(self) -> list[str]:
        """What became of cards, in order."""
        rows = self.session.scalars(sa.select(OuterAnswer).order_by(OuterAnswer.id))
        return [f"{each.kind} {each.count}" for each in rows]

    def inquiry(self) -> OuterInquiry:
        """What was asked of the other school last."""
        return self.session.scalars(
            sa.select(OuterInquiry).order_by(OuterInquiry.id.desc()).limit(1)
        ).one()


@pytest.fixture
def town(
    institution: Institution, context: Session, clock: time_machine.Traveller
) -> Town:
    house = make_house(institution)
    other = make_institution(name="城东实验小学", contact="总务处 8800")
    office = actor_of(make_colleague(other, Role.ASSET_OFFICE))
    kind = make_type(other, "电子琴").id
    pianos = [e.id for e in make_assets(other, 4, item_type_id=kind, state="idle")]
    sharing.publish(office, pianos)
    [card] = context.scalars(sa.select(OuterCard.id))
    return Town(house, context, office, pianos, card)


def test_what_others_show_is_answered_before_anything_is_bought(town: Town) -> None:
    found = town.ask()
    assert (found.state, line_of(found).standing) == ("answering", "clear")
    card = town.found(found)
    assert (card.institution, card.count, card.must_answer) == ("城东实验小学", 4, True)
    assert open_wait(found.institution_id, "purchase_request", found.id, "answer_check")
    frozen = json.loads(last_check(found.id).content)  # type: ignore[union-attr]
    assert frozen["lines"][0]["outside"][0]["institution"] == "城东实验小学"
    for reason, words in (("owner_needs", WHY), ("time", "不"), ("time", "")):
        with pytest.raises(Invalid):
            decline_outside(town.house.asks, card.id, reason, words)
    for actor in (town.house.rules, town.other):
        with pytest.raises((Forbidden, Missing)):
            decline_outside(actor, card.id, "time", WHY)

    found = decline_outside(town.house.asks, card.id, "time", "下周就要用，等不到批文")
    assert found.state == "approving", "nobody has to rule on it"
    [told] = frozen_of(found)["lines"][0]["outside"]
    assert (told["answer"], told["code"]) == ("decline", "time")
    with pytest.raises(WrongState):
        decline_outside(town.house.asks, card.id, "time", WHY)


def test_the_owner_s_no_is_an_answer_that_holds(town: Town) -> None:
    found = town.ask()
    ask_owner(town.house.asks, town.found(found).id, 4)
    assert found.state == "answering"
    sharing.refuse_outside(town.other, town.inquiry().id, "音乐节要用")
    assert (found.state, town.kinds()) == ("approving", ["refused 0"])
    told = frozen_of(found)["lines"][0]["outside"][0]
    assert (told["answer"], told["words"]) == ("refused", "音乐节要用")
    assert told["inquiry"] == town.inquiry().number


def test_what_the_owner_promises_is_not_bought(town: Town) -> None:
    found = town.ask(quantity=6)
    ask_owner(town.house.asks, town.found(found).id, 4)
    sharing.promise_outside(town.other, town.inquiry().id, count=4)
    assert (found.state, line_of(found).to_buy) == ("approving", 2)
    assert town.kinds() == ["promised 4"]

    # what does not come after all is asked for anew, the rest goes on
    ledger.change_state(town.other, town.pianos[0], "report_missing")
    ledger.change_state(town.other, town.pianos[1], "report_missing")
    assert town.kinds() == ["promised 4", "fell 1", "fell 1"]
    sharing.refuse_outside(town.other, town.inquiry().id, "琴房漏水，都坏了")
    assert town.kinds() == ["promised 4", "fell 1", "fell 1", "fell 2"]
    [draft] = town.session.scalars(
        sa.select(PurchaseRequest).where(PurchaseRequest.follows == found.number)
    )
    assert (draft.state, line_of(draft).quantity) == ("draft", 4)
    assert found.state == "approving"


def test_all_that_is_wanted_may_come_from_outside(town: Town) -> None:
    found = town.ask(quantity=3)
    ask_owner(town.house.asks, town.found(found).id, 3)
    sharing.promise_outside(town.other, town.inquiry().id, count=3)
    assert (found.state, line_of(found).to_buy) == ("covered", 0)
    sharing.give_outside(town.other, town.inquiry().id, approval="批〔2026〕3号")
    assert town.kinds() == ["promised 3"]


def test_one_s_own_things_come_first_and_answers_hold(town: Town) -> None:
    """With enough at home nobody outside is asked; declining does not spare it."""
    kind = make_type(
        town.session.get_one(Institution, town.other.institution_id), "投影仪"
    )
    more = make_assets(
        town.session.get_one(Institution, town.other.institution_id),
        2,
        item_type_id=kind.id,
        state="idle",
    )
    sharing.publish(town.other, [each.id for each in more])
    found = town.ask("投影仪", 8)
    [group] = must_answer(line_of(found))
    card = town.found(found)
    take(town.house.asks, group.id, 5)
    decline(town.house.asks, group.id, "specification", "亮度不够，教室有西晒")
    assert (found.state, line_of(found).standing) == ("answering", "declined")
    decline_outside(town.house.asks, card.id, "time", "等不到批文")
    assert found.state == "ruling"

    enough = town.ask("投影仪", 3)
    [group] = [e for e in must_answer(line_of(enough)) if e.kind == "idle"]
    assert take(town.house.asks, group.id, 3).state == "covered"


def test_asking_may_be_given_up_with_a_reason(town: Town) -> None:
    found = town.ask()
    card = town.found(found)
    ask_owner(town.house.asks, card.id, 2)
    decline_outside(town.house.asks, card.id, "time", "问了一周没有回音")
    assert found.state == "approving"
    assert town.inquiry().state == "withdrawn"


def test_urgent_goes_past_it_on_somebody_s_word(town: Town) -> None:
    house = town.house
    principal = actor_of(make_colleague(house.institution, Role.PRINCIPAL))
    made = make_request(house.asks, [LineDraft("电子琴", 1)], urgent=True)
    found = submit(house.asks, made.id)
    assert found.state == "answering"
    allow_urgent(principal, found.id, "今晚演出就要用，来不及问外单位")
    assert (found.state, town.kinds()) == ("approved", ["urgent 0"])


def test_another_s_inquiry_with_this_number_answers_nothing(town: Town) -> None:
    found = town.ask()
    friend = actor_of(make_person(town.house.institution))
    made = sharing.ask_outside(
        friend, town.card, count=1, words="帮忙", cause=found.number
    )
    sharing.refuse_outside(town.other, made.id, "不行")
    assert (found.state, town.kinds()) == ("answering", [])


def test_the_database_lets_nothing_past_that_is_not_answered(town: Town) -> None:
    found = town.ask()
    town.session.commit()
    for statement in (
        f"UPDATE purchase_requests SET state = 'approved' WHERE id = {found.id}",
        "UPDATE outer_candidates SET must_answer = NOT must_answer",
        "DELETE FROM outer_candidates",
    ):
        with pytest.raises(sa.exc.DBAPIError):
            town.session.execute(sa.text(statement))
        town.session.rollback()


def test_only_what_is_shown_now_is_found_by_the_words_it_has_now(town: Town) -> None:
    here, there = town.house.institution.id, town.other.institution_id
    line = [Wanted("电子琴")]

    def hits(institution_id: int, lines: list[Wanted] = line) -> int:
        return sum(map(len, search_outside(institution_id, lines)))

    assert (hits(here), hits(there)) == (1, 0)
    assert hits(here, [Wanted("折叠椅")]) == 0
    card = town.session.get_one(OuterCard, town.card)
    kind = card.item_type
    draft = TypeDraft("折叠椅")
    change_type(Actor.system(there), kind.id, kind.version, draft)
    assert (hits(here), hits(here, [Wanted("折叠椅")])) == (0, 1)
    sharing.withdraw_card(town.other, town.card)
    assert hits(here, [Wanted("折叠椅")]) == 0
