"""Nobody stands still: what is new meanwhile leads on, and what was said stays said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.kernel.errors import Invalid
from registry.ledger.models import Asset
from registry.organisation.models import Institution
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.approving import approve, last_round
from registry.procurement.actions.buying import (
    Arrived,
    Wanted,
    ask_for_more,
    place_order,
    receive,
)
from registry.procurement.actions.drafting import LineDraft, make_request, submit
from registry.procurement.actions.rechecking import recheck
from registry.procurement.errors import CheckStale, CostsMore
from registry.procurement.models.orders import PurchaseOrder
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import steps_of
from registry.procurement.queries.certificates import of_request, shown
from registry.procurement.queries.checks import must_answer, taken_assets
from registry.procurement.queries.kinds import kind_of
from registry.procurement.queries.matcher import Catalogue
from registry.procurement.queries.orders import left_to_order
from registry.procurement.queries.passing import candidates_for
from registry.procurement.queries.policies import policy_of
from registry.procurement.queries.requests import followers_of, request
from registry.procurement.queries.seeking import sought_of
from registry.procurement.rules.approval import Kind
from registry.sharing.actions import refuse
from registry.sharing.errors import NotEnoughLeft
from registry.sharing.queries.transfers import transfers_by_cause
from registry.waiting.actions import pass_on
from registry.waiting.queries import holders_of, open_wait
from tests.factories.asking import House, asked, line_of, make_house
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import actor_of, make_colleague, make_person

SMALL = 10_000


@pytest.fixture
def school(
    institution: Institution, context: Session, clock: time_machine.Traveller
) -> House:
    return make_house(institution)


def bought(school: House, count: int, price_fen: int = SMALL) -> PurchaseOrder:
    """So many of three pianos approved are ordered."""
    found = asked(school, "电子琴", 3, price_fen)
    approve(school.rules, found.id)
    return more_of(school, found, count, price_fen)


def more_of(
    school: House, found: PurchaseRequest, count: int, price_fen: int = SMALL
) -> PurchaseOrder:
    wanted = [Wanted(line_of(found).id, count, price_fen)]
    return place_order(school.rules, found.id, supplier="乐声琴行", lines=wanted)


def idle(school: House, name: str, count: int) -> list[Asset]:
    kind = make_type(school.institution, name)
    return make_assets(school.institution, count, item_type_id=kind.id, state="idle")


def came(school: House, order: PurchaseOrder, count: int) -> None:
    part = Arrived(order.lines[0].id, count, new_type="琴")
    receive(school.rules, order.id, [part])


def test_what_is_not_ordered_is_parted_when_something_turns_idle(
    school: House,
) -> None:
    first = bought(school, 1)
    found = request(school.asks, first.request_id)
    idle(school, "电子琴", 5)
    with pytest.raises(CheckStale):
        more_of(school, found, 2)
    for _again in range(2):
        found = recheck(school.asks, found.id)
    assert found.state == "ordered"
    assert left_to_order(found) == {line_of(found).id: 0}
    [rest] = followers_of(found)
    assert (rest.state, rest.thrown_back, rest.follows) == (
        "answering",
        "new_match",
        found.number,
    )
    assert line_of(rest).quantity == 2
    # one need is counted once, though it stands in two requests
    policy = policy_of(found.institution_id)
    assert sought_of(rest, policy).amount_fen == 3 * SMALL
    [group] = must_answer(line_of(rest))
    take(school.asks, group.id, 2)
    assert request(school.asks, rest.id).state == "covered"
    assert shown(school.asks, of_request(found.id)[0].id).status == "valid"
    came(school, first, 1)
    assert request(school.asks, found.id).state == "closed"


def test_what_is_ordered_goes_on_though_what_was_taken_does_not_come(
    school: House,
) -> None:
    """Five taken and three ordered; one of the five falls through, all three come."""
    found = asked(school, "投影仪", 15, SMALL)
    [group] = must_answer(line_of(found))
    take(school.asks, group.id, 12)
    approve(school.rules, found.id)
    order = more_of(school, found, 2)
    [moved] = transfers_by_cause(found.institution_id, found.number)
    gone = sorted(taken_assets(found))[:2]
    refuse(school.rules, moved.id, gone, reason="发现坏了，不能给")
    [rest] = followers_of(found)
    assert (rest.state, line_of(rest).quantity) == ("draft", 2)
    part = Arrived(order.lines[0].id, 2, new_type="投影机")
    receive(school.rules, order.id, [part])
    last = more_of(school, found, 1)
    part = replace(part, order_line_id=last.lines[0].id, count=1)
    receive(school.rules, last.id, [part])
    assert request(school.asks, found.id).state == "closed"


def test_an_old_check_with_nothing_new_undoes_nothing(
    school: House, clock: time_machine.Traveller
) -> None:
    order = bought(school, 1)
    clock.shift(timedelta(days=8))
    half = request(school.asks, order.request_id)
    with pytest.raises(CheckStale):
        more_of(school, half, 2)
    recheck(school.asks, half.id)
    assert followers_of(half) == []
    more_of(school, half, 2)
    # and of approving what was approved stays so
    make_colleague(school.institution, Role.FINANCE)
    head = actor_of(
        make_colleague(
            school.institution,
            Role.DEPARTMENT_HEAD,
            department=school.teacher.department,
        )
    )
    found = asked(school, "电子琴", 3)
    approve(head, found.id)
    before = of_request(found.id)[0]
    clock.shift(timedelta(days=8))
    with pytest.raises(CheckStale):
        approve(school.rules, found.id)
    found = recheck(school.rules, found.id)
    assert (found.state, found.checks, last_round(found.id)) == ("approving", 2, 1)
    now = of_request(found.id)[0]
    assert now.id != before.id
    steps = {
        each.step: (each.state, each.certificate_id) for each in steps_of(found.id)
    }
    assert steps["department_head"] == ("approved", before.id)
    assert steps["asset_office"] == ("open", now.id)
    approve(school.rules, found.id)


def test_a_second_order_that_costs_more_is_asked_for_anew(school: House) -> None:
    make_colleague(school.institution, Role.FINANCE)
    first = bought(school, 1)
    found = request(school.asks, first.request_id)
    with pytest.raises(CostsMore):
        more_of(school, found, 2, 600_000)
    with pytest.raises(Invalid):
        ask_for_more(school.rules, found.id, SMALL)
    ask_for_more(school.rules, found.id, SMALL + 2 * 600_000)
    [rest] = followers_of(found)
    assert (rest.state, line_of(rest).price_fen) == ("approving", 600_000)
    assert {each.step for each in steps_of(rest.id)} > {"department_head"}
    assert not any(left_to_order(found).values())


def test_where_others_were_faster_it_is_looked_at_again(school: House) -> None:
    other = actor_of(make_person(school.institution))
    mine, theirs = (
        asked(school, quantity=12),
        make_request(other, [LineDraft("投影机", 12)]),
    )
    submit(other, theirs.id)
    [group] = must_answer(line_of(mine))
    take(school.asks, group.id, 2)
    [their] = must_answer(line_of(theirs))
    take(other, their.id, 10)
    with pytest.raises(NotEnoughLeft):
        take(school.asks, group.id, 10)
    with pytest.raises(Invalid):
        decline(school.asks, group.id, "claimed")
    found = recheck(school.asks, mine.id)
    assert (found.state, found.thrown_back) == ("answering", "overtaken")
    assert (line_of(found).covered, line_of(found).standing) == (2, "matched")
    [claimed] = must_answer(line_of(found))
    assert (claimed.kind, claimed.count) == ("claimed", 10)
    assert decline(school.asks, claimed.id, "claimed").state == "ruling"


def test_a_step_is_passed_only_to_somebody_who_may_do_it(school: House) -> None:
    there = school.institution
    stranger = make_person(there)
    colleague = make_colleague(there, Role.ASSET_OFFICE)
    found = asked(school)
    [group] = must_answer(line_of(found))
    decline(school.asks, group.id, "cost", "搬运不划算")
    small = asked(school, "电子琴", 1, SMALL)
    approve(school.rules, small.id)
    officer = school.rules
    for about, step, able in (
        (found, "rule_declined", colleague),
        (small, "place_order", colleague),
    ):
        wait = open_wait(there.id, "purchase_request", about.id, step)
        assert wait is not None
        for unable in (stranger, school.teacher):
            with pytest.raises(Invalid) as refused:
                pass_on(officer, wait.id, unable.id)
            assert "may_not_do_step" in str(refused.value.problems)
        having = {each.person_id for each in holders_of([wait])[wait.id]}
        offered = {each.id for each in candidates_for(officer, wait)}
        assert stranger.id not in offered
        if able.id not in having:
            pass_on(officer, wait.id, able.id)
    waits = open_wait(there.id, "purchase_request", found.id, "answer_check")
    assert waits is None


SAME = (
    ("投影仪", "投影机"),
    ("投影仪", "会议室用投影"),
    ("高亮度投影仪 5000 流明", "projector"),
    ("激光打印机", "打印机"),
    ("激光打印机", "黑白喷墨打印机"),
    ("电子琴", "61键电子琴"),
    ("钢琴", "键盘乐器"),
    ("XK-300型教学装置", "数字化教学终端"),
)
OTHER = (
    ("投影仪", "投影幕布"),
    ("打印机", "打印纸"),
    ("办公桌", "台灯"),
    ("钢琴", "显微镜"),
    ("XK-300型教学装置", "投影仪"),
)


def kind(text: str) -> Kind:
    return kind_of(PurchaseLine(text=text, specification=""), Catalogue())


@pytest.mark.parametrize(("one", "two"), SAME)
def test_one_need_in_other_words_is_of_one_kind(one: str, two: str) -> None:
    assert kind(one).is_of(kind(two))
    assert kind(two).is_of(kind(one))


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_different_needs_are_not(one: str, two: str) -> None:
    assert not kind(one).is_of(kind(two))


def test_what_a_department_splits_counts_together(school: House) -> None:
    """In other words, by somebody else, with an item type or without."""
    home = school.teacher.department
    policy = policy_of(school.institution.id)
    screens = [
        make_type(school.institution, f"{name}智能交互平板").id for name in "甲乙"
    ]
    needs: list[dict[str, Any]] = [
        {"text": "交互式电子白板一体机"},
        {"text": "甲", "item_type_id": screens[0]},
        {"text": "乙", "item_type_id": screens[1]},
        {"text": "智慧黑板"},
        {"text": "升降课桌"},
    ]
    found = []
    for need in needs:
        who = actor_of(make_person(school.institution, department=home))
        line = LineDraft(price_fen=300_000, **need)
        found.append(submit(who, make_request(who, [line]).id))
    sums = [sought_of(each, policy).amount_fen for each in found]
    assert sums[1] >= 600_000
    assert sums[2] >= 600_000
    assert sums[-1] == 300_000
