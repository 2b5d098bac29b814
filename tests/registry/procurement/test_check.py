"""The check: what lies idle is answered before anything is bought."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.canonical import sha256_hex
from registry.kernel.errors import Forbidden, Invalid, Missing, Refused, WrongState
from registry.ledger.actions import change_state
from registry.ledger.models import Asset, Claim
from registry.organisation.models import Institution
from registry.procurement.actions import answering
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.drafting import (
    LineDraft,
    change_request,
    make_request,
    submit,
    withdraw,
)
from registry.procurement.actions.freshness import require_fresh
from registry.procurement.actions.overriding import override_open_lines
from registry.procurement.actions.rechecking import look_again_everywhere, recheck
from registry.procurement.actions.ruling import (
    send_back_to_answer,
    settle_clear,
    settle_matched,
    uphold,
)
from registry.procurement.errors import CheckStale, NotOnesOwn
from registry.procurement.models.checks import IdleCheck
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.checks import (
    candidates_of,
    last_check,
    must_answer,
    taken_assets,
)
from registry.procurement.queries.freshness import why_stale
from registry.procurement.queries.requests import RequestFilter, request, request_rows
from registry.procurement.states import LineState, RequestState
from registry.sharing.actions import (
    hold,
    refuse,
    release_hold,
)
from registry.sharing.errors import NotEnoughLeft
from registry.sharing.queries.transfers import transfers_by_cause
from registry.store.db import session
from registry.store.transaction import transaction
from registry.waiting.queries import holders_of, open_wait
from tests.factories.asking import House, asked, bring, line_of, make_house
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_person,
)


@pytest.fixture
def school(institution: Institution, context: Session) -> House:
    return make_house(institution)


def test_the_story_cannot_happen_again(school: House) -> None:
    found = asked(school)
    line = line_of(found)
    assert (found.state, line.standing) == ("answering", "matched")
    [group] = must_answer(line)
    assert group.count == 12
    assert group.department.name == "总务处"

    take(school.asks, group.id, 5)
    line = line_of(found)
    assert (line.standing, line.covered, line.to_buy) == ("matched", 5, 3)
    claims = session().scalars(sa.select(Claim).where(Claim.ended_at.is_(None))).all()
    assert [claim.kind for claim in claims] == ["transfer"] * 5

    found = decline(school.asks, group.id, "specification", "亮度不够，教室有西晒")
    assert (found.state, line_of(found).standing) == ("ruling", "declined")
    waits = open_wait(
        found.institution_id, "purchase_request", found.id, "rule_declined"
    )
    assert waits is not None
    assert [each.person_id for each in holders_of([waits])[waits.id]] == [
        school.officer.id
    ]

    found = uphold(school.rules, line.id, "确有西晒，同意购置三台")
    assert (found.state, line_of(found).standing) == ("approving", "overridden")
    assert line_of(found).declined == 3
    bring(school, found)
    assert request(school.asks, found.id).state == "approving"
    here = session().scalars(
        sa.select(sa.func.count(Asset.id)).where(
            Asset.department_id == school.teacher.department_id
        )
    )
    assert here.one() == 5


def test_with_enough_taken_nothing_is_bought(school: House) -> None:
    found = asked(school)
    [group] = must_answer(line_of(found))
    found = take(school.asks, group.id, 8)
    assert (found.state, line_of(found).standing) == ("covered", "covered")


def test_where_nothing_serves_it_goes_on_by_itself(school: House) -> None:
    found = asked(school, "电子琴", 2)
    assert (found.state, line_of(found).standing) == ("approving", "clear")


def test_when_all_there_is_was_taken_the_rest_goes_on(school: House) -> None:
    found = asked(school, quantity=20)
    [group] = must_answer(line_of(found))
    found = take(school.asks, group.id, 12)
    assert (found.state, line_of(found).standing) == ("approving", "clear")
    assert line_of(found).to_buy == 8


@pytest.mark.parametrize("text", ["教学设备一批", "办公用品若干", "东西"])
def test_words_that_name_nothing_are_never_clear(school: House, text: str) -> None:
    found = asked(school, text, 1)
    assert (found.state, line_of(found).standing) == ("answering", "unclear")
    with pytest.raises(NotOnesOwn):
        settle_clear(school.asks, line_of(found).id)
    found = settle_clear(school.rules, line_of(found).id, "已问清，库里没有")
    assert (found.state, line_of(found).standing) == ("approving", "clear")


def test_look_alikes_that_serve_after_all_are_answered(school: House) -> None:
    found = asked(school, "投影设备", 1)
    line = line_of(found)
    assert line.standing == LineState.UNCLEAR
    shown = [each for each in candidates_of(line) if each.kind == "idle"]
    found = settle_matched(school.rules, line.id, [shown[0].id], "投影仪可用")
    assert line_of(found).standing == "matched"
    found = take(school.asks, shown[0].id, 1)
    assert found.state == "covered"


def test_nobody_rules_on_their_own_request(school: House) -> None:
    officer = school.rules
    made = make_request(officer, [LineDraft("投影仪", 1)])
    found = submit(officer, made.id)
    [group] = must_answer(line_of(found))
    decline(officer, group.id, "condition", "外壳破损明显")
    with pytest.raises(NotOnesOwn):
        uphold(officer, line_of(found).id, "我自己同意")
    wait = open_wait(
        found.institution_id, "purchase_request", found.id, "rule_declined"
    )
    assert wait is not None
    holders = [each.person_id for each in holders_of([wait])[wait.id]]
    assert school.officer.id not in holders


def test_a_friends_hold_hides_nothing(school: House) -> None:
    for part in (school.projectors[:10], school.projectors[10:]):
        friend = make_person(school.institution)
        hold(actor_of(friend), [each.id for each in part], purpose="备用")
    found = asked(school, quantity=2)
    line = line_of(found)
    assert line.standing == LineState.MATCHED
    groups = must_answer(line)
    assert sum(each.count for each in groups) == 12
    assert {each.kind for each in groups} == {"claimed"}
    with pytest.raises(Invalid):
        take(school.asks, groups[0].id, 1)
    for each in groups:
        found = decline(school.asks, each.id, "claimed")
    assert found.state == RequestState.RULING


def test_flipping_things_to_in_use_on_the_day_is_seen(school: House) -> None:
    keeper = actor_of(school.keeper)
    for asset in school.projectors:
        change_state(keeper, asset.id, "put_in_use")
    found = asked(school)
    assert (found.state, line_of(found).standing) == ("answering", "unclear")
    kinds = {each.kind for each in candidates_of(line_of(found))}
    assert kinds == {"left"}


def test_a_friends_hold_that_ends_after_the_ruling_is_seen(
    school: House, clock: Any
) -> None:
    friend = actor_of(make_person(school.institution))
    kept = hold(friend, [each.id for each in school.projectors[:10]], purpose="备用")
    for asset in school.projectors[10:]:
        change_state(actor_of(school.keeper), asset.id, "put_in_use")
    found = asked(school, quantity=2)
    [group] = must_answer(line_of(found))
    decline(school.asks, group.id, "claimed")
    found = uphold(school.rules, line_of(found).id, "别人已预留，同意购置")
    assert (found.state, why_stale(found)) == ("approving", "")
    for each in kept:
        release_hold(friend, each.id)
    assert why_stale(found) == "new_match"
    with pytest.raises(CheckStale):
        require_fresh(school.rules, found)
    found = recheck(school.asks, found.id)
    assert (found.state, line_of(found).standing) == ("answering", "matched")
    [group] = must_answer(line_of(found))
    assert (group.kind, group.count) == ("idle", 10)
    decline(school.asks, group.id, "specification", "亮度不够，有西晒")
    found = uphold(school.rules, line_of(found).id, "同意购置两台")
    assert (found.state, why_stale(found)) == ("approving", "")


def test_things_flipped_back_after_the_officer_looked_are_seen(school: House) -> None:
    keeper = actor_of(school.keeper)
    for asset in school.projectors:
        change_state(keeper, asset.id, "put_in_use")
    found = asked(school)
    found = settle_clear(school.rules, line_of(found).id, "都在用")
    assert (found.state, why_stale(found)) == ("approving", "")
    change_state(keeper, school.projectors[0].id, "mark_idle")
    assert why_stale(found) == "new_match"
    found = recheck(school.asks, found.id)
    assert (found.state, line_of(found).standing) == ("answering", "matched")


def test_only_what_was_not_taken_is_said_not_to_be_found(
    school: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(answering, "emit", told.append)
    found = asked(school)
    [group] = must_answer(line_of(found))
    take(school.asks, group.id, 5)
    decline(school.asks, group.id, "not_found", "器材库里没有")
    assert not {each.asset_id for each in told} & taken_assets(found)
    assert len(told) == 7


def test_what_falls_through_comes_back_to_the_check(school: House) -> None:
    found = asked(school)
    [group] = must_answer(line_of(found))
    take(school.asks, group.id, 5)
    decline(school.asks, group.id, "specification", "亮度不够，有西晒")
    uphold(school.rules, line_of(found).id, "同意购置三台")
    [transfer] = transfers_by_cause(found.institution_id, found.number)
    refuse(actor_of(school.keeper), transfer.id, reason="要用于考试")
    session().expire_all()
    found = request(school.asks, found.id)
    line = line_of(found)
    assert found.state == RequestState.ANSWERING
    assert (line.covered, line.standing) == (0, "matched")
    assert taken_assets(found) == set()
    fresh = {i for each in must_answer(line) for i in each.asset_ids}
    assert fresh == {each.id for each in school.projectors}


def test_when_something_turns_idle_it_is_looked_at_again(
    school: House, clock: Any
) -> None:
    found = asked(school, "钢琴", 1)
    assert found.state == RequestState.APPROVING
    assert why_stale(found) == ""
    kind = make_type(school.institution, "钢琴")
    [piano] = make_assets(school.institution, 1, item_type_id=kind.id)
    assert why_stale(found) == ""
    change_state(school.rules, piano.id, "mark_idle")
    assert why_stale(found) == "new_match"
    assert look_again_everywhere() == 1
    found = request(school.asks, found.id)
    assert (found.state, line_of(found).standing) == ("answering", "matched")
    assert found.thrown_back == "new_match"


def test_an_old_check_is_made_again_and_says_the_same(
    school: House, clock: Any
) -> None:
    found = asked(school, "电子琴", 1)
    clock.shift(timedelta(days=8))
    assert why_stale(found) == "old"
    found = recheck(school.asks, found.id)
    assert (found.state, found.checks) == ("approving", 2)
    assert why_stale(found) == ""


def test_what_was_ruled_on_is_not_asked_again(school: House, clock: Any) -> None:
    found = asked(school)
    [group] = must_answer(line_of(found))
    decline(school.asks, group.id, "condition", "画面发黄，灯泡老化")
    uphold(school.rules, line_of(found).id, "情况属实")
    clock.shift(timedelta(days=8))
    found = recheck(school.asks, found.id)
    assert (found.state, line_of(found).standing) == ("approving", "overridden")


def test_an_officer_can_have_it_answered_again(school: House) -> None:
    found = asked(school)
    [group] = must_answer(line_of(found))
    decline(school.asks, group.id, "cost", "搬运麻烦")
    found = send_back_to_answer(school.rules, line_of(found).id, "搬运由总务处负责")
    assert (found.state, line_of(found).standing) == ("answering", "matched")
    [again] = must_answer(line_of(found))
    assert again.id != group.id
    found = take(school.asks, again.id, 8)
    assert found.state == RequestState.COVERED


def test_two_who_want_the_same_are_told(school: House) -> None:
    other = make_person(school.institution, "李伟")
    mine, theirs = (
        asked(school),
        submit(
            actor_of(other), make_request(actor_of(other), [LineDraft("投影机", 8)]).id
        ),
    )
    [group] = must_answer(line_of(mine))
    [their] = must_answer(line_of(theirs))
    take(school.asks, group.id, 8)
    with pytest.raises(NotEnoughLeft) as refused:
        take(actor_of(other), their.id, 8)
    assert refused.value.facts["left"] == 4
    take(actor_of(other), their.id, 4)


def test_a_check_is_frozen_and_numbered(school: House) -> None:
    found = asked(school)
    check = last_check(found.id)
    assert check is not None
    assert check.number.startswith("HC")
    assert check.hash == sha256_hex(check.content)
    held = json.loads(check.content)
    assert held["lines"][0]["found"][0]["assets"] == [
        each.id for each in school.projectors
    ]


def listed(actor: Actor) -> list[int]:
    """The ids of the requests somebody has in their list."""
    rows = request_rows(actor, RequestFilter(), "newest")
    found = session().scalars(rows.select.order_by(PurchaseRequest.id))
    return [each.id for each in found]


def test_only_who_answers_for_it_sees_a_request(school: House) -> None:
    found = asked(school)
    stranger = make_person(school.institution, "赵洋")
    with pytest.raises(Missing):
        request(actor_of(stranger), found.id)
    assert listed(actor_of(stranger)) == []
    head = make_colleague(
        school.institution,
        Role.DEPARTMENT_HEAD,
        department=school.teacher.department,
        name="主任",
    )
    for seen in (school.asks, actor_of(head), school.rules):
        assert listed(seen) == [found.id]
        assert request(seen, found.id).id == found.id
    for act in (
        lambda: submit(school.rules, found.id),
        lambda: withdraw(school.rules, found.id),
        lambda: take(school.rules, must_answer(line_of(found))[0].id, 1),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_draft_may_be_changed_and_a_checked_request_may_not(school: House) -> None:
    made = make_request(school.asks, [LineDraft("投影仪", 2), LineDraft("幕布", 2)])
    made = change_request(
        school.asks, made.id, made.version, [LineDraft("投影仪", 3)], purpose="换机"
    )
    assert [(line.text, line.quantity) for line in made.lines] == [("投影仪", 3)]
    submit(school.asks, made.id)
    with pytest.raises(WrongState):
        change_request(school.asks, made.id, request(school.asks, made.id).version, [])


def test_urgent_overrides_only_after_a_frozen_check(school: House) -> None:
    made = make_request(school.asks, [LineDraft("投影仪", 2)])
    with pytest.raises(Refused), transaction():
        override_open_lines(school.rules, made, "今晚就要用")
    found = submit(school.asks, made.id)
    with transaction():
        override_open_lines(school.rules, found, "今晚就要用")
    assert line_of(found).standing == LineState.OVERRIDDEN
    with pytest.raises(NotOnesOwn), transaction():
        override_open_lines(school.asks, found, "今晚就要用")


WAYS_ROUND = {
    "the state": "UPDATE purchase_requests SET state = 'approving' WHERE id = :r",
    "further": "UPDATE purchase_requests SET state = 'approved' WHERE id = :r",
    "ordered": "UPDATE purchase_requests SET state = 'ordered' WHERE id = :r",
    "closed": "UPDATE purchase_requests SET state = 'closed' WHERE id = :r",
    "a forged standing": (
        "UPDATE purchase_lines SET standing = 'clear' WHERE request_id = :r;"
        "UPDATE purchase_requests SET state = 'approving' WHERE id = :r"
    ),
    "a forged override": (
        "UPDATE purchase_lines SET standing = 'overridden' WHERE request_id = :r;"
        "UPDATE purchase_requests SET state = 'approved' WHERE id = :r"
    ),
    "a forged cover": (
        "UPDATE purchase_lines SET standing = 'covered', covered = quantity"
        " WHERE request_id = :r;"
        "UPDATE purchase_requests SET state = 'approved' WHERE id = :r"
    ),
    "no lines": (
        "UPDATE purchase_lines SET quantity = 0, standing = 'covered'"
        " WHERE request_id = :r;"
        "UPDATE purchase_requests SET state = 'approved' WHERE id = :r"
    ),
    "a new request": (
        "INSERT INTO purchase_requests (institution_id, number, state, requester_id,"
        " department_id, purpose, urgent, made_at, checks, thrown_back, follows,"
        " version) SELECT institution_id, 'X1', 'approved', requester_id,"
        " department_id, '', urgent, made_at, 0, '', '', 1 FROM purchase_requests"
    ),
    "an order": (
        "INSERT INTO purchase_orders (institution_id, request_id, number, supplier,"
        " reference, ordered_on, ordered_at, note) SELECT institution_id, id, 'D1',"
        " 'X', '', '2026-09-01', made_at, '' FROM purchase_requests WHERE id = :r"
    ),
    "the verdict": "UPDATE check_lines SET verdict = 'clear'",
    "the find": "UPDATE idle_candidates SET must_answer = (1 = 0)",
    "without the find": "DELETE FROM idle_candidates",
    "the check": "UPDATE idle_checks SET content = '{}'",
    "without the check": "DELETE FROM idle_checks",
}


@pytest.mark.parametrize("way", WAYS_ROUND)
def test_the_database_lets_nobody_round_the_check(school: House, way: str) -> None:
    found = asked(school)
    session().commit()
    with pytest.raises(sa.exc.DBAPIError):
        _say(WAYS_ROUND[way], found.id)
    session().rollback()
    assert request(school.asks, found.id).state == RequestState.ANSWERING


def _say(statements: str, request_id: int) -> None:
    for part in statements.split(";"):
        session().execute(sa.text(part), {"r": request_id})


PAST = {
    "more of it": "UPDATE purchase_lines SET quantity = 99 WHERE request_id = :r",
    "another thing": "UPDATE purchase_lines SET text = '投影仪' WHERE request_id = :r",
    "a line more": (
        "INSERT INTO purchase_lines (institution_id, request_id, text, quantity,"
        " specification, unit, budget, conditions, standing, covered, declined)"
        " SELECT institution_id, request_id, '投影仪', 9, '', '', '', '[]', 'clear',"
        " 0, 0 FROM purchase_lines WHERE request_id = :r"
    ),
    "a line less": "DELETE FROM purchase_lines WHERE request_id = :r",
    "a line of another": (
        "UPDATE purchase_lines SET request_id = :r WHERE request_id <> :r"
    ),
    "gone": "DELETE FROM purchase_requests WHERE id = :r",
    "the ruling": "UPDATE rulings SET kind = 'uphold'",
}


@pytest.mark.parametrize("way", PAST)
def test_a_request_past_the_check_stands(school: House, way: str) -> None:
    found = asked(school, "电子琴", 1)
    assert found.state == RequestState.APPROVING
    asked(school)
    if way == "the ruling":
        other = asked(school, "东西", 1)
        settle_clear(school.rules, line_of(other).id, "没有")
    session().commit()
    with pytest.raises(sa.exc.DBAPIError):
        session().execute(sa.text(PAST[way]), {"r": found.id})
    session().rollback()


def test_one_cannot_be_found_in_ones_own_ruling(school: House) -> None:
    found = asked(school)
    [group] = must_answer(line_of(found))
    decline(school.asks, group.id, "time", "来不及等调拨")
    line = line_of(found)
    session().commit()
    with pytest.raises(sa.exc.DBAPIError):
        session().execute(
            sa.text(
                "INSERT INTO rulings (institution_id, line_id, check_line_id, kind,"
                " words, candidate_ids, requester_id, ruled_by_id, ruled_at)"
                " SELECT institution_id, id, check_line_id, 'uphold', 'x', '[]',"
                " :p, :p, :at FROM purchase_lines WHERE id = :l"
            ),
            {"p": school.teacher.id, "l": line.id, "at": found.made_at.isoformat()},
        )
    session().rollback()


def test_checks_count_and_numbers_run(school: House) -> None:
    for _ in range(3):
        asked(school, "电子琴", 1)
    numbers = session().scalars(sa.select(IdleCheck.number).order_by(IdleCheck.id))
    assert [each[-1] for each in numbers] == ["1", "2", "3"]
